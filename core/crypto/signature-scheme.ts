import type { KeyObject } from 'node:crypto'
import type { SigningAlgorithmName } from './algorithms.ts'

/** What Message holds (API_Sign, MessageType). */
export type MessageType = 'RAW' | 'DIGEST' | 'EXTERNAL_MU'

/** One way to sign one kind of message. */
export interface Scheme {
  sign(key: KeyObject, message: Uint8Array): Promise<Buffer>
  /** Whether the signature is this key's for this message; malformed signatures are simply not. */
  verify(key: KeyObject, message: Uint8Array, signature: Uint8Array): Promise<boolean>
}

/** Everything the service knows of one SigningAlgorithm. */
export interface SigningAlgorithm {
  readonly name: SigningAlgorithmName
  /** bytes of a message that is not RAW: the hash's output, or the message representative μ */
  readonly digestLength: number
  /** the message types it signs */
  readonly schemes: { readonly [type in MessageType]?: Scheme }
}
