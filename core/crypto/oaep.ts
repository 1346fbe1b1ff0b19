import { constants, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto'
import { invalid, KmsError } from '../base/errors.ts'
import type { OaepAlgorithmName } from './algorithms.ts'
import { asBuffer } from './der.ts'

/** Everything the service knows of one RSA encryption algorithm; the label is empty, MGF1 uses the same hash. */
export interface OaepAlgorithm {
  readonly name: OaepAlgorithmName
  /** OpenSSL's name of the hash */
  readonly hash: 'sha1' | 'sha256'
  /** bytes of the hash's output */
  readonly hashLength: 20 | 32
}

export const OAEP_SHA_1: OaepAlgorithm = { name: 'RSAES_OAEP_SHA_1', hash: 'sha1', hashLength: 20 }
export const OAEP_SHA_256: OaepAlgorithm = {
  name: 'RSAES_OAEP_SHA_256',
  hash: 'sha256',
  hashLength: 32,
}

/** Every RSA encryption algorithm by name; a Map, because the names come over the wire. */
export const OAEP_ALGORITHMS: ReadonlyMap<string, OaepAlgorithm> = new Map(
  [OAEP_SHA_1, OAEP_SHA_256].map((row) => [row.name, row]),
)

const modulusLength = (key: KeyObject): number => key.asymmetricKeyDetails?.modulusLength ?? 0

/** The most that one encryption takes, in bytes: mLen of RFC 8017 §7.1.1 (AWS: 214 to 470, 190 to 446). */
export const maxPlaintextBytes = (modulusBits: number, algorithm: OaepAlgorithm): number =>
  modulusBits / 8 - 2 * algorithm.hashLength - 2

/**
 * Encrypts under a public (or private) RSA KeyObject (RFC 8017 §7.1.1); the ciphertext is as long as
 * the modulus.
 * @throws KmsError ValidationException
 *   `Algorithm {algorithm} and key spec {spec} cannot encrypt data larger than {n} bytes.`
 */
export function encryptOaep(
  key: KeyObject,
  algorithm: OaepAlgorithm,
  plaintext: Uint8Array,
): Buffer {
  const bits = modulusLength(key)
  const max = maxPlaintextBytes(bits, algorithm)
  if (plaintext.length > max)
    throw invalid(
      `Algorithm ${algorithm.name} and key spec RSA_${bits} cannot encrypt data larger than ${max} bytes.`,
    )
  return publicEncrypt(padding(key, algorithm), asBuffer(plaintext))
}

/**
 * Decrypts with a private RSA KeyObject (RFC 8017 §7.1.2). The caller wipes the plaintext.
 * @throws KmsError InvalidCiphertextException without text, the same whatever is wrong: §7.1.2 note, an
 *   opponent must not be able to tell the error conditions apart (Manger's attack)
 */
export function decryptOaep(
  key: KeyObject,
  algorithm: OaepAlgorithm,
  ciphertext: Uint8Array,
): Buffer {
  if (ciphertext.length !== modulusLength(key) / 8) throw new KmsError('InvalidCiphertextException')
  try {
    return privateDecrypt(padding(key, algorithm), asBuffer(ciphertext))
  } catch {
    throw new KmsError('InvalidCiphertextException')
  }
}

const padding = (key: KeyObject, { hash }: OaepAlgorithm) => ({
  key,
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: hash,
})
