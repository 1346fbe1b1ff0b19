import type { BlobHeader } from '../crypto/blob.ts'
import type { KeyUsage } from './spec.ts'
import type { KeyState } from './state.ts'

/** Names the key an operation acts on: a caller's text, or the header of a ciphertext blob. */
export type KeySelector = string | BlobHeader | undefined

/** A member of an input; any text where the input's own type is forgotten. */
type MemberOf<I> = unknown extends I ? string : keyof I & string

/** One key an operation touches, and what must hold of it. */
export interface KeyUse<I> {
  /**
   * Members that may name the key; the first that is given does. They are looked at before the caller is
   * known, so that keys and credentials are read together.
   */
  readonly from: readonly MemberOf<I>[]
  /** how the name is read from a member that is not itself one, by the member */
  readonly readings?: Readonly<Record<string, (value: string | Uint8Array) => KeySelector>>
  /** the IAM action on this key; `<service>:<operation>` unless given (core/operation.ts, actionOf), false where there is none */
  readonly action?: string | false
  /** refused with InvalidKeyUsageException for a key of another usage */
  readonly usage?: KeyUsage
  /** states in which the operation is allowed */
  readonly states: readonly KeyState[]
  /** the code for a disabled key, where AWS's model of the operation has one; KMSInvalidStateException else */
  readonly whenDisabled?: 'DisabledException'
  /** what is said of the key after its ARN in a state that is not allowed; by its state unless given */
  readonly otherwise?: string
  /** whether an alias may name the key */
  readonly alias: boolean
  /** what is said, with ValidationException, of an alias where none may be; InvalidArnException unless given */
  readonly whenAlias?: string
  /** whether principals of other accounts may be let in by the key's policy (AWS's "Cross-account use") */
  readonly crossAccount: boolean
  /** what begins the names of members that are about this key alone; all members are unless given */
  readonly members?: string
  /** `from` may give nothing, and then there is no key */
  readonly optional?: true
  /** the id of the key's grant that decides instead of its policy: who may retire it is said there */
  grant?(input: I): string
}
export type KeyUses<I> = Readonly<Record<string, KeyUse<I>>>
