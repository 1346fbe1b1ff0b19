import { isAccountId } from '../../core/base/arn.ts'
import { KmsError } from '../../core/base/errors.ts'
import type { Administered } from '../../core/identity/administered.ts'
import type { Caller } from '../../core/identity/caller.ts'
import {
  type PrincipalData,
  principalItem,
  principalPlace,
} from '../../core/identity/credential.ts'
import { readUser } from '../../core/identity/entity.ts'
import { noSuchEntity } from '../../core/identity/iam-errors.ts'
import { type MfaDeviceData, mfaDeviceItem } from '../../core/identity/iam-items.ts'
import {
  isMfaDeviceOf,
  type MfaOwner,
  mfaDeviceArn,
  placeOfSerial,
} from '../../core/identity/mfa-serial.ts'
import { followRename, foundIn } from '../../core/identity/renamed.ts'
import type { Taken } from '../../core/identity/second-factor.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import { string } from '../../core/shape/shapes.ts'
import type { Item } from '../../core/store/store.ts'
import { ownName } from './iam-resources.ts'
import type { Home } from './iam-shown.ts'

/** Members and refusals of AWS IAM's operations on MFA devices. */

export const serialNumber = string({ min: 9, max: 256, pattern: '[\\w+=/:,.@-]+' })
export const authenticationCode = string({ min: 6, max: 6, pattern: '[\\d]+', sensitive: true })
/** IAM's bound, with the path in an ARN (API_CreateVirtualMFADevice) */
export const deviceName = string({ min: 1, max: 226, pattern: '[\\w+=,.@-]+' })

interface Serial {
  readonly SerialNumber: string
}

/** A device that is named, with its tags where it is there. */
export const onMfaDevice: Administered<Serial> = {
  says: '`arn:aws:iam::ACCOUNT:mfa/PATH/NAME`',
  async of({ SerialNumber }, found, { accountId }) {
    const place = placeOfSerial(accountId, SerialNumber)
    const item = place && (await found(place))
    const [, , , , owner = '', name = ''] = SerialNumber.split(':')
    // another account's, and that of a thing: there are none, whoever may
    if (place === undefined) {
      return isAccountId(owner)
        ? { accountId: owner, name }
        : { accountId, name: `mfa/${SerialNumber}` }
    }
    const data = item && mfaDeviceItem.read(item)
    const its = data !== undefined && `mfa${data.path ?? '/'}${data.name}` === name
    return { accountId, name, ...(its && { tags: data.tags }) }
  },
}

export const onNewMfaDevice: Administered<{
  readonly VirtualMFADeviceName: string
  readonly Path?: string | undefined
}> = {
  says: '`arn:aws:iam::ACCOUNT:mfa/PATH/NAME`, with the Path of the request',
  of: ({ VirtualMFADeviceName, Path = '/' }, _found, { accountId }) => ({
    accountId,
    name: `mfa${Path}${VirtualMFADeviceName}`,
  }),
}

/** A device as it was read. */
export interface Device {
  readonly item: Item
  readonly data: MfaDeviceData
}

/** @throws KmsError NoSuchEntityException */
export async function readDevice(
  read: Pick<DataPorts['read'], 'get'>,
  home: Home,
  serial: string,
): Promise<Device> {
  const place = placeOfSerial(home.accountId, serial)
  const [item] = place === undefined ? [] : await read.get([place])
  const data = item && mfaDeviceItem.read(item)
  if (item === undefined || data === undefined || mfaDeviceArn(home, data) !== serial) {
    throw noSuchEntity(`VirtualMFADevice with serial number ${serial} doesn't exist.`)
  }
  return { item, data }
}

/**
 * Whose device a request is about: the user's it names, else the caller's own.
 * @throws KmsError NoSuchEntityException, ValidationException
 */
export async function ownerNamed(
  read: Pick<DataPorts['read'], 'get'>,
  input: { readonly UserName?: string | undefined },
  caller: Caller,
): Promise<{ readonly owner: MfaOwner; readonly user?: PrincipalData }> {
  const name = ownName(input, caller)
  if (name === undefined) return { owner: { principal: 'root' } }
  const { data } = await readUser(read, caller.accountId, name)
  return { owner: { principal: `user/${data.name}`, principalId: data.id }, user: data }
}

/** A device of that user or root. @throws KmsError NoSuchEntityException */
export async function readDeviceOf(
  read: Pick<DataPorts['read'], 'get'>,
  home: Home,
  serial: string,
  owner: MfaOwner,
): Promise<Device> {
  const device = await readDevice(read, home, serial)
  if (!isMfaDeviceOf(device.data, owner)) throw noSuchEntity('MFA Device invalid for user.')
  return device
}

/** Whom a device is of: `root`, the user as it is now, or nobody, as of a user who is gone. */
export async function ownerOf(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  { principal, principalId }: MfaDeviceData,
): Promise<PrincipalData | 'root' | undefined> {
  if (principal === undefined) return undefined
  if (principalId === undefined) return 'root'
  const found = foundIn(read)
  const item = await found(principalPlace(accountId, principal))
  const data = item && principalItem.read(item)
  if (data?.id === principalId) return data
  return (await followRename(accountId, principalId, found))?.data
}

/** @throws KmsError InvalidAuthenticationCodeException, EntityTemporarilyUnmodifiableException */
export function requireRight(taken: Taken): void {
  if (taken === 'right') return
  if (taken === 'wrong') {
    throw new KmsError(
      'InvalidAuthenticationCodeException',
      'Authentication code for device is not valid.',
    )
  }
  throw new KmsError(
    'EntityTemporarilyUnmodifiableException',
    'Too many authentication codes for device were not valid. Please try again in a few minutes.',
  )
}
