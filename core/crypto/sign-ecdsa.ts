import { createPublicKey, type KeyObject } from 'node:crypto'
import { native } from './sign-native.ts'
import type { Scheme } from './signature-scheme.ts'

/** AWS KMS neither makes nor demands the lower of the two values s (as Bitcoin and Ethereum do). */
const AS_GIVEN = { prehash: false, lowS: false, format: 'der' } as const

/** ECDSA over a message (FIPS 186-5 §6.4); DER signatures (RFC 3279 §2.2.3). */
export const ecdsa = (hash: string): Scheme => native(hash, { dsaEncoding: 'der' })

/**
 * ECDSA over a digest, in this thread. The nonce is RFC 6979's with fresh randomness mixed in (§3.6),
 * so that a fault does not give the same nonce to two digests.
 */
export const ecdsaOfDigest: Scheme = {
  async sign(key, digest) {
    const scalar = privateScalar(key)
    try {
      const curve = await curveOf(key)
      return Buffer.from(curve.sign(digest, scalar, { ...AS_GIVEN, extraEntropy: true }))
    } finally {
      scalar.fill(0)
    }
  },
  async verify(key, digest, signature) {
    const curve = await curveOf(key)
    const point = publicPoint(key)
    try {
      return curve.verify(signature, digest, point, AS_GIVEN)
    } catch {
      // malformed DER, or r or s out of range
      return false
    }
  },
}

/**
 * node:crypto cannot sign a digest as it is (nodejs/node#62345); these can. Loaded on first use: a cold
 * start that signs messages does not pay for them.
 */
async function curveOf(key: KeyObject) {
  const name = key.asymmetricKeyDetails?.namedCurve
  if (name === 'secp256k1') return (await import('@noble/curves/secp256k1.js')).secp256k1
  const { p256, p384, p521 } = await import('@noble/curves/nist.js')
  switch (name) {
    case 'prime256v1':
      return p256
    case 'secp384r1':
      return p384
    case 'secp521r1':
      return p521
    default:
      throw new TypeError('ECDSA needs a key on a curve of its table')
  }
}

/** The private scalar, big-endian, as long as the curve's order; a copy for the caller to wipe. */
function privateScalar(key: KeyObject): Buffer {
  // RFC 5915 ECPrivateKey: SEQUENCE { INTEGER 1, OCTET STRING of fixed length, … }
  const der = key.export({ format: 'der', type: 'sec1' })
  try {
    const lengthBytes = (der[1] ?? 0) & 0x80 ? (der[1] ?? 0) & 0x7f : 0
    const octets = 2 + lengthBytes + 3
    return Buffer.from(der.subarray(octets + 2, octets + 2 + (der[octets + 1] ?? 0)))
  } finally {
    der.fill(0)
  }
}

/** The public point, uncompressed (SEC 1 §2.3.3). */
function publicPoint(key: KeyObject): Buffer {
  const jwk = (key.type === 'public' ? key : createPublicKey(key)).export({ format: 'jwk' })
  const coordinate = (value: string | undefined) => Buffer.from(value ?? '', 'base64url')
  return Buffer.concat([Buffer.of(4), coordinate(jwk.x), coordinate(jwk.y)])
}
