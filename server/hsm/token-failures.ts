import { TokenFailure, type TokenFailureReason } from '../../core/custom-key-store/cluster.ts'
import { CKR, codeOf } from './pkcs11.ts'

/** What an answer of a module says, whatever it was asked. */
const REASONS: ReadonlyMap<number, TokenFailureReason> = new Map([
  [CKR.SLOT_ID_INVALID, 'NotFound'],
  [CKR.TOKEN_NOT_PRESENT, 'Absent'],
  [CKR.DEVICE_REMOVED, 'Absent'],
  [CKR.TOKEN_NOT_RECOGNIZED, 'NotInitialized'],
  [CKR.MECHANISM_INVALID, 'Unfit'],
  [CKR.MECHANISM_PARAM_INVALID, 'Unfit'],
  [CKR.TEMPLATE_INCONSISTENT, 'Unfit'],
  [CKR.PIN_INCORRECT, 'WrongPassword'],
  [CKR.PIN_INVALID, 'WrongPassword'],
  [CKR.PIN_LEN_RANGE, 'WrongPassword'],
  [CKR.PIN_EXPIRED, 'WrongPassword'],
  [CKR.PIN_LOCKED, 'LockedOut'],
  [CKR.USER_PIN_NOT_INITIALIZED, 'NoUser'],
  [CKR.USER_TYPE_INVALID, 'NoUser'],
  [CKR.USER_ALREADY_LOGGED_IN, 'LoggedIn'],
  [CKR.USER_ANOTHER_ALREADY_LOGGED_IN, 'LoggedIn'],
  [CKR.USER_TOO_MANY_TYPES, 'LoggedIn'],
  [CKR.SESSION_COUNT, 'NoSession'],
])

/** After these a token is as it was; after all others it is opened anew. */
const LASTING: ReadonlySet<TokenFailureReason> = new Set([
  'Unfit',
  'NoSession',
  'NoKey',
  'NotAuthentic',
])

/** A module's error in words of the port. */
export function failureOf(error: unknown): TokenFailure {
  if (error instanceof TokenFailure) return error
  const code = codeOf(error)
  const reason = (code !== undefined && REASONS.get(code)) || 'Broken'
  const words = error instanceof Error ? error.message : String(error)
  return new TokenFailure(reason, code === undefined ? words : `${words} (0x${code.toString(16)})`)
}

/** Whether a token that failed so can't be used as it is any more. */
export const isFatal = ({ reason }: TokenFailure): boolean => !LASTING.has(reason)

/** A text on the way between processes is a reason, or 'Broken' where it is none. */
export const reasonNamed = (text: string): TokenFailureReason =>
  [...REASONS.values(), ...LASTING, 'TimedOut' as const].find((one) => one === text) ?? 'Broken'
