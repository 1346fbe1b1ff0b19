import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KmsError } from '../../core/base/errors.ts'
import { type BlobHeader, blobSize, openBlob, parseBlob, sealBlob } from '../../core/crypto/blob.ts'
import { anyCharacter } from '../support/characters.ts'

const material = createSecretKey(Buffer.alloc(32, 3))
const header: BlobHeader = {
  accountId: '000000000042',
  region: 'eu-central-1',
  keyId: '1234abcd-12ab-34cd-56ef-1234567890ab',
  materialId: '0123456789abcdef'.repeat(4),
}
const context = { purpose: 'test', tenant: 'a' }
const plaintext = Buffer.from('thirty-two bytes of plaintext ok')
const blob = sealBlob(material, header, plaintext, context)

/** AWS answers InvalidCiphertextException without any message. */
function expectRefused(run: () => unknown): void {
  const error = thrownBy(run)
  expect(error).toBeInstanceOf(KmsError)
  expect(error).toMatchObject({ code: 'InvalidCiphertextException', message: '' })
}

function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
const headers: fc.Arbitrary<BlobHeader> = fc.record({
  accountId: fc.integer({ min: 0, max: 999_999_999_999 }).map((n) => String(n).padStart(12, '0')),
  region: fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/),
  keyId: fc.oneof(
    fc.uuid(),
    hex(32).map((digits) => `mrk-${digits}`),
  ),
  materialId: hex(64),
})
const contexts = fc.option(fc.dictionary(fc.string({ unit: anyCharacter }), fc.string()), {
  nil: undefined,
})

describe('ciphertext blob', () => {
  test('opens to its plaintext and says its header, whatever they are', () => {
    fc.assert(
      fc.property(headers, fc.uint8Array({ maxLength: 4096 }), contexts, (some, bytes, pairs) => {
        const sealed = sealBlob(material, some, bytes, pairs)
        expect(sealed).toHaveLength(blobSize(bytes.length, some.region))
        const parsed = parseBlob(sealed)
        expect(parsed).toMatchObject(some)
        expect(openBlob(material, parsed, pairs).equals(bytes)).toBe(true)
      }),
    )
  })

  test('is 102 bytes longer than plaintext and region; the most Encrypt takes fits what Decrypt takes', () => {
    expect(blobSize(0, '')).toBe(102)
    expect(blob).toHaveLength(102 + header.region.length + plaintext.length)
    expect(blobSize(4096, 'x'.repeat(32))).toBeLessThanOrEqual(6144)
  })

  test('is different each time, nonce and IV too', () => {
    const again = parseBlob(sealBlob(material, header, plaintext, context))
    const first = parseBlob(blob)
    expect(again.nonce.equals(first.nonce)).toBe(false)
    expect(again.iv.equals(first.iv)).toBe(false)
    expect(again.ciphertext.equals(first.ciphertext)).toBe(false)
  })

  test('an absent and an empty context are the same', () => {
    expect(
      openBlob(material, parseBlob(sealBlob(material, header, plaintext, {})), undefined),
    ).toEqual(plaintext)
    expect(
      openBlob(material, parseBlob(sealBlob(material, header, plaintext, undefined)), {}),
    ).toEqual(plaintext)
  })

  test('is refused with any bit changed', () => {
    for (let bit = 0; bit < blob.length * 8; bit += 1) {
      const changed = Buffer.from(blob)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expectRefused(() => openBlob(material, parseBlob(changed), context))
    }
  })

  test('is refused when cut anywhere, at either end', () => {
    for (let length = 0; length < blob.length; length += 1) {
      expectRefused(() => openBlob(material, parseBlob(blob.subarray(0, length)), context))
      expectRefused(() =>
        openBlob(material, parseBlob(blob.subarray(blob.length - length)), context),
      )
    }
  })

  test('is refused when anything is put before or behind it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (more) => {
        expectRefused(() => openBlob(material, parseBlob(Buffer.concat([blob, more])), context))
        expectRefused(() => openBlob(material, parseBlob(Buffer.concat([more, blob])), context))
      }),
    )
  })

  test('is refused under another context', () => {
    const others = [
      undefined,
      {},
      { purpose: 'test' },
      { ...context, more: '' },
      { purpose: 'Test', tenant: 'a' },
    ]
    for (const other of others) expectRefused(() => openBlob(material, parseBlob(blob), other))
    fc.assert(
      fc.property(contexts, (other) => {
        expectRefused(() => openBlob(material, parseBlob(blob), other))
      }),
    )
  })

  test('is refused under other material', () => {
    const other = createSecretKey(Buffer.alloc(32, 4))
    expectRefused(() => openBlob(other, parseBlob(blob), context))
  })

  test('is not read where it is random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expectRefused(() => openBlob(material, parseBlob(bytes), context))
      }),
    )
  })

  test('opens from the middle of a larger buffer', () => {
    const within = new Uint8Array(Buffer.concat([Buffer.alloc(5), blob, Buffer.alloc(5)]))
    const parsed = parseBlob(within.subarray(5, 5 + blob.length))
    expect(openBlob(material, parsed, context)).toEqual(plaintext)
  })
})

/** The blob with the bytes at `offset` replaced. */
function patched(offset: number, ...bytes: number[]): Buffer {
  const copy = Buffer.from(blob)
  copy.set(bytes, offset)
  return copy
}

describe('parseBlob refuses', () => {
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a blob without room for its tag', blob.subarray(0, 102 + 12 - 1)],
    ['another version', patched(0, 2)],
    ['another suite', patched(1, 4)],
    ['an account of 13 digits', patched(2, 0x00, 0xe8, 0xd4, 0xa5, 0x10, 0x00)],
    ['an empty region', patched(8, 0)],
    ['a region longer than 32 bytes', patched(8, 33)],
    ['a region beyond the end', patched(8, 255)],
    ['a region in upper case', patched(9, 0x45)],
    ['a region that is not ASCII', patched(9, 0xe5)],
    ['an unknown kind of key id', patched(21, 2)],
  ])('%s', (_, bytes) => {
    expectRefused(() => parseBlob(bytes))
  })

  test('nothing that is in form: the smallest blob parses', () => {
    const smallest = sealBlob(material, header, Buffer.alloc(0), undefined)
    expect(parseBlob(smallest).ciphertext).toHaveLength(0)
    expect(openBlob(material, parseBlob(smallest), undefined)).toHaveLength(0)
  })
})

describe('sealBlob refuses a header out of form', () => {
  test.each<[string, Partial<BlobHeader>]>([
    ["not an account id: '42'", { accountId: '42' }],
    ["not a region: 'Eu'", { region: 'Eu' }],
    [`not a region: '${'e'.repeat(33)}'`, { region: 'e'.repeat(33) }],
    ["not a lower-case UUID: 'alias/a'", { keyId: 'alias/a' }],
    ["not a multi-Region key id: 'mrk-12'", { keyId: 'mrk-12' }],
    ["not a key material id: 'abc'", { materialId: 'abc' }],
  ])('%s', (message, change) => {
    expect(() => sealBlob(material, { ...header, ...change }, plaintext, undefined)).toThrow(
      new RangeError(message),
    )
  })

  test.each([[{ a: '\ud800' }], [{ a: 'x'.repeat(8192) }]])(
    'and a context without canonical form',
    (bad) => {
      const error = { code: 'ValidationException', message: 'Invalid EncryptionContext' }
      expect(thrownBy(() => sealBlob(material, header, plaintext, bad))).toMatchObject(error)
      expect(thrownBy(() => openBlob(material, parseBlob(blob), bad))).toMatchObject(error)
    },
  )
})
