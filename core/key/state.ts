import { type ErrorCode, KmsError } from '../errors.ts'

/** AWS KMS's key states (developer guide, "Key states of AWS KMS keys"). */
export const KEY_STATES = [
  'Creating',
  'Enabled',
  'Disabled',
  'PendingDeletion',
  'PendingImport',
  'PendingReplicaDeletion',
  'Unavailable',
  'Updating',
] as const
export type KeyState = (typeof KEY_STATES)[number]

/** How a refusal names each state after the key's ARN; recorded for the first three. */
const WORDS: Record<KeyState, string> = {
  Disabled: 'is disabled.',
  PendingImport: 'is pending import.',
  PendingDeletion: 'is pending deletion.',
  PendingReplicaDeletion: 'is pending replica deletion.',
  Creating: 'is creating.',
  Unavailable: 'is unavailable.',
  Updating: 'is updating.',
  Enabled: 'is enabled.',
}

/** States in which key material can be used. */
export const USABLE: readonly KeyState[] = ['Enabled', 'Updating']
/** Every state: reading about a key is always allowed. */
export const ANY: readonly KeyState[] = KEY_STATES
/** Every state but those of a key on its way out. */
export const NOT_LEAVING: readonly KeyState[] = ANY.filter(
  (state) => state !== 'PendingDeletion' && state !== 'PendingReplicaDeletion',
)
/** States in which a key can be enabled or disabled. */
export const SWITCHABLE: readonly KeyState[] = ['Enabled', 'Disabled', 'Updating']

/**
 * The refusal of an operation by a key's state: DisabledException where the operation knows it,
 * otherwise KMSInvalidStateException.
 */
export function stateRefusal(arn: string, state: KeyState, errors: readonly ErrorCode[]): KmsError {
  const disabled = state === 'Disabled' && errors.includes('DisabledException')
  return new KmsError(
    disabled ? 'DisabledException' : 'KMSInvalidStateException',
    `${arn} ${WORDS[state]}`,
  )
}
