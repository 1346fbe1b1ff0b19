import { decapsulate as decaps, encapsulate as encaps, type KeyObject } from 'node:crypto'
import { KmsError } from '../base/errors.ts'

/** Bytes of a ciphertext, by key spec (FIPS 203 §8, table 3). A shared secret has 32 whatever the spec. */
const CIPHERTEXT_BYTES: ReadonlyMap<string, number> = new Map([
  ['ML_KEM_512', 768],
  ['ML_KEM_768', 1088],
  ['ML_KEM_1024', 1568],
])

/**
 * The ciphertext type check of FIPS 203 §7.3, by which alone a ciphertext is ever refused.
 * @param spec ML_KEM_512, ML_KEM_768 or ML_KEM_1024
 * @throws KmsError InvalidCiphertextException, without text
 */
export function checkEncapsulated(spec: string, ciphertext: Uint8Array): void {
  if (ciphertext.length !== CIPHERTEXT_BYTES.get(spec))
    throw new KmsError('InvalidCiphertextException')
}

/**
 * ML-KEM.Encaps (FIPS 203 §7.2) to the public half of a key, on the thread pool: a new shared secret of
 * 32 bytes and its ciphertext.
 */
export const encapsulate = (
  key: KeyObject,
): Promise<{ readonly secret: Buffer; readonly ciphertext: Buffer }> =>
  new Promise((resolve, reject) =>
    encaps(key, (error, made) =>
      error ? reject(error) : resolve({ secret: made.sharedKey, ciphertext: made.ciphertext }),
    ),
  )

/**
 * ML-KEM.Decaps (FIPS 203 §7.3) on the thread pool: the shared secret, 32 bytes. A ciphertext that was
 * changed, or made for another key, gives a secret that nobody else has (implicit rejection), in the same
 * time as a right one.
 * @param ciphertext of the length that `checkEncapsulated` asks for
 */
export const decapsulate = (key: KeyObject, ciphertext: Uint8Array): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    decaps(key, ciphertext, (error, secret) => (error ? reject(error) : resolve(secret))),
  )
