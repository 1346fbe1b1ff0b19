import { createSecretKey } from 'node:crypto'
import { hmac } from '@noble/hashes/hmac.js'
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { generateMac, MAC_ALGORITHMS, verifyMac } from '../../core/crypto/mac.ts'
import vectors from '../vectors/hmac-rfc4231.json' with { type: 'json' }

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
function row(name: string) {
  const found = MAC_ALGORITHMS.get(name)
  if (!found) throw new Error(`no algorithm ${name}`)
  return found
}

describe('RFC 4231', () => {
  test.each(vectors.map((vector, i) => ({ i, ...vector })))(
    '$algorithm #$i',
    ({ algorithm, key, msg, mac }) => {
      const secret = createSecretKey(hex(key))
      const made = generateMac(secret, row(algorithm), hex(msg)).toString('hex')
      // test case 5 publishes the first 128 bits alone
      expect(made.slice(0, mac.length)).toBe(mac)
      expect(verifyMac(secret, row(algorithm), hex(msg), hex(made))).toBe(true)
    },
  )
})

describe.each([
  { name: 'HMAC_SHA_224', bytes: 28, other: sha224 },
  { name: 'HMAC_SHA_256', bytes: 32, other: sha256 },
  { name: 'HMAC_SHA_384', bytes: 48, other: sha384 },
  { name: 'HMAC_SHA_512', bytes: 64, other: sha512 },
])('$name', ({ name, bytes, other }) => {
  const message = fc.uint8Array({ minLength: 1, maxLength: 4096 })
  const material = fc.uint8Array({ minLength: bytes, maxLength: bytes })

  test('agrees with noble', () => {
    fc.assert(
      fc.property(material, message, (key, data) => {
        const mac = generateMac(createSecretKey(key), row(name), data)
        expect(mac.length).toBe(bytes)
        expect(mac.equals(hmac(other, key, data))).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  test('a MAC with a bit changed, cut, lengthened or of another message or key is wrong', () => {
    fc.assert(
      fc.property(material, message, fc.nat(bytes * 8 - 1), (key, data, bit) => {
        const secret = createSecretKey(key)
        const mac = generateMac(secret, row(name), data)
        const changed = Buffer.from(mac)
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(verifyMac(secret, row(name), data, mac)).toBe(true)
        expect(verifyMac(secret, row(name), data, changed)).toBe(false)
        expect(verifyMac(secret, row(name), data, mac.subarray(0, -1))).toBe(false)
        expect(verifyMac(secret, row(name), data, Buffer.concat([mac, Buffer.of(0)]))).toBe(false)
        expect(verifyMac(secret, row(name), Buffer.concat([data, data]), mac)).toBe(false)
        const otherKey = Buffer.from(key)
        otherKey[0] = (otherKey[0] ?? 0) ^ 1
        expect(verifyMac(createSecretKey(otherKey), row(name), data, mac)).toBe(false)
      }),
      { numRuns: 50 },
    )
  })
})

test('a name from Object.prototype is no algorithm', () => {
  expect(MAC_ALGORITHMS.get('toString')).toBeUndefined()
})
