import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { materialId } from '../../core/crypto/material-id.ts'
import {
  UnwrapFailed,
  unwrapMaterial,
  wrapMaterial,
  wrappedSize,
  wrappingKeyIdOf,
} from '../../core/crypto/wrap.ts'
import golden from '../golden/wrapped.json' with { type: 'json' }

const key = createSecretKey(Buffer.alloc(32, 1))
const id = '01234567-89ab-cdef-0123-456789abcdef'
const context = { tenant: '111122223333', keyId: '1234abcd-12ab-34cd-56ef-1234567890ab' }
const material = Buffer.from('a32-byte key that is no real key')
const wrapped = wrapMaterial(key, id, material, context)

describe('wrapped key material', () => {
  test('opens under the same key, id and context, at every size', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        const made = wrapMaterial(key, id, bytes, context)
        expect(made).toHaveLength(wrappedSize(bytes.length))
        expect(unwrapMaterial(key, id, made, context).equals(bytes)).toBe(true)
      }),
    )
  })

  test('has the documented layout and names its wrapping key', () => {
    expect(wrapped.toString('hex', 0, 17)).toBe('010123456789abcdef0123456789abcdef')
    expect(wrapped).toHaveLength(45 + 32)
    expect(wrappingKeyIdOf(wrapped)).toBe(id)
    expect(wrapped.includes(material)).toBe(false)
  })

  test('is different each time', () => {
    expect(wrapMaterial(key, id, material, context).equals(wrapped)).toBe(false)
  })

  test('does not open with any bit changed', () => {
    for (let bit = 0; bit < wrapped.length * 8; bit += 1) {
      const changed = Buffer.from(wrapped)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => unwrapMaterial(key, id, changed, context)).toThrow(UnwrapFailed)
    }
  })

  test('does not open when cut or prolonged', () => {
    for (let length = 0; length < wrapped.length; length += 1) {
      const cut = wrapped.subarray(0, length)
      expect(() => unwrapMaterial(key, id, cut, context)).toThrow(UnwrapFailed)
    }
    const longer = Buffer.concat([wrapped, Buffer.of(0)])
    expect(() => unwrapMaterial(key, id, longer, context)).toThrow(UnwrapFailed)
  })

  test('does not open under another context', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (other) => {
        expect(() => unwrapMaterial(key, id, wrapped, other)).toThrow(UnwrapFailed)
        expect(() => unwrapMaterial(key, id, wrapped, { ...other, ...context, more: '' })).toThrow(
          UnwrapFailed,
        )
      }),
    )
  })

  test('does not open under another key of the same id', () => {
    const other = createSecretKey(Buffer.alloc(32, 2))
    expect(() => unwrapMaterial(other, id, wrapped, context)).toThrow(
      `cannot unwrap ${JSON.stringify(context)}: not made under this context by key ${id}, or changed since`,
    )
  })

  test('says which key wrapped it when asked of another', () => {
    const other = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
    expect(() => unwrapMaterial(key, other, wrapped, context)).toThrow(
      `cannot unwrap ${JSON.stringify(context)}: wrapped by key ${id}, not by ${other}`,
    )
  })

  test('opens from the middle of a larger buffer', () => {
    const within = new Uint8Array(Buffer.concat([Buffer.alloc(3), wrapped, Buffer.alloc(3)]))
    const view = within.subarray(3, 3 + wrapped.length)
    expect(unwrapMaterial(key, id, view, context)).toEqual(material)
  })

  test.each([
    ['too short', Buffer.alloc(44), 'wrapped key material is 44 bytes, too short'],
    ['of another version', Buffer.alloc(45, 2), 'wrapped key material has the unknown version 2'],
  ])('has no wrapping key id where it is %s', (_, bytes, message) => {
    expect(() => wrappingKeyIdOf(bytes)).toThrow(new UnwrapFailed(message))
  })

  test.each(['', 'local', id.toUpperCase(), id.replaceAll('-', ''), `${id}0`])(
    "is not made for the wrapping key id '%s'",
    (badId) => {
      expect(() => wrapMaterial(key, badId, material, context)).toThrow(
        new RangeError(`not a lower-case UUID: '${badId}'`),
      )
    },
  )
})

describe('golden wrapped material opens for ever', () => {
  test.each(golden)('$name', (entry) => {
    const wrappingKey = createSecretKey(Buffer.from(entry.wrappingKey, 'hex'))
    const bytes = Buffer.from(entry.wrapped, 'base64')
    const opened = unwrapMaterial(wrappingKey, entry.wrappingKeyId, bytes, entry.context)
    expect(opened.toString('base64')).toBe(entry.material)
    expect(wrappingKeyIdOf(bytes)).toBe(entry.wrappingKeyId)
  })
})

describe('key material id', () => {
  const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab'

  test('is frozen', () => {
    expect(materialId(material, keyId)).toBe(
      'ee4edd86bf450f203a133803f42adbf791d9de4437b6104ba985e1519eb7e087',
    )
  })

  test('is the same for the same material, another for another material or key', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => {
        const made = materialId(bytes, keyId)
        expect(made).toMatch(/^[0-9a-f]{64}$/)
        expect(materialId(Uint8Array.from(bytes), keyId)).toBe(made)
        expect(materialId(bytes, `mrk-${'0'.repeat(32)}`)).not.toBe(made)
        expect(
          materialId(
            Uint8Array.from(bytes, (byte) => byte ^ 1),
            keyId,
          ),
        ).not.toBe(made)
      }),
    )
  })
})
