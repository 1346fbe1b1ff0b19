import type { BlobHeader } from '../crypto/blob.ts'
import type { KeyUsage } from './spec.ts'
import type { KeyState } from './state.ts'

/** Names the key an operation acts on: a caller's text, or the header of a ciphertext blob. */
export type KeySelector = string | BlobHeader | undefined

/** One key an operation touches, and what must hold of it. */
export interface KeyUse<I> {
  from(input: I): KeySelector
  /** the IAM action on this key; `kms:<operation>` unless given, false where there is none */
  readonly action?: string | false
  /** refused with InvalidKeyUsageException for a key of another usage */
  readonly usage?: KeyUsage
  /** states in which the operation is allowed */
  readonly states: readonly KeyState[]
  /** whether an alias may name the key */
  readonly alias: boolean
  /** whether principals of other accounts may be let in by the key's policy (AWS's "Cross-account use") */
  readonly crossAccount: boolean
  /** `from` may give nothing, and then there is no key */
  readonly optional?: true
  /** the id of the key's grant that decides instead of its policy: who may retire it is said there */
  grant?(input: I): string
}
export type KeyUses<I> = Readonly<Record<string, KeyUse<I>>>
