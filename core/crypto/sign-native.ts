import { type KeyObject, type SigningOptions, sign, verify } from 'node:crypto'
import type { Scheme } from './signature-scheme.ts'

/**
 * A scheme that OpenSSL does whole, hashing included, on the thread pool. `digest` is null where the
 * key's type implies the hash (Ed25519, ML-DSA).
 */
export const native = (digest: string | null, options: SigningOptions = {}): Scheme => ({
  sign: (key: KeyObject, message: Uint8Array) =>
    new Promise((resolve, reject) =>
      sign(digest, message, { key, ...options }, (error, signature) =>
        error ? reject(error) : resolve(signature),
      ),
    ),
  verify: (key: KeyObject, message: Uint8Array, signature: Uint8Array) =>
    new Promise((resolve, reject) =>
      verify(digest, message, { key, ...options }, signature, (error, valid) =>
        error ? reject(error) : resolve(valid),
      ),
    ),
})
