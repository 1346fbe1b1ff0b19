import { createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { KmsError } from '../base/errors.ts'
import { rowOf } from './algorithms.ts'
import { decryptOaep, OAEP_SHA_1, OAEP_SHA_256, type OaepAlgorithm } from './oaep.ts'

/** Wrapping algorithms that ImportKeyMaterial opens (API_GetParametersForImport, WrappingAlgorithm). */
export type WrappingAlgorithmName =
  | 'RSAES_OAEP_SHA_1'
  | 'RSAES_OAEP_SHA_256'
  | 'RSA_AES_KEY_WRAP_SHA_1'
  | 'RSA_AES_KEY_WRAP_SHA_256'

/** One wrapping algorithm. */
export interface WrappingAlgorithm {
  readonly name: WrappingAlgorithmName
  /** Opens wrapped key material with the private wrapping key; see `unwrapKeyMaterial`. */
  open(key: KeyObject, wrapped: Uint8Array): Buffer
}

/** bytes of the AES key in RSA_AES_KEY_WRAP_* (API_GetParametersForImport: "a 256-bit AES symmetric key") */
const AES_KEY_LENGTH = 32
/** RFC 5649 §3: the alternative initial value's constant half; OpenSSL adds the length */
const AIV = Buffer.from('a65959a6', 'hex')

const direct = (name: WrappingAlgorithmName, oaep: OaepAlgorithm): WrappingAlgorithm => ({
  name,
  open: (key, wrapped) => decryptOaep(key, oaep, wrapped),
})

/** CKM_RSA_AES_KEY_WRAP (PKCS #11 v3.0 §2.1.21): the OAEP-wrapped AES key, then the material under it. */
const rsaAes = (name: WrappingAlgorithmName, oaep: OaepAlgorithm): WrappingAlgorithm => ({
  name,
  open(key, wrapped) {
    const modulusBytes = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
    const aesKey = decryptOaep(key, oaep, wrapped.subarray(0, modulusBytes))
    try {
      return openKeyWrap(aesKey, wrapped.subarray(modulusBytes))
    } finally {
      aesKey.fill(0)
    }
  },
})

/** Every wrapping algorithm by name; a Map, because the names come over the wire. */
export const WRAPPING_ALGORITHMS: ReadonlyMap<string, WrappingAlgorithm> = new Map(
  [
    direct('RSAES_OAEP_SHA_1', OAEP_SHA_1),
    direct('RSAES_OAEP_SHA_256', OAEP_SHA_256),
    rsaAes('RSA_AES_KEY_WRAP_SHA_1', OAEP_SHA_1),
    rsaAes('RSA_AES_KEY_WRAP_SHA_256', OAEP_SHA_256),
  ].map((row) => [row.name, row]),
)

/** The row of a wrapping algorithm. */
export const wrappingAlgorithm = (name: WrappingAlgorithmName): WrappingAlgorithm =>
  rowOf(WRAPPING_ALGORITHMS, name)

/**
 * Opens key material wrapped for import; the caller wipes it.
 * @param key the private RSA wrapping key
 * @throws KmsError InvalidCiphertextException without text, the same whatever is wrong
 */
export const unwrapKeyMaterial = (
  key: KeyObject,
  algorithm: WrappingAlgorithm,
  wrapped: Uint8Array,
): Buffer => algorithm.open(key, wrapped)

/**
 * AES-256 key wrap with padding, opened (RFC 5649 §4.2; SP 800-38F KWP-AD).
 * @param aesKey 32 bytes
 * @throws KmsError InvalidCiphertextException for a key of another size or a failed integrity check
 */
export function openKeyWrap(aesKey: Uint8Array, wrapped: Uint8Array): Buffer {
  if (aesKey.length !== AES_KEY_LENGTH) throw new KmsError('InvalidCiphertextException')
  const decipher = createDecipheriv('id-aes256-wrap-pad', createSecretKey(aesKey), AIV)
  try {
    // OpenSSL opens the whole in update(); final() adds nothing
    const material = decipher.update(wrapped)
    decipher.final()
    return material
  } catch {
    throw new KmsError('InvalidCiphertextException')
  }
}
