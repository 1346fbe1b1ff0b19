import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  type GetFederationTokenCommandInput,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Tenant } from '../support/harness.ts'
import type { Credential } from '../support/target.ts'
import { allow, credentialOf, document, operate, roleArn, sessionWorld, trust } from './world.ts'

const world = sessionWorld()
const { harness } = world
let tenant: Tenant
let broker: Credential
let brokerId: string

/** a policy variable */
const OWN = `\${aws:PrincipalAccount}`
const KMS = document(allow(['kms:Encrypt', 'kms:CreateKey', 'kms:ListKeys']))

beforeAll(async () => {
  tenant = await harness.tenant()
  const Policy = document(
    allow(['kms:Encrypt', 'kms:ListKeys']),
    allow('sts:*', { Resource: `arn:aws:sts::${tenant.accountId}:federated-user/*` }),
  )
  const made = await harness.user(tenant, 'broker', { Policy, Tags: [tag('team', 'red')] })
  if (made.credential === undefined) throw new Error('a user has an access key')
  broker = made.credential
  brokerId = made.id
})

const tag = (TagKey: string, TagValue: string) => ({ TagKey, TagValue })

const federate = (credential: Credential, input: Partial<GetFederationTokenCommandInput> = {}) =>
  world.sts(credential).send(new GetFederationTokenCommand({ Name: 'Jane', ...input }))
async function federated(
  credential: Credential,
  input: Partial<GetFederationTokenCommandInput> = {},
): Promise<Credential> {
  const { Credentials } = await federate(credential, input)
  return credentialOf(credential.accountId, Credentials)
}
const janeOf = ({ accountId }: { accountId: string }) =>
  `arn:aws:sts::${accountId}:federated-user/Jane`

const codeOf = async (credential: Credential, operation: string, input = {}) =>
  (await harness.call('aws', credential, operation, input)).code
const encrypts = (credential: Credential, KeyId: string) =>
  codeOf(credential, 'Encrypt', { KeyId, Plaintext: 'AA==' })
const keyWith = async (...statements: Record<string, unknown>[]) => {
  const Principal = { AWS: `arn:aws:iam::${tenant.accountId}:root` }
  const Policy = document(
    allow(['kms:Create*', 'kms:Put*', 'kms:Describe*'], { Principal }),
    ...statements,
  )
  return (await harness.key(tenant, { Policy })).id
}

describe('GetFederationToken (API_GetFederationToken)', () => {
  test('by a user: who it is, for twelve hours', async () => {
    const { Credentials, FederatedUser, PackedPolicySize } = await federate(broker)
    expect(FederatedUser).toEqual({
      Arn: janeOf(tenant),
      FederatedUserId: `${tenant.accountId}:Jane`,
    })
    expect(PackedPolicySize).toBeUndefined()
    const left = (Credentials?.Expiration?.getTime() ?? 0) - Date.now()
    expect(Math.round(left / 3_600_000)).toBe(12)
    const jane = credentialOf(tenant.accountId, Credentials)
    expect(await world.sts(jane).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: tenant.accountId,
      Arn: janeOf(tenant),
      UserId: `${tenant.accountId}:Jane`,
    })
  })

  test('by the root of an account: an hour at most', async () => {
    const { Credentials } = await federate(tenant, { DurationSeconds: 129_600, Policy: KMS })
    const left = (Credentials?.Expiration?.getTime() ?? 0) - Date.now()
    expect(Math.round(left / 600_000)).toBe(6)
  })

  test('may what both the policies of who federated it and its own allow', async () => {
    const jane = await federated(broker, { Policy: KMS })
    expect(await codeOf(jane, 'ListKeys')).toBeUndefined()
    // its own alone, the user's alone
    expect(await codeOf(jane, 'CreateKey')).toBe('AccessDeniedException')
    const one = await federated(broker, { Policy: document(allow('kms:CreateKey')) })
    expect(await codeOf(one, 'ListKeys')).toBe('AccessDeniedException')
    const ofRoot = await federated(tenant, { Policy: KMS })
    expect(await codeOf(ofRoot, 'CreateKey')).toBeUndefined()
    expect(await codeOf(ofRoot, 'GenerateRandom', { NumberOfBytes: 1 })).toBe(
      'AccessDeniedException',
    )
  })

  test('without a policy it has no permissions, whoever federated it', async () => {
    expect(await codeOf(await federated(broker), 'ListKeys')).toBe('AccessDeniedException')
    expect(await codeOf(await federated(tenant), 'ListKeys')).toBe('AccessDeniedException')
    const delegated = await keyWith(allow('kms:Encrypt', { Principal: { AWS: tenant.accountId } }))
    expect(await encrypts(broker, delegated)).toBeUndefined()
    expect(await encrypts(await federated(broker), delegated)).toBe('AccessDeniedException')
    expect(await encrypts(await federated(broker, { Policy: KMS }), delegated)).toBeUndefined()
  })

  test('a key policy that names it permits in addition to its session policies', async () => {
    const key = await keyWith(allow('kms:Encrypt', { Principal: { AWS: janeOf(tenant) } }))
    expect(await encrypts(await federated(broker), key)).toBeUndefined()
    const John = await federated(broker, { Name: 'John', Policy: KMS })
    expect(await encrypts(John, key)).toBe('AccessDeniedException')
    expect(await encrypts(broker, key)).toBe('AccessDeniedException')
    const denying = document({ ...allow('kms:Encrypt'), Effect: 'Deny' })
    expect(await encrypts(await federated(broker, { Policy: denying }), key)).toBe(
      'AccessDeniedException',
    )
  })

  test('a key policy that names the user is limited by its session policies', async () => {
    const user = `arn:aws:iam::${tenant.accountId}:user/broker`
    const key = await keyWith(allow('kms:Encrypt', { Principal: { AWS: user } }))
    expect(await encrypts(await federated(broker), key)).toBe('AccessDeniedException')
    expect(await encrypts(await federated(broker, { Policy: KMS }), key)).toBeUndefined()
    const ofRoot = await federated(tenant, { Policy: KMS })
    expect(await encrypts(ofRoot, key)).toBe('AccessDeniedException')
  })

  test('a grant to it permits', async () => {
    const key = await keyWith(allow('kms:CreateGrant', { Principal: { AWS: tenant.accountId } }))
    const jane = await federated(broker)
    expect(await encrypts(jane, key)).toBe('AccessDeniedException')
    const grant = { KeyId: key, GranteePrincipal: janeOf(tenant), Operations: ['Encrypt'] }
    await harness.ok(tenant, 'CreateGrant', grant)
    expect(await encrypts(jane, key)).toBeUndefined()
  })

  test.each([
    ['aws:PrincipalType', 'FederatedUser'],
    ['aws:PrincipalArn', `arn:aws:sts::${OWN}:federated-user/Jane`],
    ['aws:userid', `${OWN}:Jane`],
    ['aws:PrincipalTag/project', 'x'],
    ['aws:PrincipalTag/team', 'red'],
    ['aws:MultiFactorAuthPresent', 'false'],
  ])('conditions: %s is %s', async (name, value) => {
    const Principal = { AWS: janeOf(tenant) }
    const Condition = { StringEquals: { [name]: value } }
    const key = await keyWith(allow('kms:Encrypt', { Principal, Condition }))
    const jane = await federated(broker, { Tags: [{ Key: 'project', Value: 'x' }] })
    expect(await encrypts(jane, key)).toBeUndefined()
    const other = await keyWith(
      allow('kms:Encrypt', { Principal, Condition: { StringEquals: { [name]: 'other' } } }),
    )
    expect(await encrypts(jane, other)).toBe('AccessDeniedException')
    const username = { Null: { 'aws:username': 'true' } }
    const none = await keyWith(allow('kms:Encrypt', { Principal, Condition: username }))
    expect(await encrypts(jane, none)).toBeUndefined()
  })

  test('a policy has to permit it on the name, and its tags', async () => {
    const only = document(
      allow('sts:GetFederationToken', {
        Resource: `arn:aws:sts::${tenant.accountId}:federated-user/J*`,
      }),
    )
    const { credential } = await harness.user(tenant, 'limited', { Policy: only })
    if (credential === undefined) throw new Error('a user has an access key')
    await expect(federate(credential)).resolves.toBeDefined()
    await expect(federate(credential, { Name: 'Mallory' })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::${tenant.accountId}:user/limited is not authorized to perform: sts:GetFederationToken on resource: arn:aws:sts::${tenant.accountId}:federated-user/Mallory because no identity-based policy allows the sts:GetFederationToken action`,
    })
    const Tags = [{ Key: 'project', Value: 'x' }]
    await expect(federate(credential, { Tags })).rejects.toThrow('sts:TagSession')
  })

  test.each([
    ['a name that is too short', { Name: 'J' }, 'ValidationError', "at 'name'"],
    ['one that is too long', { Name: 'J'.repeat(33) }, 'ValidationError', "at 'name'"],
    ['one with a slash', { Name: 'a/b' }, 'ValidationError', "at 'name'"],
    ['too short a time', { DurationSeconds: 899 }, 'ValidationError', "at 'durationSeconds'"],
    ['too long a time', { DurationSeconds: 129_601 }, 'ValidationError', "at 'durationSeconds'"],
    ['no policy', { Policy: '{}' }, 'MalformedPolicyDocumentException', ''],
    [
      'a tag twice',
      {
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'A', Value: '2' },
        ],
      },
      'ValidationError',
      'Duplicate tag keys',
    ],
  ])('refused: %s', async (_title, input, name, message) => {
    const refused = federate(broker, input)
    await expect(refused).rejects.toMatchObject({ name })
    await expect(refused).rejects.toThrow(message)
  })

  test('how much of the room its policy and tags take', async () => {
    const { PackedPolicySize } = await federate(broker, { Policy: KMS })
    expect(PackedPolicySize).toBeGreaterThan(0)
    const Policy = document(allow('kms:Encrypt', { Sid: 'x'.repeat(1900) }))
    await expect(federate(broker, { Policy })).resolves.toMatchObject({
      PackedPolicySize: expect.any(Number),
    })
  })
})

describe('What short-lived credentials may not call of AWS STS ("Compare AWS STS credentials")', () => {
  const CALLS = {
    GetFederationToken: new GetFederationTokenCommand({ Name: 'Jim' }),
    GetSessionToken: new GetSessionTokenCommand({}),
    GetAccessKeyInfo: new GetAccessKeyInfoCommand({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' }),
  }
  test.each(Object.entries(CALLS))(
    '%s, by a federated user and by a session of a user',
    async (name, command) => {
      const message = `Cannot call ${name} with session credentials`
      const { Credentials } = await world.sts(tenant).send(new GetSessionTokenCommand({}))
      const session = credentialOf(tenant.accountId, Credentials)
      const all = document(allow('*'))
      for (const by of [session, await federated(tenant, { Policy: all })]) {
        const refused = world.sts(by).send(command as GetSessionTokenCommand)
        await expect(refused).rejects.toMatchObject({ name: 'AccessDenied', message })
      }
    },
  )

  test('AssumeRole, by a federated user', async () => {
    const TrustPolicy = document(trust({ AWS: '*' }))
    await harness.role(tenant, 'open', { TrustPolicy })
    const jane = await federated(tenant, { Policy: document(allow('*')) })
    const command = new AssumeRoleCommand({
      RoleArn: roleArn(tenant, 'open'),
      RoleSessionName: 'night',
    })
    await expect(world.sts(jane).send(command)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Cannot call AssumeRole with session credentials',
    })
  })

  test('nor does the session of a role federate anybody', async () => {
    const Policy = document(allow('sts:*'))
    const TrustPolicy = document(trust({ AWS: broker.accountId }))
    await harness.role(tenant, 'federating', { Policy, TrustPolicy })
    const { credential } = await harness.user(tenant, 'assumer', { Policy })
    if (credential === undefined) throw new Error('a user has an access key')
    const RoleArn = roleArn(tenant, 'federating')
    const { Credentials } = await world
      .sts(credential)
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'night' }))
    await expect(federate(credentialOf(tenant.accountId, Credentials))).rejects.toThrow(
      'Cannot call GetFederationToken with session credentials',
    )
  })
})

describe('A federated user ends with who federated it', () => {
  async function another(name: string): Promise<{ user: Credential; jane: Credential }> {
    const Policy = document(allow(['kms:ListKeys', 'sts:*']))
    const { credential } = await harness.user(tenant, name, { Policy })
    if (credential === undefined) throw new Error('a user has an access key')
    const jane = await federated(credential, { Policy: KMS })
    expect(await codeOf(jane, 'ListKeys')).toBeUndefined()
    return { user: credential, jane }
  }

  test('deleted, also where a namesake comes', async () => {
    const { jane } = await another('gone')
    const line = `/admin/v1/tenants/${tenant.accountId}/principals/user/gone`
    await operate(harness, `DELETE ${line}`)
    await harness.user(tenant, 'gone', { Policy: KMS })
    expect(await codeOf(jane, 'ListKeys')).toBe('UnrecognizedClientException')
  })

  test('its access key switched off', async () => {
    const { user, jane } = await another('off')
    const line = `PATCH /admin/v1/tenants/${tenant.accountId}/access-keys/${user.accessKeyId}`
    await operate(harness, line, { Status: 'Inactive' })
    expect(await codeOf(jane, 'ListKeys')).toBe('UnrecognizedClientException')
  })

  test('its sessions revoked', async () => {
    const { jane } = await another('revoked')
    const line = `POST /admin/v1/tenants/${tenant.accountId}/revoke-sessions`
    await operate(harness, line, { Type: 'user', Name: 'revoked' })
    expect(await codeOf(jane, 'ListKeys')).toBe('ExpiredTokenException')
  })

  test('or when its time is over', async () => {
    const jane = await federated(broker, { Policy: KMS, DurationSeconds: 900 })
    expect(await codeOf(jane, 'ListKeys')).toBeUndefined()
    world.advance(901_000)
    expect(await codeOf(jane, 'ListKeys')).toBe('ExpiredTokenException')
  })
})

test('The audit trail: who was federated by whom, as CloudTrail has it', async () => {
  const jane = await federated(broker, { Policy: KMS })
  await codeOf(jane, 'ListKeys')
  const ofRoot = await federated(tenant, { Policy: KMS, Name: 'Root-Jane' })
  await codeOf(ofRoot, 'ListKeys')
  const trail = await harness.trail(tenant)
  const of = (eventName: string, accessKeyId: string) =>
    trail.find(
      (one) =>
        one['eventName'] === eventName &&
        (one['userIdentity'] as { accessKeyId?: string }).accessKeyId === accessKeyId,
    )
  expect(of('GetFederationToken', broker.accessKeyId)).toMatchObject({
    eventSource: 'sts.amazonaws.com',
    requestParameters: { name: 'Jane', policy: KMS },
    responseElements: {
      credentials: { accessKeyId: jane.accessKeyId },
      federatedUser: { federatedUserId: `${tenant.accountId}:Jane`, arn: janeOf(tenant) },
    },
  })
  expect(of('ListKeys', jane.accessKeyId)?.['userIdentity']).toEqual({
    type: 'FederatedUser',
    principalId: `${tenant.accountId}:Jane`,
    arn: janeOf(tenant),
    accountId: tenant.accountId,
    accessKeyId: jane.accessKeyId,
    sessionContext: {
      sessionIssuer: {
        type: 'IAMUser',
        principalId: brokerId,
        arn: `arn:aws:iam::${tenant.accountId}:user/broker`,
        accountId: tenant.accountId,
        userName: 'broker',
      },
      attributes: { creationDate: expect.any(String), mfaAuthenticated: 'false' },
    },
  })
  expect(of('ListKeys', ofRoot.accessKeyId)?.['userIdentity']).toMatchObject({
    type: 'FederatedUser',
    sessionContext: {
      sessionIssuer: {
        type: 'Root',
        principalId: tenant.accountId,
        arn: `arn:aws:iam::${tenant.accountId}:root`,
      },
    },
  })
})

describe('GetAccessKeyInfo', () => {
  const info = (by: Credential, AccessKeyId: string) =>
    world.sts(by).send(new GetAccessKeyInfoCommand({ AccessKeyId }))

  test('the account of one’s own, another’s, a session’s, and one that was never made', async () => {
    const other = await harness.tenant()
    const session = await federated(broker)
    for (const { accountId, accessKeyId } of [tenant, other, session]) {
      await expect(info(tenant, accessKeyId)).resolves.toMatchObject({ Account: accountId })
    }
    const never = `${tenant.accessKeyId.slice(0, 12)}AAAAAAAA`
    await expect(info(tenant, never)).resolves.toMatchObject({ Account: tenant.accountId })
    await expect(info(harness.operator, other.accessKeyId)).resolves.toMatchObject({
      Account: other.accountId,
    })
  })

  test.each(['AIDAIOSFODNN7EXAMPLE', 'AKIA0000000000000000', 'A'.repeat(128)])(
    'none of ours: %s',
    async (id) => {
      await expect(info(tenant, id)).rejects.toMatchObject({ name: 'ValidationError' })
    },
  )

  test('a policy has to permit it', async () => {
    await expect(info(broker, tenant.accessKeyId)).rejects.toThrow('sts:GetAccessKeyInfo')
  })
})
