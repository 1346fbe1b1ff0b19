import { StoreConflict } from '../../core/base/conflict.ts'
import { KmsError } from '../../core/base/errors.ts'
import { countItems } from '../../core/identity/count-items.ts'
import { quotaExceeded } from '../../core/identity/iam-errors.ts'
import { mfaDeviceItem } from '../../core/identity/iam-items.ts'
import { IAM_QUOTAS } from '../../core/identity/iam-quotas.ts'
import { withIamTags } from '../../core/identity/iam-tags.ts'
import {
  createMfaDevice,
  enableMfaDevice,
  mfaDevicesOf,
  releaseMfaDevice,
  resyncMfaDevice,
} from '../../core/identity/mfa-devices.ts'
import { isMfaDeviceOf, type MfaOwner, mfaDeviceArn } from '../../core/identity/mfa-serial.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import { defineOperation } from '../../core/operation.ts'
import { blob, list, optional, struct, timestamp } from '../../core/shape/shapes.ts'
import { listPage } from './iam-list.ts'
import { iam, page, paging, path, tags, userName } from './iam-members.ts'
import { onUserOrSelf } from './iam-resources.ts'
import { type Home, shownTags } from './iam-shown.ts'
import {
  authenticationCode,
  deviceName,
  onNewMfaDevice,
  ownerNamed,
  ownerOf,
  readDevice,
  readDeviceOf,
  requireRight,
  serialNumber,
} from './mfa-members.ts'

/** Creates a virtual MFA device, which is nobody's yet, and tells its seed this once. */
export const createVirtualMfaDevice = defineOperation({
  ...iam('CreateVirtualMFADevice'),
  summary: 'Creates a virtual MFA device and tells its seed, this once.',
  http: 'POST /iam/v1/virtual-mfa-devices',
  status: 201,
  administers: {
    ...onNewMfaDevice,
    also: ({ Tags = [] }) => (Tags.length > 0 ? ['iam:TagMFADevice'] : []),
  },
  input: struct({
    VirtualMFADeviceName: deviceName,
    Path: optional(path),
    Tags: optional(tags),
  }),
  output: struct({
    VirtualMFADevice: struct({
      SerialNumber: serialNumber,
      Base32StringSeed: blob({ sensitive: true }),
      QRCodePNG: blob({ sensitive: true }),
      Tags: optional(tags),
    }),
  }),
  errors: ['EntityAlreadyExistsException', 'InvalidInputException', 'LimitExceededException'],
  mutates: true,
  uses: ['read', 'write', 'wrapping'],
  validate: ({ Tags = [] }) => void withIamTags({}, Tags),
  async run({ input, caller: { accountId }, context: { now, region } }, ports) {
    const { VirtualMFADeviceName: name, Path = '/', Tags = [] } = input
    const device = {
      name,
      ...(Path !== '/' && { path: Path }),
      tags: withIamTags({}, Tags),
      created: now,
    }
    const { mfaDevices } = IAM_QUOTAS
    const prefix = mfaDeviceItem.prefix()
    if ((await countItems(ports.read, accountId, prefix, mfaDevices)) >= mfaDevices) {
      throw quotaExceeded('VirtualMFADevicesPerAccount', mfaDevices)
    }
    const SerialNumber = mfaDeviceArn({ accountId, region }, device)
    const seed = await createMfaDevice(ports, accountId, device)
    if (seed === undefined) {
      throw new KmsError(
        'EntityAlreadyExistsException',
        'MFADevice entity at the same path and name already exists.',
      )
    }
    const { otpauthUri, qrCodePng } = await import('../../core/identity/mfa-qr.ts')
    return {
      VirtualMFADevice: {
        SerialNumber,
        Base32StringSeed: Buffer.from(seed),
        QRCodePNG: qrCodePng(otpauthUri(accountId, name, seed)),
        Tags: shownTags(device.tags),
      },
    }
  },
})

/** Gives a device to a user, by two consecutive codes of it. */
export const enableMfaDeviceOperation = defineOperation({
  ...iam('EnableMFADevice'),
  summary: 'Gives a virtual MFA device to a user, by two consecutive codes of it.',
  http: 'POST /iam/v1/mfa-devices/{SerialNumber}/enable',
  status: 204,
  differs: "Without UserName it is the caller's own, the account's root included.",
  administers: onUserOrSelf,
  input: struct({
    UserName: optional(userName),
    SerialNumber: serialNumber,
    AuthenticationCode1: authenticationCode,
    AuthenticationCode2: authenticationCode,
  }),
  errors: [
    'EntityAlreadyExistsException',
    'EntityTemporarilyUnmodifiableException',
    'InvalidAuthenticationCodeException',
    'LimitExceededException',
    'NoSuchEntityException',
  ],
  mutates: true,
  uses: ['read', 'write', 'unwrapping'],
  async run({ input, caller, context }, ports) {
    const { accountId } = caller
    const { region, wallTime: now } = context
    const { SerialNumber, AuthenticationCode1, AuthenticationCode2 } = input
    const { owner } = await ownerNamed(ports.read, input, caller)
    const { item, data } = await readDevice(ports.read, { accountId, region }, SerialNumber)
    if ((await ownerOf(ports.read, accountId, data)) !== undefined) {
      throw new KmsError('EntityAlreadyExistsException', 'MFA Device is already in use.')
    }
    const count = async () => (await mfaDevicesOf(ports.read, accountId, owner)).length
    const { mfaDevicesPerUser: most } = IAM_QUOTAS
    if ((await count()) >= most) throw quotaExceeded('MFADevicesPerUser', most)
    const codes = [AuthenticationCode1, AuthenticationCode2] as const
    requireRight(await enableMfaDevice(ports, item, owner, { codes, now }))
    if ((await count()) <= most) return
    // another was enabled at once; this one is taken back here, since the call made again would find it in use
    await released(ports, { accountId, region }, SerialNumber, owner)
    throw quotaExceeded('MFADevicesPerUser', most)
  },
})

/** Takes a device from whom it is of, whoever writes it meanwhile. */
async function released(
  ports: Pick<DataPorts, 'read' | 'write'>,
  home: Home,
  serial: string,
  owner: MfaOwner,
): Promise<void> {
  for (;;) {
    const { item, data } = await readDevice(ports.read, home, serial)
    if (!isMfaDeviceOf(data, owner)) return
    try {
      return await releaseMfaDevice(ports, item)
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error
    }
  }
}

/** Takes a device from a user. */
export const deactivateMfaDevice = defineOperation({
  ...iam('DeactivateMFADevice'),
  summary: 'Takes a virtual MFA device from a user.',
  http: 'POST /iam/v1/mfa-devices/{SerialNumber}/deactivate',
  status: 204,
  administers: onUserOrSelf,
  input: struct({ UserName: optional(userName), SerialNumber: serialNumber }),
  errors: ['NoSuchEntityException'],
  mutates: true,
  uses: ['read', 'write'],
  async run({ input, caller, context: { region } }, ports) {
    const { owner } = await ownerNamed(ports.read, input, caller)
    const home = { accountId: caller.accountId, region }
    const { item } = await readDeviceOf(ports.read, home, input.SerialNumber, owner)
    await releaseMfaDevice(ports, item)
  },
})

/** Finds out how far a device's clock went astray, by two consecutive codes of it. */
export const resyncMfaDeviceOperation = defineOperation({
  ...iam('ResyncMFADevice'),
  summary: "Finds out how a virtual MFA device's clock goes, by two consecutive codes of it.",
  http: 'POST /iam/v1/mfa-devices/{SerialNumber}/resync',
  status: 204,
  differs:
    "Its clock may be ten minutes ahead or behind. Without UserName it is the caller's own device.",
  administers: onUserOrSelf,
  input: struct({
    UserName: optional(userName),
    SerialNumber: serialNumber,
    AuthenticationCode1: authenticationCode,
    AuthenticationCode2: authenticationCode,
  }),
  errors: [
    'EntityTemporarilyUnmodifiableException',
    'InvalidAuthenticationCodeException',
    'NoSuchEntityException',
  ],
  mutates: true,
  uses: ['read', 'write', 'unwrapping'],
  async run({ input, caller, context: { region, wallTime: now } }, ports) {
    const { SerialNumber, AuthenticationCode1, AuthenticationCode2 } = input
    const { owner } = await ownerNamed(ports.read, input, caller)
    const home = { accountId: caller.accountId, region }
    const { item } = await readDeviceOf(ports.read, home, SerialNumber, owner)
    const codes = [AuthenticationCode1, AuthenticationCode2] as const
    requireRight(await resyncMfaDevice(ports, item, { codes, now }))
  },
})

const device = {
  UserName: optional(userName),
  SerialNumber: serialNumber,
  EnableDate: optional(timestamp),
}

/** Answers a device of a user. */
export const getMfaDevice = defineOperation({
  ...iam('GetMFADevice'),
  summary: 'Answers a virtual MFA device of a user; without UserName of the one who asks.',
  http: 'GET /iam/v1/mfa-devices/{SerialNumber}',
  administers: onUserOrSelf,
  input: struct({ SerialNumber: serialNumber, UserName: optional(userName) }),
  output: struct(device),
  errors: ['NoSuchEntityException'],
  mutates: false,
  uses: ['read'],
  async run({ input, caller, context: { region } }, { read }) {
    const { SerialNumber } = input
    const { owner, user } = await ownerNamed(read, input, caller)
    const home = { accountId: caller.accountId, region }
    const { data } = await readDeviceOf(read, home, SerialNumber, owner)
    return { UserName: user?.name, SerialNumber, EnableDate: data.enabled }
  },
})

/** Lists the devices of a user. */
export const listMfaDevices = defineOperation({
  ...iam('ListMFADevices'),
  summary: 'Lists the MFA devices of a user; without UserName of the one who asks.',
  http: 'GET /iam/v1/mfa-devices',
  administers: onUserOrSelf,
  input: struct({ UserName: optional(userName), ...paging }),
  output: struct({ MFADevices: list(struct(device)), ...page }),
  errors: ['NoSuchEntityException', 'InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller, context: { region } }, { read, tokens }) {
    const { accountId } = caller
    const { owner, user } = await ownerNamed(read, input, caller)
    const own = await mfaDevicesOf(read, accountId, owner)
    const all = own.map((item) => {
      const data = mfaDeviceItem.read(item)
      const SerialNumber = mfaDeviceArn({ accountId, region }, data)
      return { UserName: user?.name, SerialNumber, EnableDate: data.enabled }
    })
    const { Marker, MaxItems } = input
    const asked = { accountId, list: `ListMFADevices/${user?.id ?? 'root'}`, Marker, MaxItems }
    const { items, page } = await listPage(tokens, asked, all, (one) => one.SerialNumber)
    return { MFADevices: [...items], ...page }
  },
})
