import { describe, expect, test } from 'vitest'
import { randomBytesPooled, randomFillPooled, randomUUID } from '../../core/crypto/random.ts'

describe('pooled randomness', () => {
  test.each([0, 1, 12, 16, 32, 1024, 1025, 8192, 20_000])('gives exactly %i bytes', (length) => {
    expect(randomBytesPooled(length)).toHaveLength(length)
  })

  test('never gives the same bytes twice, over many fills of the pool', () => {
    const seen = new Set<string>()
    for (let i = 0; i < 5000; i += 1) seen.add(randomBytesPooled(12 + (i % 40)).toString('hex'))
    expect(seen.size).toBe(5000)
  })

  test('pieces taken one after the other share no run of bytes', () => {
    // 4 bytes are too few to be distinct for ever, so pieces of 16 at all offsets are compared
    const stream = Buffer.concat(Array.from({ length: 1200 }, (_, i) => randomBytesPooled(i % 33)))
    const runs = new Set<string>()
    for (let i = 0; i + 16 <= stream.length; i += 1) runs.add(stream.toString('hex', i, i + 16))
    expect(runs.size).toBe(stream.length - 15)
  })

  test('every bit is set about half of the time', () => {
    const counts = new Array<number>(8).fill(0)
    const rounds = 40_000
    for (let i = 0; i < rounds / 8; i += 1) {
      for (const byte of randomBytesPooled(8)) {
        for (let bit = 0; bit < 8; bit += 1) counts[bit] = (counts[bit] ?? 0) + ((byte >> bit) & 1)
      }
    }
    // nine standard deviations
    for (const count of counts) expect(Math.abs(count - rounds / 2)).toBeLessThan(900)
  })

  test('what was handed out stays as it was when the pool is filled again', () => {
    const first = randomBytesPooled(32)
    const copy = Buffer.from(first)
    for (let i = 0; i < 1000; i += 1) randomBytesPooled(32)
    expect(first).toEqual(copy)
  })

  test('fills exactly the view it is given', () => {
    const whole = Buffer.alloc(64, 0xee)
    randomFillPooled(whole.subarray(16, 48))
    expect(whole.subarray(0, 16)).toEqual(Buffer.alloc(16, 0xee))
    expect(whole.subarray(48)).toEqual(Buffer.alloc(16, 0xee))
    expect(whole.subarray(16, 48)).not.toEqual(Buffer.alloc(32, 0xee))
  })

  test.each([-1, 1.5, Number.NaN])('refuses to give %s bytes', (length) => {
    expect(() => randomBytesPooled(length)).toThrow(
      `a number of random bytes must be a whole number from 0, got ${length}`,
    )
  })
})

test('randomUUID gives version 4 UUIDs in lower case', () => {
  expect(randomUUID()).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
})
