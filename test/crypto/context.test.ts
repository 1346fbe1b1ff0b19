import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { invalid } from '../../core/base/errors.ts'
import { canonicalContext, MAX_CONTEXT_LENGTH } from '../../core/crypto/encryption-context.ts'
import { anyCharacter } from '../support/characters.ts'

const text = fc.string({ unit: anyCharacter, maxLength: 6 })
const contexts = fc.dictionary(text, text, { maxKeys: 4 })
const invalidContext = invalid('Invalid EncryptionContext')

/** Takes canonical bytes apart again, by the documented layout. */
function read(bytes: Buffer): [string, string][] {
  const texts: string[] = []
  for (let offset = 0; offset < bytes.length; ) {
    const end = offset + 4 + bytes.readUInt32BE(offset)
    texts.push(bytes.toString('utf8', offset + 4, end))
    offset = end
  }
  return Array.from({ length: texts.length / 2 }, (_, i) => [
    texts[2 * i] ?? '',
    texts[2 * i + 1] ?? '',
  ])
}

describe('canonical encryption context', () => {
  test.each([
    ['absent', undefined, ''],
    ['empty', {}, ''],
    ['one pair', { tenant: 'a' }, '0000000674656e616e740000000161'],
    ['empty value', { a: '' }, '000000016100000000'],
    ['empty name', { '': 'a' }, '000000000000000161'],
    ['sorted', { b: '2', a: '1' }, '00000001610000000131' + '00000001620000000132'],
    ['a prefix sorts first', { ab: '', a: '' }, '000000016100000000' + '00000002616200000000'],
    ['UTF-8', { é: '€' }, '00000002c3a900000003e282ac'],
    // by UTF-16 code units U+1F511 (d83d dd11) would come before U+FF5E
    ['by UTF-8', { '🔑': '', '～': '' }, '00000003efbd9e00000000' + '00000004f09f949100000000'],
  ])('%s', (_, context, hex) => {
    expect(canonicalContext(context).toString('hex')).toBe(hex)
  })

  test('names come in the order of their UTF-8 bytes', () => {
    // from both sides of the surrogates, where UTF-16's order is another
    const units = ['a', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '🔑', '\u{10ffff}']
    const name = fc.string({ unit: fc.constantFrom(...units), maxLength: 3 })
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 8 }), (names) => {
        const context = Object.fromEntries(names.map((one) => [one, '']))
        const bytes = names.map((one) => Buffer.from(one)).sort(Buffer.compare)
        expect(read(canonicalContext(context)).map(([one]) => one)).toEqual(bytes.map(String))
      }),
    )
  })

  test('a name that objects inherit is a name like any other', () => {
    const context = JSON.parse('{"__proto__":"x","constructor":"y"}')
    expect(read(canonicalContext(context))).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
  })

  test('can be read back, so no two contexts share their bytes', () => {
    fc.assert(
      fc.property(contexts, (context) => {
        const pairs = read(canonicalContext(context))
        expect(pairs.toSorted()).toEqual(Object.entries(context).toSorted())
      }),
    )
  })

  test('equal bytes exactly for equal contexts', () => {
    const few = fc.dictionary(
      fc.string({ unit: fc.constantFrom('a', 'b', '\0'), maxLength: 2 }),
      fc.string({ unit: fc.constantFrom('a', 'b', '\0'), maxLength: 2 }),
      { maxKeys: 2 },
    )
    const asText = (context: Record<string, string>) =>
      JSON.stringify(Object.entries(context).toSorted())
    fc.assert(
      fc.property(few, few, (a, b) => {
        expect(canonicalContext(a).equals(canonicalContext(b))).toBe(asText(a) === asText(b))
      }),
      { numRuns: 500 },
    )
  })

  test('does not depend on the order of the pairs', () => {
    fc.assert(
      fc.property(contexts, (context) => {
        const reversed = Object.fromEntries(Object.entries(context).toReversed())
        expect(canonicalContext(reversed)).toEqual(canonicalContext(context))
      }),
    )
  })

  test.each([
    ['in a value', { a: '\ud800' }],
    ['in a name', { '\udc00': 'a' }],
    ['a pair the wrong way round', { a: '\udc00\ud800' }],
    ['amid text', { a: 'x\ud83dy' }],
  ])('refuses a lone surrogate %s: Invalid EncryptionContext', (_, context) => {
    expect(() => canonicalContext(context)).toThrow(invalidContext)
  })

  test.each([
    ['one value', { a: 'x'.repeat(MAX_CONTEXT_LENGTH - 1) }, { a: 'x'.repeat(MAX_CONTEXT_LENGTH) }],
    ['UTF-8', { ab: '€'.repeat(2730) }, { abc: '€'.repeat(2730) }],
    [
      'names count',
      { ['n'.repeat(MAX_CONTEXT_LENGTH)]: '' },
      { ['n'.repeat(MAX_CONTEXT_LENGTH)]: '1' },
    ],
  ])('takes 8,192 bytes and not one more: %s', (_, fits, exceeds) => {
    expect(canonicalContext(fits)).toHaveLength(MAX_CONTEXT_LENGTH + 8)
    expect(() => canonicalContext(exceeds)).toThrow(invalidContext)
  })
})
