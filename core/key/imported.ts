import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { Asker } from '../base/call-context.ts'
import { asBuffer, isOneDerValue } from '../crypto/der.ts'
import { withSeedAlone } from '../crypto/ml-kem-seed.ts'
import { isMlKem, type KeyPairType } from './key-pair.ts'
import { belongTogether, isInRange, isRsaKey, namesOwnPublicKey } from './pairwise.ts'

/** Why unwrapped key material is not key material of its key's spec. */
export type RefusalReason = 'encoding' | 'type' | 'size' | 'exponent' | 'numbers' | 'halves'

/** Imported key material that does not fit the key spec. Its message is for the caller, and says nothing of the bytes' values. */
export class KeyMaterialRefused extends Error {
  override readonly name = 'KeyMaterialRefused'
  readonly reason: RefusalReason

  constructor(reason: RefusalReason, message: string) {
    super(message)
    this.reason = reason
  }
}

/** A copy of a secret of exactly `size` bytes. @throws KeyMaterialRefused for another length */
export function checkedSecret(material: Uint8Array, size: number): Buffer {
  if (material.length !== size)
    throw new KeyMaterialRefused('size', `The key material must be ${size} bytes long.`)
  const copy = Buffer.alloc(size)
  copy.set(material)
  return copy
}

/**
 * Reads a private key in PKCS#8 DER and encodes it anew, so that attributes, explicit curve
 * parameters and odd point encodings are not kept. ML-DSA and ML-KEM material may be any choice of
 * RFC 9881 §6 and RFC 9935 §6; an expanded key without its seed stays so.
 * @throws KeyMaterialRefused where it is not PKCS#8 DER, not of this type, curve or modulus size, its
 *   numbers are not those of such a key, or its public half is not that of its private half
 */
export async function checkedPkcs8(
  material: Uint8Array,
  type: KeyPairType,
  asker: Asker,
): Promise<Buffer> {
  const key = parsed(material)
  checkType(key, type)
  const sound =
    type.type === 'rsa' ? await isRsaKey(key, asker) : type.type === 'ec' ? isInRange(key) : true
  if (!sound) throw new KeyMaterialRefused('numbers', NUMBERS[type.type === 'rsa' ? 'rsa' : 'ec'])
  if (!belongTogether(key) || !namesOwnPublicKey(material, key))
    throw new KeyMaterialRefused(
      'halves',
      'The private and the public key in the key material do not belong together.',
    )
  const pkcs8 = canonical(key).export({ format: 'der', type: 'pkcs8' })
  return isMlKem(type) ? withSeedAlone(pkcs8, type.type) : pkcs8
}

const NUMBERS = {
  rsa: 'The numbers in the key material are not those of an RSA private key: two primes of equal length, whose product is the modulus, and exponents that belong to them.',
  ec: 'The private number in the key material is not below the order of the curve.',
} as const

function parsed(material: Uint8Array): KeyObject {
  const key = isOneDerValue(material) ? parsedAs('pkcs8', material) : undefined
  if (key === undefined) throw new KeyMaterialRefused('encoding', encodingOf(material))
  return key
}

function parsedAs(type: 'pkcs8' | 'pkcs1', material: Uint8Array): KeyObject | undefined {
  try {
    return createPrivateKey({ key: asBuffer(material), format: 'der', type })
  } catch {
    return undefined
  }
}

/** What it is instead of PKCS#8 in DER, as far as that can be told. */
function encodingOf(material: Uint8Array): string {
  const wanted = 'The key material must be a private key in PKCS#8 format, DER encoded'
  if (asBuffer(material).toString('latin1', 0, 10) === '-----BEGIN') return `${wanted}: it is PEM.`
  // OpenSSL tells PKCS#1 (RFC 8017 §A.1.2) and SEC 1 (RFC 5915) apart by itself
  const other = isOneDerValue(material) ? parsedAs('pkcs1', material)?.asymmetricKeyType : undefined
  if (other === 'rsa') return `${wanted}: it is in PKCS#1 format.`
  if (other === 'ec') return `${wanted}: it is in SEC 1 format.`
  return `${wanted}, and nothing else.`
}

function checkType(key: KeyObject, type: KeyPairType): void {
  if (key.asymmetricKeyType !== type.type)
    throw new KeyMaterialRefused(
      'type',
      `The key material is a private key of another type than ${type.type}.`,
    )
  const details = key.asymmetricKeyDetails
  if (type.type === 'ec' && details?.namedCurve !== type.namedCurve)
    throw new KeyMaterialRefused(
      'type',
      `The key material is a private key on another curve than ${type.namedCurve}.`,
    )
  if (type.type === 'rsa') {
    if (details?.modulusLength !== type.modulusLength)
      throw new KeyMaterialRefused(
        'size',
        `The modulus of the key material must be ${type.modulusLength} bits long.`,
      )
    if (!allowedExponent(details.publicExponent))
      throw new KeyMaterialRefused(
        'exponent',
        'The public exponent of the key material must be odd, above 2^16 and below 2^256.',
      )
  }
}

/** FIPS 186-5 §5.1: odd, 2^16 < e < 2^256. */
const allowedExponent = (e: bigint | undefined): boolean =>
  e !== undefined && e % 2n === 1n && e > 2n ** 16n && e < 2n ** 256n

/** EC keys keep the encoding of their curve and point when they are written; a JWK has but one of each. */
const canonical = (key: KeyObject): KeyObject =>
  key.asymmetricKeyType === 'ec'
    ? createPrivateKey({ key: key.export({ format: 'jwk' }), format: 'jwk' })
    : key
