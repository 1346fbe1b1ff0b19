import {
  checkPrime,
  createPublicKey,
  decapsulate,
  encapsulate,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { Asker } from '../base/call-context.ts'
import { derValues } from '../crypto/der.ts'
import { pairQueue } from './pair-queue.ts'

const isPrime = promisify<bigint, boolean>(checkPrime)

/** Orders of the curves' base points (SEC 2 §2.4.1, SP 800-186 §3.2.1.3 to 3.2.1.5), by OpenSSL's names. */
const ORDERS: ReadonlyMap<string | undefined, bigint> = new Map([
  ['prime256v1', 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n],
  [
    'secp384r1',
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  ],
  [
    'secp521r1',
    0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  ],
  ['secp256k1', 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n],
])

/** A number of a JSON Web Key (RFC 7518 §2, Base64urlUInt); 0 where there is none. */
const numberOf = (text: string | undefined): bigint =>
  BigInt(`0x0${Buffer.from(text ?? '', 'base64url').toString('hex')}`)

/**
 * Whether the numbers of an RSA private key are those of one (SP 800-56B Rev. 2 §6.4.1.2.3): two primes
 * of half the length whose product is the modulus, exponents that undo each other, and the parts for
 * the Chinese remainder theorem that follow from these. OpenSSL reads all of them and trusts them.
 * Whether they are primes is found on the thread pool, in turn with the making of pairs.
 */
export async function isRsaKey(key: KeyObject, asker: Asker): Promise<boolean> {
  const jwk = key.export({ format: 'jwk' })
  const [n, e, d] = [numberOf(jwk.n), numberOf(jwk.e), numberOf(jwk.d)]
  const [p, q] = [numberOf(jwk.p), numberOf(jwk.q)]
  const half = n.toString(2).length / 2
  if (p === q || p * q !== n || [p, q].some((one) => one.toString(2).length !== half)) return false
  if (d >= n || [p, q].some((one) => (e * d) % (one - 1n) !== 1n)) return false
  if (numberOf(jwk.dp) !== d % (p - 1n) || numberOf(jwk.dq) !== d % (q - 1n)) return false
  if ((numberOf(jwk.qi) * q) % p !== 1n || numberOf(jwk.qi) >= p) return false
  return pairQueue.run(asker, async () => (await isPrime(p)) && (await isPrime(q)))
}

/** Whether the private number of an EC key is from 1 to the order less 1 (SP 800-56A Rev. 3 §5.6.2.1.2). */
export function isInRange(key: KeyObject): boolean {
  const d = numberOf(key.export({ format: 'jwk' }).d)
  const order = ORDERS.get(key.asymmetricKeyDetails?.namedCurve)
  return order !== undefined && d > 0n && d < order
}

/**
 * Pairwise consistency by a signature (SP 800-56A Rev. 3 §5.6.2.1.4), of ML-KEM keys by a shared secret
 * (FIPS 203 §7.1): OpenSSL reads both halves of a PKCS#8 file and trusts them, and a wrong pair would be
 * found out only by those who verify.
 */
export function belongTogether(key: KeyObject): boolean {
  const digest = key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'ec' ? 'sha256' : null
  const message = Buffer.from('pairwise consistency')
  try {
    if (key.asymmetricKeyType?.startsWith('ml-kem-')) {
      const { sharedKey, ciphertext } = encapsulate(createPublicKey(key))
      return decapsulate(key, ciphertext).equals(sharedKey)
    }
    return verify(digest, message, createPublicKey(key), sign(digest, message, key))
  } catch {
    return false
  }
}

/** `publicKey [1] IMPLICIT BIT STRING` */
const PUBLIC_KEY = 0x81
/** how a point begins that is not compressed (SEC 1 §2.3.3) */
const UNCOMPRESSED = 4

/**
 * Whether the public key that a OneAsymmetricKey may hold beside the private one (RFC 5958 §2) is that
 * key's: OpenSSL passes over it. A compressed point says nothing that the other checks do not.
 */
export function namesOwnPublicKey(pkcs8: Uint8Array, key: KeyObject): boolean {
  const [whole] = derValues(pkcs8)
  const named = derValues(whole?.content ?? new Uint8Array()).find(({ tag }) => tag === PUBLIC_KEY)
  if (named === undefined) return true
  const bits = named.content.subarray(1)
  if (key.asymmetricKeyType === 'ec' && bits[0] !== UNCOMPRESSED) return true
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return bits.length > 0 && spki.subarray(-bits.length).equals(bits)
}
