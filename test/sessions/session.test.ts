import { AssumeRoleCommand, type AssumeRoleCommandInput } from '@aws-sdk/client-sts'
import { beforeEach, describe, expect, test } from 'vitest'
import type { MadeKey, Tenant } from '../support/harness.ts'
import { stopClock } from '../support/stopped-clock.ts'
import type { Credential } from '../support/target.ts'
import {
  allow,
  credentialOf,
  document,
  operate,
  roleArn,
  sessionWorld,
  trust,
  userSession,
} from './world.ts'

const world = sessionWorld()
const { harness } = world
let tenant: Tenant
let key: MadeKey
let alice: Credential

const enableIam = () => ({
  ...allow('kms:*'),
  Principal: { AWS: `arn:aws:iam::${tenant.accountId}:root` },
})
const setPolicy = (...statements: Record<string, unknown>[]) =>
  harness.ok(tenant, 'PutKeyPolicy', {
    KeyId: key.id,
    Policy: document(enableIam(), ...statements),
  })

beforeEach(async () => {
  tenant = await harness.tenant()
  const { credential } = await harness.user(tenant, 'alice', {
    Policy: document(allow(['sts:*', 'kms:*'])),
  })
  if (credential === undefined) throw new Error('a user has an access key')
  alice = credential
  await harness.role(tenant, 'ops', {
    TrustPolicy: document(trust({ AWS: tenant.accountId }, ['sts:AssumeRole', 'sts:TagSession'])),
    Policy: document(allow('kms:*')),
    Tags: [{ TagKey: 'Team', TagValue: 'red' }],
  })
  key = await harness.key(tenant)
})

async function assume(more: Partial<AssumeRoleCommandInput> = {}): Promise<Credential> {
  const command = new AssumeRoleCommand({
    RoleArn: roleArn(tenant, 'ops'),
    RoleSessionName: 'night',
    ...more,
  })
  const { Credentials } = await world.sts(alice).send(command)
  return credentialOf(tenant.accountId, Credentials)
}

const encrypt = (credential: Credential, more = {}) =>
  harness.call('sdk', credential, 'Encrypt', {
    KeyId: key.id,
    Plaintext: Buffer.from('attack at dawn'),
    ...more,
  })
const codeOf = async (credential: Credential, more = {}) => (await encrypt(credential, more)).code

const principals = () => `/admin/v1/tenants/${tenant.accountId}/principals`

describe('what a session may do', () => {
  test('what its role may, by the SDK, AWS JSON and REST; and the trail tells who it was', async () => {
    const session = await assume()
    for (const via of ['sdk', 'aws', 'rest'] as const) {
      await harness.ok(session, 'DescribeKey', { KeyId: key.id }, via === 'sdk' ? {} : { via })
    }
    expect(await codeOf(session)).toBeUndefined()
    const [record] = await harness.trail(tenant, { EventName: 'Encrypt' })
    expect(record?.['userIdentity']).toMatchObject({
      type: 'AssumedRole',
      arn: `arn:aws:sts::${tenant.accountId}:assumed-role/ops/night`,
      sessionContext: { attributes: { mfaAuthenticated: 'false' } },
    })
  })

  test('no more than its session policy says', async () => {
    const session = await assume({ Policy: document(allow('kms:DescribeKey')) })
    await harness.ok(session, 'DescribeKey', { KeyId: key.id })
    const outcome = await encrypt(session)
    expect(outcome.message).toBe(
      `User: arn:aws:sts::${tenant.accountId}:assumed-role/ops/night is not authorized to perform: kms:Encrypt on resource: ${key.arn} because no session policy allows the kms:Encrypt action`,
    )
  })

  test('session tags take the place of the role’s, whatever their case', async () => {
    await setPolicy({
      Effect: 'Deny',
      Action: 'kms:Encrypt',
      Resource: '*',
      Principal: '*',
      Condition: { StringNotEquals: { 'aws:PrincipalTag/team': 'blue' } },
    })
    expect(await codeOf(await assume())).toBe('AccessDeniedException')
    const Tags = [{ Key: 'team', Value: 'blue' }]
    expect(await codeOf(await assume({ Tags }))).toBeUndefined()
  })

  test('a key policy names the session or the role', async () => {
    const one = `arn:aws:sts::${tenant.accountId}:assumed-role/ops/night`
    await setPolicy({
      Effect: 'Deny',
      Action: 'kms:Encrypt',
      Resource: '*',
      Principal: { AWS: one },
    })
    expect(await codeOf(await assume())).toBe('AccessDeniedException')
    expect(await codeOf(await assume({ RoleSessionName: 'day' }))).toBeUndefined()
  })

  test('scheduling deletion needs a second factor: near misses, then the proof', async () => {
    await setPolicy({
      Effect: 'Deny',
      Action: 'kms:ScheduleKeyDeletion',
      Resource: '*',
      Principal: '*',
      Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
    })
    const schedule = (credential: Credential) =>
      harness.call('sdk', credential, 'ScheduleKeyDeletion', { KeyId: key.id })
    expect((await schedule(await userSession(harness, tenant, 'alice'))).code).toBe(
      'AccessDeniedException',
    )
    const proven = await userSession(harness, tenant, 'alice', { Mfa: true })
    expect((await schedule(proven)).code).toBeUndefined()
  })

  test('how long ago the second factor was proven', async () => {
    await setPolicy({
      Effect: 'Deny',
      Action: 'kms:Encrypt',
      Resource: '*',
      Principal: '*',
      Condition: { NumericGreaterThan: { 'aws:MultiFactorAuthAge': '600' } },
    })
    const proven = await userSession(harness, tenant, 'alice', { Mfa: true })
    expect((await harness.call('aws', proven, 'DescribeKey', { KeyId: key.id })).code).toBe(
      undefined,
    )
    const call = () =>
      harness.call('aws', proven, 'Encrypt', { KeyId: key.id, Plaintext: Buffer.from('a') })
    expect((await call()).code).toBeUndefined()
    world.advance(601_000)
    expect((await call()).code).toBe('AccessDeniedException')
  })
})

describe('what ends a session', () => {
  const call = (credential: Credential) =>
    harness.call('aws', credential, 'DescribeKey', { KeyId: key.id })

  test('its time', async () => {
    stopClock()
    const session = await assume({ DurationSeconds: 900 })
    const brief = await userSession(harness, tenant, 'alice', { DurationSeconds: 1 })
    expect((await call(session)).code).toBeUndefined()
    world.advance(899_000)
    expect((await call(session)).code).toBeUndefined()
    expect((await call(brief)).code).toBe('ExpiredTokenException')
    world.advance(2_000)
    expect(await call(session)).toMatchObject({
      code: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
      status: 400,
    })
    const command = new AssumeRoleCommand({
      RoleArn: roleArn(tenant, 'ops'),
      RoleSessionName: 'night',
    })
    await expect(world.sts(session).send(command)).rejects.toMatchObject({
      name: expect.stringMatching(/^ExpiredToken/),
      $metadata: { httpStatusCode: 403 },
    })
  })

  test('the end of its role, at once; a new role of the name is another', async () => {
    const session = await assume()
    expect((await call(session)).code).toBeUndefined()
    await operate(harness, `DELETE ${principals()}/role/ops`)
    expect((await call(session)).code).toBe('UnrecognizedClientException')
    await harness.role(tenant, 'ops', { Policy: document(allow('kms:*')) })
    expect((await call(session)).code).toBe('UnrecognizedClientException')
  })

  test('the end of its user, whose access keys a new user of the name does not get', async () => {
    const session = await userSession(harness, tenant, 'alice')
    await operate(harness, `DELETE ${principals()}/user/alice`)
    for (const credential of [session, alice]) {
      expect((await call(credential)).code).toBe('UnrecognizedClientException')
    }
    await harness.user(tenant, 'alice', { Policy: document(allow('kms:*')) })
    for (const credential of [session, alice]) {
      expect((await call(credential)).code).toBe('UnrecognizedClientException')
    }
  })

  test('a suspended account, until it is resumed', async () => {
    const session = await assume()
    const account = `/admin/v1/tenants/${tenant.accountId}`
    await operate(harness, `POST ${account}/suspend`)
    expect((await call(session)).code).toBe('AccessDeniedException')
    await operate(harness, `POST ${account}/resume`)
    expect((await call(session)).code).toBeUndefined()
  })

  test('a changed policy of its role', async () => {
    const session = await assume()
    const policy = `${principals()}/role/ops/policies/default`
    await operate(harness, `PUT ${policy}`, { Policy: document(allow('kms:ListKeys')) })
    expect((await call(session)).code).toBe('AccessDeniedException')
  })

  test('every process sees it: nothing of a session is kept in one', async () => {
    const session = await assume()
    const second = harness.inside.another()
    try {
      const target = { ...harness.target, url: await second.url }
      const there = async () => {
        const { callAws } = await import('../support/calls.ts')
        return callAws(target, session, 'DescribeKey', { KeyId: key.id })
      }
      expect((await there()).code).toBeUndefined()
      await operate(harness, `DELETE ${principals()}/role/ops`)
      expect((await there()).code).toBe('UnrecognizedClientException')
    } finally {
      await second.stop()
    }
  })
})

describe('what is no session', () => {
  const codes = async (credential: Credential) =>
    (await harness.call('aws', credential, 'ListKeys', {})).code

  test('another session’s token, a changed one, none, one beside a lasting key', async () => {
    const session = await assume()
    const another = await assume()
    const token = session.sessionToken ?? ''
    const middle = token.length >> 1
    const changed = `${token.slice(0, middle)}${token[middle] === 'A' ? 'B' : 'A'}${token.slice(middle + 1)}`
    const cases: Credential[] = [
      { ...session, sessionToken: another.sessionToken ?? '' },
      { ...session, sessionToken: changed },
      { ...session, sessionToken: `${token} ` },
      { ...session, sessionToken: 'x' },
      { ...session, sessionToken: 'A'.repeat(9000) },
      { accountId: '', accessKeyId: session.accessKeyId, secretAccessKey: session.secretAccessKey },
      { ...alice, sessionToken: token },
    ]
    const found = []
    for (const one of cases) found.push(await codes(one))
    // white space around a header's value is no part of it (RFC 9110 §5.5)
    expect(found).toEqual(
      cases.map((_, i) => (i === 2 ? undefined : 'UnrecognizedClientException')),
    )
    const wrong = { ...session, secretAccessKey: another.secretAccessKey }
    expect(await codes(wrong)).toBe('InvalidSignatureException')
  })

  test('another tenant’s token, and one whose access key id names another tenant', async () => {
    const session = await assume()
    const other = await harness.tenant()
    const { newAccessKeyId } = await import('../../core/identity/credential.ts')
    const moved = { ...session, accessKeyId: newAccessKeyId(other.accountId, 'ASIA') }
    expect(await codes(moved)).toBe('UnrecognizedClientException')
    const outcome = await harness.call('aws', session, 'DescribeKey', {
      KeyId: (await harness.key(other)).arn,
    })
    expect(outcome.code).toBe('AccessDeniedException')
  })
})
