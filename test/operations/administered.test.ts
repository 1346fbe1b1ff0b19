// @module-tag functions-long
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { operations } from '../../operations/registry.ts'
import { trust } from '../sessions/world.ts'
import { allow, deny, document, type Statement, userWith } from '../support/authorization.ts'
import { type Credential, describeStores, type Harness, type Input } from '../support/harness.ts'

const OPERATOR = '000000000000'
const ALL_BUT_OPERATOR = { NotResource: `arn:aws:iam::${OPERATOR}:*`, Resource: undefined }
const POLICY = document(allow('kms:*'))

/** What of an account or a principal is asked for by every administrative action, and on which ARN. */
const CALLS: Readonly<Record<string, [on: 'root' | 'user/bob', input?: Input]>> = {
  CreateTenant: ['root', { Name: 'new' }],
  SuspendTenant: ['root'],
  ResumeTenant: ['root'],
  ScheduleTenantDeletion: ['root'],
  GetTenantDeletion: ['root'],
  CancelTenantDeletion: ['root'],
  ListPrincipals: ['root'],
  ListAccessKeys: ['root'],
  ListOidcIssuers: ['root'],
  RevokeSessions: ['root'],
  ListTenantValues: ['root'],
  PutTenantValues: ['root', { IssuerId: 'abc', Values: [] }],
  GetAuditRetention: ['root'],
  PutAuditRetention: ['root', { Days: 30 }],
  GetTenant: ['root'],
  UpdateTenant: ['root', { Name: 'renamed' }],
  CreatePrincipal: ['user/bob', { Type: 'user', Name: 'bob' }],
  GetPrincipal: ['user/bob'],
  DeletePrincipal: ['user/bob'],
  PutPrincipalPolicy: ['user/bob', { PolicyName: 'p', Policy: POLICY }],
  DeletePrincipalPolicy: ['user/bob', { PolicyName: 'p' }],
  PutPermissionsBoundary: ['user/bob', { Policy: POLICY }],
  DeletePermissionsBoundary: ['user/bob'],
  TagPrincipal: ['user/bob', { Tags: [{ TagKey: 'a', TagValue: 'b' }] }],
  UntagPrincipal: ['user/bob', { TagKeys: ['a'] }],
  CreateSession: ['user/bob', { UserName: 'bob' }],
  CreateAccessKey: ['root'],
  CreateXksCredential: ['user/bob'],
  ListXksCredentials: ['root'],
}

/** What is about no account, or is tried below. */
const OTHERS = [
  ...['AdvanceClock', 'GetClock', 'GetInstallation', 'ListTenants'],
  ...['UpdateAccessKey', 'DeleteAccessKey'],
  ...['CreateOidcIssuer', 'UpdateOidcIssuer', 'DeleteOidcIssuer', 'PutTrustPolicy'],
  ...['CreateInstallationIssuer', 'UpdateInstallationIssuer', 'DeleteInstallationIssuer'],
  'ListInstallationIssuers',
  // asked on whom it stands for: test/xks/access.test.ts
  ...['RotateXksCredential', 'DeleteXksCredential'],
  // asks GetPrincipal's action: test/operations/policy-history.test.ts
  'ListPrincipalPolicyChanges',
]

test('Every operation of the operator is asked on the account it is about', () => {
  const own = operations.filter(({ audience }) => audience === 'operator')
  expect([...Object.keys(CALLS), ...OTHERS].sort()).toEqual(own.map(({ name }) => name).sort())
  const plain = own.filter(({ administers }) => administers === undefined)
  expect(plain.map(({ name }) => name).sort()).toEqual([
    ...['AdvanceClock', 'GetClock', 'ListInstallationIssuers', 'ListTenants'],
  ])
})

describeStores('An administrative action', (harness: Harness) => {
  const limited = (...statements: Statement[]) =>
    userWith(harness, { ...harness.operator, name: 'operator' }, statements)
  const call = (who: Credential, operation: string, input: Input) =>
    harness.call('rest', who, operation, input)
  const named = (accountId: string, on: string) => {
    const [type, name] = on.split('/')
    return { AccountId: accountId, ...(name !== undefined && { Type: type, Name: name }) }
  }
  const message = (who: { arn: string }, action: string, resource: string) =>
    `User: ${who.arn} is not authorized to perform: tenkey:${action} on resource: ${resource} because no identity-based policy allows the tenkey:${action} action`

  test.each(Object.entries(CALLS))('%s is asked on %o', async (operation, [on, more = {}]) => {
    const tenant = await harness.tenant()
    if (on !== 'root') await harness.user(tenant, 'bob')
    const arn = `arn:aws:iam::${tenant.accountId}:${on}`
    const members =
      'UserName' in more || operation === 'CreatePrincipal' ? named('', '') : named('', on)
    const input = { ...members, ...more, AccountId: tenant.accountId }
    const other = await harness.tenant()
    const elsewhere = await limited(
      allow(`tenkey:${operation}`, { Resource: arn.replace(tenant.accountId, other.accountId) }),
    )
    const refused = await call(elsewhere, operation, input)
    expect(refused.code).toBe('AccessDeniedException')
    expect(refused.message).toBe(message(elsewhere, operation, arn))
    // it makes an access key of the root too
    const also = operation === 'CreateTenant' ? ['tenkey:CreateAccessKey'] : []
    const here = await limited(allow([`tenkey:${operation}`, ...also], { Resource: arn }))
    const outcome = await call(here, operation, input)
    expect(outcome.code).not.toBe('AccessDeniedException')
    expect(outcome.status).not.toBe(500)
  })

  test.each([
    ['of a user', 'user/bob', { UserName: 'bob' }],
    ['of the root', 'root', {}],
  ])('on an access key %s is asked on whose it is', async (_title, on, whose) => {
    const tenant = await harness.tenant()
    await harness.user(tenant, 'bob')
    const arn = `arn:aws:iam::${tenant.accountId}:${on}`
    const key = async () =>
      (await harness.ok(
        harness.operator,
        'CreateAccessKey',
        { AccountId: tenant.accountId, ...whose },
        { via: 'rest' },
      )) as { AccessKeyId: string }
    const { AccessKeyId } = await key()
    const input = { AccountId: tenant.accountId, AccessKeyId }
    const actions = ['tenkey:UpdateAccessKey', 'tenkey:DeleteAccessKey']
    const near = await limited(allow(actions, { Resource: `${arn}y` }))
    const owner = await limited(allow(actions, { Resource: arn }))
    for (const [operation, more] of [
      ['UpdateAccessKey', { Status: 'Inactive' }],
      ['DeleteAccessKey', {}],
    ] as const) {
      const refused = await call(near, operation, { ...input, ...more })
      expect(refused.message).toBe(message(near, operation, arn))
      expect((await call(owner, operation, { ...input, ...more })).code).toBeUndefined()
    }
    // one that isn't there is the account's to ask for
    expect((await call(near, 'DeleteAccessKey', input)).code).toBe('AccessDeniedException')
    const all = await limited(allow(actions))
    expect((await call(all, 'DeleteAccessKey', input)).code).toBe('NotFoundException')
  })

  test('on an issuer is asked on its provider', async () => {
    const { accountId: AccountId } = await harness.tenant()
    const provider = `arn:aws:iam::${AccountId}:oidc-provider/idp.example.com/realm`
    const actions = ['Create', 'Update', 'Delete'].map((verb) => `tenkey:${verb}OidcIssuer`)
    const who = await limited(allow(actions, { Resource: provider }))
    const input = { AccountId, Issuer: 'https://idp.example.com/realm', Audiences: ['app'] }
    const made = await call(who, 'CreateOidcIssuer', input)
    expect(made.code).toBeUndefined()
    const other = await call(who, 'CreateOidcIssuer', { ...input, Issuer: `${input.Issuer}s` })
    expect(other.message).toBe(message(who, 'CreateOidcIssuer', `${provider}s`))
    const { IssuerId } = made.json as { IssuerId: string }
    for (const name of ['UpdateOidcIssuer', 'DeleteOidcIssuer']) {
      const unknown = await call(who, name, { AccountId, IssuerId: 'abc' })
      expect(unknown.code).toBe('AccessDeniedException')
    }
    const changed = await call(who, 'UpdateOidcIssuer', { AccountId, IssuerId, Audiences: ['b'] })
    expect(changed.code).toBeUndefined()
    const deleted = await call(who, 'DeleteOidcIssuer', { AccountId, IssuerId })
    expect(deleted.code).toBeUndefined()
  })

  test('on an issuer of the installation is asked on the operator’s provider, by statements that name it', async () => {
    const provider = `arn:aws:iam::${OPERATOR}:oidc-provider/idp.example.com/${Date.now()}`
    const actions = ['Create', 'Update', 'Delete'].map((verb) => `tenkey:${verb}InstallationIssuer`)
    const input = {
      Issuer: `https://${provider.slice(provider.indexOf('/') + 1)}`,
      Audiences: ['app'],
      TenantClaim: 'tenant',
      Rules: [{ RoleName: 'app', Claims: [] }],
    }
    const everywhere = await limited(allow('tenkey:*'))
    const refused = await call(everywhere, 'CreateInstallationIssuer', input)
    expect(refused.code).toBe('AccessDeniedException')
    const who = await limited(allow(actions, { Resource: provider }))
    const made = await call(who, 'CreateInstallationIssuer', input)
    expect(made.code).toBeUndefined()
    const other = await call(who, 'CreateInstallationIssuer', {
      ...input,
      Issuer: `${input.Issuer}s`,
    })
    expect(other.message).toBe(message(who, 'CreateInstallationIssuer', `${provider}s`))
    const { IssuerId } = made.json as { IssuerId: string }
    for (const name of ['UpdateInstallationIssuer', 'DeleteInstallationIssuer']) {
      expect((await call(everywhere, name, { IssuerId })).code).toBe('AccessDeniedException')
    }
    expect((await call(who, 'UpdateInstallationIssuer', { IssuerId })).code).toBeUndefined()
    expect((await call(who, 'DeleteInstallationIssuer', { IssuerId })).code).toBeUndefined()
  })

  test('of whoever makes access keys for all but the operator makes nobody of the operator’s', async () => {
    const tenant = await harness.tenant()
    await userWith(harness, { ...harness.operator, name: 'operator' }, [])
    const victim = await limited(allow('tenkey:*'))
    const who = await limited(allow('tenkey:*', ALL_BUT_OPERATOR))
    const ofTenant = await call(who, 'CreateAccessKey', { AccountId: tenant.accountId })
    expect(ofTenant.code).toBeUndefined()
    expect((await call(who, 'CreateTenant', { Name: 'new' })).code).toBeUndefined()
    const { accessKeyId: AccessKeyId } = harness.operator
    const attempts: [string, Input][] = [
      ['CreateAccessKey', {}],
      ['CreateAccessKey', { UserName: victim.name }],
      ['CreateSession', { UserName: victim.name }],
      ['CreatePrincipal', { Type: 'user', Name: 'mine', Policy: POLICY, CreateAccessKey: true }],
      ['PutPrincipalPolicy', { Type: 'user', Name: who.name, PolicyName: 'p', Policy: POLICY }],
      ['DeletePrincipal', { Type: 'user', Name: victim.name }],
      ['DeletePermissionsBoundary', { Type: 'user', Name: who.name }],
      ['UpdateAccessKey', { AccessKeyId, Status: 'Inactive' }],
      ['DeleteAccessKey', { AccessKeyId }],
      ['CreateOidcIssuer', { Issuer: 'https://idp.example.com', Audiences: ['a'] }],
      ['RevokeSessions', {}],
      ['ListPrincipals', {}],
      ['ListAccessKeys', {}],
    ]
    for (const [operation, more] of attempts) {
      const outcome = await call(who, operation, { AccountId: OPERATOR, ...more })
      expect([operation, outcome.code]).toEqual([operation, 'AccessDeniedException'])
    }
  })

  test('on the operator’s own account is permitted by what names it alone', async () => {
    const attempt = async (...statements: Statement[]) => {
      const who = await limited(...statements)
      const outcome = await call(who, 'ListPrincipals', { AccountId: OPERATOR })
      return outcome.code ?? 'allowed'
    }
    const root = `arn:aws:iam::${OPERATOR}:root`
    const DENIED = 'AccessDeniedException'
    expect(await attempt(allow('*'))).toBe(DENIED)
    expect(await attempt(allow('tenkey:*', { Resource: 'arn:aws:iam::*:root' }))).toBe(DENIED)
    expect(await attempt(allow('tenkey:*', { Resource: 'arn:*' }))).toBe(DENIED)
    const notOther = { NotResource: 'arn:aws:iam::111122223333:*', Resource: undefined }
    expect(await attempt(allow('tenkey:*', notOther))).toBe(DENIED)
    expect(await attempt(allow('tenkey:*', { Resource: root }))).toBe('allowed')
    expect(await attempt(allow('tenkey:*', { Resource: ['*', root] }))).toBe('allowed')
    const others = `arn:aws:iam::${OPERATOR}:user/*`
    expect(await attempt(allow('tenkey:*', { Resource: ['*', others] }))).toBe(DENIED)
    const named = allow('tenkey:*', { Resource: `arn:aws:iam::${OPERATOR}:*` })
    expect(await attempt(allow('*'), named)).toBe('allowed')
    expect(await attempt(named, deny('tenkey:ListPrincipals'))).toBe(DENIED)
  })

  test('that makes an access key with a user asks for that too', async () => {
    const { accountId: AccountId } = await harness.tenant()
    const Resource = `arn:aws:iam::${AccountId}:user/*`
    const input = { AccountId, Type: 'user', Name: 'new' }
    const maker = await limited(allow('tenkey:CreatePrincipal', { Resource }))
    const refused = await call(maker, 'CreatePrincipal', { ...input, CreateAccessKey: true })
    const arn = `arn:aws:iam::${AccountId}:user/new`
    expect(refused.message).toBe(message(maker, 'CreateAccessKey', arn))
    expect((await call(maker, 'CreatePrincipal', input)).code).toBeUndefined()
  })

  test('that makes a tenant makes an access key of its root, and asks for that on the account', async () => {
    const forbidden = await limited(
      allow('tenkey:CreateTenant'),
      deny('tenkey:CreateAccessKey', { Resource: 'arn:aws:iam::*:root' }),
    )
    const maker = await limited(allow('tenkey:CreateTenant'))
    const AccountId = '210987654321'
    for (const who of [forbidden, maker]) {
      for (const more of [{}, { AccountId }]) {
        const refused = await call(who, 'CreateTenant', { Name: 'mine', ...more })
        expect(refused.code).toBe('AccessDeniedException')
        const on = 'AccountId' in more ? AccountId : '*'
        expect(refused.message).toContain(
          `to perform: tenkey:CreateAccessKey on resource: arn:aws:iam::${on}:root `,
        )
      }
    }
    const there = await harness.call('rest', harness.operator, 'ListAccessKeys', { AccountId })
    expect(there.code).toBe('NotFoundException')
  })

  test('is asked on the ARN of a user or role, with its path; who is refused is not told the path', async () => {
    const { accountId: AccountId, ...more } = await harness.tenant()
    const tenant = { accountId: AccountId, ...more }
    const user = await harness.user(tenant, 'boss', { Path: '/admins/' })
    const role = await harness.role(tenant, 'glass', { Path: '/break/' })
    const { accessKeyId: AccessKeyId } = user.credential ?? {}
    const boss = { Type: 'user', Name: 'boss' }
    const glass = { Type: 'role', Name: 'glass' }
    const Tags = [{ TagKey: 'a', TagValue: 'b' }]
    const TrustPolicy = document(trust({ AWS: AccountId }))
    const calls: [operation: string, more: Input, name: string][] = [
      ['GetPrincipal', boss, 'user/boss'],
      ['PutPrincipalPolicy', { ...boss, PolicyName: 'p', Policy: POLICY }, 'user/boss'],
      ['DeletePrincipalPolicy', { ...boss, PolicyName: 'p' }, 'user/boss'],
      ['PutPermissionsBoundary', { ...boss, Policy: POLICY }, 'user/boss'],
      ['DeletePermissionsBoundary', boss, 'user/boss'],
      ['TagPrincipal', { ...boss, Tags }, 'user/boss'],
      ['UntagPrincipal', { ...boss, TagKeys: ['a'] }, 'user/boss'],
      ['RevokeSessions', boss, 'user/boss'],
      ['CreateSession', { UserName: 'boss' }, 'user/boss'],
      ['CreateAccessKey', { UserName: 'boss' }, 'user/boss'],
      ['UpdateAccessKey', { AccessKeyId, Status: 'Active' }, 'user/boss'],
      ['PutTrustPolicy', { ...glass, TrustPolicy }, 'role/glass'],
      ['DeletePrincipal', glass, 'role/glass'],
      ['DeleteAccessKey', { AccessKeyId }, 'user/boss'],
      ['DeletePrincipal', boss, 'user/boss'],
    ]
    const kept = await limited(
      allow('tenkey:*'),
      deny('tenkey:*', { Resource: ['arn:aws:iam::*:user/admins/*', role.arn] }),
    )
    const stranger = await limited()
    for (const [operation, given, name] of calls) {
      const input = { AccountId, ...given }
      const refused = await call(kept, operation, input)
      expect([operation, refused.code]).toEqual([operation, 'AccessDeniedException'])
      const told = await call(stranger, operation, input)
      expect(told.message).toBe(message(stranger, operation, `arn:aws:iam::${AccountId}:${name}`))
    }
    const made = { Type: 'user', Name: 'second', Path: '/admins/' }
    const second = await call(kept, 'CreatePrincipal', { AccountId, ...made })
    expect(second.code).toBe('AccessDeniedException')
    const owner = await limited(allow('tenkey:*', { Resource: [user.arn, role.arn] }))
    for (const [operation, given] of calls) {
      const outcome = await call(owner, operation, { AccountId, ...given })
      expect([operation, outcome.code]).toEqual([operation, undefined])
    }
  })

  test('PutTrustPolicy is asked on the role', async () => {
    const tenant = await harness.tenant()
    const { arn } = await harness.role(tenant, 'ops')
    const who = await limited(allow('tenkey:PutTrustPolicy', { Resource: arn }))
    const TrustPolicy = document(trust({ AWS: tenant.accountId }))
    const input = { AccountId: tenant.accountId, Type: 'role', TrustPolicy }
    expect((await call(who, 'PutTrustPolicy', { ...input, Name: 'ops' })).code).toBeUndefined()
    const other = await call(who, 'PutTrustPolicy', { ...input, Name: 'opsy' })
    expect(other.message).toBe(message(who, 'PutTrustPolicy', `${arn}y`))
  })

  test('is permitted as docs/api.md says by its example', async () => {
    const text = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')
    const example = /```json\n(\{[^`]*000000000000[^`]*\})\n```/.exec(text)?.[1]
    const { Statement } = JSON.parse(example ?? '') as { Statement: Statement[] }
    const who = await limited(...Statement)
    const { accountId: AccountId } = await harness.tenant()
    for (const operation of ['CreateAccessKey', 'ListPrincipals']) {
      expect((await call(who, operation, { AccountId })).code).toBeUndefined()
      const own = await call(who, operation, { AccountId: OPERATOR })
      expect(own.code).toBe('AccessDeniedException')
    }
    expect((await call(who, 'ListTenants', {})).code).toBeUndefined()
    expect((await call(who, 'SuspendTenant', { AccountId })).code).toBe('AccessDeniedException')
  })

  test('on no account is asked on *', async () => {
    const who = await limited(allow('tenkey:ListTenants'))
    expect((await call(who, 'ListTenants', {})).code).toBeUndefined()
    const other = await limited(allow('tenkey:ListTenants', { Resource: 'arn:aws:iam::*:root' }))
    const refused = await call(other, 'ListTenants', {})
    expect(refused.code).toBe('AccessDeniedException')
    expect(refused.message).toContain('on resource: * because')
  })
})
