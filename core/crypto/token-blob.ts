import { hash } from 'node:crypto'
import { KmsError } from '../base/errors.ts'
import type { ParsedBlob } from './blob.ts'

/*
 * The blob of suite 3: behind the header stands what the token of a cluster made, by AES-256-GCM, of the
 * ciphertext and tag that suite 1 would have there (docs/ciphertext-format.md, "Keys in CloudHSM key stores").
 *
 * IV, 12 | ciphertext, as long as the plaintext and 16 | tag, 16
 */

/** What a token made of the inner ciphertext. */
export interface SealedByToken {
  /** 12 bytes */
  readonly iv: Buffer
  readonly ciphertext: Buffer
  /** 16 bytes */
  readonly tag: Buffer
}

/** bytes of the inner tag, at the end of what the token encrypts */
const INNER_TAG = 16
const IV_LENGTH = 12

/**
 * The additional authenticated data of the token: the blob's header, which names account, Region, key and
 * version, and the SHA-256 of the canonical encryption context. So it is short, whatever the context: tokens
 * bound its length.
 */
export const tokenAad = (header: Buffer, contextBytes: Buffer): Buffer =>
  Buffer.concat([header, hash('sha256', contextBytes, 'buffer')])

/** Puts a blob together. @throws RangeError for an IV of another length */
export function tokenBlob(header: Buffer, { iv, ciphertext, tag }: SealedByToken): Buffer {
  if (iv.length !== IV_LENGTH) throw new RangeError(`an IV of ${iv.length} bytes`)
  return Buffer.concat([header, iv, ciphertext, tag])
}

/** Takes a parsed blob of suite 3 apart. @throws KmsError InvalidCiphertextException, without a message */
export function parseTokenBlob({ ciphertext: body, tag }: ParsedBlob): SealedByToken {
  if (body.length < IV_LENGTH + INNER_TAG) throw new KmsError('InvalidCiphertextException')
  return { iv: body.subarray(0, IV_LENGTH), ciphertext: body.subarray(IV_LENGTH), tag }
}
