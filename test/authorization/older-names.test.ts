// @module-tag local: makes items as an older release left them, and opens a second process on the store
import { beforeEach, describe, expect, test } from 'vitest'
import { granteeItem, grantItem, retiringItem } from '../../core/grant/grant-items.ts'
import { principalItem } from '../../core/identity/credential.ts'
import { principalNameItem } from '../../core/identity/iam-items.ts'
import type { AnyItemKind } from '../../core/item/item-kind.ts'
import { keyItem, policyItem } from '../../core/key/key-items.ts'
import { policyHash } from '../../core/policy/compiled-cache.ts'
import type { Item, Store } from '../../core/store/store.ts'
import { allItems } from '../../server/transfer.ts'
import { allWritten } from '../support/all-written.ts'
import {
  allow,
  deny,
  document,
  enableIam,
  expectAllowed,
  expectDenied,
  rootOf,
} from '../support/authorization.ts'
import { callAws } from '../support/calls.ts'
import { type Credential, describeStores, type MadeKey, type Tenant } from '../support/harness.ts'

const Plaintext = new Uint8Array([1])

const itemsIn = async (store: Store, kind: AnyItemKind, about = '') => {
  const found: Item[] = []
  for await (const item of allItems(store)) {
    if (kind.is(item) && `${item.pk}/${item.sk}`.includes(about)) found.push(item)
  }
  return found
}
/** An item with its data as an older release wrote it. */
async function rewriteIn(store: Store, item: Item, data: Item['data']) {
  const { format: _format, ...rest } = item
  expect(await store.put({ ...rest, version: item.version + 1, data })).toBe(true)
}
const without = (data: Item['data'], ...names: string[]): Item['data'] =>
  Object.fromEntries(Object.entries(data).filter(([name]) => !names.includes(name)))

/** Names a key's policy by its text alone. */
async function makePolicyOlderIn(store: Store, { id }: MadeKey): Promise<string> {
  const [item] = await itemsIn(store, policyItem, id)
  const [key] = await itemsIn(store, keyItem, id)
  if (item === undefined || key === undefined) throw new Error('there is no policy')
  const text = String(item.data['document'])
  const { accountId, region } = policyItem.parts(item)
  const place = policyItem.place({ accountId, region, id, hash: policyHash(text) })
  expect(await store.put({ ...place, version: 1, data: { document: text } })).toBe(true)
  await rewriteIn(store, key, { ...key.data, policy: policyHash(text) })
  expect(await store.delete(item, item.version)).toBe(true)
  return text
}

describeStores('What was stored before names had meanings', (harness) => {
  let tenant: Tenant
  beforeEach(async () => {
    tenant = await harness.tenant()
    harness.begin()
  })
  const store = () => harness.inside.store
  const itemsOf = (kind: AnyItemKind, about?: string) => itemsIn(store(), kind, about)
  const rewrite = (item: Item, data: Item['data']) => rewriteIn(store(), item, data)
  const makePolicyOlder = (key: MadeKey) => makePolicyOlderIn(store(), key)
  const bob = async (more = {}) => {
    const { credential, ...made } = await harness.user(tenant, 'bob', more)
    return { ...made, credential: credential as Credential }
  }
  const remove = (name = 'bob') =>
    harness.rest(
      harness.operator,
      `DELETE /admin/v1/tenants/${tenant.accountId}/principals/user/${name}`,
    )
  const encrypt = (who: Credential, { arn }: MadeKey) =>
    harness.call('sdk', who, 'Encrypt', { KeyId: arn, Plaintext })

  /** A call of a second process, whose caches are empty. */
  const elsewhere = async (
    who: Credential,
    operation: string,
    input: Record<string, unknown>,
  ): Promise<string | undefined> => {
    const { url, stop } = harness.inside.another()
    try {
      const target = { ...harness.target, url: await url }
      return (await callAws(target, who, operation, input)).code
    } finally {
      await stop()
    }
  }

  test('a key policy is bound to whom it names as it is first read, once and for every process', async () => {
    const first = await bob()
    const key = await harness.key(tenant, {
      Policy: document(enableIam(tenant), allow('kms:Encrypt', { Principal: { AWS: first.arn } })),
    })
    const text = await makePolicyOlder(key)
    expectAllowed(await encrypt(first.credential, key))
    const [bound] = await itemsOf(policyItem, key.id)
    expect(bound?.data).toEqual({ document: text, meant: { [first.arn]: first.id } })
    const { Policy: before } = await harness.ok(tenant, 'GetKeyPolicy', { KeyId: key.id })
    expect(before).toBe(text)

    await remove()
    const namesake = await bob()
    expectDenied(await encrypt(namesake.credential, key))
    const input = { KeyId: key.arn, Plaintext }
    expect(await elsewhere(namesake.credential, 'Encrypt', input)).toBe('AccessDeniedException')
    const { Policy: after } = await harness.ok(tenant, 'GetKeyPolicy', { KeyId: key.id })
    expect(after).toBe(text.replace(first.arn, first.id))
    expect((await itemsOf(policyItem, key.id)).map(({ version }) => version)).toEqual([
      bound?.version,
    ])

    await harness.ok(tenant, 'PutKeyPolicy', { KeyId: key.id, Policy: text })
    expectAllowed(await encrypt(namesake.credential, key))
    expect(await itemsOf(policyItem, key.id)).toHaveLength(1)
  })

  test('names that are nobody’s as it is first read are nobody’s for ever', async () => {
    const first = await bob()
    const key = await harness.key(tenant, {
      Policy: document(enableIam(tenant), allow('kms:Encrypt', { Principal: { AWS: first.arn } })),
    })
    const text = await makePolicyOlder(key)
    await remove()
    await harness.ok(tenant, 'DescribeKey', { KeyId: key.id })
    expectDenied(await encrypt((await bob()).credential, key))
    // whose id it was nobody knows
    const { Policy } = await harness.ok(tenant, 'GetKeyPolicy', { KeyId: key.id })
    expect(Policy).toBe(text)
  })

  test('two keys of one old text are bound each as it is read', async () => {
    const first = await bob()
    const Policy = document(
      enableIam(tenant),
      deny('kms:Encrypt', { Principal: { AWS: first.arn } }),
    )
    const [one, two] = [
      await harness.key(tenant, { Policy }),
      await harness.key(tenant, { Policy }),
    ]
    await makePolicyOlder(one)
    await makePolicyOlder(two)
    await harness.ok(tenant, 'DescribeKey', { KeyId: one.id })
    await remove()
    const namesake = await bob({ Policy: document(allow('kms:Encrypt')) })
    expectAllowed(await encrypt(namesake.credential, one))
    expectDenied(await encrypt(namesake.credential, two))
    expectAllowed(await encrypt(namesake.credential, one))
  })

  test('a text that names no user or role is read as it is, and not written', async () => {
    const key = await harness.key(tenant, { Policy: document(enableIam(tenant)) })
    const [item] = await itemsOf(policyItem, key.id)
    if (item === undefined) throw new Error('there is no policy')
    await rewrite(item, without(item.data, 'meant'))
    await harness.ok(tenant, 'DescribeKey', { KeyId: key.id })
    expect((await itemsOf(policyItem, key.id)).map(({ version }) => version)).toEqual([
      item.version + 1,
    ])
  })

  const MEANINGS = ['granteeMeant', 'retiringMeant']
  const makeGrantsOlder = async () => {
    for (const kind of [grantItem, granteeItem, retiringItem]) {
      for (const item of await itemsOf(kind, tenant.accountId)) {
        await rewrite(item, without(item.data, ...MEANINGS))
      }
    }
  }
  const grantTo = (arn: string, key: MadeKey, more = {}) =>
    harness.ok(tenant, 'CreateGrant', {
      KeyId: key.id,
      GranteePrincipal: arn,
      RetiringPrincipal: arn,
      Operations: ['Encrypt', 'RetireGrant'],
      ...more,
    })

  test('a grant is bound, all its items alike, as it first lets somebody do something', async () => {
    const first = await bob()
    const key = await harness.key(tenant)
    const { GrantId } = await grantTo(first.arn, key, { Name: 'old' })
    await makeGrantsOlder()
    expectAllowed(await encrypt(first.credential, key))
    for (const kind of [grantItem, granteeItem, retiringItem]) {
      const [item] = await itemsOf(kind, tenant.accountId)
      expect(item?.data).toMatchObject({ granteeMeant: first.id, retiringMeant: first.id })
      expect(item?.version).toBe(3)
    }
    expectAllowed(await encrypt(first.credential, key))
    expect((await itemsOf(grantItem, tenant.accountId))[0]?.version).toBe(3)
    await remove()
    const namesake = await bob()
    expectDenied(await encrypt(namesake.credential, key))
    expectDenied(
      await harness.call('sdk', namesake.credential, 'RetireGrant', { KeyId: key.arn, GrantId }),
    )
    await harness.ok(tenant, 'RevokeGrant', { KeyId: key.id, GrantId })
    expect(await itemsOf(granteeItem, tenant.accountId)).toEqual([])
  })

  test('a grant is bound as it is first retired', async () => {
    const first = await bob()
    const key = await harness.key(tenant)
    const { GrantId } = await grantTo(first.arn, key)
    const { GrantId: other } = await grantTo(first.arn, key)
    await makeGrantsOlder()
    const stranger = (await harness.user(tenant, 'eve')).credential as Credential
    const retire = (who: Credential, id: unknown) =>
      harness.call('sdk', who, 'RetireGrant', { KeyId: key.arn, GrantId: id })
    expectDenied(await retire(stranger, GrantId))
    expectAllowed(await retire(first.credential, other))
    await remove()
    expectDenied(await retire((await bob()).credential, GrantId))
    expectDenied(await encrypt((await harness.user(tenant, 'b')).credential as Credential, key))
  })

  test('a trust policy is bound as the role is first assumed', async () => {
    const Policy = document(allow('sts:AssumeRole'))
    const first = await bob({ Policy })
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: first.arn },
      Action: 'sts:AssumeRole',
    }
    const { arn } = await harness.role(tenant, 'ops', { TrustPolicy: document(statement) })
    const [item] = await itemsOf(principalItem, `${tenant.accountId}/principal#role/ops`)
    if (item === undefined) throw new Error('there is no role')
    await rewrite(item, without(item.data, 'trusted'))
    const assume = (who: Credential) =>
      harness.call('rest', who, 'AssumeRole', { RoleArn: arn, RoleSessionName: 'day' })
    expectAllowed(await assume(first.credential))
    expectAllowed(await assume(first.credential))
    const [bound] = await itemsOf(principalItem, `${tenant.accountId}/principal#role/ops`)
    expect(bound?.version).toBe(item.version + 2)
    await remove()
    expectDenied(await assume((await bob({ Policy })).credential))
  })

  describe('names of principals that an older release made', () => {
    test.each(['bob', 'BOB'])('are taken without regard to case: %s', async (name) => {
      await bob()
      for (const item of await itemsOf(principalNameItem, tenant.accountId)) {
        await store().delete(item, item.version)
      }
      const create = () =>
        harness.rest(harness.operator, `POST /admin/v1/tenants/${tenant.accountId}/principals`, {
          body: JSON.stringify({ Type: 'user', Name: name }),
        })
      expect((await create()).code).toBe('AlreadyExistsException')
      await remove()
      expect((await create()).code).toBeUndefined()
    })
  })

  test('root is whoever it was', async () => {
    const key = await harness.key(tenant)
    await grantTo(rootOf(tenant), key)
    await makeGrantsOlder()
    const user = await bob({ Policy: document(allow('kms:Encrypt')) })
    expectAllowed(await encrypt(user.credential, key))
  })
})

let reads = 0
/** A store that counts its reads. */
const counting = (inner: Store): Store => ({
  ...inner,
  get(keys) {
    reads++
    return inner.get(keys)
  },
  query(query) {
    reads++
    return inner.query(query)
  },
})

describeStores(
  'A call under a policy that names its caller',
  (harness) => {
    test.each([
      ['put with meanings', false],
      ['of an older release, once it is bound', true],
    ])('reads once, as every call does: %s', async (_, older) => {
      const tenant = await harness.tenant()
      const { arn, credential } = await harness.user(tenant, 'bob')
      const key = await harness.key(tenant, {
        Policy: document(enableIam(tenant), allow('kms:Encrypt', { Principal: { AWS: arn } })),
      })
      const encrypt = async () =>
        expectAllowed(
          await harness.call('sdk', credential as Credential, 'Encrypt', {
            KeyId: key.arn,
            Plaintext,
          }),
        )
      await encrypt()
      if (older) await makePolicyOlderIn(harness.inside.store, key)
      // the first after that reads the policy, and writes whom it means
      await encrypt()
      await allWritten(harness.inside.service)
      reads = 0
      await encrypt()
      expect(reads).toBe(1)
    })
  },
  ['sqlite'],
  { fault: counting },
)
