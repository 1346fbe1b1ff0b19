import { LateRead } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import { type Steps, stepOf } from '../crypto/totp.ts'
import type { DataPorts } from '../key/ports.ts'
import type { Found, Item } from '../store/store.ts'
import type { Caller } from './caller.ts'
import { type MfaDeviceData, mfaDeviceItem } from './iam-items.ts'
import {
  isMfaDeviceOf,
  type MfaOwner,
  mfaDeviceArn,
  mfaSeedContext,
  placeOfSerial,
} from './mfa-serial.ts'

/** wrong codes of a device within `WRONG_WITHIN`, after which none is taken */
const MOST_WRONG = 5
/** ms */
const WRONG_WITHIN = 5 * 60 * 1000

/** The owner that a caller is; nobody else has devices. */
function ownerOf({ type, name, principalId }: Caller): MfaOwner | undefined {
  if (type === 'root') return { principal: 'root' }
  if (type !== 'user' || principalId === undefined) return undefined
  return { principal: `user/${name}`, principalId }
}

type Ports = Pick<DataPorts, 'write' | 'unwrapping'>

/** What is shown of a device, and what it is to be where that is right. */
interface Shown {
  /** one code, or consecutive ones in their order */
  readonly codes: readonly string[]
  /** Unix ms, by the machine's clock */
  readonly now: number
  /** steps by which its clock may be ahead or behind, whatever is remembered of it */
  readonly astray?: number
  /** what is written with the step that they are of */
  changes?(step: number): Partial<MfaDeviceData>
}

/** What became of codes: `locked` where too many were wrong of late. */
export type Taken = 'right' | 'wrong' | 'locked'

/**
 * Takes a device's code, which is used up by that: one conditional write decides, so no process takes it again.
 * A wrong one is counted by the same write, before anybody is told that it is wrong; where too many were
 * wrong of late none is taken, whatever it is, and nothing is written.
 * @throws StoreConflict where another writer was first
 */
export async function takeCodes(
  { write, unwrapping }: Ports,
  item: Item,
  { codes, now, astray, changes }: Shown,
): Promise<Taken> {
  const data = mfaDeviceItem.read(item)
  const { accountId } = mfaDeviceItem.parts(item)
  const { wrong = [], ...rest } = data
  const counted = wrong.filter((at) => at > now - WRONG_WITHIN)
  if (counted.length >= MOST_WRONG) return 'locked'
  const { lastStep = -1, drift } = data
  const clock = astray === undefined ? { drift } : { window: astray }
  const steps: Steps = { at: now, after: lastStep, ...clock }
  const seed = await unwrapping.openSecret(accountId, mfaSeedContext(data.name), data.seed)
  let step: number | undefined
  try {
    step = stepOf(seed, codes, steps)
  } finally {
    seed.fill(0)
  }
  const next: MfaDeviceData =
    step === undefined
      ? { ...rest, wrong: [...counted, now] }
      : {
          ...rest,
          ...(counted.length > 0 && { wrong: counted }),
          lastStep: step,
          ...changes?.(step),
        }
  // what was read may be late where Regions share it
  if (!(await write.put(mfaDeviceItem.next(item, next))))
    throw new LateRead('another code was shown')
  return step === undefined ? 'wrong' : 'right'
}

/** A second factor as requests to AWS STS show it. */
export interface SecondFactor {
  readonly SerialNumber?: string | undefined
  readonly TokenCode?: string | undefined
}

/** To the letter, as AWS STS says them: blanks too. */
const refusals = {
  incomplete:
    'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.',
  device:
    'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
  code: 'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
} as const

const refused = (why: keyof typeof refusals) => new KmsError('AccessDeniedException', refusals[why])

/**
 * Takes the code of a caller's own device.
 * @param found answers the device as it was read with the call
 * @throws KmsError AccessDeniedException for a device that is none of the caller's, and a code that is wrong,
 *   was used, or comes after too many that were; StoreConflict where another writer was first
 */
export async function proveSecondFactor(
  ports: Ports,
  caller: Caller,
  { SerialNumber, TokenCode }: SecondFactor,
  { now, region, found }: { readonly now: number; readonly region: string; readonly found: Found },
): Promise<void> {
  if (SerialNumber === undefined || TokenCode === undefined) throw refused('incomplete')
  const { accountId } = caller
  const owner = ownerOf(caller)
  const place = placeOfSerial(accountId, SerialNumber)
  const item = owner && place && (await found(place))
  const data = item && mfaDeviceItem.read(item)
  const its = data !== undefined && mfaDeviceArn({ accountId, region }, data) === SerialNumber
  if (owner === undefined || item === undefined || !its || !isMfaDeviceOf(data, owner)) {
    throw refused('device')
  }
  const taken = await takeCodes(ports, item, { codes: [TokenCode], now })
  if (taken !== 'right') throw refused('code')
}
