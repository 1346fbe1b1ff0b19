import { newKeyId, newMultiRegionKeyId } from '../base/arn.ts'
import type { Asker } from '../base/call-context.ts'
import type { EncryptionContext } from '../crypto/encryption-context.ts'
import { randomBytesPooled, randomFillPooled } from '../crypto/random.ts'
import type { Key } from './key.ts'
import type { KeySpec } from './spec.ts'

/** What a nonce is drawn for. */
export interface Sealed {
  readonly key: Key
  readonly materialId: string
  readonly plaintext: Uint8Array
  readonly context: EncryptionContext | undefined
}

/** Where what callers get to see of randomness comes from: ids and material of keys, data keys, ciphertexts. */
export interface RandomSource {
  /** The id of a new key: a UUID (RFC 9562), or `mrk-` and its hex digits. */
  keyId(multiRegion: boolean): string
  /**
   * Material of a key that is made, as `KeySpec.generate` has it. The caller wipes it.
   * @throws KmsError ThrottlingException where too many wait, or whoever asked has gone
   */
  material(spec: KeySpec, asker: Asker): Promise<Buffer>
  /** Bytes of a data key, and those of GenerateRandom. */
  bytes(length: number): Buffer
  /** Fills the nonce (16 bytes) and the IV (12) of a ciphertext blob. */
  nonce(target: Uint8Array, of: Sealed): void
}

/** The system's CSPRNG, as node:crypto and OpenSSL draw from it. */
export const systemRandom: RandomSource = {
  keyId: (multiRegion) => (multiRegion ? newMultiRegionKeyId() : newKeyId()),
  material: (spec, asker) => spec.generate(asker),
  bytes: randomBytesPooled,
  nonce: randomFillPooled,
}
