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
  type Input,
  type Principal,
  type Tenant,
} from '../support/harness.ts'

const Plaintext = new Uint8Array([1])
const PATHS = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html'

describeStores('Paths of users and roles', (harness) => {
  let tenant: Tenant
  let alice: Principal
  let caller: Credential
  beforeEach(async () => {
    tenant = await harness.tenant()
    const Policy = document(allow(['sts:*', 'kms:*']))
    alice = await harness.user(tenant, 'alice', { Path: '/app/team/', Policy })
    caller = alice.credential as Credential
    harness.begin()
  })
  const arnOf = (rest: string, partition = 'aws') =>
    `arn:${partition}:${rest.startsWith('assumed') ? 'sts' : 'iam'}::${tenant.accountId}:${rest}`
  const create = (input: Input) =>
    harness.rest(harness.operator, `POST /admin/v1/tenants/${tenant.accountId}/principals`, {
      body: JSON.stringify(input),
    })
  const deploy = (more: Input = {}) =>
    harness.role(tenant, 'deploy', {
      Path: '/app/',
      Policy: document(allow('kms:*')),
      ...more,
    })
  const assume = (RoleArn: string) =>
    harness.call('rest', caller, 'AssumeRole', { RoleArn, RoleSessionName: 'night' })
  const session = async (RoleArn: string): Promise<Credential> => {
    const { json } = await assume(RoleArn)
    const { AccessKeyId, SecretAccessKey, SessionToken } = json['Credentials'] as {
      AccessKeyId: string
      SecretAccessKey: string
      SessionToken: string
    }
    return {
      accountId: tenant.accountId,
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    }
  }
  const identity = async (who: Credential) =>
    (await harness.ok(who, 'GetCallerIdentity', {}, { via: 'rest' }))['Arn']
  const keyOf = (...more: Statement[]) =>
    harness.key(tenant, { Policy: document(enableIam(tenant), ...more) })
  const encrypt = (who: Credential, KeyId: string) =>
    harness.call('sdk', who, 'Encrypt', { KeyId, Plaintext })

  test(`are in ARNs, and not in those of sessions (${PATHS})`, async () => {
    const role = await deploy()
    expect([alice.arn, role.arn]).toEqual([arnOf('user/app/team/alice'), arnOf('role/app/deploy')])
    expect(await identity(caller)).toBe(alice.arn)
    expect(await identity(await session(role.arn))).toBe(arnOf('assumed-role/deploy/night'))
    const line = `GET /admin/v1/tenants/${tenant.accountId}/principals/role/deploy`
    expect((await harness.rest(harness.operator, line)).json).toMatchObject({
      Arn: role.arn,
      Name: 'deploy',
      Path: '/app/',
    })
  })

  test.each([
    ['role, by its path', 'role/app/deploy'],
    ['session, without a path', 'assumed-role/deploy/night'],
    ['user, by its path', 'user/app/team/alice'],
  ])('a Deny on a %s, denies', async (_, name) => {
    const role = await deploy()
    const who = name.startsWith('user') ? caller : await session(role.arn)
    const key = await keyOf(deny('kms:Encrypt', { Principal: { AWS: arnOf(name) } }))
    expectDenied(await encrypt(who, key.id))
    expectAllowed(await encrypt(who, (await keyOf()).id))
  })

  test('are in aws:PrincipalArn of a session, which names the role', async () => {
    const role = await deploy()
    const key = await keyOf(
      deny('kms:Encrypt', {
        Principal: '*',
        Condition: { ArnLike: { 'aws:PrincipalArn': arnOf('role/app/*') } },
      }),
    )
    expectDenied(await encrypt(await session(role.arn), key.id))
    expectAllowed(await encrypt(caller, key.id))
  })

  test('are part of how a role is assumed, granted to and asked about', async () => {
    const role = await deploy({ Policy: document(allow('sts:GetCallerIdentity')) })
    expectDenied(await assume(arnOf('role/deploy')))
    expectDenied(await assume(arnOf('role/other/deploy')))
    const key = await harness.key(tenant)
    const input = { KeyId: key.id, GranteePrincipal: role.arn, Operations: ['Encrypt'] }
    await harness.ok(tenant, 'CreateGrant', input)
    expectAllowed(await encrypt(await session(role.arn), key.id))
    const ask = (Principal: string) =>
      harness.call('rest', tenant, 'ExplainAccess', {
        KeyId: key.id,
        Principal,
        Action: 'kms:Encrypt',
      })
    expect((await ask(role.arn)).json).toMatchObject({ Decision: 'allowed' })
    expect((await ask(arnOf('assumed-role/deploy/x'))).json).toMatchObject({ Decision: 'allowed' })
    expect((await ask(arnOf('role/deploy'))).code).toBe('NotFoundException')
  })

  const WRONG: readonly [what: string, arn: () => string][] = [
    ['a role without its path', () => arnOf('role/deploy')],
    ['a role by another path', () => arnOf('role/other/deploy')],
    ['a session by its path', () => arnOf('assumed-role/app/deploy')],
    ['a user without path', () => arnOf('user/alice')],
    ['a name in another case', () => arnOf('role/app/Deploy')],
    ['a role that is not there', () => arnOf('role/app/none')],
    ['a role of another partition', () => arnOf('role/app/deploy', 'aws-cn')],
    ['a session of another partition', () => arnOf('assumed-role/deploy/night', 'aws-us-gov')],
    ['the root of another partition', () => arnOf('root', 'aws-cn')],
    ["another account's root of another partition", () => 'arn:aws-cn:iam::999999999999:root'],
    [
      "another account's role of another partition",
      () => 'arn:aws-us-gov:iam::999999999999:role/x',
    ],
  ]
  describe.each(WRONG)('%s is refused', (_, wrong) => {
    beforeEach(() => deploy().then(() => harness.begin()))

    test.each(['Principal', 'NotPrincipal'])('in a key policy, as %s', async (element) => {
      const Policy = document(enableIam(tenant), {
        ...deny('kms:Encrypt'),
        [element]: { AWS: [rootOf(tenant), wrong()] },
      })
      const words = 'Policy contains a statement with one or more invalid principals.'
      const made = await harness.call('sdk', tenant, 'CreateKey', { Policy })
      expectRefusal(made, 'sdk', 'MalformedPolicyDocumentException', words)
      const key = await keyOf()
      const put = await harness.call('sdk', tenant, 'PutKeyPolicy', { KeyId: key.id, Policy })
      expectRefusal(put, 'sdk', 'MalformedPolicyDocumentException', words)
    })

    test('in a trust policy', async () => {
      const TrustPolicy = document({
        Effect: 'Allow',
        Principal: { AWS: wrong() },
        Action: 'sts:AssumeRole',
      })
      const words = `Invalid principal in policy: "AWS":"${wrong()}"`
      const made = await create({ Type: 'role', Name: 'new', TrustPolicy })
      expectRefusal(made, 'rest', 'MalformedPolicyDocumentException', words)
      const line = `PUT /admin/v1/tenants/${tenant.accountId}/principals/role/deploy/trust-policy`
      const put = await harness.rest(harness.operator, line, {
        body: JSON.stringify({ TrustPolicy }),
      })
      expectRefusal(put, 'rest', 'MalformedPolicyDocumentException', words)
    })

    test.each(['GranteePrincipal', 'RetiringPrincipal'])('as %s', async (member) => {
      const key = await harness.key(tenant)
      const outcome = await harness.call('sdk', tenant, 'CreateGrant', {
        KeyId: key.id,
        GranteePrincipal: rootOf(tenant),
        Operations: ['Encrypt'],
        [member]: wrong(),
      })
      const words = `ARN does not refer to a valid principal: ${wrong()}`
      expectRefusal(outcome, 'sdk', 'InvalidArnException', words)
    })
  })

  test.each([
    ['AWSServiceRoleForTransfer', '/aws-service-role/transfer.amazonaws.com/'],
    ['AWSReservedSSO_Admin_0123456789abcdef', '/aws-reserved/sso.amazonaws.com/eu-west-1/'],
  ])('those of AWS’s own can be made: %s', async (Name, Path) => {
    const role = await harness.role(tenant, Name, { Path })
    expect(role.arn).toBe(arnOf(`role${Path}${Name}`))
    expect(await identity(await session(role.arn))).toBe(arnOf(`assumed-role/${Name}/night`))
  })

  test.each(['app', '/app', 'app/', '//', '/a//b/', '/a b/', '/a:b/', `/${'x'.repeat(511)}/`])(
    'the path %s is none',
    async (Path) => {
      const { code } = await create({ Type: 'user', Name: 'x', Path })
      expect(code).toBe('ValidationException')
    },
  )

  describe('are no part of a name (API_CreateUser: "names must be unique within an account")', () => {
    test.each([
      ['another path', 'alice', '/other/', 'AlreadyExistsException'],
      ['none', 'alice', '/', 'AlreadyExistsException'],
      ['another case', 'ALICE', '/app/team/', 'AlreadyExistsException'],
      ['another name', 'alicia', '/app/team/', undefined],
    ])('%s', async (_, Name, Path, code) => {
      expect((await create({ Type: 'user', Name, Path })).code).toBe(code)
    })

    test('a role may have the name of a user; who is gone leaves the name', async () => {
      await harness.role(tenant, 'ALICE')
      const line = `/admin/v1/tenants/${tenant.accountId}/principals/user/alice`
      await harness.rest(harness.operator, `DELETE ${line}`)
      expect((await create({ Type: 'user', Name: 'Alice' })).code).toBeUndefined()
      expect((await create({ Type: 'user', Name: 'alice' })).code).toBe('AlreadyExistsException')
    })

    test('of two who are made at once in two spellings one is there', async () => {
      const spellings = ['eve', 'Eve', 'EVE', 'evE']
      const made = await Promise.all(spellings.map((Name) => create({ Type: 'user', Name })))
      expect(made.map(({ code }) => code).sort()).toEqual([
        'AlreadyExistsException',
        'AlreadyExistsException',
        'AlreadyExistsException',
        undefined,
      ])
    })
  })
})
