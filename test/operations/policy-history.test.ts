// @module-tag functions-long
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { allow, document, enableIam, userWith } from '../support/authorization.ts'
import { expectRefusal, testOperation } from '../support/cases.ts'
import { describeStores, type Harness, type Tenant } from '../support/harness.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const REQUEST = expect.stringMatching(/^[0-9a-f-]{36}$/)
const DATE = expect.stringMatching(/^\d{4}-\d\d-\d\dT/)

/** A key policy that differs from others by a word. */
const policy = (tenant: Tenant, Id: string) =>
  JSON.stringify({ Version: '2012-10-17', Id, Statement: [enableIam(tenant)] })

const byRoot = ({ accountId }: { accountId: string }) => ({
  ChangeDate: DATE,
  PrincipalArn: `arn:aws:iam::${accountId}:root`,
  PrincipalId: accountId,
  RequestId: REQUEST,
})
const texts = (FormerPolicy: string | undefined, Policy: string | undefined) => ({
  ...(FormerPolicy !== undefined && { FormerPolicy, FormerPolicySha256: sha256(FormerPolicy) }),
  ...(Policy !== undefined && { Policy, PolicySha256: sha256(Policy) }),
})

type Changes = Record<string, unknown>[]

async function setUp(harness: Harness) {
  const caller = await harness.tenant()
  const words = ['one', 'two', 'three', 'four'].map((word) => policy(caller, word))
  const [one, ...others] = words
  const key = await harness.key(caller, { Policy: one })
  for (const Policy of others) await harness.ok(caller, 'PutKeyPolicy', { KeyId: key.id, Policy })
  const untouched = await harness.key(caller)
  return { caller, key, untouched, words }
}
type F = Awaited<ReturnType<typeof setUp>>

describeStores('The history of a key policy', (harness) => {
  const changesOf = async (caller: Tenant, KeyId: string): Promise<Changes> => {
    const { Changes } = await harness.ok(caller, 'ListKeyPolicyChanges', { KeyId }, { via: 'rest' })
    return Changes as Changes
  }

  testOperation<F>(harness, 'ListKeyPolicyChanges', () => setUp(harness), [
    {
      title: 'who, when, from what to what; newest first',
      input: ({ key }) => ({ KeyId: key.id }),
      gives: ({ caller, words }) => ({
        Changes: [3, 2, 1].map((ChangeNumber) => ({
          ChangeNumber,
          PolicyType: 'key',
          ...byRoot(caller),
          ...texts(words[ChangeNumber - 1], words[ChangeNumber]),
        })),
        DroppedChanges: 0,
        Truncated: false,
      }),
    },
    {
      title: 'page by page',
      input: ({ key }) => ({ KeyId: key.id, Limit: 2 }),
      gives: () => ({
        Changes: [
          expect.objectContaining({ ChangeNumber: 3 }),
          expect.objectContaining({ ChangeNumber: 2 }),
        ],
        DroppedChanges: 0,
        NextMarker: expect.any(String),
        Truncated: true,
      }),
      async after({ caller, key, untouched }, { json }) {
        const Marker = json['NextMarker']
        const list = (KeyId: string) =>
          harness.call('rest', caller, 'ListKeyPolicyChanges', { KeyId, Limit: 2, Marker })
        expect((await list(key.id)).json).toMatchObject({
          Changes: [{ ChangeNumber: 1 }],
          Truncated: false,
        })
        expectRefusal(await list(untouched.id), 'rest', 'InvalidMarkerException')
      },
    },
    {
      title: 'a key whose policy was never changed',
      input: ({ untouched }) => ({ KeyId: untouched.arn }),
      gives: () => ({ Changes: [], DroppedChanges: 0, Truncated: false }),
    },
    {
      title: 'a key that is not there',
      input: () => ({ KeyId: '1234abcd-12ab-34cd-56ef-1234567890ab' }),
      refused: 'NotFoundException',
    },
    {
      title: 'more than a page takes',
      input: ({ key }) => ({ KeyId: key.id, Limit: 26 }),
      refused: 'ValidationException',
    },
  ])

  test('is read by who may read the policy, and by nobody of another account', async () => {
    const { caller, key } = await setUp(harness)
    const reader = await userWith(harness, caller, [allow('kms:GetKeyPolicy')])
    const other = await userWith(harness, caller, [allow(['kms:Describe*', 'tenkey:*'])])
    const list = (who: typeof reader | Tenant) =>
      harness.call('rest', who, 'ListKeyPolicyChanges', { KeyId: key.arn })
    expect((await list(reader)).code).toBeUndefined()
    expectRefusal(await list(other), 'rest', 'AccessDeniedException')
    expectRefusal(await list(await harness.tenant()), 'rest', 'AccessDeniedException')
  })

  test('a put that changes nothing adds nothing; back to a former text is a change', async () => {
    const { caller, key, words } = await setUp(harness)
    const put = (Policy = '') => harness.ok(caller, 'PutKeyPolicy', { KeyId: key.id, Policy })
    await put(words[3])
    expect(await changesOf(caller, key.id)).toHaveLength(3)
    await put(words[0])
    expect((await changesOf(caller, key.id))[0]).toMatchObject(texts(words[3], words[0]))
  })

  test('begins with the default policy where the key was made with none', async () => {
    const { caller, untouched, words } = await setUp(harness)
    const KeyId = untouched.id
    const { Policy: former } = await harness.ok(caller, 'GetKeyPolicy', { KeyId })
    await harness.ok(caller, 'PutKeyPolicy', { KeyId, Policy: words[1] })
    expect(await changesOf(caller, KeyId)).toMatchObject([
      { ChangeNumber: 1, ...texts(String(former), words[1]) },
    ])
  })

  test('shows the unique id of who is gone, in both texts, and who put it as it was', async () => {
    const caller = await harness.tenant()
    const key = await harness.key(caller)
    const bob = await userWith(harness, caller, [allow('kms:PutKeyPolicy')])
    const naming = (Id: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Id,
        Statement: [enableIam(caller), allow('kms:Encrypt', { Principal: { AWS: bob.arn } })],
      })
    const put = (Id: string) =>
      harness.ok(bob, 'PutKeyPolicy', { KeyId: key.id, Policy: naming(Id) })
    await put('first')
    await put('second')
    const { accountId: AccountId } = caller
    const gone = { AccountId, Type: 'user', Name: bob.name }
    await harness.ok(harness.operator, 'DeletePrincipal', gone, { via: 'rest' })
    await harness.user(caller, bob.name)
    const [latest] = await changesOf(caller, key.id)
    expect(latest).toMatchObject({
      PrincipalArn: bob.arn,
      PrincipalId: bob.id,
      FormerPolicy: naming('first').replace(bob.arn, bob.id),
      FormerPolicySha256: sha256(naming('first')),
      Policy: naming('second').replace(bob.arn, bob.id),
      PolicySha256: sha256(naming('second')),
    })
  })

  test('the audit record names both versions, and the change its request', async () => {
    const { caller, key, words } = await setUp(harness)
    const [change] = await changesOf(caller, key.id)
    const [record] = await harness.trail(caller, { EventName: 'PutKeyPolicy' })
    const both = {
      formerPolicySha256: sha256(words[2] ?? ''),
      policySha256: sha256(words[3] ?? ''),
    }
    expect(record).toMatchObject({
      requestID: change?.['RequestId'],
      additionalEventData: { policyChange: { changeNumber: 3, ...both } },
    })
    const again = { KeyId: key.id, Policy: words[3] }
    await harness.ok(caller, 'PutKeyPolicy', again)
    const [same] = await harness.trail(caller, { EventName: 'PutKeyPolicy' })
    expect(same).toMatchObject({
      additionalEventData: {
        policyChange: { formerPolicySha256: both.policySha256, policySha256: both.policySha256 },
      },
    })
    expect(JSON.stringify(same)).not.toContain('"changeNumber"')
    const lost = await harness.call('rest', caller, 'PutKeyPolicy', again, {
      headers: { 'if-match': '"1"' },
    })
    expectRefusal(lost, 'rest', 'PreconditionFailedException')
    const [refused] = await harness.trail(caller, { EventName: 'PutKeyPolicy' })
    expect(refused?.['additionalEventData']).not.toHaveProperty('policyChange')
  })

  test('of writers at once has each change once, one made of the other', async () => {
    const { caller, key } = await setUp(harness)
    const words = ['a', 'b', 'c', 'd', 'e'].map((word) => policy(caller, word))
    await Promise.all(
      words.map((Policy) => harness.ok(caller, 'PutKeyPolicy', { KeyId: key.id, Policy })),
    )
    const changes = (await changesOf(caller, key.id)).slice(0, 5).reverse()
    expect(changes.map(({ ChangeNumber }) => ChangeNumber)).toEqual([4, 5, 6, 7, 8])
    expect(changes.map(({ Policy }) => Policy).sort()).toEqual(words)
    for (const [index, { Policy }] of changes.entries()) {
      const next = changes[index + 1]
      if (next !== undefined) expect(next['FormerPolicy']).toBe(Policy)
    }
    const { Policy } = await harness.ok(caller, 'GetKeyPolicy', { KeyId: key.id })
    expect(changes.at(-1)?.['Policy']).toBe(Policy)
  })
})

const IDENTITY = [document(allow('kms:Encrypt')), document(allow('kms:*'))] as const

async function setUpRole(harness: Harness) {
  const tenant = await harness.tenant()
  const { id } = await harness.role(tenant, 'ops', { Policy: IDENTITY[0] })
  const named = { AccountId: tenant.accountId, Type: 'role', Name: 'ops' }
  const operate = (name: string, more: object = {}) =>
    harness.ok(harness.operator, name, { ...named, ...more }, { via: 'rest' })
  const { TrustPolicy: trusted } = await operate('GetPrincipal')
  const trust = document({
    Effect: 'Allow',
    Principal: { AWS: tenant.accountId },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
  })
  await operate('PutPrincipalPolicy', { PolicyName: 'default', Policy: IDENTITY[1] })
  await operate('PutPermissionsBoundary', { Policy: IDENTITY[0] })
  await operate('PutTrustPolicy', { TrustPolicy: trust })
  await operate('PutTrustPolicy', { TrustPolicy: trust })
  await operate('DeletePermissionsBoundary')
  await operate('DeletePermissionsBoundary')
  await operate('DeletePrincipalPolicy', { PolicyName: 'default' })
  return { caller: harness.operator, tenant, named, operate, id, trust, trusted: String(trusted) }
}
type R = Awaited<ReturnType<typeof setUpRole>>

describeStores('The history of a principal’s policies', (harness) => {
  testOperation<R>(harness, 'ListPrincipalPolicyChanges', () => setUpRole(harness), [
    {
      title: 'identity policies, boundary and trust policy; newest first',
      input: ({ named }) => named,
      gives: ({ caller, trust, trusted }) => ({
        Changes: [
          { PolicyType: 'identity', PolicyName: 'default', ...texts(IDENTITY[1], undefined) },
          { PolicyType: 'boundary', ...texts(IDENTITY[0], undefined) },
          { PolicyType: 'trust', ...texts(trusted, trust) },
          { PolicyType: 'boundary', ...texts(undefined, IDENTITY[0]) },
          { PolicyType: 'identity', PolicyName: 'default', ...texts(...IDENTITY) },
        ].map((change, index) => ({ ChangeNumber: 5 - index, ...byRoot(caller), ...change })),
        DroppedChanges: 0,
        Truncated: false,
      }),
    },
    {
      title: 'page by page',
      input: ({ named }) => ({ ...named, Limit: 4 }),
      gives: () => ({
        Changes: [5, 4, 3, 2].map((ChangeNumber) => expect.objectContaining({ ChangeNumber })),
        DroppedChanges: 0,
        NextMarker: expect.any(String),
        Truncated: true,
      }),
      async after({ operate }, { json }) {
        const rest = await operate('ListPrincipalPolicyChanges', { Marker: json['NextMarker'] })
        expect(rest).toMatchObject({ Changes: [{ ChangeNumber: 1 }], Truncated: false })
      },
    },
    {
      title: 'a marker of nothing',
      input: ({ named }) => ({ ...named, Marker: 'x' }),
      refused: 'InvalidMarkerException',
    },
    {
      title: 'nobody of that name',
      input: ({ named }) => ({ ...named, Name: 'nobody' }),
      refused: 'NotFoundException',
    },
  ])

  test('is read by who may read the principal', async () => {
    const { named } = await setUpRole(harness)
    const own = { accountId: '000000000000' } as Tenant
    const Resource = `arn:aws:iam::${named.AccountId}:role/ops`
    const reader = await userWith(harness, own, [allow('tenkey:GetPrincipal', { Resource })])
    const other = await userWith(harness, own, [
      allow(['tenkey:ListPrincipal*', 'tenkey:PutTrustPolicy'], { Resource }),
    ])
    const list = (who: typeof reader) =>
      harness.call('rest', who, 'ListPrincipalPolicyChanges', named)
    expect((await list(reader)).code).toBeUndefined()
    expectRefusal(await list(other), 'rest', 'AccessDeniedException')
  })

  test('goes with the principal: a namesake has none', async () => {
    const { tenant, operate } = await setUpRole(harness)
    await operate('DeletePrincipal')
    await harness.role(tenant, 'ops')
    expect(await operate('ListPrincipalPolicyChanges')).toEqual({
      Changes: [],
      DroppedChanges: 0,
      Truncated: false,
    })
  })

  test('the operator’s record and the tenant’s name both versions', async () => {
    const { tenant, trust, trusted } = await setUpRole(harness)
    const policyChange = {
      policyType: 'trust',
      changeNumber: 3,
      formerPolicySha256: sha256(trusted),
      policySha256: sha256(trust),
    }
    const of = async (who: Parameters<Harness['trail']>[0]) => {
      const [nothing, changed] = await harness.trail(who, { EventName: 'PutTrustPolicy' })
      expect(nothing?.['additionalEventData']).not.toHaveProperty('policyChange.changeNumber')
      return changed?.['additionalEventData']
    }
    expect(await of(tenant)).toEqual({ policyChange })
    expect(await of(harness.operator)).toMatchObject({ policyChange })
    const [taken] = await harness.trail(tenant, { EventName: 'DeletePrincipalPolicy' })
    expect(taken?.['additionalEventData']).toEqual({
      policyChange: {
        policyType: 'identity',
        policyName: 'default',
        changeNumber: 5,
        formerPolicySha256: sha256(IDENTITY[1]),
      },
    })
  })
})
