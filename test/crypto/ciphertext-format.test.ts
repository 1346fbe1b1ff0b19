import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
} from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { blobSize, openBlob, parseBlob, sealBlob } from '../../core/crypto/blob.ts'
import { canonicalContext } from '../../core/crypto/encryption-context.ts'
import { outerAad, parseOuter } from '../../core/crypto/external-blob.ts'
import { materialId } from '../../core/crypto/material-id.ts'
import { unwrapMaterial, wrapMaterial } from '../../core/crypto/wrap.ts'
import { materialNamedBy, openXks, sealXks } from '../../core/crypto/xks-ciphertext.ts'
import golden from '../golden/blobs.json' with { type: 'json' }
import external from '../golden/external-blobs.json' with { type: 'json' }
import xks from '../golden/xks.json' with { type: 'json' }

// A second reading of docs/ciphertext-format.md, which shares no code with core/crypto.

type Pairs = readonly (readonly string[])[]

const u32 = (n: number) => Buffer.of((n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)

function contextBytes(pairs: Pairs): Buffer {
  const sorted = pairs
    .map((pair) => pair.map((text) => Buffer.from(text)))
    .toSorted(([a = Buffer.of()], [b = Buffer.of()]) => Buffer.compare(a, b))
  return Buffer.concat(sorted.flat().flatMap((bytes) => [u32(bytes.length), bytes]))
}

function hmac(key: Uint8Array, ...parts: (string | Uint8Array)[]): Buffer {
  const mac = createHmac('sha256', createSecretKey(key))
  for (const part of parts) mac.update(part)
  return mac.digest()
}

const kdfInput = (nonce: Uint8Array) =>
  Buffer.concat([u32(1), Buffer.from('tenkey/v1/ciphertext-blob'), Buffer.of(0), nonce, u32(256)])

interface Gcm {
  key: Uint8Array
  iv: Uint8Array
  aad: Uint8Array
}

function gcmEncrypt({ key, iv, aad }: Gcm, plaintext: Uint8Array) {
  const cipher = createCipheriv('aes-256-gcm', createSecretKey(key), iv).setAAD(aad)
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return { ciphertext, tag: cipher.getAuthTag() }
}

function gcmDecrypt({ key, iv, aad }: Gcm, ciphertext: Uint8Array, tag: Uint8Array): Buffer {
  const options = { authTagLength: 16 }
  const decipher = createDecipheriv('aes-256-gcm', createSecretKey(key), iv, options)
  decipher.setAAD(aad).setAuthTag(tag)
  return Buffer.concat([decipher.update(ciphertext), decipher.final()])
}

/** Cuts pieces of the given lengths off the front; the rest comes last. */
function cut(bytes: Buffer, lengths: number[]): Buffer[] {
  let offset = 0
  const pieces = lengths.map((length) => {
    offset += length
    return bytes.subarray(offset - length, offset)
  })
  return [...pieces, bytes.subarray(offset)]
}

const none = Buffer.of()

function decryptByDocument(blob: Buffer, material: Uint8Array, pairs: Pairs) {
  const n = blob[8] ?? 0
  const fixed = [1, 1, 6, 1, n, 1, 16, 32, 16, 12]
  const [
    version = none,
    suite = none,
    account = none,
    ,
    region = none,
    kind = none,
    key = none,
    id = none,
    nonce = none,
    iv = none,
    rest = none,
  ] = cut(blob, fixed)
  expect([version[0], suite[0]]).toEqual([1, 1])
  const header = blob.subarray(0, 86 + n)
  const aad = Buffer.concat([header, contextBytes(pairs)])
  const perCallKey = hmac(material, kdfInput(nonce))
  const [ciphertext = none, tag = none] = cut(rest, [rest.length - 16])
  const keyHex = key.toString('hex')
  const uuid = keyHex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return {
    header: {
      accountId: BigInt(`0x${account.toString('hex')}`)
        .toString()
        .padStart(12, '0'),
      region: region.toString('ascii'),
      keyId: kind[0] === 0 ? uuid : `mrk-${keyHex}`,
      materialId: id.toString('hex'),
    },
    plaintext: gcmDecrypt({ key: perCallKey, iv, aad }, ciphertext, tag),
  }
}

describe('golden blobs decrypt for ever', () => {
  test.each(golden)('$name', ({ material: materialHex, header, context, plaintext, blob }) => {
    const material = Buffer.from(materialHex, 'hex')
    const bytes = Buffer.from(blob, 'base64')
    const parsed = parseBlob(bytes)
    expect(parsed).toMatchObject(header)
    const opened = openBlob(createSecretKey(material), parsed, Object.fromEntries(context))
    expect(opened.toString('base64')).toBe(plaintext)
    expect(materialId(material, header.keyId)).toBe(header.materialId)
    expect(bytes).toHaveLength(blobSize(opened.length, header.region))

    const read = decryptByDocument(bytes, material, context)
    expect(read.header).toEqual(header)
    expect(read.plaintext).toEqual(opened)
  })
})

/** "Keys in external key stores", read from the document: what the proxy has, and what is left for the key. */
function openExternalByDocument(
  blob: Buffer,
  keys: { readonly material: Uint8Array; readonly externalKey: Uint8Array },
  pairs: Pairs,
) {
  const headerLength = 86 + (blob[8] ?? 0)
  const header = blob.subarray(0, headerLength)
  expect([header[0], header[1]]).toEqual([1, 2])
  const ivLength = blob[headerLength] ?? 0
  const [, iv = none, rest = none] = cut(blob.subarray(headerLength), [1, ivLength])
  const [, metadata = none, sealed = none] = cut(rest, [1, rest[0] ?? 0])
  const [ciphertext = none, tag = none] = cut(sealed, [sealed.length - 16])
  const nonce = header.subarray(headerLength - 28, headerLength - 12)
  // RFC 5869: extract with the nonce as salt, then one block of expand
  const extracted = hmac(nonce, keys.material)
  const contextLabel = Buffer.from('tenkey/v1/external-encryption-context')
  const contextKey = hmac(extracted, contextLabel, Buffer.of(1))
  const aad = Buffer.concat([header, hmac(contextKey, contextBytes(pairs))])
  // the golden file's proxy authenticates its metadata behind what it is given
  const proxys = { key: keys.externalKey, iv, aad: Buffer.concat([aad, metadata]) }
  const inner = gcmDecrypt(proxys, ciphertext, tag)
  const label = Buffer.from('tenkey/v1/external-ciphertext-blob')
  const key = hmac(keys.material, u32(1), label, Buffer.of(0), nonce, u32(256))
  const [innerCiphertext = none, innerTag = none] = cut(inner, [inner.length - 16])
  const innerAad = Buffer.concat([header, contextBytes(pairs)])
  const gcm = { key, iv: header.subarray(headerLength - 12), aad: innerAad }
  return {
    aad,
    inner,
    outer: { iv, metadata, ciphertext, tag },
    plaintext: gcmDecrypt(gcm, innerCiphertext, innerTag),
  }
}

describe('golden blobs of external key stores open for ever', () => {
  test.each(external)('$name', ({ material, externalKey, header, context, plaintext, blob }) => {
    const bytes = Buffer.from(blob, 'base64')
    const keys = {
      material: Buffer.from(material, 'hex'),
      externalKey: Buffer.from(externalKey, 'hex'),
    }
    const read = openExternalByDocument(bytes, keys, context)
    expect(read.plaintext.toString('base64')).toBe(plaintext)
    const parsed = parseBlob(bytes)
    expect(parsed).toMatchObject({ suite: 2, ...header })
    expect(parseOuter(parsed)).toEqual(read.outer)
    const own = createSecretKey(keys.material)
    expect(outerAad(own, parsed, canonicalContext(Object.fromEntries(context)))).toEqual(read.aad)
    const tagAt = read.inner.length - 16
    const inner = {
      ...parsed,
      ciphertext: read.inner.subarray(0, tagAt),
      tag: read.inner.subarray(tagAt),
    }
    const opened = openBlob(own, inner, Object.fromEntries(context))
    expect(opened.toString('base64')).toBe(plaintext)
    expect(bytes.length).toBeLessThanOrEqual(6144)
  })

  test.each<[string, (body: Buffer) => void]>([
    ['an IV of 13 bytes', (body) => body.writeUInt8(13, 0)],
    ['metadata of 21 bytes', (body) => body.writeUInt8(21, 13)],
    ['metadata beyond the end', (body) => body.writeUInt8(255, 13)],
  ])('but not with %s', (_, change) => {
    const bytes = Buffer.from(external[0]?.blob ?? '', 'base64')
    const headerLength = parseBlob(bytes).header.length
    change(bytes.subarray(headerLength))
    expect(() => parseOuter(parseBlob(bytes))).toThrow(
      expect.objectContaining({ code: 'InvalidCiphertextException' }),
    )
  })

  test('nor one that is too short for what it says', () => {
    const bytes = Buffer.from(external[1]?.blob ?? '', 'base64')
    // the shortest has a ciphertext of nothing: an inner tag alone
    for (let length = 0; length < bytes.length - 1; length++) {
      expect(() => parseOuter(parseBlob(bytes.subarray(0, length)))).toThrow(
        expect.objectContaining({ code: 'InvalidCiphertextException' }),
      )
    }
  })
})

test('a new blob reads as the document says', () => {
  const material = Buffer.alloc(32, 9)
  const header = {
    accountId: '000000000042',
    region: 'us-gov-west-1',
    keyId: `mrk-${'0f'.repeat(16)}`,
    materialId: 'ab'.repeat(32),
  }
  const context = { b: '1', a: '🔑' }
  const plaintext = Buffer.from('plaintext')
  const blob = sealBlob(createSecretKey(material), header, plaintext, context)
  const read = decryptByDocument(blob, material, Object.entries(context))
  expect(read).toEqual({ header, plaintext })
})

test('newly wrapped material reads as the document says', () => {
  const wrappingKey = Buffer.alloc(32, 5)
  const id = '01234567-89ab-cdef-0123-456789abcdef'
  const material = Buffer.from('material')
  const wrapped = wrapMaterial(createSecretKey(wrappingKey), id, material, { tenant: 'a' })
  const [version, keyId, iv = none, ciphertext = none, tag = none] = cut(wrapped, [1, 16, 12, 8])
  expect([version?.toString('hex'), keyId?.toString('hex')]).toEqual([
    '01',
    '0123456789abcdef0123456789abcdef',
  ])
  const aad = Buffer.concat([wrapped.subarray(0, 29), contextBytes([['tenant', 'a']])])
  expect(gcmDecrypt({ key: wrappingKey, iv, aad }, ciphertext, tag)).toEqual(material)
})

const xksKdfInput = (salt: Uint8Array, materialId: Uint8Array) =>
  Buffer.concat([
    u32(1),
    Buffer.from('tenkey/v1/xks-ciphertext'),
    Buffer.of(0),
    salt,
    materialId,
    u32(256),
  ])
const xksAad = (aad: Uint8Array, metadata: Uint8Array) =>
  Buffer.concat([u32(aad.length).subarray(2), aad, Buffer.of(metadata.length), metadata])

/** What the document says of a ciphertext of an external key store. */
function openByDocument(
  material: Uint8Array,
  materialId: Uint8Array,
  sealed: { metadata: Buffer; iv: Uint8Array; ciphertext: Uint8Array; tag: Uint8Array },
  aad: Uint8Array,
): Buffer {
  const [version = none, named = none, salt = none] = cut(sealed.metadata, [1, 3])
  expect([version[0], named]).toEqual([1, materialId.subarray(0, 3)])
  const key = hmac(material, xksKdfInput(salt, materialId))
  const gcm = { key, iv: sealed.iv, aad: xksAad(aad, sealed.metadata) }
  return gcmDecrypt(gcm, sealed.ciphertext, sealed.tag)
}

describe('golden ciphertexts of external key stores decrypt for ever', () => {
  test.each(xks)('$name', (one) => {
    const bytes = (text: string) => Buffer.from(text, 'base64')
    const material = Buffer.from(one.material, 'hex')
    const sealed = {
      metadata: bytes(one.ciphertextMetadata),
      iv: bytes(one.initializationVector),
      ciphertext: bytes(one.ciphertext),
      tag: bytes(one.authenticationTag),
    }
    const aad = bytes(one.additionalAuthenticatedData)
    expect(materialId(material, one.keyId)).toBe(one.materialId)
    expect(materialNamedBy(sealed.metadata)).toBe(one.materialId.slice(0, 6))
    const opened = openXks(createSecretKey(material), one.materialId, sealed, aad)
    expect(opened.toString('base64')).toBe(one.plaintext)
    expect(openByDocument(material, Buffer.from(one.materialId, 'hex'), sealed, aad)).toEqual(
      opened,
    )
  })
})

test('a new ciphertext of an external key store reads as the document says', () => {
  const material = Buffer.alloc(32, 9)
  const id = materialId(material, 'key')
  const [plaintext, aad] = [Buffer.from('plaintext'), Buffer.from('additional')]
  const sealed = sealXks(createSecretKey(material), id, plaintext, aad)
  expect(openByDocument(material, Buffer.from(id, 'hex'), sealed, aad)).toEqual(plaintext)
  // the same material under another key's id is another key's
  const other = id.slice(0, 6) + '0'.repeat(58)
  expect(() => openXks(createSecretKey(material), other, sealed, aad)).toThrow(
    expect.objectContaining({ code: 'InvalidCiphertextException' }),
  )
})

describe('the worked example in docs/ciphertext-format.md', () => {
  const document = readFileSync(new URL('../../docs/ciphertext-format.md', import.meta.url), 'utf8')

  /** The fields of a fenced block: a name and hex digits on each line. */
  function example(block: string): (name: string) => Buffer {
    const text = document.split(`\`\`\`${block}\n`)[1]?.split('\n```')[0] ?? ''
    const fields = new Map(
      text.split('\n').map((line) => [line.split(/ +/)[0], line.split(/ +/)[1]]),
    )
    return (name) => {
      const hex = fields.get(name)
      if (hex === undefined) throw new Error(`the example has no ${name}`)
      return Buffer.from(hex, 'hex')
    }
  }

  test('blob: each number follows from those before it', () => {
    const field = example('example-blob')
    const material = field('material')
    const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab'
    const pairs = [
      ['tenant', 'acme'],
      ['purpose', 'demo'],
    ]
    expect(hmac(material, `tenkey/v1/key-material-id\0${keyId}`)).toEqual(field('material-id'))
    expect(kdfInput(field('nonce'))).toEqual(field('kdf-input'))
    expect(hmac(material, field('kdf-input'))).toEqual(field('per-call-key'))
    expect(contextBytes(pairs)).toEqual(field('context'))
    expect(field('plaintext').toString()).toBe('hello, tenkey')
    const header = Buffer.concat([
      Buffer.from('0101', 'hex'),
      Buffer.from((111122223333).toString(16).padStart(12, '0'), 'hex'),
      Buffer.from('\x0ceu-central-1\x00'),
      Buffer.from(keyId.replaceAll('-', ''), 'hex'),
      field('material-id'),
      field('nonce'),
      field('iv'),
    ])
    expect(header).toEqual(field('header'))
    const aad = Buffer.concat([header, field('context')])
    const gcm = { key: field('per-call-key'), iv: field('iv'), aad }
    const { ciphertext, tag } = gcmEncrypt(gcm, field('plaintext'))
    expect(ciphertext).toEqual(field('ciphertext'))
    expect(tag).toEqual(field('tag'))
    expect(Buffer.concat([header, ciphertext, tag])).toEqual(field('blob'))

    const parsed = parseBlob(field('blob'))
    const opened = openBlob(createSecretKey(material), parsed, Object.fromEntries(pairs))
    expect(opened).toEqual(field('plaintext'))
  })

  test('of an external key store: each number follows from those before it', () => {
    const field = example('example-xks')
    const material = field('material')
    const metadata = Buffer.concat([
      Buffer.of(1),
      field('material-id').subarray(0, 3),
      field('salt'),
    ])
    expect(metadata).toEqual(field('metadata'))
    expect(xksKdfInput(field('salt'), field('material-id'))).toEqual(field('kdf-input'))
    expect(hmac(material, field('kdf-input'))).toEqual(field('per-call-key'))
    expect(xksAad(field('aad'), metadata)).toEqual(field('associated-data'))
    expect(field('aad').toString()).toBe('project=nile,department=marketing')
    const gcm = { key: field('per-call-key'), iv: field('iv'), aad: field('associated-data') }
    const { ciphertext, tag } = gcmEncrypt(gcm, field('plaintext'))
    expect([ciphertext, tag]).toEqual([field('ciphertext'), field('tag')])
    const whole = Buffer.concat([field('aad'), metadata, field('iv'), ciphertext, tag])
    expect(createHash('sha256').update(whole).digest()).toEqual(field('integrity-value'))

    const sealed = { metadata, iv: field('iv'), ciphertext, tag }
    const id = field('material-id').toString('hex')
    const opened = openXks(createSecretKey(material), id, sealed, field('aad'))
    expect(opened).toEqual(field('plaintext'))
    expect(opened.toString()).toBe('Hello World!')
  })

  test('wrapped: each number follows from those before it', () => {
    const field = example('example-wrapped')
    const id = '0f1e2d3c-4b5a-4697-8877-665544332211'
    const context = { tenant: '111122223333', region: 'eu-central-1', purpose: 'example' }
    expect(field('wrapping-key-id').toString('hex')).toBe(id.replaceAll('-', ''))
    expect(contextBytes(Object.entries(context))).toEqual(field('context'))
    const header = Buffer.concat([Buffer.of(1), field('wrapping-key-id'), field('iv')])
    const aad = Buffer.concat([header, field('context')])
    const gcm = { key: field('wrapping-key'), iv: field('iv'), aad }
    const { ciphertext, tag } = gcmEncrypt(gcm, field('material'))
    expect(ciphertext).toEqual(field('ciphertext'))
    expect(tag).toEqual(field('tag'))
    expect(Buffer.concat([header, ciphertext, tag])).toEqual(field('wrapped'))

    const key = createSecretKey(field('wrapping-key'))
    expect(unwrapMaterial(key, id, field('wrapped'), context)).toEqual(field('material'))
  })
})
