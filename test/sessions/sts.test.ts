import { randomBytes } from 'node:crypto'
import {
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts'
import { beforeAll, describe, expect, test } from 'vitest'
import { presignRequest, signRequest } from '../../core/signature/sign-request.ts'
import type { Tenant } from '../support/harness.ts'
import { send } from '../support/http.ts'
import type { Credential } from '../support/target.ts'
import {
  allow,
  assumeRole,
  credentialOf,
  document,
  roleArn,
  sessionWorld,
  trust,
  userSession,
} from './world.ts'

const world = sessionWorld()
const { harness } = world
let tenant: Tenant
let other: Tenant
let alice: Credential
let plain: Credential
let stranger: Credential

async function userOf(owner: Tenant, name: string, ...statements: Record<string, unknown>[]) {
  const Policy = statements.length > 0 ? { Policy: document(...statements) } : {}
  const { credential } = await harness.user(owner, name, Policy)
  if (credential === undefined) throw new Error('a user has an access key')
  return credential
}

const role = (name: string, TrustPolicy: string, more: Record<string, unknown> = {}) =>
  harness.role(tenant, name, { TrustPolicy, ...more })

beforeAll(async () => {
  tenant = await harness.tenant()
  other = await harness.tenant()
  alice = await userOf(tenant, 'alice', allow('sts:*'))
  plain = await userOf(tenant, 'plain')
  stranger = await userOf(other, 'stranger', allow('sts:AssumeRole'))
  const account = { AWS: tenant.accountId }
  const everything = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']
  await role('open', document(trust(account, everything)), { Tags: [tag('team', 'red')] })
  await role('long', document(trust(account)), { MaxSessionDuration: 43_200 })
  await role('chain', document(trust({ AWS: roleArn(tenant, 'open') }, everything)))
  const externalId = { Condition: { StringEquals: { 'sts:ExternalId': 'a-secret-name' } } }
  await role('partner', document(trust({ AWS: other.accountId }, ['sts:AssumeRole'], externalId)))
  const named = `arn:aws:iam::${tenant.accountId}:user/plain`
  await role('direct', document(trust({ AWS: named })))
  const mfa = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }
  await role('guarded', document(trust(account, ['sts:AssumeRole'], mfa)))
})

const tag = (TagKey: string, TagValue: string) => ({ TagKey, TagValue })

const assume = (credential: Credential, name: string, more: Partial<AssumeRoleCommandInput> = {}) =>
  assumeRole(world, credential, tenant, name, more)

const identity = (credential: Credential) =>
  world.sts(credential).send(new GetCallerIdentityCommand({}))

async function session(credential: Credential, name: string, more = {}): Promise<Credential> {
  return credentialOf(tenant.accountId, (await assume(credential, name, more)).Credentials)
}

describe('GetCallerIdentity', () => {
  test('a root, a user, an operator and sessions of a role and a user', async () => {
    const { accountId } = tenant
    expect(await identity(tenant)).toMatchObject({
      Account: accountId,
      Arn: `arn:aws:iam::${accountId}:root`,
      UserId: accountId,
    })
    expect(await identity(alice)).toMatchObject({
      Arn: `arn:aws:iam::${accountId}:user/alice`,
      UserId: expect.stringMatching(/^AIDA/),
    })
    expect(await identity(harness.operator)).toMatchObject({ Account: '000000000000' })
    expect(await identity(await session(alice, 'open'))).toMatchObject({
      Account: accountId,
      Arn: `arn:aws:sts::${accountId}:assumed-role/open/night`,
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{16}:night$/),
    })
    expect(await identity(await userSession(harness, tenant, 'alice'))).toMatchObject({
      Arn: `arn:aws:iam::${accountId}:user/alice`,
    })
  })

  test('over REST, signed for kms', async () => {
    const { json } = await harness.rest(alice, 'GET /v1/caller-identity')
    expect(json).toMatchObject({ Account: tenant.accountId })
  })

  test('presigned, as those send it who let others prove whom they are', async () => {
    const { host } = new URL(harness.target.url)
    const request = {
      method: 'GET',
      path: '/',
      headers: { host },
      body: new Uint8Array(),
      query: 'Action=GetCallerIdentity&Version=2011-06-15',
    }
    const scope = { region: 'us-east-1', service: 'sts', now: Date.now(), expiresInSeconds: 60 }
    const query = presignRequest(request, alice, scope)
    const answer = await send(harness.target.url, {
      method: 'GET',
      target: `/?${query}`,
      headers: { host },
      body: '',
    })
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toBe('text/xml')
    expect(answer.text).toContain(`<Account>${tenant.accountId}</Account>`)
    expect(answer.text).toMatch(/<ResponseMetadata><RequestId>[^<]+<\/RequestId>/)
  })
})

async function form(body: string, service = 'sts', credential: Credential = alice) {
  const { host } = new URL(harness.target.url)
  const headers = signRequest(
    {
      method: 'POST',
      path: '/',
      query: '',
      body: Buffer.from(body),
      headers: { host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    },
    credential,
    { region: 'us-east-1', service, now: Date.now() },
  )
  return send(harness.target.url, { method: 'POST', target: '/', headers, body })
}

describe('refusals, in the words and statuses of AWS STS', () => {
  const CALL = 'Action=GetCallerIdentity&Version=2011-06-15'
  test.each([
    ['signed for another service', CALL, 'kms', 403, 'SignatureDoesNotMatch'],
    ['an unknown action', 'Action=Nothing&Version=2011-06-15', 'sts', 400, 'InvalidAction'],
    ['no version', 'Action=GetCallerIdentity', 'sts', 400, 'InvalidAction'],
    ['an operation of KMS', 'Action=ListKeys&Version=2011-06-15', 'sts', 400, 'InvalidAction'],
    ['a parameter twice', `${CALL}&Version=1`, 'sts', 400, 'MalformedInput'],
    ['members missing', 'Action=AssumeRole&Version=2011-06-15', 'sts', 400, 'ValidationError'],
    [
      'a number that is none',
      'Action=GetSessionToken&Version=2011-06-15&DurationSeconds=soon',
      'sts',
      400,
      'MalformedInput',
    ],
    [
      'a list that is a structure',
      'Action=AssumeRole&Version=2011-06-15&Tags.member.x.Key=a',
      'sts',
      400,
      'MalformedInput',
    ],
  ])('%s', async (_title, body, service, status, code) => {
    const answer = await form(body, service)
    expect(answer.text).toContain(`<Type>Sender</Type><Code>${code}</Code>`)
    expect(answer.text).toMatch(/<\/Error><RequestId>[^<]+<\/RequestId><\/ErrorResponse>$/)
    expect(answer.status).toBe(status)
  })

  test('a wrong secret, an unknown key, no signature', async () => {
    const wrong = { ...alice, secretAccessKey: 'x'.repeat(40) }
    await expect(identity(wrong)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' })
    const unknown = { ...alice, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }
    await expect(identity(unknown)).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
      $metadata: { httpStatusCode: 403 },
    })
    const answer = await send(harness.target.url, {
      method: 'POST',
      target: '/',
      body: CALL,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(answer.text).toContain('<Code>MissingAuthenticationToken</Code>')
  })

  test('what is repeated in a message is XML, whatever it is', async () => {
    const name = encodeURIComponent('<a>&\u0001\u{1F511}')
    const answer = await form(
      `Action=AssumeRole&Version=2011-06-15&RoleArn=${roleArn(tenant, 'open')}&RoleSessionName=${name}`,
    )
    expect(answer.text).toContain("Value '&lt;a&gt;&amp;\uFFFD\u{1F511}' at 'roleSessionName'")
  })
})

describe('AssumeRole', () => {
  test('the account trusts, an identity policy permits', async () => {
    const { AssumedRoleUser, Credentials, PackedPolicySize } = await assume(alice, 'open')
    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${tenant.accountId}:assumed-role/open/night`)
    expect(Credentials?.AccessKeyId).toMatch(/^ASIA/)
    expect(PackedPolicySize).toBeUndefined()
    const left = (Credentials?.Expiration?.getTime() ?? 0) - Date.now()
    expect(Math.round(left / 600_000)).toBe(6)
  })

  test('the trust policy names the user: no identity policy is needed', async () => {
    await expect(assume(plain, 'direct')).resolves.toBeDefined()
    await expect(assume(plain, 'open')).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::${tenant.accountId}:user/plain is not authorized to perform: sts:AssumeRole on resource: ${roleArn(tenant, 'open')} because no identity-based policy allows the sts:AssumeRole action`,
      $metadata: { httpStatusCode: 403 },
    })
  })

  test('a root, a role that is not there, one of another account', async () => {
    await expect(assume(tenant, 'open')).rejects.toThrow(
      'Roles may not be assumed by root accounts.',
    )
    await expect(assume(alice, 'nobody')).rejects.toMatchObject({ name: 'AccessDenied' })
    const there = await assume(stranger, 'open').catch((error: Error) => error.message)
    const nowhere = await assume(stranger, 'nobody').catch((error: Error) => error.message)
    expect(String(there).replace('/open', '')).toBe(String(nowhere).replace('/nobody', ''))
    // nor does who may assume nothing learn which roles the own account has
    const powerless = (name: string) =>
      assume(plain, name).then(
        () => 'assumed',
        (error: Error) => error.message.replace(roleArn(tenant, name), 'the role'),
      )
    expect(await powerless('open')).toContain('not authorized')
    for (const name of ['chain', 'partner', 'nobody', 'path/open']) {
      expect(await powerless(name)).toBe(await powerless('open'))
    }
    // AWS STS has no cause for who is of another account
    expect(there).toMatch(
      / is not authorized to perform: sts:AssumeRole on resource: \S+:role\/open$/,
    )
  })

  test('another account needs both sides, and here the external id', async () => {
    const ExternalId = 'a-secret-name'
    const made = await assume(stranger, 'partner', { ExternalId })
    expect(made.AssumedRoleUser?.Arn).toContain(tenant.accountId)
    for (const more of [{}, { ExternalId: 'another' }]) {
      await expect(assume(stranger, 'partner', more)).rejects.toMatchObject({
        name: 'AccessDenied',
      })
    }
    const powerless = await userOf(other, 'powerless')
    await expect(assume(powerless, 'partner', { ExternalId })).rejects.toThrow(
      'because no identity-based policy allows the sts:AssumeRole action',
    )
  })

  test('a condition on the second factor of who assumes', async () => {
    await expect(assume(alice, 'guarded')).rejects.toMatchObject({ name: 'AccessDenied' })
    const without = await userSession(harness, tenant, 'alice')
    await expect(assume(without, 'guarded')).rejects.toMatchObject({ name: 'AccessDenied' })
    const proven = await userSession(harness, tenant, 'alice', { Mfa: true })
    await expect(assume(proven, 'guarded')).resolves.toBeDefined()
  })

  test.each([
    ['longer than the role allows', 'open', { DurationSeconds: 7200 }, 'MaxSessionDuration'],
    ['too short', 'open', { DurationSeconds: 899 }, "at 'durationSeconds'"],
    ['too long', 'long', { DurationSeconds: 43_201 }, "at 'durationSeconds'"],
    ['half of a code', 'open', { SerialNumber: 'GAHT12345678', TokenCode: '1' }, "at 'tokenCode'"],
    [
      'a tag twice',
      'open',
      {
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'A', Value: '2' },
        ],
      },
      'Duplicate tag keys',
    ],
    ['a transitive tag that is none', 'open', { TransitiveTagKeys: ['a'] }, 'must be included'],
    ['a reserved tag', 'open', { Tags: [{ Key: 'aws:x', Value: '' }] }, 'reserved'],
  ])('refused: %s', async (_title, name, more, message) => {
    const refused = assume(alice, name, more)
    await expect(refused).rejects.toMatchObject({
      name: 'ValidationError',
      $metadata: { httpStatusCode: 400 },
    })
    await expect(refused).rejects.toThrow(message)
  })

  test('a role that allows it lasts twelve hours', async () => {
    const { Credentials } = await assume(alice, 'long', { DurationSeconds: 43_200 })
    const left = (Credentials?.Expiration?.getTime() ?? 0) - Date.now()
    expect(Math.round(left / 3_600_000)).toBe(12)
  })

  test('session policies: malformed, too large, and how much of the room they take', async () => {
    await expect(assume(alice, 'open', { Policy: '{}' })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    })
    const { PackedPolicySize } = await assume(alice, 'open', { Policy: document(allow('kms:*')) })
    expect(PackedPolicySize).toBeGreaterThan(0)
    // what does not compress
    const Tags = Array.from({ length: 50 }, (_, i) => ({
      Key: `k${i}`,
      Value: randomBytes(128).toString('hex'),
    }))
    await expect(assume(alice, 'open', { Tags })).rejects.toMatchObject({
      name: 'PackedPolicyTooLargeException',
    })
  })

  test('role chaining: an hour at most; transitive tags and source identity go on', async () => {
    const first = await session(alice, 'open', {
      Tags: [
        { Key: 'project', Value: 'x' },
        { Key: 'local', Value: 'y' },
      ],
      TransitiveTagKeys: ['project'],
      SourceIdentity: 'alice@example.com',
    })
    const operator = `PUT /admin/v1/tenants/${tenant.accountId}/principals/role/open/policies/chain`
    await harness.rest(harness.operator, operator, {
      body: JSON.stringify({ Policy: document(allow(['sts:AssumeRole', 'sts:TagSession'])) }),
    })
    const next = await assume(first, 'chain', { DurationSeconds: 3600 })
    expect(next.SourceIdentity).toBe('alice@example.com')
    const Tags = [{ Key: 'Project', Value: 'z' }]
    await expect(assume(first, 'chain', { Tags })).rejects.toThrow('transitive tag key')
    await expect(assume(first, 'chain', { DurationSeconds: 3601 })).rejects.toThrow(
      'MaxSessionDuration',
    )
    await expect(assume(first, 'chain', { SourceIdentity: 'mallory' })).rejects.toMatchObject({
      name: 'AccessDenied',
    })
  })
})

describe('GetSessionToken', () => {
  test('a user and a root have them, who has short-lived credentials does not', async () => {
    const command = (DurationSeconds?: number) => new GetSessionTokenCommand({ DurationSeconds })
    const { Credentials } = await world.sts(alice).send(command(900))
    const made = credentialOf(tenant.accountId, Credentials)
    await expect(identity(made)).resolves.toMatchObject({
      Arn: `arn:aws:iam::${tenant.accountId}:user/alice`,
    })
    await expect(world.sts(made).send(command())).rejects.toThrow(
      'Cannot call GetSessionToken with session credentials',
    )
    const root = await world.sts(tenant).send(command(43_200))
    const left = (root.Credentials?.Expiration?.getTime() ?? 0) - Date.now()
    expect(Math.round(left / 600_000)).toBe(6)
    const plain = await userOf(tenant, 'without-policies')
    await expect(world.sts(plain).send(command())).resolves.toBeDefined()
  })
})
