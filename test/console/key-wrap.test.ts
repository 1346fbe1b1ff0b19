// @module-tag rsa
import {
  createDecipheriv,
  type createPrivateKey,
  createSecretKey,
  generateKeyPairSync,
} from 'node:crypto'
import { aeskwp } from '@noble/ciphers/aes.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { materialOf } from '../../console/src/pages/import/file-material.ts'
import { algorithmFor, keyWrap, wrapMaterial } from '../../console/src/pages/import/key-wrap.ts'
import { unwrapKeyMaterial, wrappingAlgorithm } from '../../core/crypto/key-wrap.ts'
import vectors from '../vectors/kwp-ad-256.json' with { type: 'json' }

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))
const filled = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 0xff)

// published vectors of unwrapping: key wrap with padding has one ciphertext for each plaintext
const valid = vectors.flatMap(({ key, wrapped, material }) =>
  material === undefined ? [] : [{ key, wrapped, material }],
)
test('the browser’s key wrap with padding is that of NIST’s vectors', async () => {
  expect(valid.length).toBeGreaterThan(10)
  for (const { key, wrapped, material } of valid) {
    expect(Buffer.from(await keyWrap(bytes(key), bytes(material))).toString('hex')).toBe(wrapped)
  }
})

// RFC 5649, 6: 20 and 7 bytes under a key of 192 bits
test.each([
  [
    'c37b7e6492584340bed12207808941155068f738',
    '138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a',
  ],
  ['466f7250617369', 'afbeb0f07dfbf5419200f2ccb50bb24f'],
])('the browser’s key wrap with padding is that of RFC 5649: %s', async (material, wrapped) => {
  const key = bytes('5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8')
  expect(Buffer.from(await keyWrap(key, bytes(material))).toString('hex')).toBe(wrapped)
})

test('the browser’s key wrap is opened by node:crypto and by noble, of any length', async () => {
  const key = filled(32)
  for (const length of [1, 7, 8, 9, 15, 16, 17, 32, 138, 1218, 2375, 5000]) {
    const material = filled(length)
    const wrapped = await keyWrap(key, material)
    const node = createDecipheriv(
      'id-aes256-wrap-pad',
      createSecretKey(key),
      Buffer.from('a65959a6', 'hex'),
    )
    expect(new Uint8Array(node.update(wrapped)), `${length}`).toEqual(material)
    expect(aeskwp(key).decrypt(wrapped), `${length}`).toEqual(material)
  }
})

describe('material that the browser has wrapped', () => {
  let pair: { publicKey: Uint8Array<ArrayBuffer>; privateKey: ReturnType<typeof createPrivateKey> }
  beforeAll(() => {
    const made = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const publicKey = made.publicKey.export({ format: 'der', type: 'spki' })
    pair = { publicKey: Uint8Array.from(publicKey), privateKey: made.privateKey }
  })
  // 190 bytes are the most that OAEP with SHA-256 takes under 2048 bits (RFC 8017, 7.1.1)
  test.each([
    [32, 'RSAES_OAEP_SHA_256'],
    [190, 'RSAES_OAEP_SHA_256'],
    [191, 'RSA_AES_KEY_WRAP_SHA_256'],
    [1218, 'RSA_AES_KEY_WRAP_SHA_256'],
  ] as const)('of %i bytes is opened as %s', async (length, algorithm) => {
    expect(algorithmFor(length, 2048)).toBe(algorithm)
    const wrapped = await wrapMaterial(pair.publicKey, algorithm, filled(length))
    const opened = unwrapKeyMaterial(pair.privateKey, wrappingAlgorithm(algorithm), wrapped)
    expect(new Uint8Array(opened)).toEqual(filled(length))
  })
})

describe('a file of material', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const der = Uint8Array.from(privateKey.export({ format: 'der', type: 'pkcs8' }))
  const pem = new TextEncoder().encode(
    privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  )
  const sec1 = new TextEncoder().encode(
    privateKey.export({ format: 'pem', type: 'sec1' }).toString(),
  )
  test.each([
    ['32 bytes for a symmetric key', filled(32), 'SYMMETRIC_DEFAULT', filled(32)],
    ['64 bytes for HMAC_512', filled(64), 'HMAC_512', filled(64)],
    ['28 bytes for HMAC_224', filled(28), 'HMAC_224', filled(28)],
    ['another number of bytes', filled(31), 'SYMMETRIC_DEFAULT', 'material.file.length'],
    ['nothing', filled(0), 'SYMMETRIC_DEFAULT', 'material.file.empty'],
    ['a private key in DER', der, 'ECC_NIST_P256', der],
    ['a private key in PEM', pem, 'ECC_NIST_P256', der],
    [
      'a private key in a form that AWS does not take',
      sec1,
      'ECC_NIST_P256',
      'material.file.no-pkcs8',
    ],
    ['a text', new TextEncoder().encode('secret'), 'RSA_2048', 'material.file.no-pkcs8'],
  ])('%s', (_, file, spec, expected) => {
    expect(materialOf(file, spec)).toEqual(expected)
  })
})
