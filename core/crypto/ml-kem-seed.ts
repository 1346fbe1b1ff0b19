import { randomFillSync } from 'node:crypto'

/** A parameter set of FIPS 203 §8, as node:crypto names its keys. */
export type MlKemType = 'ml-kem-512' | 'ml-kem-768' | 'ml-kem-1024'

/** Last arc of the set's object identifier, 2.16.840.1.101.3.4.4.x (RFC 9935 §3). */
const ARC: Readonly<Record<MlKemType, number>> = {
  'ml-kem-512': 1,
  'ml-kem-768': 2,
  'ml-kem-1024': 3,
}

/** d || z of ML-KEM.KeyGen (FIPS 203 §7.1) */
const SEED_BYTES = 64

/** PKCS#8 (RFC 5958) as far as the seed: version 0, algorithm, an OCTET STRING, and in it `seed [0]` (RFC 9935 §6). */
const header = (type: MlKemType): Buffer =>
  Buffer.from(`3054020100300b060960864801650304040${ARC[type]}04428040`, 'hex')

/** In PKCS#8 with an expanded key, which is so long that lengths take three bytes: where the private key's choice begins. */
const CHOICE_OFFSET = 24
/** SEQUENCE, the choice `both` of seed and expanded key (RFC 9935 §6); an expanded key alone is an OCTET STRING */
const BOTH = 0x30
/** and where that choice has its seed */
const BOTH_SEED_OFFSET = 30

/**
 * Draws a private key: the two random values of ML-KEM.KeyGen (FIPS 203 §7.1, steps 1 and 2), as PKCS#8 DER
 * with the seed alone, 86 bytes for every set. Whoever reads it derives the key pair (Algorithm 16).
 */
export function drawSeed(type: MlKemType): Buffer {
  const { pkcs8, seed } = seedForm(type)
  randomFillSync(seed)
  return pkcs8
}

/**
 * PKCS#8 DER with the seed alone, of one that has seed and expanded key as OpenSSL writes them, which is
 * wiped; one that has an expanded key alone is answered as it is.
 */
export function withSeedAlone(pkcs8: Buffer, type: MlKemType): Buffer {
  if (pkcs8[CHOICE_OFFSET] !== BOTH) return pkcs8
  const { pkcs8: short, seed } = seedForm(type)
  pkcs8.copy(seed, 0, BOTH_SEED_OFFSET)
  pkcs8.fill(0)
  return short
}

function seedForm(type: MlKemType): { readonly pkcs8: Buffer; readonly seed: Buffer } {
  const start = header(type)
  const pkcs8 = Buffer.alloc(start.length + SEED_BYTES)
  start.copy(pkcs8)
  return { pkcs8, seed: pkcs8.subarray(start.length) }
}
