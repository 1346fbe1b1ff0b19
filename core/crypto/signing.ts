import type { KeyObject } from 'node:crypto'
import { invalid } from '../base/errors.ts'
import { rowOf, type SigningAlgorithmName } from './algorithms.ts'
import { ecdsa, ecdsaOfDigest } from './sign-ecdsa.ts'
import { ed25519, ed25519ph } from './sign-ed25519.ts'
import { mlDsa, mlDsaOfMu } from './sign-ml-dsa.ts'
import { pkcs1, pkcs1OfDigest, pss, pssOfDigest } from './sign-rsa.ts'
import type { MessageType, Scheme, SigningAlgorithm } from './signature-scheme.ts'

const algorithm = (
  name: SigningAlgorithmName,
  digestLength: number,
  schemes: SigningAlgorithm['schemes'],
): SigningAlgorithm => ({ name, digestLength, schemes })

/** Every signing algorithm by name; a Map, because the names come over the wire. */
export const SIGNING_ALGORITHMS: ReadonlyMap<string, SigningAlgorithm> = new Map(
  [
    algorithm('RSASSA_PSS_SHA_256', 32, { RAW: pss('sha256'), DIGEST: pssOfDigest('sha256') }),
    algorithm('RSASSA_PSS_SHA_384', 48, { RAW: pss('sha384'), DIGEST: pssOfDigest('sha384') }),
    algorithm('RSASSA_PSS_SHA_512', 64, { RAW: pss('sha512'), DIGEST: pssOfDigest('sha512') }),
    algorithm('RSASSA_PKCS1_V1_5_SHA_256', 32, {
      RAW: pkcs1('sha256'),
      DIGEST: pkcs1OfDigest('sha256'),
    }),
    algorithm('RSASSA_PKCS1_V1_5_SHA_384', 48, {
      RAW: pkcs1('sha384'),
      DIGEST: pkcs1OfDigest('sha384'),
    }),
    algorithm('RSASSA_PKCS1_V1_5_SHA_512', 64, {
      RAW: pkcs1('sha512'),
      DIGEST: pkcs1OfDigest('sha512'),
    }),
    algorithm('ECDSA_SHA_256', 32, { RAW: ecdsa('sha256'), DIGEST: ecdsaOfDigest }),
    algorithm('ECDSA_SHA_384', 48, { RAW: ecdsa('sha384'), DIGEST: ecdsaOfDigest }),
    algorithm('ECDSA_SHA_512', 64, { RAW: ecdsa('sha512'), DIGEST: ecdsaOfDigest }),
    algorithm('ML_DSA_SHAKE_256', 64, { RAW: mlDsa, EXTERNAL_MU: mlDsaOfMu }),
    // API_CreateKey, KeySpec: "These message types cannot be used interchangeably."
    algorithm('ED25519_SHA_512', 64, { RAW: ed25519 }),
    algorithm('ED25519_PH_SHA_512', 64, { DIGEST: ed25519ph }),
  ].map((row) => [row.name, row]),
)

/** The row of a signing algorithm. */
export const signingAlgorithm = (name: SigningAlgorithmName): SigningAlgorithm =>
  rowOf(SIGNING_ALGORITHMS, name)

/**
 * The scheme for such a message.
 * @throws KmsError ValidationException for a message type that is not the algorithm's, and
 *   `Digest is invalid length for algorithm {algorithm}.`
 */
export function schemeFor(row: SigningAlgorithm, type: MessageType, message: Uint8Array): Scheme {
  const scheme = row.schemes[type]
  if (!scheme) throw invalid(`Message type ${type} is incompatible with algorithm ${row.name}.`)
  if (type !== 'RAW' && message.length !== row.digestLength)
    throw invalid(`Digest is invalid length for algorithm ${row.name}.`)
  return scheme
}

/**
 * Signs with a private KeyObject of a spec that has this algorithm. Signatures: RSA as long as the
 * modulus (RFC 8017), ECDSA in DER (RFC 3279 §2.2.3), Ed25519 64 bytes (RFC 8032), ML-DSA 2420, 3309
 * or 4627 bytes with an empty context string (FIPS 204). RAW messages are signed on the thread pool,
 * others in this thread.
 * @throws KmsError ValidationException for a message type that is not the algorithm's, and
 *   `Digest is invalid length for algorithm {algorithm}.`
 */
export async function sign(
  key: KeyObject,
  algorithm: SigningAlgorithm,
  message: Uint8Array,
  messageType: MessageType,
): Promise<Buffer> {
  return schemeFor(algorithm, messageType, message).sign(key, message)
}

/**
 * Whether a signature is right; takes the public or the private KeyObject. A malformed signature is a
 * wrong one.
 * @throws KmsError as `sign` does
 */
export async function verify(
  key: KeyObject,
  algorithm: SigningAlgorithm,
  message: Uint8Array,
  messageType: MessageType,
  signature: Uint8Array,
): Promise<boolean> {
  return schemeFor(algorithm, messageType, message).verify(key, message, signature)
}
