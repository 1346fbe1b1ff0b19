import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { KmsError } from '../base/errors.ts'
import { kdfCounter } from './kdf.ts'
import { randomFillPooled } from './random.ts'

/** What the caller of an external key store proxy keeps of an encryption. */
export interface XksCiphertext {
  /** 20 bytes: version, which material, salt */
  readonly metadata: Buffer
  /** 12 bytes */
  readonly iv: Buffer
  /** as long as the plaintext */
  readonly ciphertext: Buffer
  /** 16 bytes */
  readonly tag: Buffer
}

/** What is handed in to be opened: lengths are the caller's. */
export interface ClaimedCiphertext {
  readonly metadata: Uint8Array
  readonly iv: Uint8Array
  readonly ciphertext: Uint8Array
  readonly tag: Uint8Array
}

const VERSION = 1
const MATERIAL_OFFSET = 1
/** bytes of a key material id that ciphertext metadata have room for */
const MATERIAL_LENGTH = 3
const SALT_OFFSET = MATERIAL_OFFSET + MATERIAL_LENGTH
const SALT_LENGTH = 16
const METADATA_LENGTH = SALT_OFFSET + SALT_LENGTH
const IV_LENGTH = 12
const TAG_LENGTH = 16

/** Label of the per-call key: its purpose, and the version of the format it serves. */
const LABEL = Buffer.from('tenkey/v1/xks-ciphertext')
const PER_CALL_KEY_LENGTH = 32

/** AWS KMS is told nothing more of a ciphertext that does not open: not which part is wrong. */
const refused = (): KmsError => new KmsError('InvalidCiphertextException')

/**
 * Encrypts under a key of this call alone: K = KDF(material, label, salt || material id) over a fresh salt
 * of 16 bytes (SP 800-108r1), then AES-256-GCM (SP 800-38D) with a fresh IV, as ciphertext blobs are made
 * and for the reason that they are. The specification's associated data bind additional data and metadata
 * with their lengths; the material id, which differs between keys, is bound by the key.
 * @param material secret KeyObject of 32 bytes
 * @param materialId 64 lower-case hex digits
 * @param aad at most 65,535 bytes
 */
export function sealXks(
  material: KeyObject,
  materialId: string,
  plaintext: Uint8Array,
  aad: Uint8Array,
): XksCiphertext {
  const metadata = Buffer.alloc(METADATA_LENGTH)
  metadata[0] = VERSION
  metadata.write(materialId, MATERIAL_OFFSET, MATERIAL_LENGTH, 'hex')
  randomFillPooled(metadata.subarray(SALT_OFFSET))
  const iv = Buffer.alloc(IV_LENGTH)
  randomFillPooled(iv)
  const key = perCallKey(material, materialId, metadata)
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_LENGTH })
  cipher.setAAD(associatedData(aad, metadata))
  const ciphertext = cipher.update(plaintext)
  cipher.final()
  return { metadata, iv, ciphertext, tag: cipher.getAuthTag() }
}

/**
 * The beginning of the id of the material that metadata name: 6 lower-case hex digits. Several materials of a
 * key can have it; `openXks` tells which it was.
 * @throws KmsError InvalidCiphertextException for metadata that `sealXks` can't have made
 */
export function materialNamedBy(metadata: Uint8Array): string {
  if (metadata.length !== METADATA_LENGTH || metadata[0] !== VERSION) throw refused()
  return Buffer.from(metadata.subarray(MATERIAL_OFFSET, SALT_OFFSET)).toString('hex')
}

/**
 * Opens what `sealXks` made with the same material and additional data. Nothing of the plaintext is handed
 * out before the tag has been verified; the caller wipes it.
 * @throws KmsError InvalidCiphertextException, without a message, where anything does not fit
 */
export function openXks(
  material: KeyObject,
  materialId: string,
  { metadata, iv, ciphertext, tag }: ClaimedCiphertext,
  aad: Uint8Array,
): Buffer {
  if (materialNamedBy(metadata) !== materialId.slice(0, MATERIAL_LENGTH * 2)) throw refused()
  if (iv.length !== IV_LENGTH || tag.length !== TAG_LENGTH) throw refused()
  const key = perCallKey(material, materialId, metadata)
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_LENGTH })
  decipher.setAAD(associatedData(aad, metadata))
  decipher.setAuthTag(tag)
  const plaintext = decipher.update(ciphertext)
  try {
    decipher.final()
  } catch {
    plaintext.fill(0)
    throw refused()
  }
  return plaintext
}

function perCallKey(material: KeyObject, materialId: string, metadata: Uint8Array): KeyObject {
  const context = Buffer.concat([metadata.subarray(SALT_OFFSET), Buffer.from(materialId, 'hex')])
  const bytes = kdfCounter(material, LABEL, context, PER_CALL_KEY_LENGTH)
  try {
    return createSecretKey(bytes)
  } finally {
    bytes.fill(0)
  }
}

/** The specification's: each part with its length before it, so that neither passes for the other. */
function associatedData(aad: Uint8Array, metadata: Uint8Array): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(aad.length)
  return Buffer.concat([length, aad, Buffer.of(metadata.length), metadata])
}
