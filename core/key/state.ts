import { type ErrorCode, KmsError } from '../base/errors.ts'

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
/** States in which a public key is shown: to read it uses no secret. */
export const SHOWN: readonly KeyState[] = ['Enabled', 'Disabled', 'Updating']
/** States that pass by themselves: a change of the key is under way. */
export const UNDER_WAY: readonly KeyState[] = ['Creating', 'Updating']
/** States in which a multi-Region key can be replicated. */
export const REPLICABLE: readonly KeyState[] = ['Enabled']
/** Every state: reading about a key is always allowed. */
export const ANY: readonly KeyState[] = KEY_STATES
const except = (...states: readonly KeyState[]): readonly KeyState[] =>
  KEY_STATES.filter((state) => !states.includes(state))
/** Every state but those of a key on its way out. */
export const NOT_LEAVING: readonly KeyState[] = except('PendingDeletion', 'PendingReplicaDeletion')
/** States in which a key can be enabled or disabled; an unavailable key stays as it is. */
export const SWITCHABLE: readonly KeyState[] = ['Enabled', 'Disabled', 'Unavailable']
/** States in which key material can be imported. */
export const IMPORTABLE: readonly KeyState[] = ['Enabled', 'Disabled', 'PendingImport', 'Updating']
/** States in which a wrapping key for an import can be had. */
export const WRAPPABLE: readonly KeyState[] = ['Enabled', 'Disabled', 'PendingImport']
/** States in which imported material can be deleted: all but those of a multi-Region key under way. */
export const ERASABLE: readonly KeyState[] = except('Creating', 'Updating')
/** States in which a deletion can be scheduled. */
export const DELETABLE: readonly KeyState[] = [
  'Enabled',
  'Disabled',
  'PendingImport',
  'Unavailable',
  'Creating',
]
/** States in which a deletion can be cancelled. */
export const LEAVING: readonly KeyState[] = ['PendingDeletion', 'PendingReplicaDeletion']
/** States in which automatic rotation is switched; keys in PendingImport and Unavailable are refused by their origin. */
export const ROTATABLE: readonly KeyState[] = [
  'Enabled',
  'Updating',
  'PendingImport',
  'Unavailable',
]
/** States in which a key is rotated on demand; keys in Unavailable are refused by their origin. */
export const ROTATABLE_NOW: readonly KeyState[] = [...USABLE, 'Unavailable']
/** States in which a grant can be made. */
export const GRANTABLE: readonly KeyState[] = ['Enabled', 'Unavailable', 'Updating']

/** One row of the key-state table. */
export interface StateRule {
  /** states that let the operation through; in others the state refuses it */
  readonly states: readonly KeyState[]
  /** states in which the key's origin or kind decides, after the state has let it through */
  readonly depends?: readonly KeyState[]
}

/**
 * The key-state table of the developer guide: which state lets which operation through. Every
 * operation's record is compared with it, and the reference is made from it. It follows what AWS
 * does where that is known to differ from the guide: imported keys rotate on demand, a key that is
 * pending deletion is refused with KMSInvalidStateException (the guide leaves two codes open), the
 * rotation of every key can be read, and the public key of a disabled one (recorded, September 2026).
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html#key-state-table
 */
export const KEY_STATE_TABLE: ReadonlyMap<string, StateRule> = new Map<string, StateRule>([
  ['CancelKeyDeletion', { states: LEAVING }],
  ['CreateAlias', { states: NOT_LEAVING }],
  ['CreateGrant', { states: GRANTABLE }],
  ['Decapsulate', { states: USABLE }],
  ['Decrypt', { states: USABLE }],
  ['DeleteAlias', { states: ANY }],
  ['DeleteImportedKeyMaterial', { states: ERASABLE, depends: ERASABLE }],
  ['DeriveSharedSecret', { states: USABLE }],
  ['DescribeKey', { states: ANY }],
  ['DisableKey', { states: SWITCHABLE }],
  ['DisableKeyRotation', { states: ROTATABLE, depends: ROTATABLE }],
  ['EnableKey', { states: SWITCHABLE }],
  ['EnableKeyRotation', { states: ROTATABLE, depends: ROTATABLE }],
  ['Encapsulate', { states: USABLE }],
  ['Encrypt', { states: USABLE }],
  ['GenerateDataKey', { states: USABLE }],
  ['GenerateDataKeyPair', { states: USABLE }],
  ['GenerateDataKeyPairWithoutPlaintext', { states: USABLE }],
  ['GenerateDataKeyWithoutPlaintext', { states: USABLE }],
  ['GenerateMac', { states: USABLE }],
  ['GetKeyLastUsage', { states: ANY }],
  ['GetKeyPolicy', { states: ANY }],
  ['GetKeyRotationStatus', { states: ANY }],
  ['GetParametersForImport', { states: WRAPPABLE, depends: WRAPPABLE }],
  ['GetPublicKey', { states: SHOWN }],
  ['ImportKeyMaterial', { states: IMPORTABLE, depends: IMPORTABLE }],
  ['ListAliases', { states: ANY }],
  ['ListGrants', { states: ANY }],
  ['ListKeyPolicies', { states: ANY }],
  ['ListKeyRotations', { states: ANY }],
  ['ListResourceTags', { states: ANY }],
  ['PutKeyPolicy', { states: ANY }],
  ['ReEncrypt', { states: USABLE }],
  ['ReplicateKey', { states: REPLICABLE }],
  ['RetireGrant', { states: ANY }],
  ['RevokeGrant', { states: ANY }],
  ['RotateKeyOnDemand', { states: ROTATABLE_NOW, depends: ROTATABLE_NOW }],
  ['ScheduleKeyDeletion', { states: DELETABLE }],
  ['Sign', { states: USABLE }],
  ['TagResource', { states: NOT_LEAVING }],
  ['UntagResource', { states: NOT_LEAVING }],
  ['UpdateAlias', { states: NOT_LEAVING }],
  ['UpdateKeyDescription', { states: NOT_LEAVING }],
  ['UpdatePrimaryRegion', { states: USABLE }],
  ['Verify', { states: USABLE }],
  ['VerifyMac', { states: USABLE }],
])

/** A refusal by a key's state, which logs name: alarms tell of use of keys that are about to go. */
export class StateRefusal extends KmsError {
  readonly keyState: KeyState

  constructor(code: ErrorCode, message: string, keyState: KeyState) {
    super(code, message)
    this.keyState = keyState
  }
}

/** Of a key in an external key store that is not connected (XKS proxy API specification, error table). */
const NOT_CONNECTED =
  'This KMS key is in a custom key store that is not connected to its external key store proxy. Connect the external key store and try the request again.'

/** What an operation answers for its key in a state that does not let it through. */
interface StateWords {
  readonly states?: readonly KeyState[]
  readonly whenDisabled?: 'DisabledException'
  readonly otherwise?: string
}

/**
 * The refusal of an operation by a key's state, as the use of the key says it (key/key-use.ts).
 * @param external the key is in an external key store
 */
export function stateRefusal(
  arn: string,
  state: KeyState,
  { states, whenDisabled, otherwise }: StateWords,
  external = false,
): KmsError {
  const code = state === 'Disabled' ? whenDisabled : undefined
  return new StateRefusal(
    code ?? 'KMSInvalidStateException',
    external && state === 'Unavailable' && states === USABLE
      ? NOT_CONNECTED
      : `${arn} ${otherwise ?? WORDS[state]}`,
    state,
  )
}
