import { commit } from '../../core/base/conflict.ts'
import { tenantItem, tenantPlace } from '../../core/identity/credential.ts'
import { deleteConflict } from '../../core/identity/iam-errors.ts'
import { mfaDeviceItem } from '../../core/identity/iam-items.ts'
import { withIamTags, withoutIamTags } from '../../core/identity/iam-tags.ts'
import { mfaDeviceArn } from '../../core/identity/mfa-serial.ts'
import { principalArn } from '../../core/identity/principal-caller.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import { defineOperation } from '../../core/operation.ts'
import { list, oneOf, optional, string, struct, timestamp } from '../../core/shape/shapes.ts'
import { eraseSoon, type Item } from '../../core/store/store.ts'
import { itemPage } from './iam-list.ts'
import { arn, iam, page, paging, path, tagKeys, tags, userName } from './iam-members.ts'
import { onEverything } from './iam-resources.ts'
import { type Home, listedUser } from './iam-shown.ts'
import { onMfaDevice, ownerOf, readDevice, serialNumber } from './mfa-members.ts'
import { tagPage } from './tags.ts'

/** A user, or the root of an account, which has neither name nor path. */
const owner = struct({
  Path: optional(path),
  UserName: optional(userName),
  UserId: string(),
  Arn: arn,
  CreateDate: timestamp,
})

async function listed(read: Pick<DataPorts['read'], 'get'>, home: Home, item: Item) {
  const data = mfaDeviceItem.read(item)
  const SerialNumber = mfaDeviceArn(home, data)
  const whose = await ownerOf(read, home.accountId, data)
  if (whose === undefined) return { SerialNumber }
  if (whose !== 'root') {
    return { SerialNumber, User: listedUser(home, whose), EnableDate: data.enabled }
  }
  const [tenant] = await read.get([tenantPlace(home.accountId)])
  const User = {
    UserId: home.accountId,
    Arn: principalArn(home.region, home.accountId, 'root'),
    CreateDate: tenant === undefined ? data.created : tenantItem.read(tenant).created,
  }
  return { SerialNumber, User, EnableDate: data.enabled }
}

/** Lists the devices of the caller's account, with whom they are of. */
export const listVirtualMfaDevices = defineOperation({
  ...iam('ListVirtualMFADevices'),
  summary: "Lists the virtual MFA devices of the caller's account, with whom they are of.",
  http: 'GET /iam/v1/virtual-mfa-devices',
  administers: onEverything,
  input: struct({
    AssignmentStatus: optional(oneOf(['Assigned', 'Unassigned', 'Any'])),
    ...paging,
  }),
  output: struct({
    VirtualMFADevices: list(
      struct({
        SerialNumber: serialNumber,
        User: optional(owner),
        EnableDate: optional(timestamp),
      }),
    ),
    ...page,
  }),
  errors: ['InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller: { accountId }, context: { region } }, ports) {
    const { AssignmentStatus = 'Any', Marker, MaxItems } = input
    const asked = { accountId, list: `ListVirtualMFADevices${AssignmentStatus}`, Marker, MaxItems }
    const { items, page } = await itemPage(ports, asked, mfaDeviceItem.prefix())
    const all = await Promise.all(
      items.map((item) => listed(ports.read, { accountId, region }, item)),
    )
    const VirtualMFADevices = all.filter(
      ({ User }) =>
        AssignmentStatus === 'Any' || (AssignmentStatus === 'Assigned') === Boolean(User),
    )
    return { VirtualMFADevices, ...page }
  },
})

/** Deletes a device that is nobody's. */
export const deleteVirtualMfaDevice = defineOperation({
  ...iam('DeleteVirtualMFADevice'),
  summary: "Deletes a virtual MFA device that is nobody's.",
  http: 'DELETE /iam/v1/virtual-mfa-devices/{SerialNumber}',
  status: 204,
  administers: onMfaDevice,
  input: struct({ SerialNumber: serialNumber }),
  errors: ['NoSuchEntityException', 'DeleteConflictException'],
  mutates: true,
  uses: ['read', 'remove', 'forget'],
  async run({ input, caller: { accountId }, context: { region } }, { read, remove, forget }) {
    const home = { accountId, region }
    const { item, data } = await readDevice(read, home, input.SerialNumber)
    if ((await ownerOf(read, accountId, data)) !== undefined) {
      throw deleteConflict('MFA VirtualDevice in use. Must deactivate first.')
    }
    await commit(remove.delete(item, item.version))
    // its seed
    await eraseSoon(forget)
  },
})

/** Adds tags to a device, or gives them new values. */
export const tagMfaDevice = defineOperation({
  ...iam('TagMFADevice'),
  summary: 'Adds tags to a virtual MFA device, or gives them new values.',
  http: 'POST /iam/v1/mfa-devices/{SerialNumber}/tags',
  status: 204,
  administers: onMfaDevice,
  input: struct({ SerialNumber: serialNumber, Tags: tags }),
  errors: ['NoSuchEntityException', 'InvalidInputException'],
  mutates: true,
  uses: ['read', 'write'],
  async run({ input, caller: { accountId }, context: { region } }, { read, write }) {
    const { item, data } = await readDevice(read, { accountId, region }, input.SerialNumber)
    const next = { ...data, tags: withIamTags(data.tags, input.Tags) }
    await commit(write.put(mfaDeviceItem.next(item, next)))
  },
})

/** Takes tags from a device. */
export const untagMfaDevice = defineOperation({
  ...iam('UntagMFADevice'),
  summary: 'Takes tags from a virtual MFA device.',
  http: 'DELETE /iam/v1/mfa-devices/{SerialNumber}/tags',
  status: 204,
  administers: onMfaDevice,
  input: struct({ SerialNumber: serialNumber, TagKeys: tagKeys }),
  errors: ['NoSuchEntityException', 'InvalidInputException'],
  mutates: true,
  uses: ['read', 'write'],
  async run({ input, caller: { accountId }, context: { region } }, { read, write }) {
    const { item, data } = await readDevice(read, { accountId, region }, input.SerialNumber)
    const next = { ...data, tags: withoutIamTags(data.tags, input.TagKeys) }
    await commit(write.put(mfaDeviceItem.next(item, next)))
  },
})

/** Lists the tags of a device. */
export const listMfaDeviceTags = defineOperation({
  ...iam('ListMFADeviceTags'),
  summary: 'Lists the tags of a virtual MFA device.',
  http: 'GET /iam/v1/mfa-devices/{SerialNumber}/tags',
  administers: onMfaDevice,
  input: struct({ SerialNumber: serialNumber, ...paging }),
  output: struct({ Tags: tags, ...page }),
  errors: ['NoSuchEntityException', 'InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller: { accountId }, context: { region } }, { read, tokens }) {
    const { SerialNumber, ...asked } = input
    const { data } = await readDevice(read, { accountId, region }, SerialNumber)
    const list = `ListMFADeviceTags/${data.name.toLowerCase()}/${data.created}`
    return tagPage(tokens, { ...asked, accountId, list }, data.tags)
  },
})
