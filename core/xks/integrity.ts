import { createHash } from 'node:crypto'

/** What an encryption is answered with, and the data that were authenticated beside it; empty where absent. */
export interface Protected {
  readonly aad: Uint8Array
  readonly metadata: Uint8Array
  readonly iv: Uint8Array
  readonly ciphertext: Uint8Array
  readonly tag: Uint8Array
}

/**
 * The ciphertext data integrity value for algorithm SHA_256: 32 bytes, over the parts one after the other,
 * without their lengths. A proxy computes it, then really decrypts those very bytes, and answers it only if
 * that gave the plaintext back ("Appendix C").
 */
export const integrityValue = ({ aad, metadata, iv, ciphertext, tag }: Protected): Buffer =>
  createHash('sha256')
    .update(aad)
    .update(metadata)
    .update(iv)
    .update(ciphertext)
    .update(tag)
    .digest()
