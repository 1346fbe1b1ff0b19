import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { KmsError } from '../base/errors.ts'
import type { ParsedBlob } from './blob.ts'

/*
 * The blob of suite 2: behind the header stands what the external key store's proxy made of the ciphertext and
 * tag that suite 1 would have there (docs/ciphertext-format.md, "Keys in external key stores").
 *
 * IV length u8 | IV | metadata length u8 | metadata | ciphertext, as long as the plaintext and 16 | tag, 16
 */

/** What a proxy made of the inner ciphertext. */
export interface OuterCiphertext {
  readonly ciphertext: Buffer
  /** 12 or 16 bytes */
  readonly iv: Buffer
  /** 16 bytes */
  readonly tag: Buffer
  /** at most 20 bytes */
  readonly metadata: Buffer
}

/** bytes of the inner tag, at the end of what the proxy encrypts */
export const INNER_TAG = 16
const IV_LENGTHS: readonly number[] = [12, 16]
const MOST_METADATA = 20

/** Purpose and version of the key that contexts are hidden under. */
const CONTEXT_LABEL = 'tenkey/v1/external-encryption-context'
const CONTEXT_KEY_LENGTH = 32

/**
 * The additional authenticated data of the proxy: the blob's header, and HMAC-SHA-256 of the canonical
 * encryption context under a key of this blob alone, HKDF-SHA-256 (RFC 5869) of the material with the header's
 * nonce as salt. The context may be longer than what a proxy has to take (8,192 bytes), and is no affair of
 * its own: it can neither guess one and compare, nor tell that two blobs have the same.
 * @param material of the key's own, secret KeyObject of 32 bytes
 */
export function outerAad(
  material: KeyObject,
  { header, nonce }: Pick<ParsedBlob, 'header' | 'nonce'>,
  contextBytes: Buffer,
): Buffer {
  const bytes = Buffer.from(hkdfSync('sha256', material, nonce, CONTEXT_LABEL, CONTEXT_KEY_LENGTH))
  try {
    const key = createSecretKey(bytes)
    return Buffer.concat([header, createHmac('sha256', key).update(contextBytes).digest()])
  } finally {
    bytes.fill(0)
  }
}

/** Puts a blob together. */
export const outerBlob = (
  header: Buffer,
  { iv, metadata, ciphertext, tag }: OuterCiphertext,
): Buffer =>
  Buffer.concat([
    header,
    Buffer.of(iv.length),
    iv,
    Buffer.of(metadata.length),
    metadata,
    ciphertext,
    tag,
  ])

/** Takes a parsed blob of suite 2 apart. @throws KmsError InvalidCiphertextException, without a message */
export function parseOuter({ ciphertext: body, tag }: ParsedBlob): OuterCiphertext {
  const ivLength = body[0] ?? 0
  const metadataAt = 1 + ivLength
  const metadataLength = body[metadataAt] ?? 0
  const ciphertextAt = metadataAt + 1 + metadataLength
  if (
    !IV_LENGTHS.includes(ivLength) ||
    metadataLength > MOST_METADATA ||
    body.length < ciphertextAt + INNER_TAG
  ) {
    throw new KmsError('InvalidCiphertextException')
  }
  return {
    iv: body.subarray(1, metadataAt),
    metadata: body.subarray(metadataAt + 1, ciphertextAt),
    ciphertext: body.subarray(ciphertextAt),
    tag,
  }
}
