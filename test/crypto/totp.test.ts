import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { base32, codeOf, stepAt, stepOf } from '../../core/crypto/totp.ts'

/** the seed of both RFCs' vectors: 20 bytes of ASCII */
const SEED = Buffer.from('12345678901234567890')
const NONE = -1

describe('RFC 6238, appendix B: the SHA-1 vectors, of whose eight digits a device of six shows the last', () => {
  test.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('%d seconds', (seconds, totp) => {
    expect(codeOf(SEED, stepAt(seconds * 1000))).toBe(totp.slice(2))
  })
})

test('RFC 4226, appendix D: the codes of the first ten counters', () => {
  expect(Array.from({ length: 10 }, (_, counter) => codeOf(SEED, counter))).toEqual([
    '755224',
    '287082',
    '359152',
    '969429',
    '338314',
    '254676',
    '287922',
    '162583',
    '399871',
    '520489',
  ])
})

describe('RFC 6238 §5.2: which step a code is of', () => {
  const at = 1_234_567_890_000
  const now = stepAt(at)
  test.each([
    [-2, undefined],
    [-1, now - 1],
    [0, now],
    [1, now + 1],
    [2, undefined],
  ])('a code %d steps from now', (steps, found) => {
    expect(stepOf(SEED, [codeOf(SEED, now + steps)], { at, after: NONE })).toBe(found)
  })

  test('one whose step, or a later one, was used is none', () => {
    const code = [codeOf(SEED, now)]
    expect(stepOf(SEED, code, { at, after: now - 1 })).toBe(now)
    expect(stepOf(SEED, code, { at, after: now })).toBeUndefined()
    expect(stepOf(SEED, code, { at, after: now + 1 })).toBeUndefined()
  })

  test('of a clock that is known to be astray', () => {
    const code = [codeOf(SEED, now + 7)]
    expect(stepOf(SEED, code, { at, after: NONE })).toBeUndefined()
    expect(stepOf(SEED, code, { at, after: NONE, drift: 7 })).toBe(now + 7)
    expect(stepOf(SEED, code, { at, after: NONE, drift: 5 })).toBeUndefined()
  })

  test('two are consecutive, in their order, and both unused', () => {
    const two = [codeOf(SEED, now - 1), codeOf(SEED, now)]
    expect(stepOf(SEED, two, { at, after: NONE })).toBe(now)
    expect(stepOf(SEED, two.toReversed(), { at, after: NONE })).toBeUndefined()
    expect(stepOf(SEED, [codeOf(SEED, now), codeOf(SEED, now)], { at, after: NONE })).toBe(
      undefined,
    )
    expect(stepOf(SEED, [codeOf(SEED, now - 1), codeOf(SEED, now + 1)], { at, after: NONE })).toBe(
      undefined,
    )
    expect(stepOf(SEED, two, { at, after: now - 1 })).toBeUndefined()
  })

  test.each(['', '28708', '2870822', '28708a', ' 87082', '２８７０８２'])('none: %j', (code) => {
    expect(stepOf(SEED, [code], { at: 59_000, after: NONE })).toBeUndefined()
  })
})

describe('RFC 4648 §6: base32', () => {
  // §10, without the padding
  test.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('%j', (text, encoded) => expect(base32(Buffer.from(text))).toBe(encoded))

  test('every five bits are a character', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
        const groups = bits.match(/.{1,5}/g) ?? []
        const wanted = groups.map((group) =>
          'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(Number.parseInt(group.padEnd(5, '0'), 2)),
        )
        expect(base32(bytes)).toBe(wanted.join(''))
      }),
    )
    expect(base32(randomBytes(20))).toHaveLength(32)
  })
})
