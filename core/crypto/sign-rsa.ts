import {
  constants,
  hash,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  randomBytes,
} from 'node:crypto'
import { asBuffer } from './der.ts'
import { native } from './sign-native.ts'
import type { Scheme } from './signature-scheme.ts'

type Hash = 'sha256' | 'sha384' | 'sha512'

/** DigestInfo up to the digest itself (RFC 8017 §9.2, note 1) */
const DIGEST_INFO: { readonly [hash in Hash]: Buffer } = {
  sha256: Buffer.from('3031300d060960864801650304020105000420', 'hex'),
  sha384: Buffer.from('3041300d060960864801650304020205000430', 'hex'),
  sha512: Buffer.from('3051300d060960864801650304020305000440', 'hex'),
}

/** RSASSA-PKCS1-v1_5 over a message (RFC 8017 §8.2). */
export const pkcs1 = (name: Hash): Scheme => native(name, { padding: constants.RSA_PKCS1_PADDING })

/** RSASSA-PSS over a message (RFC 8017 §8.1); MGF1 of the same hash, a salt as long as the hash. */
export const pss = (name: Hash): Scheme =>
  native(name, {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  })

/** RSASSA-PKCS1-v1_5 over a digest: node:crypto always hashes, so the encoding is made here. */
export const pkcs1OfDigest = (name: Hash): Scheme => ({
  async sign(key, digest) {
    return privateOperation(key, pkcs1Encode(name, digest, modulusBytes(key)))
  },
  async verify(key, digest, signature) {
    // RFC 8017 §8.2.2: compare the encodings; parsing the signature's has let forgeries through
    return (
      publicOperation(key, signature)?.equals(pkcs1Encode(name, digest, modulusBytes(key))) ?? false
    )
  },
})

/** RSASSA-PSS over a digest, with the encoding made here. */
export const pssOfDigest = (name: Hash): Scheme => ({
  async sign(key, digest) {
    const salt = randomBytes(digest.length)
    return privateOperation(key, pssEncode(name, digest, salt, modulusBytes(key)))
  },
  async verify(key, digest, signature) {
    const encoded = publicOperation(key, signature)
    return encoded !== undefined && pssMatches(name, digest, encoded)
  },
})

const modulusBytes = (key: KeyObject): number => (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8

const privateOperation = (key: KeyObject, encoded: Buffer): Buffer =>
  privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded)

/** RSAVP1; undefined for a signature of the wrong length or not below the modulus (RFC 8017 §8.1.2). */
function publicOperation(key: KeyObject, signature: Uint8Array): Buffer | undefined {
  if (signature.length !== modulusBytes(key)) return undefined
  try {
    return publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, asBuffer(signature))
  } catch {
    return undefined
  }
}

/** EMSA-PKCS1-v1_5-ENCODE (RFC 8017 §9.2) into `size` bytes. */
function pkcs1Encode(name: Hash, digest: Uint8Array, size: number): Buffer {
  const info = DIGEST_INFO[name]
  const encoded = Buffer.alloc(size, 0xff)
  encoded[0] = 0
  encoded[1] = 1
  const start = size - info.length - digest.length
  encoded[start - 1] = 0
  encoded.set(info, start)
  encoded.set(digest, start + info.length)
  return encoded
}

/**
 * EMSA-PSS-ENCODE (RFC 8017 §9.1.1) into `size` bytes. The modulus is a multiple of 8 bits long, so
 * emBits = 8 · size − 1 and just the leftmost bit is cleared.
 */
function pssEncode(name: Hash, digest: Uint8Array, salt: Uint8Array, size: number): Buffer {
  const h = pssHash(name, digest, salt)
  const db = Buffer.alloc(size - h.length - 1)
  db[db.length - salt.length - 1] = 1
  db.set(salt, db.length - salt.length)
  return Buffer.concat([masked(name, db, h), h, Buffer.of(0xbc)])
}

/** EMSA-PSS-VERIFY (RFC 8017 §9.1.2) with a salt as long as the hash. */
function pssMatches(name: Hash, digest: Uint8Array, encoded: Buffer): boolean {
  const dbLength = encoded.length - digest.length - 1
  const saltStart = dbLength - digest.length
  const maskedDb = encoded.subarray(0, dbLength)
  if (encoded.at(-1) !== 0xbc || ((maskedDb[0] ?? 0) & 0x80) !== 0) return false
  const h = encoded.subarray(dbLength, -1)
  const db = masked(name, maskedDb, h)
  if (db[saltStart - 1] !== 1 || db.subarray(0, saltStart - 1).some((byte) => byte !== 0))
    return false
  return pssHash(name, digest, db.subarray(saltStart)).equals(h)
}

/** H of RFC 8017 §9.1.1 step 6: eight zero bytes, the digest, the salt. */
const pssHash = (name: Hash, digest: Uint8Array, salt: Uint8Array): Buffer =>
  hash(name, Buffer.concat([Buffer.alloc(8), digest, salt]), 'buffer')

/** DB ⊕ MGF1(seed) with the leftmost bit cleared; its own inverse. */
function masked(name: Hash, db: Uint8Array, seed: Uint8Array): Buffer {
  const mask = mgf1(name, seed, db.length)
  const result = Buffer.from(db.map((byte, i) => byte ^ (mask[i] ?? 0)))
  result[0] = (result[0] ?? 0) & 0x7f
  return result
}

/** MGF1 (RFC 8017 §B.2.1). */
function mgf1(name: Hash, seed: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = []
  const counter = Buffer.alloc(4)
  for (let made = 0; made < length; made += blocks.at(-1)?.length ?? length) {
    counter.writeUInt32BE(blocks.length)
    blocks.push(hash(name, Buffer.concat([seed, counter]), 'buffer'))
  }
  return Buffer.concat(blocks, length)
}
