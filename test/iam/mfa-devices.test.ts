// @module-tag functions
import { crc32, inflateSync } from 'node:zlib'
import {
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteUserCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  GetMFADeviceCommand,
  type IAMClient,
  ListMFADevicesCommand,
  ListMFADeviceTagsCommand,
  ListVirtualMFADevicesCommand,
  ResyncMFADeviceCommand,
  TagMFADeviceCommand,
  UntagMFADeviceCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import decodeQR from 'qr/decode.js'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { allow, credentialOf, document, userSession } from '../sessions/world.ts'
import { describeStores, type Harness, REGION, type Tenant } from '../support/harness.ts'
import { type Device, deviceWith } from '../support/mfa.ts'
import type { Credential } from '../support/target.ts'
import { administrator, iamClients, refused } from './iam-world.ts'

describeStores('Virtual MFA devices of AWS IAM', (harness: Harness) => {
  const client = iamClients(harness)
  let tenant: Tenant
  let root: IAMClient
  let made = 0

  beforeAll(async () => {
    tenant = await harness.tenant()
  })
  beforeEach(() => {
    root = client(tenant)
  })

  const nextName = (what: string) => `${what}-${++made}`
  async function create(
    name: string,
    more: object = {},
    by = root,
    clock = Date.now,
  ): Promise<Device> {
    const command = new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name, ...more })
    const { VirtualMFADevice } = await by.send(command)
    const { SerialNumber = '', Base32StringSeed } = VirtualMFADevice ?? {}
    return deviceWith(SerialNumber, Buffer.from(Base32StringSeed ?? []).toString(), clock)
  }
  const pairOf = (device: Device, first = -1) => ({
    SerialNumber: device.serial,
    ...device.pair(first),
  })
  const enable = (UserName: string, device: Device, first?: number) =>
    root.send(new EnableMFADeviceCommand({ UserName, ...pairOf(device, first) }))
  async function user(): Promise<string> {
    const UserName = nextName('user')
    await root.send(new CreateUserCommand({ UserName }))
    return UserName
  }
  async function holder(): Promise<{ name: string; device: Device }> {
    const name = await user()
    const device = await create(nextName('phone'))
    await enable(name, device)
    return { name, device }
  }
  const token = async (by: Credential, device: Device, steps: number) => {
    const sts = new STSClient({
      endpoint: harness.target.url,
      region: REGION,
      maxAttempts: 1,
      credentials: by,
    })
    try {
      const { Credentials } = await sts.send(new GetSessionTokenCommand(device.shown(steps)))
      return credentialOf(tenant.accountId, Credentials)
    } finally {
      sts.destroy()
    }
  }

  test('from its creation to its deletion, as AWS answers each step', async () => {
    const UserName = await user()
    const VirtualMFADeviceName = nextName('phone')
    const Tags = [{ Key: 'floor', Value: '2' }]
    const { VirtualMFADevice } = await root.send(
      new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName, Path: '/team/', Tags }),
    )
    const SerialNumber = `arn:aws:iam::${tenant.accountId}:mfa/team/${VirtualMFADeviceName}`
    const seed = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString()
    expect(VirtualMFADevice).toMatchObject({ SerialNumber, Tags })
    expect(seed).toMatch(/^[A-Z2-7]{32}$/)
    const text = textOf(VirtualMFADevice?.QRCodePNG ?? new Uint8Array())
    expect(decodeURIComponent(text)).toBe(
      `otpauth://totp/${VirtualMFADeviceName}@${tenant.accountId}?secret=${seed}`,
    )
    const device = deviceWith(SerialNumber, seed, Date.now)
    await root.send(new EnableMFADeviceCommand({ UserName, ...pairOf(device) }))
    const listed = await root.send(new ListMFADevicesCommand({ UserName }))
    expect(listed.MFADevices).toEqual([{ UserName, SerialNumber, EnableDate: expect.any(Date) }])
    await expect(
      root.send(new GetMFADeviceCommand({ SerialNumber, UserName })),
    ).resolves.toMatchObject({ UserName, SerialNumber, EnableDate: expect.any(Date) })
    expect(await refused(root.send(new DeleteVirtualMFADeviceCommand({ SerialNumber })))).toEqual({
      code: 'DeleteConflict',
      message: 'MFA VirtualDevice in use. Must deactivate first.',
      status: 409,
    })
    expect(await refused(root.send(new DeleteUserCommand({ UserName })))).toMatchObject({
      code: 'DeleteConflict',
      message: 'Cannot delete entity, must delete MFA device first.',
    })
    await root.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }))
    expect((await root.send(new ListMFADevicesCommand({ UserName }))).MFADevices).toEqual([])
    await root.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))
    await root.send(new DeleteUserCommand({ UserName }))
    expect(await refused(root.send(new DeleteVirtualMFADeviceCommand({ SerialNumber })))).toEqual({
      code: 'NoSuchEntity',
      message: `VirtualMFADevice with serial number ${SerialNumber} doesn't exist.`,
      status: 404,
    })
  })

  test('its user, by its code, opens what asks for a second factor; a code of enabling is used up', async () => {
    const name = nextName('mfa')
    const by = await administrator(harness, tenant, name, 'kms:*', 'iam:GetUser')
    const device = await create(name)
    const pair = pairOf(device)
    await root.send(new EnableMFADeviceCommand({ UserName: name, ...pair }))
    const used = {
      ...device,
      shown: () => ({ SerialNumber: device.serial, TokenCode: pair.AuthenticationCode2 }),
    }
    await expect(token(by, used, 0)).rejects.toThrow('invalid MFA one time pass code')
    const session = await token(by, device, 1)
    const everybody = { Principal: { AWS: tenant.accountId } }
    const mfa = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }
    const Policy = document(
      allow(['kms:Create*', 'kms:Put*'], everybody),
      allow('kms:Encrypt', { ...everybody, ...mfa }),
    )
    const { id: KeyId } = await harness.key(tenant, { Policy })
    const input = { KeyId, Plaintext: 'AA==' }
    expect((await harness.call('sdk', by, 'Encrypt', input)).code).toBe('AccessDeniedException')
    expect((await harness.call('sdk', session, 'Encrypt', input)).code).toBeUndefined()
  })

  test('names are unique without regard to case, and whatever the path', async () => {
    const name = nextName('Phone')
    await create(name)
    for (const again of [{}, { Path: '/team/' }]) {
      expect(await refused(create(name.toUpperCase(), again))).toEqual({
        code: 'EntityAlreadyExists',
        message: 'MFADevice entity at the same path and name already exists.',
        status: 409,
      })
    }
  })

  describe('EnableMFADevice refuses', () => {
    test('codes that are wrong, the same twice, not consecutive, or in the wrong order', async () => {
      const name = await user()
      const device = await create(nextName('phone'))
      const [a, b, c] = [device.code(-1), device.code(0), device.code(1)]
      for (const [AuthenticationCode1, AuthenticationCode2] of [
        [b, a],
        [b, b],
        [a, c],
      ] as const) {
        const codes = { AuthenticationCode1, AuthenticationCode2 }
        const sent = root.send(
          new EnableMFADeviceCommand({ UserName: name, SerialNumber: device.serial, ...codes }),
        )
        expect(await refused(sent)).toEqual({
          code: 'InvalidAuthenticationCode',
          message: 'Authentication code for device is not valid.',
          status: 403,
        })
      }
      await enable(name, device)
    })

    test('any after five that were wrong', async () => {
      const name = await user()
      const device = await create(nextName('phone'))
      for (let i = 0; i < 5; i++) {
        const sent = enable(name, device, 50 + i)
        expect(await refused(sent)).toMatchObject({ code: 'InvalidAuthenticationCode' })
      }
      expect(await refused(enable(name, device))).toMatchObject({
        code: 'EntityTemporarilyUnmodifiable',
        status: 409,
      })
    })

    test('a device that is another’s, or not there, and a user that is not', async () => {
      const { device } = await holder()
      const name = await user()
      expect(await refused(enable(name, device, 1))).toEqual({
        code: 'EntityAlreadyExists',
        message: 'MFA Device is already in use.',
        status: 409,
      })
      const free = await create(nextName('phone'))
      expect(await refused(enable('nobody', free))).toMatchObject({
        code: 'NoSuchEntity',
        message: 'The user with name nobody cannot be found.',
      })
      const none = deviceWith(`${free.serial}x`, 'A'.repeat(32), Date.now)
      expect(await refused(enable(name, none))).toMatchObject({ code: 'NoSuchEntity' })
    })

    test('a ninth of one user, also where two come at once', async () => {
      const name = await user()
      const devices = await Promise.all(Array.from({ length: 10 }, () => create(nextName('phone'))))
      for (const device of devices.slice(0, 7)) await enable(name, device)
      const last = await Promise.allSettled(
        devices.slice(7, 9).map((device) => enable(name, device)),
      )
      expect(last.filter(({ status }) => status === 'fulfilled').length).toBeLessThan(2)
      const { MFADevices = [] } = await root.send(new ListMFADevicesCommand({ UserName: name }))
      expect(MFADevices.length).toBeLessThanOrEqual(8)
      const [spare] = devices.slice(9)
      if (MFADevices.length < 8) await enable(name, await create(nextName('phone')))
      if (spare === undefined) throw new Error('there are ten')
      expect(await refused(enable(name, spare))).toEqual({
        code: 'LimitExceeded',
        message: 'Cannot exceed quota for MFADevicesPerUser: 8',
        status: 409,
      })
    })
  })

  test('ResyncMFADevice finds out how its clock goes', async () => {
    const name = nextName('astray')
    const by = await administrator(harness, tenant, name, 'kms:*')
    // its clock stands: a step that ends between two of its codes makes it no further ahead
    const stands = Date.now()
    const device = await create(name, {}, root, () => stands)
    await enable(name, device)
    // five minutes ahead
    await expect(token(by, device, 10)).rejects.toThrow('invalid MFA one time pass code')
    const far = { UserName: name, ...pairOf(device, 25) }
    expect(await refused(root.send(new ResyncMFADeviceCommand(far)))).toMatchObject({
      code: 'InvalidAuthenticationCode',
    })
    await root.send(new ResyncMFADeviceCommand({ UserName: name, ...pairOf(device, 9) }))
    await expect(token(by, device, 11)).resolves.toBeDefined()
    await expect(token(by, device, 1)).rejects.toThrow('invalid MFA one time pass code')
    const UserName = await user()
    const other = { UserName, ...pairOf(device, 11) }
    expect(await refused(root.send(new ResyncMFADeviceCommand(other)))).toMatchObject({
      code: 'NoSuchEntity',
      message: 'MFA Device invalid for user.',
    })
  })

  test('lists say whose they are: assigned, not assigned, any', async () => {
    const { name, device } = await holder()
    const free = await create(nextName('phone'))
    const serials = async (AssignmentStatus?: 'Assigned' | 'Unassigned' | 'Any') => {
      const found = []
      for (let Marker: string | undefined, more = true; more; ) {
        const command = new ListVirtualMFADevicesCommand({ AssignmentStatus, MaxItems: 2, Marker })
        const page = await root.send(command)
        found.push(...(page.VirtualMFADevices ?? []))
        more = page.IsTruncated ?? false
        Marker = page.Marker
      }
      return found
    }
    const serialsOf = async (status?: 'Assigned' | 'Unassigned' | 'Any') =>
      (await serials(status)).map(({ SerialNumber }) => SerialNumber)
    expect(await serialsOf()).toEqual(expect.arrayContaining([device.serial, free.serial]))
    expect(await serialsOf('Any')).toEqual(await serialsOf())
    const assigned = await serials('Assigned')
    expect(assigned.find(({ SerialNumber }) => SerialNumber === device.serial)).toMatchObject({
      User: { UserName: name, Path: '/', UserId: expect.stringMatching(/^AIDA/) },
      EnableDate: expect.any(Date),
    })
    expect(await serialsOf('Assigned')).not.toContain(free.serial)
    expect(await serialsOf('Unassigned')).toContain(free.serial)
    expect(await serialsOf('Unassigned')).not.toContain(device.serial)
  })

  test('a device follows its user to another name, and is nobody’s once the user is gone', async () => {
    const { name, device } = await holder()
    const NewUserName = nextName('renamed')
    await root.send(new UpdateUserCommand({ UserName: name, NewUserName }))
    const listed = await root.send(new ListMFADevicesCommand({ UserName: NewUserName }))
    expect(listed.MFADevices).toMatchObject([
      { UserName: NewUserName, SerialNumber: device.serial },
    ])
    const line = `DELETE /admin/v1/tenants/${tenant.accountId}/principals/user/${NewUserName}`
    expect((await harness.rest(harness.operator, line)).status).toBe(204)
    const { serial: SerialNumber } = device
    expect(
      await refused(root.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))),
    ).toMatchObject({ code: 'NoSuchEntity' })
  })

  test('tags', async () => {
    const { serial: SerialNumber } = await create(nextName('phone'), {
      Tags: [{ Key: 'floor', Value: '2' }],
    })
    const Tags = [
      { Key: 'Floor', Value: '3' },
      { Key: 'team', Value: 'red' },
    ]
    await root.send(new TagMFADeviceCommand({ SerialNumber, Tags }))
    const tagsOf = async () =>
      (await root.send(new ListMFADeviceTagsCommand({ SerialNumber }))).Tags
    expect(await tagsOf()).toEqual(Tags)
    await root.send(new UntagMFADeviceCommand({ SerialNumber, TagKeys: ['FLOOR'] }))
    expect(await tagsOf()).toEqual([{ Key: 'team', Value: 'red' }])
    const other = new ListMFADeviceTagsCommand({ SerialNumber: `${SerialNumber}x` })
    expect(await refused(root.send(other))).toMatchObject({ code: 'NoSuchEntity' })
  })

  test('a user manages its own by policy variables, as AWS’s example policy has it, and no other’s', async () => {
    const name = nextName('self')
    const variable = `\${aws:username}`
    const Policy = document(
      allow(['iam:CreateVirtualMFADevice', 'iam:DeleteVirtualMFADevice'], {
        Resource: `arn:aws:iam::*:mfa/${variable}`,
      }),
      allow(['iam:EnableMFADevice', 'iam:ListMFADevices', 'iam:DeactivateMFADevice'], {
        Resource: `arn:aws:iam::*:user/${variable}`,
      }),
      allow('iam:ListVirtualMFADevices'),
    )
    const { credential } = await harness.user(tenant, name, { Policy })
    if (credential === undefined) throw new Error('a user has an access key')
    const self = client(credential)
    const device = await create(name, {}, self)
    await self.send(new EnableMFADeviceCommand({ UserName: name, ...pairOf(device) }))
    await expect(self.send(new ListMFADevicesCommand({}))).resolves.toMatchObject({
      MFADevices: [{ UserName: name }],
    })
    await expect(self.send(new ListVirtualMFADevicesCommand({}))).resolves.toBeDefined()
    const { name: other, device: others } = await holder()
    const { serial: SerialNumber } = others
    for (const command of [
      new DeactivateMFADeviceCommand({ UserName: other, SerialNumber }),
      new ListMFADevicesCommand({ UserName: other }),
      new EnableMFADeviceCommand({ UserName: other, ...pairOf(device) }),
    ]) {
      expect(await refused(self.send(command as ListMFADevicesCommand))).toMatchObject({
        code: 'AccessDenied',
      })
    }
    const foreign = new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: other })
    expect(await refused(self.send(foreign))).toMatchObject({
      code: 'AccessDenied',
      message: `User: arn:aws:iam::${tenant.accountId}:user/${name} is not authorized to perform: iam:CreateVirtualMFADevice on resource: arn:aws:iam::${tenant.accountId}:mfa/${other} because no identity-based policy allows the iam:CreateVirtualMFADevice action`,
    })
  })

  test('the root of an account has a device of its own, over REST', async () => {
    const owner = await harness.tenant()
    const own = client(owner)
    const device = await create('root-account-mfa-device', {}, own)
    const input = { ...pairOf(device) }
    await harness.ok(owner, 'IamEnableMFADevice', input, { via: 'rest' })
    const { VirtualMFADevices } = await own.send(new ListVirtualMFADevicesCommand({}))
    expect(VirtualMFADevices).toMatchObject([
      { User: { UserId: owner.accountId, Arn: `arn:aws:iam::${owner.accountId}:root` } },
    ])
    await expect(own.send(new ListMFADevicesCommand({}))).resolves.toMatchObject({
      MFADevices: [{ SerialNumber: device.serial }],
    })
  })

  test('another tenant has nothing of it', async () => {
    const { name, device } = await holder()
    const stranger = client(await harness.tenant())
    const { serial: SerialNumber } = device
    for (const command of [
      new DeleteVirtualMFADeviceCommand({ SerialNumber }),
      new ListMFADeviceTagsCommand({ SerialNumber }),
      new DeactivateMFADeviceCommand({ UserName: name, SerialNumber }),
    ]) {
      expect(await refused(stranger.send(command as ListMFADeviceTagsCommand))).toMatchObject({
        code: 'NoSuchEntity',
      })
    }
    const { VirtualMFADevices } = await stranger.send(new ListVirtualMFADevicesCommand({}))
    expect(VirtualMFADevices).toEqual([])
  })

  // AWS's table “Compare AWS STS credentials”
  test('sessions of a user call AWS IAM with a second factor alone', async () => {
    const name = nextName('iam')
    await administrator(harness, tenant, name, 'iam:*')
    const plain = client(await userSession(harness, tenant, name))
    expect(await refused(plain.send(new ListMFADevicesCommand({})))).toMatchObject({
      code: 'InvalidClientTokenId',
      status: 403,
    })
    const proven = client(await userSession(harness, tenant, name, { Mfa: true }))
    await expect(proven.send(new ListMFADevicesCommand({}))).resolves.toBeDefined()
  })

  test('seed and codes are in no record', async () => {
    const { device } = await holder()
    const trail = await harness.trail(tenant)
    const [created] = trail.filter(
      (one) =>
        one['eventName'] === 'CreateVirtualMFADevice' &&
        JSON.stringify(one).includes(device.serial),
    )
    expect(created).toMatchObject({
      eventSource: 'iam.amazonaws.com',
      responseElements: { virtualMFADevice: { serialNumber: device.serial } },
    })
    expect(JSON.stringify(created)).not.toMatch(/seed|png/i)
    const [enabled] = trail.filter(({ eventName }) => eventName === 'EnableMFADevice')
    expect(enabled).toMatchObject({ requestParameters: { serialNumber: device.serial } })
    expect(JSON.stringify(enabled)).not.toMatch(/authenticationCode/)
  })
})

/** The text in a QR code, of a PNG of one bit a pixel, read as the specification has it. */
function textOf(bytes: Uint8Array): string {
  const png = Buffer.from(bytes)
  expect(png.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))
  const chunks = new Map<string, Buffer>()
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    const typed = png.subarray(at + 4, at + 8 + length)
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(typed))
    chunks.set(typed.subarray(0, 4).toString(), typed.subarray(4))
    at += 12 + length
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND'])
  const header = chunks.get('IHDR') ?? Buffer.alloc(13)
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  expect([...header.subarray(8)]).toEqual([1, 0, 0, 0, 0])
  const lines = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0))
  const stride = 1 + Math.ceil(width / 8)
  expect(lines).toHaveLength(height * stride)
  const data = Buffer.alloc(width * height * 4, 0xff)
  for (let y = 0; y < height; y++) {
    expect(lines[y * stride]).toBe(0)
    for (let x = 0; x < width; x++) {
      const bit = ((lines[y * stride + 1 + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1
      data.fill(bit * 0xff, (y * width + x) * 4, (y * width + x) * 4 + 3)
    }
  }
  return decodeQR({ width, height, data })
}
