import {
  type AssumeRoleCommandInput,
  GetSessionTokenCommand,
  type GetSessionTokenCommandInput,
  STSClient,
} from '@aws-sdk/client-sts'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Tenant } from '../support/harness.ts'
import { type Device, deviceOf } from '../support/mfa.ts'
import type { Credential } from '../support/target.ts'
import {
  allow,
  assumeRole,
  credentialOf,
  document,
  sessionWorld,
  trust,
  userSession,
} from './world.ts'

const world = sessionWorld()
const { harness } = world
let tenant: Tenant
/** a key that only those may use who have proven a second factor, of late */
let guarded: string
let recent: string
/** a key that anybody may use, and one of who has proven none */
let plain: string
let unproven: string
let made = 0

const MINUTE = 60_000
const MFA = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
const LATELY = { NumericLessThan: { 'aws:MultiFactorAuthAge': '600' } }

beforeAll(async () => {
  tenant = await harness.tenant()
  const keyFor = async (Condition: Record<string, unknown>) => {
    const all = { AWS: `arn:aws:iam::${tenant.accountId}:root` }
    const Policy = document(
      allow(['kms:Create*', 'kms:Put*', 'kms:Describe*'], { Principal: all }),
      allow('kms:Encrypt', { Principal: all, Condition }),
    )
    return (await harness.key(tenant, { Policy })).id
  }
  guarded = await keyFor(MFA)
  recent = await keyFor(LATELY)
  plain = await keyFor({})
  unproven = await keyFor({ Bool: { 'aws:MultiFactorAuthPresent': 'false' } })
  const account = { AWS: tenant.accountId }
  const open = {
    TrustPolicy: document(trust(account)),
    Policy: document(allow(['kms:*', 'sts:AssumeRole'])),
  }
  await harness.role(tenant, 'open', open)
  const TrustPolicy = document(trust(account, ['sts:AssumeRole'], { Condition: MFA }))
  await harness.role(tenant, 'guarded', { ...open, TrustPolicy })
  const Lately = document(trust(account, ['sts:AssumeRole'], { Condition: LATELY }))
  await harness.role(tenant, 'lately', { ...open, TrustPolicy: Lately })
})

/** A user who may use keys and assume roles, and the device of it. */
async function holder(): Promise<{ user: Credential; device: Device; name: string }> {
  const name = `holder-${++made}`
  const Policy = document(allow(['kms:Encrypt', 'sts:AssumeRole']))
  const { credential, id } = await harness.user(tenant, name, { Policy })
  if (credential === undefined) throw new Error('a user has an access key')
  const owner = { principal: `user/${name}`, principalId: id }
  return {
    user: credential,
    device: await deviceOf(harness.inside.service, tenant.accountId, owner, `of-${name}`),
    name,
  }
}

const tokenOf = (credential: Credential, input: GetSessionTokenCommandInput) =>
  world.sts(credential).send(new GetSessionTokenCommand(input))
const sessionOf = async (credential: Credential, input: GetSessionTokenCommandInput) =>
  credentialOf(tenant.accountId, (await tokenOf(credential, input)).Credentials)
const assume = (credential: Credential, name: string, more: Partial<AssumeRoleCommandInput> = {}) =>
  assumeRole(world, credential, tenant, name, more)

const encrypts = async (credential: Credential, KeyId: string) =>
  (await harness.call('aws', credential, 'Encrypt', { KeyId, Plaintext: 'AA==' })).code

/** To the letter, its blanks too. */
const WRONG = {
  name: 'AccessDenied',
  message: 'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
  $metadata: { httpStatusCode: 403 },
}
const NOT_THEIRS = {
  name: 'AccessDenied',
  message:
    'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
}

describe('A key policy conditioned on a second factor, through the SDK', () => {
  test('passes with a session of a real code, and with no other', async () => {
    const { user, device } = await holder()
    expect(await encrypts(user, guarded)).toBe('AccessDeniedException')
    expect(await encrypts(await sessionOf(user, {}), guarded)).toBe('AccessDeniedException')
    const proven = await sessionOf(user, device.shown())
    expect(await encrypts(proven, guarded)).toBeUndefined()
    expect(await encrypts(proven, recent)).toBeUndefined()
    world.advance(11 * MINUTE)
    const later = { ...proven }
    expect(await encrypts(later, guarded)).toBeUndefined()
    expect(await encrypts(later, recent)).toBe('AccessDeniedException')
  })

  test('passes for the root of an account by its own device', async () => {
    const owner = await harness.tenant()
    const { accountId } = owner
    const Policy = document(
      allow(['kms:Create*', 'kms:Put*'], { Principal: { AWS: accountId } }),
      allow('kms:Encrypt', { Principal: { AWS: accountId }, Condition: MFA }),
    )
    const key = await harness.key(owner, { Policy })
    const { service } = harness.inside
    const device = await deviceOf(service, accountId, { principal: 'root' }, 'root-account')
    expect(await encrypts(owner, key.id)).toBe('AccessDeniedException')
    const { Credentials } = await tokenOf(owner, device.shown())
    expect(await encrypts(credentialOf(accountId, Credentials), key.id)).toBeUndefined()
  })
})

describe('AssumeRole with a code (API_AssumeRole, SerialNumber and TokenCode)', () => {
  test('a trust policy is asked with the second factor; calls of the session have none (IAM User Guide, “Secure API access with MFA”)', async () => {
    const { user, device } = await holder()
    await expect(assume(user, 'guarded')).rejects.toMatchObject({ name: 'AccessDenied' })
    const shown = await assume(user, 'guarded', device.shown())
    // whether the request shows it or the session that signs it
    const proven = await sessionOf(user, device.shown(1))
    const answers = [
      shown,
      await assume(proven, 'guarded'),
      await assume(proven, 'lately'),
      await assume(user, 'open'),
    ]
    for (const { Credentials } of answers) {
      const session = credentialOf(tenant.accountId, Credentials)
      expect(await encrypts(session, plain)).toBeUndefined()
      expect(await encrypts(session, guarded)).toBe('AccessDeniedException')
      expect(await encrypts(session, recent)).toBe('AccessDeniedException')
      expect(await encrypts(session, unproven)).toBeUndefined()
    }
  })

  test('nor is a role that is assumed from it asked with one', async () => {
    const { user, device } = await holder()
    const { Credentials } = await assume(user, 'guarded', device.shown())
    const session = credentialOf(tenant.accountId, Credentials)
    await expect(assume(session, 'open')).resolves.toBeDefined()
    await expect(assume(session, 'guarded')).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(assume(session, 'lately')).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('a code is used up also where the role is denied', async () => {
    const { user, device } = await holder()
    const shown = device.shown()
    await expect(assume(user, 'nobody', shown)).rejects.toThrow('sts:AssumeRole')
    await expect(assume(user, 'guarded', shown)).rejects.toMatchObject(WRONG)
    await expect(assume(user, 'guarded', device.shown(1))).resolves.toBeDefined()
  })

  test('the session of a role has no device', async () => {
    const { user, device } = await holder()
    const { Credentials } = await assume(user, 'open')
    const session = credentialOf(tenant.accountId, Credentials)
    await expect(assume(session, 'guarded', device.shown())).rejects.toMatchObject(NOT_THEIRS)
  })

  test('a code counts rather than the operator’s word for a session: it is the later proof', async () => {
    const { user, device, name } = await holder()
    const vouched = await userSession(harness, tenant, name, { Mfa: true })
    expect(await encrypts(vouched, recent)).toBeUndefined()
    await expect(assume(vouched, 'lately')).resolves.toBeDefined()
    world.advance(11 * MINUTE)
    expect(await encrypts(vouched, recent)).toBe('AccessDeniedException')
    await expect(assume(vouched, 'guarded')).resolves.toBeDefined()
    await expect(assume(vouched, 'lately')).rejects.toMatchObject({ name: 'AccessDenied' })
    const shown = device.shown()
    await expect(assume(vouched, 'lately', shown)).resolves.toBeDefined()
    // and the word of the operator does not stand in for a code that is wrong
    await expect(assume(vouched, 'guarded', shown)).rejects.toMatchObject(WRONG)
    await expect(tokenOf(user, shown)).rejects.toMatchObject(WRONG)
  })
})

describe('Refused, in the words of AWS STS', () => {
  let user: Credential
  let device: Device
  beforeAll(async () => {
    ;({ user, device } = await holder())
  })

  test.each([
    ['no code', () => ({ SerialNumber: device.serial })],
    ['no device', () => ({ TokenCode: device.code() })],
  ])('%s', async (_title, input) => {
    const message =
      'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.'
    await expect(tokenOf(user, input())).rejects.toMatchObject({ name: 'AccessDenied', message })
    await expect(assume(user, 'open', input())).rejects.toMatchObject({ message })
  })

  test('a device that is not there, is another’s, or has another path or partition', async () => {
    const { device: other } = await holder()
    const at = (SerialNumber: string) => ({ SerialNumber, TokenCode: device.code() })
    const [, name = ''] = device.serial.split('mfa/')
    const account = device.serial.replace(tenant.accountId, '000000000000')
    for (const serial of [
      other.serial,
      `${device.serial}x`,
      account,
      'GAHT12345678',
      device.serial.replace(name, `path/${name}`),
      device.serial.replace('arn:aws:', 'arn:aws-cn:'),
      device.serial.replace('of-', 'OF-'),
    ]) {
      await expect(tokenOf(user, at(serial))).rejects.toMatchObject(NOT_THEIRS)
    }
    await expect(tokenOf(tenant, device.shown())).rejects.toMatchObject(NOT_THEIRS)
    await expect(tokenOf(user, device.shown())).resolves.toBeDefined()
  })

  test.each([
    ['a code of five digits', { TokenCode: '12345' }, 'tokenCode'],
    ['a code of seven', { TokenCode: '1234567' }, 'tokenCode'],
    ['a code of letters', { TokenCode: 'abcdef' }, 'tokenCode'],
    ['a serial number of eight', { SerialNumber: '12345678' }, 'serialNumber'],
  ])('%s', async (_title, more, member) => {
    const refused = tokenOf(user, { ...device.shown(), ...more })
    await expect(refused).rejects.toMatchObject({ name: 'ValidationError' })
    await expect(refused).rejects.toThrow(`at '${member}' failed to satisfy constraint`)
    await expect(refused).rejects.not.toThrow(/'12345'|'1234567'|'abcdef'/)
  })

  test('who has short-lived credentials has no further ones, whatever the code', async () => {
    const session = await sessionOf(user, {})
    world.advance(MINUTE)
    await expect(tokenOf(session, device.shown())).rejects.toThrow(
      'Cannot call GetSessionToken with session credentials',
    )
  })
})

describe('At most five wrong codes in five minutes', () => {
  const wrong = (device: Device) => {
    const right = new Set([-1, 0, 1, 2].map(device.code))
    const TokenCode = ['000000', '111111', '222222', '333333', '444444'].find(
      (one) => !right.has(one),
    )
    return { SerialNumber: device.serial, TokenCode }
  }

  test('then none is taken, whatever it is, until the first of them is five minutes old', async () => {
    const { user, device } = await holder()
    for (let i = 0; i < 5; i++) {
      await expect(tokenOf(user, wrong(device))).rejects.toMatchObject(WRONG)
    }
    await expect(tokenOf(user, device.shown())).rejects.toMatchObject(WRONG)
    await expect(assume(user, 'guarded', device.shown())).rejects.toMatchObject(WRONG)
    world.advance(4 * MINUTE)
    await expect(tokenOf(user, device.shown())).rejects.toMatchObject(WRONG)
    // the tries in between counted for nothing
    world.advance(MINUTE + 1000)
    await expect(tokenOf(user, device.shown())).resolves.toBeDefined()
  })

  test('a right one between them does not make them fewer', async () => {
    const { user, device } = await holder()
    for (let i = 0; i < 4; i++) {
      await expect(tokenOf(user, wrong(device))).rejects.toMatchObject(WRONG)
    }
    const shown = device.shown()
    await expect(tokenOf(user, shown)).resolves.toBeDefined()
    // the fifth: one that was used is wrong
    await expect(tokenOf(user, shown)).rejects.toMatchObject(WRONG)
    await expect(tokenOf(user, device.shown(1))).rejects.toMatchObject(WRONG)
  })

  test('counted in every process, also when they come at once', async () => {
    const { user, device } = await holder()
    const another = harness.inside.another()
    const urls = [harness.target.url, await another.url]
    const tries = Array.from({ length: 8 }, (_, i) => tokenAt(urls[i % 2], user, wrong(device)))
    const refusals = await Promise.allSettled(tries)
    expect(refusals.map(({ status }) => status)).toEqual(refusals.map(() => 'rejected'))
    for (const url of urls) {
      await expect(tokenAt(url, user, device.shown())).rejects.toMatchObject(WRONG)
    }
    await another.stop()
  })
})

/** By a client for this call alone: one that goes on believes the date of answers. */
async function tokenAt(
  endpoint: string | undefined,
  credentials: Credential,
  input: GetSessionTokenCommandInput,
) {
  const client = new STSClient({
    endpoint: endpoint ?? '',
    region: 'us-east-1',
    maxAttempts: 1,
    systemClockOffset: harness.inside.service.wallTime() - Date.now(),
    credentials,
  })
  try {
    return await client.send(new GetSessionTokenCommand(input))
  } finally {
    client.destroy()
  }
}

describe('A code is used once', () => {
  test('in the process that took it, and by neither operation again', async () => {
    const { user, device } = await holder()
    const [before, shown] = [device.shown(-1), device.shown()]
    await expect(tokenOf(user, shown)).resolves.toBeDefined()
    await expect(tokenOf(user, shown)).rejects.toMatchObject(WRONG)
    await expect(assume(user, 'guarded', shown)).rejects.toMatchObject(WRONG)
    // nor one before it, which was never shown
    await expect(tokenOf(user, before)).rejects.toMatchObject(WRONG)
    await expect(assume(user, 'guarded', device.shown(1))).resolves.toBeDefined()
  })

  test('in every process, also when two take it at once', async () => {
    const another = harness.inside.another()
    const url = await another.url
    for (let round = 0; round < 5; round++) {
      const { user, device } = await holder()
      const shown = device.shown()
      const show = (at: string) => tokenAt(at, user, shown)
      const urls = [harness.target.url, url]
      const settled = await Promise.allSettled(urls.map(show))
      expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      for (const one of settled) {
        if (one.status === 'rejected') expect(one.reason).toMatchObject(WRONG)
      }
      for (const at of urls) await expect(show(at)).rejects.toMatchObject(WRONG)
    }
    await another.stop()
  })
})

test('A device goes with its user, and is none of a namesake’s', async () => {
  const { user, device, name } = await holder()
  await expect(tokenOf(user, device.shown())).resolves.toBeDefined()
  const line = `DELETE /admin/v1/tenants/${tenant.accountId}/principals/user/${name}`
  expect((await harness.rest(harness.operator, line)).status).toBe(204)
  const { credential } = await harness.user(tenant, name)
  if (credential === undefined) throw new Error('a user has an access key')
  await expect(tokenOf(credential, device.shown(1))).rejects.toMatchObject(NOT_THEIRS)
})

describe('The audit trail', () => {
  test('says of which device the code was, never the code; and of the session that it was proven', async () => {
    const { user, device, name } = await holder()
    const shown = device.shown()
    const proven = await sessionOf(user, shown)
    await encrypts(proven, guarded)
    await expect(tokenOf(user, shown)).rejects.toThrow()
    const trail = await harness.trail(tenant)
    const own = trail.filter(
      (record) => (record['userIdentity'] as { userName?: string }).userName === name,
    )
    expect(own.map((record) => record['eventName'])).toEqual([
      'GetSessionToken',
      'Encrypt',
      'GetSessionToken',
    ])
    const [refused, encrypted, taken] = own
    expect(taken).toMatchObject({
      eventSource: 'sts.amazonaws.com',
      requestParameters: { serialNumber: device.serial },
      userIdentity: { type: 'IAMUser', accessKeyId: user.accessKeyId },
    })
    expect(encrypted).toMatchObject({
      userIdentity: { sessionContext: { attributes: { mfaAuthenticated: 'true' } } },
    })
    expect(refused).toMatchObject({
      errorCode: 'AccessDenied',
      errorMessage: WRONG.message,
      requestParameters: { serialNumber: device.serial },
    })
    expect(JSON.stringify(own)).not.toContain(`"${shown.TokenCode}"`)
  })
})
