import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { KmsError } from '../base/errors.ts'
import { canonicalContext, type EncryptionContext } from './encryption-context.ts'
import { kdfCounter } from './kdf.ts'
import { randomFillPooled } from './random.ts'
import { readUuid, UUID_LENGTH, writeUuid } from './uuid.ts'

/** What a ciphertext blob says of the key it was made with. */
export interface BlobHeader {
  /** 12 digits */
  readonly accountId: string
  /** 1 to 32 of a-z, 0-9 and -, beginning with a letter */
  readonly region: string
  /** a lower-case UUID, or mrk- and 32 lower-case hex digits */
  readonly keyId: string
  /** 64 lower-case hex digits, as `materialId` makes */
  readonly materialId: string
}

/** A blob in its parts; the bytes are views of what was parsed, not copies. */
export interface ParsedBlob extends BlobHeader {
  readonly suite: Suite
  /** everything before the ciphertext; authenticated */
  readonly header: Buffer
  /** 16 bytes */
  readonly nonce: Buffer
  /** 12 bytes */
  readonly iv: Buffer
  /** as long as the plaintext; of suites 2 and 3 what external-blob.ts and token-blob.ts take apart */
  readonly ciphertext: Buffer
  /** 16 bytes */
  readonly tag: Buffer
}

const VERSION = 1
/**
 * 1: KDF in counter mode with HMAC-SHA-256, then AES-256-GCM. 2: the same, and what that made encrypted again
 * by an external key store proxy (external-blob.ts). 3: the same, encrypted again by the token of a cluster
 * (token-blob.ts).
 */
export type Suite = 1 | 2 | 3

/** The layout, in order; lengths in bytes. The region's, n, is in the byte before it. */
const LENGTHS = {
  version: 1,
  suite: 1,
  accountId: 6, // u48 BE
  regionLength: 1, // n, 1 to 32
  // region: n, ASCII
  keyIdKind: 1, // 0: UUID, 1: mrk-
  keyId: UUID_LENGTH,
  materialId: 32,
  nonce: 16,
  iv: 12,
  // ciphertext: as long as the plaintext
  tag: 16,
}

const ACCOUNT_OFFSET = LENGTHS.version + LENGTHS.suite
const REGION_LENGTH_OFFSET = ACCOUNT_OFFSET + LENGTHS.accountId
const REGION_OFFSET = REGION_LENGTH_OFFSET + LENGTHS.regionLength

/** offsets from the end of the region */
const KEY_ID = LENGTHS.keyIdKind
const MATERIAL_ID = KEY_ID + LENGTHS.keyId
const NONCE = MATERIAL_ID + LENGTHS.materialId
const IV = NONCE + LENGTHS.nonce
const CIPHERTEXT = IV + LENGTHS.iv

const KIND_UUID = 0
const KIND_MRK = 1

const ACCOUNT_ID = /^\d{12}$/
const REGION = /^[a-z][a-z0-9-]{0,31}$/
const MRK = /^mrk-[0-9a-f]{32}$/
const MATERIAL = /^[0-9a-f]{64}$/

/** Labels of the per-call key, by the suite: its purpose, and the version of the format it serves. */
const LABELS = {
  1: Buffer.from('tenkey/v1/ciphertext-blob'),
  2: Buffer.from('tenkey/v1/external-ciphertext-blob'),
  3: Buffer.from('tenkey/v1/token-ciphertext-blob'),
} as const
const PER_CALL_KEY_LENGTH = 32

/** bytes of a blob's header (everything before the ciphertext) in `region` */
const headerSize = (region: string): number => REGION_OFFSET + region.length + CIPHERTEXT

/** bytes; API_Encrypt, Plaintext */
export const MAX_PLAINTEXT = 4096

/**
 * Bytes of the blob for a plaintext of `plaintextLength` bytes in `region`: 102 more than both together. The
 * 4,096 bytes that API_Encrypt takes stay within the 6,144 that API_Decrypt takes, whatever the region.
 */
export const blobSize = (plaintextLength: number, region: string): number =>
  headerSize(region) + plaintextLength + LENGTHS.tag

export interface SealOptions {
  /** 2 or 3 for what a proxy or a token is about to encrypt again: no blob that anybody opens; 1 unless given */
  readonly suite?: Suite
  /** fills nonce and IV, 28 bytes; by the system's CSPRNG unless given */
  readonly fill?: (target: Uint8Array) => void
}

/**
 * Encrypts under a key of this call alone: K = KDF(material, label, nonce) over a fresh nonce of 16 bytes
 * (SP 800-108r1), then AES-256-GCM (SP 800-38D) with a fresh IV. A key per call, because random IVs under one
 * key are safe for 2^32 calls only (SP 800-38D section 8.3). AAD is the header and the canonical context.
 * `material` is a secret KeyObject of 32 bytes.
 * @throws KmsError ValidationException where the context has no canonical form
 * @throws RangeError where a field of the header is not in its form
 */
export function sealBlob(
  material: KeyObject,
  header: BlobHeader,
  plaintext: Uint8Array,
  context: EncryptionContext | undefined,
  { suite = 1, fill = randomFillPooled }: SealOptions = {},
): Buffer {
  const contextBytes = canonicalContext(context)
  const blob = Buffer.allocUnsafe(blobSize(plaintext.length, header.region))
  const ciphertextOffset = headerSize(header.region)
  writeHeader(blob, header, suite)
  const headerBytes = blob.subarray(0, ciphertextOffset)
  fill(headerBytes.subarray(ciphertextOffset - LENGTHS.iv - LENGTHS.nonce))
  const iv = headerBytes.subarray(ciphertextOffset - LENGTHS.iv)
  const nonce = headerBytes.subarray(
    ciphertextOffset - LENGTHS.iv - LENGTHS.nonce,
    ciphertextOffset - LENGTHS.iv,
  )
  const cipher = createCipheriv('aes-256-gcm', perCallKey(material, nonce, suite), iv, {
    authTagLength: LENGTHS.tag,
  })
  cipher.setAAD(associatedData(headerBytes, contextBytes))
  blob.set(cipher.update(plaintext), ciphertextOffset)
  cipher.final()
  blob.set(cipher.getAuthTag(), ciphertextOffset + plaintext.length)
  return blob
}

/**
 * Takes a blob apart. What it says is only claimed until `openBlob` has opened it.
 * @throws KmsError InvalidCiphertextException, without a message, for anything `sealBlob` can't have made
 */
export function parseBlob(bytes: Uint8Array): ParsedBlob {
  const blob = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const regionLength = blob[REGION_LENGTH_OFFSET]
  const suite = blob[1]
  if (regionLength === undefined || blob[0] !== VERSION) throw refused()
  if (suite !== 1 && suite !== 2 && suite !== 3) throw refused()
  const regionEnd = REGION_OFFSET + regionLength
  const ciphertextOffset = regionEnd + CIPHERTEXT
  const tagOffset = blob.length - LENGTHS.tag
  if (tagOffset < ciphertextOffset) throw refused()
  const accountId = String(blob.readUIntBE(ACCOUNT_OFFSET, LENGTHS.accountId)).padStart(12, '0')
  // latin1 keeps every byte apart from every other; 'ascii' would drop the high bit
  const region = blob.toString('latin1', REGION_OFFSET, regionEnd)
  if (accountId.length !== 12 || !REGION.test(region)) throw refused()
  return {
    suite,
    accountId,
    region,
    keyId: readKeyId(blob, regionEnd),
    materialId: blob.toString('hex', regionEnd + MATERIAL_ID, regionEnd + NONCE),
    header: blob.subarray(0, ciphertextOffset),
    nonce: blob.subarray(regionEnd + NONCE, regionEnd + IV),
    iv: blob.subarray(regionEnd + IV, ciphertextOffset),
    ciphertext: blob.subarray(ciphertextOffset, tagOffset),
    tag: blob.subarray(tagOffset),
  }
}

/**
 * Decrypts a parsed blob with the material that its header names; the caller looked that up and wipes the
 * plaintext. Nothing of the plaintext is handed out before the tag has been verified.
 * @throws KmsError InvalidCiphertextException, without a message, where material, context or a bit differs
 * @throws KmsError ValidationException where the context has no canonical form
 */
export function openBlob(
  material: KeyObject,
  parsed: ParsedBlob,
  context: EncryptionContext | undefined,
): Buffer {
  const contextBytes = canonicalContext(context)
  const key = perCallKey(material, parsed.nonce, parsed.suite)
  const decipher = createDecipheriv('aes-256-gcm', key, parsed.iv, { authTagLength: LENGTHS.tag })
  decipher.setAAD(associatedData(parsed.header, contextBytes))
  decipher.setAuthTag(parsed.tag)
  const plaintext = decipher.update(parsed.ciphertext)
  try {
    decipher.final()
  } catch {
    plaintext.fill(0)
    throw refused()
  }
  return plaintext
}

/** AWS says nothing more of a ciphertext it can't open (recorded), and neither does this. */
const refused = (): KmsError => new KmsError('InvalidCiphertextException')

function perCallKey(material: KeyObject, nonce: Uint8Array, suite: Suite): KeyObject {
  const bytes = kdfCounter(material, LABELS[suite], nonce, PER_CALL_KEY_LENGTH)
  try {
    return createSecretKey(bytes)
  } finally {
    bytes.fill(0)
  }
}

/** The header tells its own length, so header and context can't be confused. */
const associatedData = (header: Buffer, contextBytes: Buffer): Buffer =>
  contextBytes.length === 0 ? header : Buffer.concat([header, contextBytes])

/** Writes everything up to the nonce. A field in the wrong form is a fault of ours, not of the caller. */
function writeHeader(
  blob: Buffer,
  { accountId, region, keyId, materialId }: BlobHeader,
  suite: Suite,
): void {
  if (!ACCOUNT_ID.test(accountId)) throw new RangeError(`not an account id: '${accountId}'`)
  if (!REGION.test(region)) throw new RangeError(`not a region: '${region}'`)
  if (!MATERIAL.test(materialId)) throw new RangeError(`not a key material id: '${materialId}'`)
  const regionEnd = REGION_OFFSET + region.length
  blob[0] = VERSION
  blob[1] = suite
  blob.writeUIntBE(Number(accountId), ACCOUNT_OFFSET, LENGTHS.accountId)
  blob[REGION_LENGTH_OFFSET] = region.length
  blob.write(region, REGION_OFFSET, 'latin1')
  if (keyId.startsWith('mrk-')) {
    if (!MRK.test(keyId)) throw new RangeError(`not a multi-Region key id: '${keyId}'`)
    blob[regionEnd] = KIND_MRK
    blob.write(keyId.slice(4), regionEnd + KEY_ID, 'hex')
  } else {
    blob[regionEnd] = KIND_UUID
    writeUuid(blob, keyId, regionEnd + KEY_ID)
  }
  blob.write(materialId, regionEnd + MATERIAL_ID, 'hex')
}

function readKeyId(blob: Buffer, regionEnd: number): string {
  switch (blob[regionEnd]) {
    case KIND_UUID:
      return readUuid(blob, regionEnd + KEY_ID)
    case KIND_MRK:
      return `mrk-${blob.toString('hex', regionEnd + KEY_ID, regionEnd + MATERIAL_ID)}`
    default:
      throw refused()
  }
}
