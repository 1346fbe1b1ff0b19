// @module-tag rsa
import {
  constants,
  createCipheriv,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import { aeskwp } from '@noble/ciphers/aes.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openKeyWrap, unwrapKeyMaterial, WRAPPING_ALGORITHMS } from '../../core/crypto/key-wrap.ts'
import vectors from '../vectors/kwp-ad-256.json' with { type: 'json' }

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const refusal = expect.objectContaining({ code: 'InvalidCiphertextException', message: '' })

function row(name: string) {
  const found = WRAPPING_ALGORITHMS.get(name)
  if (!found) throw new Error(`no algorithm ${name}`)
  return found
}

/** RFC 5649 as node makes it, for whatever AES key. */
function keyWrap(kek: Uint8Array, material: Uint8Array): Buffer {
  const cipher = createCipheriv(
    `id-aes${kek.length * 8}-wrap-pad`,
    createSecretKey(kek),
    hex('a65959a6'),
  )
  return Buffer.concat([cipher.update(material), cipher.final()])
}

const oaep = (key: KeyObject, hash: string, plaintext: Uint8Array): Buffer =>
  publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash }, plaintext)

const rsaAes = (key: KeyObject, hash: string, material: Uint8Array, aesKeyBytes = 32): Buffer => {
  const kek = randomBytes(aesKeyBytes)
  return Buffer.concat([oaep(key, hash, kek), keyWrap(kek, material)])
}

describe('NIST CAVP, KWP-AD with AES-256', () => {
  test.each(vectors.map((vector, i) => ({ i, ...vector })))('#$i', ({ key, wrapped, material }) => {
    if (material === undefined) expect(() => openKeyWrap(hex(key), hex(wrapped))).toThrow(refusal)
    else expect(openKeyWrap(hex(key), hex(wrapped)).toString('hex')).toBe(material)
  })
})

test('key wrap opens what noble wraps, of any length', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
  fc.assert(
    fc.property(bytes(32), fc.uint8Array({ minLength: 1, maxLength: 2500 }), (kek, material) => {
      expect(openKeyWrap(kek, aeskwp(kek).encrypt(material)).equals(material)).toBe(true)
    }),
    { numRuns: 50 },
  )
})

const pairs = new Map(
  [2048, 3072, 4096].map((bits) => [bits, generateKeyPairSync('rsa', { modulusLength: bits })]),
)
function pair(bits: number) {
  const found = pairs.get(bits)
  if (!found) throw new Error(`no key of ${bits} bits`)
  return found
}

describe.each([
  { name: 'RSAES_OAEP_SHA_1', wrap: (key: KeyObject, m: Uint8Array) => oaep(key, 'sha1', m) },
  { name: 'RSAES_OAEP_SHA_256', wrap: (key: KeyObject, m: Uint8Array) => oaep(key, 'sha256', m) },
  {
    name: 'RSA_AES_KEY_WRAP_SHA_1',
    wrap: (key: KeyObject, m: Uint8Array) => rsaAes(key, 'sha1', m),
  },
  {
    name: 'RSA_AES_KEY_WRAP_SHA_256',
    wrap: (key: KeyObject, m: Uint8Array) => rsaAes(key, 'sha256', m),
  },
])('$name', ({ name, wrap }) => {
  test.each([2048, 3072, 4096])('opens secrets of every size under RSA_%i', (bits) => {
    const { privateKey, publicKey } = pair(bits)
    for (const size of [28, 32, 48, 64]) {
      const material = randomBytes(size)
      const opened = unwrapKeyMaterial(privateKey, row(name), wrap(publicKey, material))
      expect(opened.equals(material)).toBe(true)
    }
  })

  const { privateKey, publicKey } = pair(2048)
  const wrapped = wrap(publicKey, randomBytes(32))

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['one byte', Buffer.alloc(1)],
    ['noise as long as the modulus', Buffer.alloc(256, 0x5a)],
    ['6144 bytes of noise', Buffer.alloc(6144, 0x5a)],
    ['cut at the end', wrapped.subarray(0, -1)],
    ['cut at the front', wrapped.subarray(1)],
    ['a byte longer', Buffer.concat([wrapped, Buffer.of(0)])],
    ['wrapped for another key', wrap(pair(3072).publicKey, randomBytes(32))],
  ])('%s is refused without text', (_what, bad) => {
    expect(() => unwrapKeyMaterial(privateKey, row(name), bad)).toThrow(refusal)
  })

  test('any changed bit is refused without text', () => {
    fc.assert(
      fc.property(fc.nat(wrapped.length * 8 - 1), (bit) => {
        const bad = Buffer.from(wrapped)
        bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(() => unwrapKeyMaterial(privateKey, row(name), bad)).toThrow(refusal)
      }),
      { numRuns: 30 },
    )
  })
})

describe('RSA_AES_KEY_WRAP_SHA_256', () => {
  const { privateKey, publicKey } = pair(2048)
  const algorithm = row('RSA_AES_KEY_WRAP_SHA_256')

  test('opens an RSA_4096 private key, longer than any modulus', () => {
    const material = pair(4096).privateKey.export({ format: 'der', type: 'pkcs8' })
    const opened = unwrapKeyMaterial(privateKey, algorithm, rsaAes(publicKey, 'sha256', material))
    expect(opened.equals(material)).toBe(true)
  })

  test.each([16, 24])('an AES key of %i bytes is refused without text', (bytes) => {
    const wrapped = rsaAes(publicKey, 'sha256', randomBytes(32), bytes)
    expect(() => unwrapKeyMaterial(privateKey, algorithm, wrapped)).toThrow(refusal)
  })

  test('the other hash is refused without text', () => {
    const wrapped = rsaAes(publicKey, 'sha1', randomBytes(32))
    expect(() => unwrapKeyMaterial(privateKey, algorithm, wrapped)).toThrow(refusal)
  })
})

test('RSAES_PKCS1_V1_5 and names from Object.prototype are no wrapping algorithms', () => {
  expect(WRAPPING_ALGORITHMS.get('RSAES_PKCS1_V1_5')).toBeUndefined()
  expect(WRAPPING_ALGORITHMS.get('constructor')).toBeUndefined()
})
