import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { asBuffer, isOneDerValue } from '../crypto/der.ts'
import type { KeyPairType } from './key-pair.ts'

/** Why unwrapped key material is not key material of its key's spec. */
export type RefusalReason = 'encoding' | 'type' | 'size' | 'exponent' | 'halves'

/** Imported key material that does not fit the key spec. Its message says nothing of the bytes themselves. */
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
    throw new KeyMaterialRefused('size', `key material must be ${size} bytes long`)
  const copy = Buffer.alloc(size)
  copy.set(material)
  return copy
}

/**
 * Reads a private key in PKCS#8 DER and encodes it anew, so that attributes, explicit curve
 * parameters and odd point encodings are not kept. ML-DSA material may be any choice of RFC 9881 §6;
 * an expanded key without its seed stays so.
 * @throws KeyMaterialRefused where it is not PKCS#8 DER, not of this type, curve or modulus size, or
 *   its public half is not that of its private half
 */
export function checkedPkcs8(material: Uint8Array, type: KeyPairType): Buffer {
  const key = parsed(material)
  checkType(key, type)
  if (!belongTogether(key))
    throw new KeyMaterialRefused('halves', 'private and public key do not belong together')
  return canonical(key).export({ format: 'der', type: 'pkcs8' })
}

function parsed(material: Uint8Array): KeyObject {
  if (!isOneDerValue(material))
    throw new KeyMaterialRefused('encoding', 'key material is not one DER value')
  try {
    return createPrivateKey({ key: asBuffer(material), format: 'der', type: 'pkcs8' })
  } catch {
    throw new KeyMaterialRefused('encoding', 'key material is not a private key in PKCS#8 DER')
  }
}

function checkType(key: KeyObject, type: KeyPairType): void {
  if (key.asymmetricKeyType !== type.type)
    throw new KeyMaterialRefused('type', `key material is not of type ${type.type}`)
  const details = key.asymmetricKeyDetails
  if (type.type === 'ec' && details?.namedCurve !== type.namedCurve)
    throw new KeyMaterialRefused('type', `key material is not on curve ${type.namedCurve}`)
  if (type.type === 'rsa') {
    if (details?.modulusLength !== type.modulusLength)
      throw new KeyMaterialRefused('size', `RSA modulus is not ${type.modulusLength} bits long`)
    if (!allowedExponent(details.publicExponent))
      throw new KeyMaterialRefused('exponent', 'RSA public exponent is not odd and above 2^16')
  }
}

/** FIPS 186-5 §5.1: odd, 2^16 < e < 2^256. */
const allowedExponent = (e: bigint | undefined): boolean =>
  e !== undefined && e % 2n === 1n && e > 2n ** 16n && e < 2n ** 256n

/**
 * Pairwise consistency by a signature (SP 800-56A Rev. 3 §5.6.2.1.4): OpenSSL reads both halves of a
 * PKCS#8 file and trusts them, and a wrong pair would be found out only by those who verify.
 */
function belongTogether(key: KeyObject): boolean {
  const digest = key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'ec' ? 'sha256' : null
  const message = Buffer.from('pairwise consistency')
  try {
    return verify(digest, message, createPublicKey(key), sign(digest, message, key))
  } catch {
    return false
  }
}

/** EC keys keep the encoding of their curve and point when they are written; a JWK has but one of each. */
const canonical = (key: KeyObject): KeyObject =>
  key.asymmetricKeyType === 'ec'
    ? createPrivateKey({ key: key.export({ format: 'jwk' }), format: 'jwk' })
    : key
