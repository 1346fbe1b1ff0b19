import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { type MacAlgorithmName, rowOf } from './algorithms.ts'

/** Everything the service knows of one MacAlgorithm. */
export interface MacAlgorithm {
  readonly name: MacAlgorithmName
  /** OpenSSL's name of the hash */
  readonly hash: 'sha224' | 'sha256' | 'sha384' | 'sha512'
}

/** Every MAC algorithm by name; a Map, because the names come over the wire. */
export const MAC_ALGORITHMS: ReadonlyMap<string, MacAlgorithm> = new Map(
  [
    { name: 'HMAC_SHA_224', hash: 'sha224' } as const,
    { name: 'HMAC_SHA_256', hash: 'sha256' } as const,
    { name: 'HMAC_SHA_384', hash: 'sha384' } as const,
    { name: 'HMAC_SHA_512', hash: 'sha512' } as const,
  ].map((row) => [row.name, row]),
)

/** The row of a MAC algorithm. */
export const macAlgorithm = (name: MacAlgorithmName): MacAlgorithm => rowOf(MAC_ALGORITHMS, name)

/** The HMAC of a message (FIPS 198-1), as long as the hash's output: 28, 32, 48 or 64 bytes. */
export const generateMac = (key: KeyObject, algorithm: MacAlgorithm, message: Uint8Array): Buffer =>
  createHmac(algorithm.hash, key).update(message).digest()

/** Whether a MAC is right, in constant time; one of another length, truncated ones included, is not. */
export function verifyMac(
  key: KeyObject,
  algorithm: MacAlgorithm,
  message: Uint8Array,
  mac: Uint8Array,
): boolean {
  const expected = generateMac(key, algorithm, message)
  return mac.length === expected.length && timingSafeEqual(mac, expected)
}
