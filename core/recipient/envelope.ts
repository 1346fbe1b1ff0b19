import {
  constants,
  createCipheriv,
  createPublicKey,
  createSecretKey,
  hash,
  publicEncrypt,
} from 'node:crypto'
import { asBuffer } from '../crypto/der.ts'
import {
  context,
  contextConstructed,
  contextOfIndefiniteLength,
  nothing,
  objectIdentifier,
  octetString,
  sequence,
  sequenceOfIndefiniteLength,
  set,
  smallInteger,
} from '../crypto/der-write.ts'
import { randomBytesPooled } from '../crypto/random.ts'

const ENVELOPED_DATA = objectIdentifier('1.2.840.113549.1.7.3')
const DATA = objectIdentifier('1.2.840.113549.1.7.1')
const RSAES_OAEP = objectIdentifier('1.2.840.113549.1.1.7')
const MGF1 = objectIdentifier('1.2.840.113549.1.1.8')
const SHA_256 = objectIdentifier('2.16.840.1.101.3.4.2.1')
const AES_256_CBC = objectIdentifier('2.16.840.1.101.3.4.1.42')

/** EnvelopedData and KeyTransRecipientInfo whose recipient is named by its key (RFC 5652 §6.1, §6.2.1) */
const VERSION = smallInteger(2)

/** RSAES-OAEP with SHA-256, MGF1 with SHA-256 and an empty label (RFC 4055 §4.1). */
const OAEP_SHA_256 = (() => {
  const sha256 = sequence(SHA_256, nothing())
  return sequence(
    RSAES_OAEP,
    sequence(contextConstructed(0, sha256), contextConstructed(1, sequence(MGF1, sha256))),
  )
})()

/**
 * A secret in a CMS EnvelopedData (RFC 5652) that only the holder of an RSA key opens: AES-256-CBC under a
 * key that is encrypted with RSAES-OAEP and SHA-256.
 *
 * It is BER with indefinite lengths, as AWS KMS writes it: the AWS Nitro Enclaves SDK for C
 * (aws_cms_parse_enveloped_data) reads no other.
 * @param spki DER SubjectPublicKeyInfo
 */
export function sealFor(spki: Uint8Array, secret: Uint8Array): Buffer {
  const contentKey = randomBytesPooled(32)
  const iv = randomBytesPooled(16)
  try {
    const cipher = createCipheriv('aes-256-cbc', createSecretKey(contentKey), iv)
    const encrypted = Buffer.concat([cipher.update(secret), cipher.final()])
    return sequenceOfIndefiniteLength(
      ENVELOPED_DATA,
      contextOfIndefiniteLength(
        0,
        sequenceOfIndefiniteLength(
          VERSION,
          set(keyTransRecipientInfo(spki, contentKey)),
          sequenceOfIndefiniteLength(
            DATA,
            sequence(AES_256_CBC, octetString(iv)),
            contextOfIndefiniteLength(0, octetString(encrypted)),
          ),
        ),
      ),
    )
  } finally {
    contentKey.fill(0)
  }
}

function keyTransRecipientInfo(spki: Uint8Array, contentKey: Buffer): Buffer {
  const key = createPublicKey({ key: asBuffer(spki), format: 'der', type: 'spki' })
  // RFC 5280 §4.2.1.2 method 1: SHA-1 of the key itself, without its algorithm
  const keyIdentifier = hash('sha1', key.export({ format: 'der', type: 'pkcs1' }), 'buffer')
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const encryptedKey = publicEncrypt({ key, padding, oaepHash: 'sha256' }, contentKey)
  return sequence(VERSION, context(0, keyIdentifier), OAEP_SHA_256, octetString(encryptedKey))
}
