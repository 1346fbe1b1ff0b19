import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteUserCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  ListVirtualMFADevicesCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { run } from '../../server/cli/program.ts'
import { iamClients, refused } from '../iam/iam-world.ts'
import type { Tenant } from '../support/harness.ts'
import { type Device, deviceWith } from '../support/mfa.ts'
import type { Credential } from '../support/target.ts'
import { allow, credentialOf, document, sessionWorld } from './world.ts'

const world = sessionWorld()
const { harness } = world
const iam = iamClients(harness)

const OPERATOR = '000000000000'
const own = (name: string) => `arn:aws:iam::${OPERATOR}:${name}/\${aws:username}`
/** docs/operations.md, "Named operators" */
const SELF = [
  allow(['iam:CreateVirtualMFADevice', 'iam:DeleteVirtualMFADevice'], { Resource: own('mfa') }),
  allow(['iam:EnableMFADevice', 'iam:ResyncMFADevice', 'iam:ListMFADevices'], {
    Resource: own('user'),
  }),
]
const MFA = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
const ON_CALL = allow(['tenkey:SuspendTenant', 'tenkey:ResumeTenant'], {
  Resource: 'arn:aws:iam::*:root',
  Condition: MFA,
})

interface Named {
  readonly name: string
  readonly key: Credential
  readonly device: Device
  readonly session: Credential
}

/** A named operator, as docs/operations.md has one made: who enables a device and works with a session of it. */
async function named(name: string, ...statements: Record<string, unknown>[]): Promise<Named> {
  const account = { ...harness.operator, name: 'operator' }
  const { credential: key } = await harness.user(account, name, {
    Policy: document(...SELF, ...statements),
  })
  if (key === undefined) throw new Error('a user has an access key')
  const create = new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name })
  const { VirtualMFADevice } = await iam(key).send(create)
  const serial = VirtualMFADevice?.SerialNumber ?? ''
  const seed = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString()
  const device = deviceWith(serial, seed, Date.now)
  const enable = { UserName: name, SerialNumber: serial, ...device.pair() }
  await iam(key).send(new EnableMFADeviceCommand(enable))
  const { Credentials } = await world.sts(key).send(new GetSessionTokenCommand(device.shown(1)))
  return { name, key, device, session: credentialOf(OPERATOR, Credentials) }
}

const codeOf = async (by: Credential, operation: string, input: object) =>
  (await harness.call('rest', by, operation, { ...input })).code

describe('A named operator who may suspend', () => {
  let tenant: Tenant
  let onCall: Named
  beforeAll(async () => {
    tenant = await harness.tenant()
    onCall = await named('oncall', ON_CALL)
  })

  test('does so with a second factor, and not by its access key alone', async () => {
    const input = { AccountId: tenant.accountId }
    expect(await codeOf(onCall.key, 'SuspendTenant', input)).toBe('AccessDeniedException')
    const { Credentials } = await world.sts(onCall.key).send(new GetSessionTokenCommand({}))
    const plain = credentialOf(OPERATOR, Credentials)
    expect(await codeOf(plain, 'SuspendTenant', input)).toBe('AccessDeniedException')
    expect(await codeOf(onCall.session, 'SuspendTenant', input)).toBeUndefined()
    expect((await harness.call('aws', tenant, 'ListKeys')).code).toBe('AccessDeniedException')
    expect(await codeOf(onCall.session, 'ResumeTenant', input)).toBeUndefined()
  })

  test.each([
    ['CreateAccessKey', {}],
    ['CreateSession', { UserName: 'bob' }],
    ['CreatePrincipal', { Type: 'user', Name: 'eve', CreateAccessKey: true }],
    [
      'PutPrincipalPolicy',
      { Type: 'user', Name: 'bob', PolicyName: 'p', Policy: document(ON_CALL) },
    ],
    ['DeletePrincipal', { Type: 'user', Name: 'bob' }],
  ])('makes no credentials and gives no rights: %s', async (operation, more) => {
    const input = { AccountId: tenant.accountId, ...more }
    expect(await codeOf(onCall.session, operation, input)).toBe('AccessDeniedException')
  })

  test('makes no tenants', async () => {
    expect(await codeOf(onCall.session, 'CreateTenant', { Name: 'mine' })).toBe(
      'AccessDeniedException',
    )
  })

  test('works with the command line by a session', async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = onCall.session
    const environment = {
      TENKEY_ENDPOINT: harness.target.url,
      TENKEY_OPERATOR_ACCESS_KEY_ID: accessKeyId,
      TENKEY_OPERATOR_SECRET_ACCESS_KEY: secretAccessKey,
      TENKEY_OPERATOR_SESSION_TOKEN: sessionToken,
    }
    vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    expect(await run(['tenant', 'suspend', '--account', tenant.accountId], environment)).toBe(0)
    expect(await run(['tenant', 'resume', '--account', tenant.accountId], environment)).toBe(0)
    expect(await run(['access-key', 'create', '--account', tenant.accountId], environment)).toBe(1)
    // by the port alone, so that the server's settings are read too
    const { port } = new URL(harness.target.url)
    const here = { ...environment, TENKEY_ENDPOINT: undefined, TENKEY_PORT: port }
    expect(await run(['tenant', 'suspend', '--account', tenant.accountId], here)).toBe(0)
    expect(await run(['tenant', 'resume', '--account', tenant.accountId], here)).toBe(0)
    const without = { ...environment, TENKEY_OPERATOR_SESSION_TOKEN: undefined }
    expect(await run(['tenant', 'suspend', '--account', tenant.accountId], without)).toBe(1)
  })

  test('is named in the audit trail, with the second factor', async () => {
    const input = { AccountId: tenant.accountId }
    expect(await codeOf(onCall.session, 'SuspendTenant', input)).toBeUndefined()
    expect(await codeOf(onCall.session, 'ResumeTenant', input)).toBeUndefined()
    const [record] = await harness.trail(harness.operator, { EventName: 'SuspendTenant' })
    expect(record).toMatchObject({
      userIdentity: {
        type: 'IAMUser',
        userName: onCall.name,
        sessionContext: { attributes: { mfaAuthenticated: 'true' } },
      },
    })
  })
})

describe('Nobody but root may touch 000000000000', () => {
  let admin: Named
  let victim: Named
  beforeAll(async () => {
    // all actions on everything: everything but the operator's own account
    admin = await named('admin', allow('*'))
    victim = await named('victim')
  })

  test.each([
    ['PutAuditRetention', { Days: 1 }],
    ['RevokeSessions', {}],
    ['CreateAccessKey', {}],
    ['CreateAccessKey', { UserName: 'victim' }],
    ['CreateSession', { UserName: 'victim', Mfa: true }],
    ['CreatePrincipal', { Type: 'user', Name: 'accomplice' }],
    ['DeletePrincipal', { Type: 'user', Name: 'victim' }],
    [
      'PutPrincipalPolicy',
      { Type: 'user', Name: 'admin', PolicyName: 'p', Policy: document(allow('*')) },
    ],
    ['DeletePermissionsBoundary', { Type: 'user', Name: 'admin' }],
  ])('by its own operations: %s %o', async (operation, more) => {
    const input = { AccountId: OPERATOR, ...more }
    expect(await codeOf(admin.session, operation, input)).toBe('AccessDeniedException')
    expect(await codeOf(admin.key, operation, input)).toBe('AccessDeniedException')
  })

  test('nor by AWS IAM, another’s second factor included', async () => {
    const UserName = victim.name
    const { serial: SerialNumber } = victim.device
    const policy = { PolicyName: 'p', PolicyDocument: document(allow('*')) }
    const codes = { AuthenticationCode1: '000000', AuthenticationCode2: '111111' }
    for (const command of [
      new CreateAccessKeyCommand({ UserName }),
      new CreateUserCommand({ UserName: 'accomplice' }),
      new DeleteUserCommand({ UserName }),
      new PutUserPolicyCommand({ UserName: admin.name, ...policy }),
      new DeactivateMFADeviceCommand({ UserName, SerialNumber }),
      new DeleteVirtualMFADeviceCommand({ SerialNumber }),
      new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes }),
      new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'of-another' }),
      new ListVirtualMFADevicesCommand({}),
    ]) {
      const sent = iam(admin.session).send(command as ListVirtualMFADevicesCommand)
      expect(await refused(sent)).toMatchObject({ code: 'AccessDenied', status: 403 })
    }
  })

  test('a tenant, with all rights of its own, has none there', async () => {
    const tenant = await harness.tenant()
    const { serial: SerialNumber } = victim.device
    const stranger = iam(tenant)
    const deactivate = new DeactivateMFADeviceCommand({ UserName: victim.name, SerialNumber })
    expect(await refused(stranger.send(deactivate))).toMatchObject({ code: 'NoSuchEntity' })
    const remove = new DeleteVirtualMFADeviceCommand({ SerialNumber })
    expect(await refused(stranger.send(remove))).toMatchObject({ code: 'NoSuchEntity' })
    expect(await codeOf(tenant, 'SuspendTenant', { AccountId: OPERATOR })).toBe(
      'AccessDeniedException',
    )
  })

  test('and root may: it takes a lost device from an operator', async () => {
    const { serial: SerialNumber, shown } = victim.device
    const root = iam(harness.operator)
    await root.send(new DeactivateMFADeviceCommand({ UserName: victim.name, SerialNumber }))
    await root.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))
    await expect(world.sts(victim.key).send(new GetSessionTokenCommand(shown(1)))).rejects.toThrow(
      'unable to validate MFA code',
    )
    const line = `DELETE /admin/v1/tenants/${OPERATOR}/principals/user/${victim.name}`
    expect((await harness.rest(harness.operator, line)).status).toBe(204)
  })
})
