import type { ItemKey } from '../store/store.ts'
import { type MfaDeviceData, mfaDevicePlace } from './iam-items.ts'
import { principalArn } from './principal-caller.ts'

/** Its ARN, which is its serial number. */
export const mfaDeviceArn = (
  { accountId, region }: { readonly accountId: string; readonly region: string },
  { path = '/', name }: Pick<MfaDeviceData, 'path' | 'name'>,
): string => principalArn(region, accountId, `mfa${path}${name}`)

const SERIAL_NUMBER = /^arn:[a-z-]+:iam::(\d{12}):mfa\/(?:[\u0021-\u007e]+\/)?([\w+=,.@-]{1,226})$/

/** Where the device of a serial number would be; undefined for one that no device of the account can have. */
export function placeOfSerial(accountId: string, serialNumber: string): ItemKey | undefined {
  const [, account, name] = SERIAL_NUMBER.exec(serialNumber) ?? []
  return account === accountId && name !== undefined ? mfaDevicePlace(accountId, name) : undefined
}

/** Binds a wrapped seed to its device. */
export const mfaSeedContext = (name: string) => ({
  kind: 'mfa-device',
  device: name.toLowerCase(),
})

/** Whose a device can be: a user's, or the root's of an account. */
export type MfaOwner = Pick<MfaDeviceData, 'principal' | 'principalId'>

export const isMfaDeviceOf = ({ principal, principalId }: MfaOwner, owner: MfaOwner): boolean =>
  owner.principalId === undefined
    ? principal === 'root' && principalId === undefined
    : principalId === owner.principalId
