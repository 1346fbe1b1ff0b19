// @module-tag functions-long
import { beforeEach, describe, expect, test } from 'vitest'
import {
  allow,
  deny,
  document,
  enableIam,
  expectAllowed,
  expectDenied,
  rootOf,
  type Statement,
} from '../support/authorization.ts'
import { expectRefusal } from '../support/cases.ts'
import {
  type Credential,
  describeStores,
  type Harness,
  type MadeKey,
  type Principal,
  type Tenant,
} from '../support/harness.ts'

const Plaintext = new Uint8Array([1])
const AWS_IDS =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html'

/** How a principal is made, what its ARN is, and how it calls. */
interface Kind {
  readonly title: string
  readonly type: 'user' | 'role'
  /** what a policy names it by */
  readonly named: (tenant: Tenant) => string
  readonly caller: (harness: Harness, made: Principal) => Promise<Credential>
}

const sessionOf = async (harness: Harness, { arn }: Principal, tenant: Tenant, by: Credential) => {
  const input = { RoleArn: arn, RoleSessionName: 'night' }
  const { Credentials } = await harness.ok(by, 'AssumeRole', input, { via: 'rest' })
  const made = Credentials as Record<string, string>
  return {
    accountId: tenant.accountId,
    accessKeyId: made['AccessKeyId'] ?? '',
    secretAccessKey: made['SecretAccessKey'] ?? '',
    sessionToken: made['SessionToken'] ?? '',
  }
}

describeStores('A namesake', (harness) => {
  let tenant: Tenant
  let assumer: Credential

  beforeEach(async () => {
    tenant = await harness.tenant()
    const Policy = document(allow('sts:AssumeRole'))
    assumer = (await harness.user(tenant, 'assumer', { Policy })).credential as Credential
    harness.begin()
  })

  const kinds: readonly Kind[] = [
    {
      title: 'a user',
      type: 'user',
      named: ({ accountId }) => `arn:aws:iam::${accountId}:user/bob`,
      caller: async (_harness, { credential }) => credential as Credential,
    },
    {
      title: 'a role',
      type: 'role',
      named: ({ accountId }) => `arn:aws:iam::${accountId}:role/bob`,
      caller: (_harness, made) => sessionOf(harness, made, tenant, assumer),
    },
    {
      title: "a role's session",
      type: 'role',
      named: ({ accountId }) => `arn:aws:sts::${accountId}:assumed-role/bob/night`,
      caller: (_harness, made) => sessionOf(harness, made, tenant, assumer),
    },
  ]

  const make = (type: 'user' | 'role', more = {}): Promise<Principal> =>
    type === 'user' ? harness.user(tenant, 'bob', more) : harness.role(tenant, 'bob', more)
  const remove = async (type: 'user' | 'role', name = 'bob') => {
    const line = `DELETE /admin/v1/tenants/${tenant.accountId}/principals/${type}/${name}`
    expect((await harness.rest(harness.operator, line)).status).toBe(204)
  }
  const encrypt = (who: Credential, { arn }: MadeKey) =>
    harness.call('sdk', who, 'Encrypt', { KeyId: arn, Plaintext })
  const policyOf = async ({ id }: MadeKey) =>
    String((await harness.ok(tenant, 'GetKeyPolicy', { KeyId: id }))['Policy'])
  const keyOf = (...more: Statement[]) =>
    harness.key(tenant, { Policy: document(enableIam(tenant), ...more) })

  /** Everybody who may do something with a key, by all pages of ListKeyAccess. */
  const everybody = async (owner: Credential, key: MadeKey) => {
    const found: string[] = []
    for (let Marker: unknown, more = true; more; ) {
      const input = { KeyId: key.id, ...(Marker === undefined ? {} : { Marker }) }
      const page = await harness.ok(owner, 'ListKeyAccess', input, { via: 'rest' })
      found.push(...(page['Principals'] as { Principal: string }[]).map((one) => one.Principal))
      Marker = page['NextMarker']
      more = page['Truncated'] === true
    }
    return found
  }

  describe.each(kinds)(`of $title (${AWS_IDS})`, ({ type, named, caller }) => {
    const made = async (more = {}) => {
      const principal = await make(type, more)
      return { ...principal, caller: await caller(harness, principal) }
    }

    test('inherits nothing of a key policy; the text put anew means the namesake', async () => {
      const first = await made()
      const name = named(tenant)
      const key = await keyOf(allow('kms:Encrypt', { Principal: { AWS: name } }))
      const text = await policyOf(key)
      expect(text).toContain(name)
      expectAllowed(await encrypt(first.caller, key))

      await remove(type)
      const id = name.includes('assumed-role') ? `${first.id}:night` : first.id
      expect(await policyOf(key)).toBe(text.replace(name, id))
      const second = await made()
      expect(second.id).not.toBe(first.id)
      expectDenied(await encrypt(second.caller, key))
      expect(await policyOf(key)).toBe(text.replace(name, id))
      // as it is shown it can't be put
      expectRefusal(
        await harness.call('sdk', tenant, 'PutKeyPolicy', {
          KeyId: key.id,
          Policy: await policyOf(key),
        }),
        'sdk',
        'MalformedPolicyDocumentException',
        'Policy contains a statement with one or more invalid principals.',
      )
      await harness.ok(tenant, 'PutKeyPolicy', { KeyId: key.id, Policy: text })
      expect(await policyOf(key)).toBe(text)
      expectAllowed(await encrypt(second.caller, key))
      // and the same text on another key, in a cache that knows both
      expectAllowed(await encrypt(second.caller, await harness.key(tenant, { Policy: text })))
    })

    test('is not denied what the dead one was, and is once the text is put anew', async () => {
      const Policy = document(allow('kms:Encrypt'))
      const first = await made({ Policy })
      const name = named(tenant)
      const key = await keyOf(deny('kms:Encrypt', { Principal: { AWS: name } }))
      const text = await policyOf(key)
      expectDenied(await encrypt(first.caller, key))
      await remove(type)
      const second = await made({ Policy })
      expectAllowed(await encrypt(second.caller, key))
      await harness.ok(tenant, 'PutKeyPolicy', { KeyId: key.id, Policy: text })
      expectDenied(await encrypt(second.caller, key))
    })

    test('is denied by a condition on aws:PrincipalArn, which is a name', async () => {
      const Policy = document(allow('kms:Encrypt'))
      const PrincipalArn = named(tenant).replace(
        /:sts:(.*):assumed-role\/bob\/.*/,
        ':iam:$1:role/bob',
      )
      const Condition = { ArnEquals: { 'aws:PrincipalArn': PrincipalArn } }
      const key = await keyOf(deny('kms:Encrypt', { Principal: '*', Condition }))
      expectDenied(await encrypt((await made({ Policy })).caller, key))
      await remove(type)
      expectDenied(await encrypt((await made({ Policy })).caller, key))
    })

    test('inherits no grant, and the same grant made anew is another', async () => {
      const first = await made()
      const key = await harness.key(tenant)
      const input = {
        KeyId: key.id,
        GranteePrincipal: named(tenant),
        Operations: ['Encrypt', 'RetireGrant'],
        Name: 'bob',
      }
      const { GrantId: before } = await harness.ok(tenant, 'CreateGrant', input)
      expect((await harness.ok(tenant, 'CreateGrant', input))['GrantId']).toBe(before)
      expectAllowed(await encrypt(first.caller, key))
      await remove(type)
      const second = await made()
      expectDenied(await encrypt(second.caller, key))
      expectDenied(
        await harness.call('sdk', second.caller, 'RetireGrant', {
          KeyId: key.arn,
          GrantId: before,
        }),
      )
      const { GrantId: after } = await harness.ok(tenant, 'CreateGrant', input)
      expect(after).not.toBe(before)
      expectAllowed(await encrypt(second.caller, key))

      const listed = async (more = {}) => {
        const { Grants } = await harness.ok(tenant, 'ListGrants', { KeyId: key.id, ...more })
        const grants = Grants as { GrantId: string; GranteePrincipal: string }[]
        return Object.fromEntries(grants.map((one) => [one.GrantId, one.GranteePrincipal]))
      }
      const id = named(tenant).includes('assumed-role') ? `${first.id}:night` : first.id
      expect(await listed()).toEqual({ [`${before}`]: id, [`${after}`]: named(tenant) })
      expect(await listed({ GranteePrincipal: named(tenant) })).toEqual({
        [`${after}`]: named(tenant),
      })
      await harness.ok(tenant, 'RevokeGrant', { KeyId: key.id, GrantId: before })
      expect(Object.keys(await listed())).toEqual([after])
    })

    test('of a retiring principal retires nothing', async () => {
      const first = await made()
      const key = await harness.key(tenant)
      const input = {
        KeyId: key.id,
        GranteePrincipal: rootOf(tenant),
        RetiringPrincipal: named(tenant),
        Operations: ['Encrypt'],
      }
      const retire = (who: Credential, GrantId: unknown) =>
        harness.call('sdk', who, 'RetireGrant', { KeyId: key.arn, GrantId })
      const { GrantId: one } = await harness.ok(tenant, 'CreateGrant', input)
      const { GrantId: two } = await harness.ok(tenant, 'CreateGrant', input)
      expectAllowed(await retire(first.caller, one))
      await remove(type)
      const second = await made()
      expectDenied(await retire(second.caller, two))
      const { Grants } = await harness.ok(tenant, 'ListRetirableGrants', {
        RetiringPrincipal: named(tenant),
      })
      expect(Grants).toEqual([])
    })

    test('is not trusted by a role, and is shown by its id', async () => {
      const first = await made({ Policy: document(allow('sts:AssumeRole')) })
      const TrustPolicy = document({
        Effect: 'Allow',
        Principal: { AWS: named(tenant) },
        Action: 'sts:AssumeRole',
      })
      const { arn } = await harness.role(tenant, 'target', { TrustPolicy })
      const assume = (who: Credential) =>
        harness.call('rest', who, 'AssumeRole', { RoleArn: arn, RoleSessionName: 'day' })
      const line = `/admin/v1/tenants/${tenant.accountId}/principals/role/target`
      const shown = async () =>
        String((await harness.rest(harness.operator, `GET ${line}`)).json['TrustPolicy'])
      expectAllowed(await assume(first.caller))
      expect(await shown()).toBe(TrustPolicy)
      await remove(type)
      const second = await made({ Policy: document(allow('sts:AssumeRole')) })
      expectDenied(await assume(second.caller))
      expect(await shown()).toContain(first.id)
      const body = JSON.stringify({ TrustPolicy })
      await harness.rest(harness.operator, `PUT ${line}/trust-policy`, { body })
      expectAllowed(await assume(second.caller))
      expect(await shown()).toBe(TrustPolicy)
    })
  })

  test('is spared by no NotPrincipal that spared the dead one', async () => {
    const Policy = document(allow('kms:Encrypt'))
    const first = await make('user', { Policy })
    const spared = [rootOf(tenant), first.arn]
    const key = await keyOf(deny('kms:Encrypt', { NotPrincipal: { AWS: spared } }))
    expectAllowed(await encrypt(first.credential as Credential, key))
    await remove('user')
    const second = await make('user', { Policy })
    expectDenied(await encrypt(second.credential as Credential, key))
  })

  test('of another account inherits nothing, and its end is told to nobody', async () => {
    const owner = await harness.tenant()
    const Policy = document(allow('kms:Encrypt'))
    const first = await make('user', { Policy })
    const text = document(enableIam(owner), allow('kms:Encrypt', { Principal: { AWS: first.arn } }))
    const key = await harness.key(owner, { Policy: text })
    expectAllowed(await encrypt(first.credential as Credential, key))
    const ask = async () =>
      (
        await harness.ok(
          owner,
          'ExplainAccess',
          { KeyId: key.id, Principal: first.arn, Action: 'kms:Encrypt' },
          { via: 'rest' },
        )
      )['Decision']
    const survey = () => everybody(owner, key)
    const before = [await ask(), await survey()]
    expect(before).toEqual(['allowed', [rootOf(owner), first.arn]])
    await remove('user')
    const second = await make('user', { Policy })
    expectDenied(await encrypt(second.credential as Credential, key))
    const { Policy: shown } = await harness.ok(owner, 'GetKeyPolicy', { KeyId: key.id })
    expect(shown).toBe(text)
    expect([await ask(), await survey()]).toEqual(before)
  })

  describe('of another account, and one that never was, are told apart by no answer', () => {
    const states: readonly [string, () => Promise<unknown>][] = [
      ['never there', async () => undefined],
      ['there', () => harness.role(tenant, 'bob', { Path: '/app/' })],
      [
        'gone',
        async () => {
          await harness.role(tenant, 'bob', { Path: '/app/' })
          return () => remove('role')
        },
      ],
      [
        'made anew',
        async () => {
          await harness.role(tenant, 'bob', { Path: '/app/' })
          return async () => {
            await remove('role')
            await harness.role(tenant, 'bob', { Path: '/app/' })
          }
        },
      ],
    ]
    test.each(states)('%s', async (_, before) => {
      const owner = await harness.tenant()
      const later = await before()
      const arn = (rest: string) => `arn:aws:${rest.replace(/::/, `::${tenant.accountId}:`)}`
      const role = arn('iam::role/app/bob')
      const session = arn('sts::assumed-role/bob/night')
      const text = document(
        enableIam(owner),
        allow('kms:Encrypt', { Principal: { AWS: role } }),
        allow('kms:Decrypt', { Principal: { AWS: session } }),
        allow('kms:Sign', { Principal: { AWS: arn('iam::role/x/bob') } }),
      )
      const key = await harness.key(owner, { Policy: text })
      const terms = { KeyId: key.id, GranteePrincipal: role, Operations: ['Encrypt'], Name: 'n' }
      const { GrantId } = await harness.ok(owner, 'CreateGrant', terms)
      if (typeof later === 'function') await later()

      const { Policy } = await harness.ok(owner, 'GetKeyPolicy', { KeyId: key.id })
      expect(Policy).toBe(text)
      expect((await harness.ok(owner, 'CreateGrant', terms))['GrantId']).toBe(GrantId)
      const more = { GranteePrincipal: role }
      const { Grants } = await harness.ok(owner, 'ListGrants', { KeyId: key.id, ...more })
      expect(Grants).toMatchObject([{ GrantId, ...more }])
      const explained: Record<string, unknown> = {}
      for (const Principal of [role, session, arn('iam::role/bob'), arn('iam::role/x/bob')]) {
        for (const action of ['Encrypt', 'Decrypt', 'Sign']) {
          const input = { KeyId: key.id, Principal, Action: `kms:${action}` }
          const { Decision } = await harness.ok(owner, 'ExplainAccess', input, { via: 'rest' })
          explained[`${action} ${Principal.split(':')[5]}`] = Decision
        }
      }
      expect(Object.keys(explained).filter((one) => explained[one] === 'allowed')).toEqual([
        'Encrypt role/app/bob',
        'Encrypt assumed-role/bob/night',
        'Decrypt assumed-role/bob/night',
        'Sign role/x/bob',
      ])
    })
  })

  test('is what ExplainAccess and ListKeyAccess look at, not the dead one', async () => {
    const first = await make('user')
    const key = await keyOf(allow('kms:Encrypt', { Principal: { AWS: first.arn } }))
    const ask = () =>
      harness.ok(
        tenant,
        'ExplainAccess',
        { KeyId: key.id, Principal: first.arn, Action: 'kms:Encrypt' },
        { via: 'rest' },
      )
    expect(await ask()).toMatchObject({ Decision: 'allowed', Because: [{ Kind: 'statement' }] })
    await remove('user')
    await make('user')
    expect(await ask()).toMatchObject({ Decision: 'denied' })
    expect(await everybody(tenant, key)).toEqual([rootOf(tenant)])
  })
})
