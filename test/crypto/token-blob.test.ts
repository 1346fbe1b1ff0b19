import { createDecipheriv, createHash, createHmac, createSecretKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openBlob, parseBlob } from '../../core/crypto/blob.ts'
import { canonicalContext } from '../../core/crypto/encryption-context.ts'
import { parseTokenBlob, tokenAad, tokenBlob } from '../../core/crypto/token-blob.ts'
import golden from '../golden/token-blobs.json' with { type: 'json' }

// A second reading of docs/ciphertext-format.md, "Keys in CloudHSM key stores", which shares no code with core/crypto.

const u32 = (n: number) => Buffer.of((n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)

function contextBytes(pairs: readonly (readonly string[])[]): Buffer {
  const sorted = pairs
    .map((pair) => pair.map((text) => Buffer.from(text)))
    .toSorted(([a = Buffer.of()], [b = Buffer.of()]) => Buffer.compare(a, b))
  return Buffer.concat(sorted.flat().flatMap((bytes) => [u32(bytes.length), bytes]))
}

function gcmOpen(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 }).setAAD(aad)
  decipher.setAuthTag(sealed.subarray(-16))
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
}

function openByDocument(
  blob: Buffer,
  keys: { readonly material: Buffer; readonly tokenKey: Buffer },
  pairs: readonly (readonly string[])[],
) {
  const headerLength = 86 + (blob[8] ?? 0)
  const header = blob.subarray(0, headerLength)
  expect([header[0], header[1]]).toEqual([1, 3])
  const context = contextBytes(pairs)
  const iv = blob.subarray(headerLength, headerLength + 12)
  const sealed = blob.subarray(headerLength + 12)
  const aad = Buffer.concat([header, createHash('sha256').update(context).digest()])
  const inner = gcmOpen(keys.tokenKey, iv, aad, sealed)
  const nonce = header.subarray(headerLength - 28, headerLength - 12)
  const label = Buffer.from('tenkey/v1/token-ciphertext-blob')
  const input = Buffer.concat([u32(1), label, Buffer.of(0), nonce, u32(256)])
  const key = createHmac('sha256', keys.material).update(input).digest()
  const innerAad = Buffer.concat([header, context])
  return {
    aad,
    inner,
    sealed: { iv, ciphertext: sealed.subarray(0, -16), tag: sealed.subarray(-16) },
    plaintext: gcmOpen(key, header.subarray(headerLength - 12), innerAad, inner),
  }
}

describe('golden blobs of CloudHSM key stores are taken apart for ever', () => {
  test.each(golden)('$name', ({ material, tokenKey, header, context, plaintext, blob }) => {
    const bytes = Buffer.from(blob, 'base64')
    const keys = { material: Buffer.from(material, 'hex'), tokenKey: Buffer.from(tokenKey, 'hex') }
    const read = openByDocument(bytes, keys, context)
    expect(read.plaintext.toString('base64')).toBe(plaintext)
    const parsed = parseBlob(bytes)
    expect(parsed).toMatchObject({ suite: 3, ...header })
    expect(parseTokenBlob(parsed)).toEqual(read.sealed)
    expect(tokenBlob(parsed.header, read.sealed)).toEqual(bytes)
    const given = Object.fromEntries(context)
    expect(tokenAad(parsed.header, canonicalContext(given))).toEqual(read.aad)
    const tagAt = read.inner.length - 16
    const inner = {
      ...parsed,
      ciphertext: read.inner.subarray(0, tagAt),
      tag: read.inner.subarray(tagAt),
    }
    const opened = openBlob(createSecretKey(keys.material), inner, given)
    expect(opened.toString('base64')).toBe(plaintext)
    expect(bytes.length).toBe(130 + header.region.length + opened.length)
    expect(bytes.length).toBeLessThanOrEqual(6144)
    // the suite is in what both layers authenticate, and in the label: none opens what is another's
    for (const suite of [1, 2] as const) {
      const other = Buffer.from(bytes)
      other[1] = suite
      const changed = { ...parseBlob(other), ciphertext: inner.ciphertext, tag: inner.tag }
      expect(() => openBlob(createSecretKey(keys.material), changed, given)).toThrow(
        expect.objectContaining({ code: 'InvalidCiphertextException' }),
      )
    }
  })

  test('but not what is shorter than the shortest', () => {
    const bytes = Buffer.from(golden[1]?.blob ?? '', 'base64')
    for (let length = 0; length < bytes.length - 1; length++) {
      expect(() => parseTokenBlob(parseBlob(bytes.subarray(0, length)))).toThrow(
        expect.objectContaining({ code: 'InvalidCiphertextException' }),
      )
    }
  })

  test('and an IV of another length is none of ours', () => {
    const sealed = { iv: Buffer.alloc(16), ciphertext: Buffer.alloc(16), tag: Buffer.alloc(16) }
    expect(() => tokenBlob(Buffer.alloc(90), sealed)).toThrow(RangeError)
  })
})
