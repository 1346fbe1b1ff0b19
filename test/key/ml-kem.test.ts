import {
  createPrivateKey,
  createPublicKey,
  decapsulate,
  encapsulate,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { ml_kem512, ml_kem768, ml_kem1024 } from '@noble/post-quantum/ml-kem.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withSeedAlone } from '../../core/crypto/ml-kem-seed.ts'
import { KeyMaterialRefused } from '../../core/key/imported.ts'
import { type KeySpecName, keySpec } from '../../core/key/spec.ts'

/** Whose turn it is where key material waits to be looked at. */
const ASKER = { account: '111122223333' }

const SETS = [
  { name: 'ML_KEM_512', type: 'ml-kem-512', arc: 1, noble: ml_kem512 },
  { name: 'ML_KEM_768', type: 'ml-kem-768', arc: 2, noble: ml_kem768 },
  { name: 'ML_KEM_1024', type: 'ml-kem-1024', arc: 3, noble: ml_kem1024 },
] as const

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const pkcs8 = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'pkcs8' })
const spki = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' })
function spec(name: KeySpecName) {
  const found = keySpec(name)
  if (!found) throw new Error(`no spec ${name}`)
  return found
}

/** A value of more than 255 bytes. */
const long = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.of(tag, 0x82, content.length >> 8, content.length & 0xff), content])
}
const algorithm = (arc: number) => hex(`300b060960864801650304040${arc}`)
/** The choices of RFC 9935 §6. */
const seedForm = (arc: number, seed: Uint8Array): Buffer =>
  Buffer.concat([hex('3054020100'), algorithm(arc), hex('04428040'), seed])
const expandedForm = (arc: number, expanded: Uint8Array): Buffer =>
  long(0x30, hex('020100'), algorithm(arc), long(4, long(4, expanded)))

describe.each(SETS)('$name', ({ name, type, arc, noble }) => {
  const drawn = () => spec(name).generate(ASKER)
  const seedOf = (material: Uint8Array) => material.subarray(-64)
  const expandedOf = (seed: Uint8Array) => noble.keygen(seed).secretKey

  test('is 64 random bytes in the seed form, 86 whatever the set, as API_GenerateDataKeyPair has it', async () => {
    const [a, b] = [await drawn(), await drawn()]
    expect(a).toHaveLength(86)
    expect(a.equals(seedForm(arc, seedOf(a)))).toBe(true)
    expect(seedOf(a)).not.toEqual(seedOf(b))
    for (const seed of [seedOf(a), seedOf(b)])
      expect(seed.subarray(0, 32)).not.toEqual(seed.subarray(32))
  })

  test('has the key pair that noble derives from the seed (FIPS 203, Algorithm 16)', async () => {
    const material = await drawn()
    const key = spec(name).toKey(material)
    const { publicKey, secretKey } = noble.keygen(seedOf(material))
    expect(spec(name).publicKey(key).subarray(-publicKey.length)).toEqual(Buffer.from(publicKey))
    expect(pkcs8(key).subarray(-secretKey.length)).toEqual(Buffer.from(secretKey))
  })

  test('with seed and expanded key, as OpenSSL writes it, is imported as its seed', async () => {
    const { privateKey } = generateKeyPairSync(type)
    const both = pkcs8(privateKey)
    const kept = await spec(name).checkImported(both, ASKER)
    expect(kept).toHaveLength(86)
    expect(spki(spec(name).toKey(kept)).equals(spki(privateKey))).toBe(true)
    const again = await spec(name).checkImported(kept, ASKER)
    expect(again.equals(kept)).toBe(true)
    expect(pkcs8(privateKey).equals(both), 'the caller’s bytes are not wiped').toBe(true)
  })

  test('an expanded key without its seed is kept so, and is the same key', async () => {
    const material = await drawn()
    const expanded = expandedForm(arc, expandedOf(seedOf(material)))
    const kept = await spec(name).checkImported(expanded, ASKER)
    expect(kept.equals(expanded)).toBe(true)
    const [key, whole] = [spec(name).toKey(kept), spec(name).toKey(material)]
    expect(spki(key).equals(spki(whole))).toBe(true)
    const { sharedKey, ciphertext } = encapsulate(createPublicKey(whole))
    expect(decapsulate(key, ciphertext).equals(sharedKey)).toBe(true)
  })

  test('a seed with the expanded key of another is refused', async () => {
    const mixed = pkcs8(generateKeyPairSync(type).privateKey)
    // RFC 9935 §6, `both`: the seed’s 64 bytes begin at byte 30
    mixed[30] = (mixed[30] ?? 0) ^ 1
    await expect(spec(name).checkImported(mixed, ASKER)).rejects.toThrow(KeyMaterialRefused)
  })

  test('an expanded key whose parts do not belong together is refused (property)', async () => {
    const expanded = Buffer.from(expandedOf(seedOf(await drawn())))
    await fc.assert(
      // all but z, the last 32 bytes, of which any will do
      fc.asyncProperty(fc.nat(8 * (expanded.length - 32) - 1), async (bit) => {
        const changed = Buffer.from(expanded)
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const material = expandedForm(arc, changed)
        await expect(spec(name).checkImported(material, ASKER)).rejects.toThrow(KeyMaterialRefused)
      }),
      { numRuns: 40 },
    )
  })

  test('an expanded key that begins as a seed would is no seed', () => {
    const expanded = Buffer.from(expandedOf(Buffer.alloc(64, 7)))
    expanded.set([4, 64])
    const material = expandedForm(arc, expanded)
    expect(withSeedAlone(Buffer.from(material), type).equals(material)).toBe(true)
  })

  test('any seed is a key, as noble has it (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 64, maxLength: 64 }), async (seed) => {
        const kept = await spec(name).checkImported(seedForm(arc, seed), ASKER)
        const key = createPrivateKey({ key: kept, format: 'der', type: 'pkcs8' })
        const { publicKey } = noble.keygen(seed)
        expect(spki(key).subarray(-publicKey.length)).toEqual(Buffer.from(publicKey))
      }),
      { numRuns: 20 },
    )
  })
})
