import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { ml_kem512, ml_kem768, ml_kem1024 } from '@noble/post-quantum/ml-kem.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkEncapsulated, decapsulate, encapsulate } from '../../core/crypto/kem.ts'
import { keySpec } from '../../core/key/spec.ts'
import acvp from '../vectors/ml-kem-acvp.json' with { type: 'json' }
import kats from '../vectors/ml-kem-kat.json' with { type: 'json' }

const hex = (text: string): Buffer => Buffer.from(text, 'hex')

/** ciphertext: FIPS 203 §8, table 3 */
const SETS = [
  { name: 'ML_KEM_512', set: 'ML-KEM-512', arc: 1, noble: ml_kem512, ciphertext: 768 },
  { name: 'ML_KEM_768', set: 'ML-KEM-768', arc: 2, noble: ml_kem768, ciphertext: 1088 },
  { name: 'ML_KEM_1024', set: 'ML-KEM-1024', arc: 3, noble: ml_kem1024, ciphertext: 1568 },
] as const
const SHARED_SECRET = 32

function setOf(name: string) {
  const found = SETS.find((each) => each.name === name || each.set === name)
  const spec = keySpec(found?.name ?? '')
  if (!found || !spec) throw new Error(`no set ${name}`)
  return { ...found, spec }
}

/** A key of d and z, and one of an expanded key: the two choices of RFC 9935 §6 that a file may have alone. */
const fromSeed = (name: string, d: string, z: string): KeyObject => {
  const { spec, arc } = setOf(name)
  return spec.toKey(
    Buffer.concat([hex(`3054020100300b060960864801650304040${arc}04428040`), hex(d), hex(z)]),
  )
}
const long = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.of(tag, 0x82, content.length >> 8, content.length & 0xff), content])
}
const fromExpanded = (name: string, dk: Uint8Array): KeyObject => {
  const { spec, arc } = setOf(name)
  const algorithm = hex(`300b060960864801650304040${arc}`)
  return spec.toKey(long(0x30, hex('020100'), algorithm, long(4, long(4, dk))))
}

const rawPublic = (key: KeyObject, length: number): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-length)
const rawPrivate = (key: KeyObject, length: number): Buffer =>
  key.export({ format: 'der', type: 'pkcs8' }).subarray(-length)

/** FIPS 203, Algorithm 18, step 7: what a rejected ciphertext gives, J(z || c). */
const rejection = (z: Uint8Array, ciphertext: Uint8Array): Buffer =>
  createHash('shake256', { outputLength: SHARED_SECRET }).update(z).update(ciphertext).digest()

describe('NIST ACVP, ML-KEM, FIPS 203', () => {
  test.each(acvp.keyGen)('keyGen $parameterSet #$tcId', ({ parameterSet, d, z, ek, dk }) => {
    const key = fromSeed(parameterSet, d, z)
    expect(rawPublic(key, ek.length / 2)).toEqual(hex(ek))
    expect(rawPrivate(key, dk.length / 2)).toEqual(hex(dk))
  })

  test.each(acvp.encapsulation)(
    'encapsulation $parameterSet #$tcId, by noble, with which ours is compared below',
    ({ parameterSet, ek, m, c, k }) => {
      const made = setOf(parameterSet).noble.encapsulate(hex(ek), hex(m))
      expect(Buffer.from(made.cipherText)).toEqual(hex(c))
      expect(Buffer.from(made.sharedSecret)).toEqual(hex(k))
    },
  )

  describe.each(acvp.decapsulation)(
    'decapsulation $parameterSet',
    ({ parameterSet, dk, tests }) => {
      test.each(tests)('#$tcId', async ({ c, k }) => {
        checkEncapsulated(setOf(parameterSet).name, hex(c))
        const secret = await decapsulate(fromExpanded(parameterSet, hex(dk)), hex(c))
        expect(secret).toEqual(hex(k))
      })

      test('has ciphertexts that are rejected implicitly, and others', () => {
        const z = hex(dk).subarray(-32)
        const rejected = tests.filter(({ c, k }) => rejection(z, hex(c)).equals(hex(k)))
        expect(rejected.length).toBeGreaterThan(0)
        expect(rejected.length).toBeLessThan(tests.length)
      })
    },
  )
})

describe('known answers of ML-KEM from seeds', () => {
  test.each(kats)('$spec #$count', async ({ spec, d, z, ct, ss, ct_n, ss_n }) => {
    const key = fromSeed(spec, d, z)
    expect(await decapsulate(key, hex(ct))).toEqual(hex(ss))
    expect(await decapsulate(key, hex(ct_n))).toEqual(hex(ss_n))
    expect(rejection(hex(z), hex(ct_n))).toEqual(hex(ss_n))
  })
})

describe.each(SETS)('$name', ({ name, noble, ciphertext: length }) => {
  const seeds = fc.uint8Array({ minLength: 64, maxLength: 64 })
  const keyOf = (seed: Uint8Array) => {
    const text = Buffer.from(seed).toString('hex')
    return fromSeed(name, text.slice(0, 64), text.slice(64))
  }

  test('noble finds what we encapsulated, and we what noble did (property)', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const key = keyOf(seed)
        const { publicKey, secretKey } = noble.keygen(seed)
        const ours = await encapsulate(key)
        expect([ours.secret.length, ours.ciphertext.length]).toEqual([SHARED_SECRET, length])
        expect(Buffer.from(noble.decapsulate(ours.ciphertext, secretKey))).toEqual(ours.secret)
        const theirs = noble.encapsulate(publicKey)
        const found = await decapsulate(key, theirs.cipherText)
        expect(found).toEqual(Buffer.from(theirs.sharedSecret))
      }),
      { numRuns: 20 },
    )
  })

  test('any bit of a ciphertext changed gives J(z ‖ c), the same each time, as noble has it (property)', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.nat(8 * length - 1), async (seed, bit) => {
        const key = keyOf(seed)
        const { secret, ciphertext } = await encapsulate(key)
        const changed = Buffer.from(ciphertext)
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const found = await decapsulate(key, changed)
        expect(found).not.toEqual(secret)
        expect(found).toEqual(rejection(seed.subarray(32), changed))
        expect(found).toEqual(Buffer.from(noble.decapsulate(changed, noble.keygen(seed).secretKey)))
        expect(await decapsulate(key, changed)).toEqual(found)
      }),
      { numRuns: 20 },
    )
  })

  test('any bytes of the right length give a secret, never an error (property)', async () => {
    const key = keyOf(Buffer.alloc(64, 9))
    const ciphertexts = fc.uint8Array({ minLength: length, maxLength: length })
    await fc.assert(
      fc.asyncProperty(ciphertexts, async (ciphertext) => {
        checkEncapsulated(name, ciphertext)
        const found = await decapsulate(key, ciphertext)
        expect(found).toEqual(rejection(Buffer.alloc(32, 9), ciphertext))
      }),
      { numRuns: 50 },
    )
  })

  test('a ciphertext for another key gives another secret', async () => {
    const [a, b] = [keyOf(Buffer.alloc(64, 1)), keyOf(Buffer.alloc(64, 2))]
    const { secret, ciphertext } = await encapsulate(a)
    expect(await decapsulate(a, ciphertext)).toEqual(secret)
    expect(await decapsulate(b, ciphertext)).not.toEqual(secret)
  })

  test('two secrets for one key are different, and so are their ciphertexts', async () => {
    const key = keyOf(Buffer.alloc(64, 3))
    const [a, b] = [await encapsulate(key), await encapsulate(key)]
    expect(a.secret).not.toEqual(b.secret)
    expect(a.ciphertext).not.toEqual(b.ciphertext)
  })

  test('a ciphertext of any other length is refused, without text (property)', () => {
    const lengths = fc.oneof(
      fc.constantFrom(1, length - 1, length + 1, ...SETS.map((each) => each.ciphertext)),
      fc.integer({ min: 1, max: 6144 }),
    )
    fc.assert(
      fc.property(lengths, (bytes) => {
        const check = () => checkEncapsulated(name, Buffer.alloc(bytes))
        if (bytes === length) return check()
        const refusal = { code: 'InvalidCiphertextException', message: '' }
        expect(check).toThrow(expect.objectContaining(refusal))
      }),
    )
  })
})
