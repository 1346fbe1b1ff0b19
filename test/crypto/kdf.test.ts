import { createHmac, createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kdfCounter, kdfCounterFixed } from '../../core/crypto/kdf.ts'
import cavp from '../vectors/sp800-108-counter-hmac-sha256.json' with { type: 'json' }

const key = createSecretKey(Buffer.alloc(32, 7))
const bytes = (maxLength: number) => fc.uint8Array({ maxLength })

describe('SP 800-108 counter mode, NIST CAVP vectors', () => {
  test.each(cavp.vectors)('count $count, $lengthBits bits', (vector) => {
    const output = kdfCounterFixed(
      createSecretKey(Buffer.from(vector.key, 'hex')),
      Buffer.from(vector.fixedInput, 'hex'),
      vector.lengthBits / 8,
    )
    expect(output.toString('hex')).toBe(vector.output)
  })
})

test('fixed input is Label || 0x00 || Context || [L]32 in bits', () => {
  fc.assert(
    fc.property(
      bytes(40),
      bytes(80),
      fc.integer({ min: 1, max: 100 }),
      (label, context, length) => {
        const bits = Buffer.alloc(4)
        bits.writeUInt32BE(length * 8)
        const fixedInput = Buffer.concat([label, Buffer.of(0), context, bits])
        expect(kdfCounter(key, label, context, length)).toEqual(
          kdfCounterFixed(key, fixedInput, length),
        )
      },
    ),
  )
})

test('is HMAC of counter and fixed input, block after block', () => {
  const hmac = (counter: number, data: Uint8Array) =>
    createHmac('sha256', key)
      .update(Buffer.of(0, 0, 0, counter))
      .update(data)
      .digest()
  fc.assert(
    fc.property(bytes(100), fc.integer({ min: 1, max: 96 }), (fixedInput, length) => {
      const stream = Buffer.concat([1, 2, 3].map((counter) => hmac(counter, fixedInput)))
      expect(kdfCounterFixed(key, fixedInput, length)).toEqual(stream.subarray(0, length))
    }),
  )
})

test('the length is part of the input: a shorter key is not a prefix of a longer one', () => {
  const long = kdfCounter(key, Buffer.from('label'), Buffer.from('context'), 64)
  const short = kdfCounter(key, Buffer.from('label'), Buffer.from('context'), 32)
  expect(long.subarray(0, 32).equals(short)).toBe(false)
})

test.each([0, -1, 1.5, Number.NaN, 2 ** 29])('refuses a length of %s bytes', (length) => {
  const message = `derived key length must be 1 to 536870911 bytes, got ${length}`
  expect(() => kdfCounter(key, Buffer.of(1), Buffer.of(), length)).toThrow(new RangeError(message))
  expect(() => kdfCounterFixed(key, Buffer.of(), length)).toThrow(new RangeError(message))
})
