// @module-tag rsa
// @module-tag process
import { execFileSync } from 'node:child_process'
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decryptOaep,
  encryptOaep,
  maxPlaintextBytes,
  OAEP_ALGORITHMS,
} from '../../core/crypto/oaep.ts'
import vectors from '../vectors/rsa-oaep.json' with { type: 'json' }

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
function row(name: string) {
  const found = OAEP_ALGORITHMS.get(name)
  if (!found) throw new Error(`no algorithm ${name}`)
  return found
}
const refusal = expect.objectContaining({ code: 'InvalidCiphertextException', message: '' })

describe('published vectors', () => {
  test.each(vectors.map((vector, i) => ({ i, ...vector })))('$algorithm #$i', (vector) => {
    const text = (value: string) =>
      hex(value.padStart(value.length + (value.length % 2), '0')).toString('base64url')
    const { n, e, d, p, q, dp, dq, qi } = vector
    const jwk = { n, e, d, p, q, dp, dq, qi }
    const key = createPrivateKey({
      key: {
        kty: 'RSA',
        ...Object.fromEntries(Object.entries(jwk).map(([name, value]) => [name, text(value)])),
      },
      format: 'jwk',
    })
    expect(vector.cases.length).toBeGreaterThan(5)
    for (const { msg, ct } of vector.cases)
      expect(decryptOaep(key, row(vector.algorithm), hex(ct)).toString('hex')).toBe(msg)
  })
})

/** AWS KMS's limits as recorded */
const LIMITS = [
  { bits: 2048, algorithm: 'RSAES_OAEP_SHA_1', max: 214 },
  { bits: 2048, algorithm: 'RSAES_OAEP_SHA_256', max: 190 },
  { bits: 3072, algorithm: 'RSAES_OAEP_SHA_1', max: 342 },
  { bits: 3072, algorithm: 'RSAES_OAEP_SHA_256', max: 318 },
  { bits: 4096, algorithm: 'RSAES_OAEP_SHA_1', max: 470 },
  { bits: 4096, algorithm: 'RSAES_OAEP_SHA_256', max: 446 },
]
const keys = new Map(
  [2048, 3072, 4096].map((bits) => [bits, generateKeyPairSync('rsa', { modulusLength: bits })]),
)
function pair(bits: number): { privateKey: KeyObject; publicKey: KeyObject } {
  const found = keys.get(bits)
  if (!found) throw new Error(`no key of ${bits} bits`)
  return found
}

describe.each(LIMITS)('RSA_$bits $algorithm', ({ bits, algorithm, max }) => {
  const { privateKey, publicKey } = pair(bits)

  test(`takes ${max} bytes`, () => {
    expect(maxPlaintextBytes(bits, row(algorithm))).toBe(max)
    const plaintext = Buffer.alloc(max, 0xa5)
    const ciphertext = encryptOaep(publicKey, row(algorithm), plaintext)
    expect(ciphertext.length).toBe(bits / 8)
    expect(decryptOaep(privateKey, row(algorithm), ciphertext).equals(plaintext)).toBe(true)
  })

  test(`Algorithm ${algorithm} and key spec RSA_${bits} cannot encrypt data larger than ${max} bytes.`, () => {
    for (const length of [max + 1, 4096])
      expect(() => encryptOaep(publicKey, row(algorithm), Buffer.alloc(length))).toThrow(
        expect.objectContaining({
          code: 'ValidationException',
          message: `Algorithm ${algorithm} and key spec RSA_${bits} cannot encrypt data larger than ${max} bytes.`,
        }),
      )
  })
})

describe('decryption failures look alike', () => {
  const { privateKey, publicKey } = pair(2048)
  const algorithm = row('RSAES_OAEP_SHA_256')
  const ciphertext = encryptOaep(publicKey, algorithm, Buffer.from('m'))

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['one byte short', ciphertext.subarray(1)],
    ['one byte long', Buffer.concat([Buffer.of(0), ciphertext])],
    ['zero', Buffer.alloc(256)],
    ['above the modulus', Buffer.alloc(256, 0xff)],
    ['noise', Buffer.alloc(256, 0x5a)],
    ['of the other hash', encryptOaep(publicKey, row('RSAES_OAEP_SHA_1'), Buffer.from('m'))],
    ['of another key', encryptOaep(pair(3072).publicKey, algorithm, Buffer.from('m'))],
  ])('%s', (_what, bad) => {
    expect(() => decryptOaep(privateKey, algorithm, bad)).toThrow(refusal)
  })

  test('any changed bit', () => {
    fc.assert(
      fc.property(fc.nat(2047), (bit) => {
        const bad = Buffer.from(ciphertext)
        bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(() => decryptOaep(privateKey, algorithm, bad)).toThrow(refusal)
      }),
      { numRuns: 30 },
    )
  })
})

test.each([
  { algorithm: 'RSAES_OAEP_SHA_1', md: 'sha1' },
  { algorithm: 'RSAES_OAEP_SHA_256', md: 'sha256' },
])('openssl and $algorithm understand each other', ({ algorithm, md }) => {
  const { privateKey, publicKey } = pair(2048)
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-oaep-'))
  const file = (name: string) => join(folder, name)
  const options = [
    ...['-pkeyopt', 'rsa_padding_mode:oaep'],
    ...['-pkeyopt', `rsa_oaep_md:${md}`, '-pkeyopt', `rsa_mgf1_md:${md}`],
  ]
  const plaintext = Buffer.from('either way')
  try {
    writeFileSync(file('private'), privateKey.export({ format: 'pem', type: 'pkcs8' }))
    writeFileSync(
      file('public'),
      createPublicKey(privateKey).export({ format: 'pem', type: 'spki' }),
    )
    writeFileSync(file('plaintext'), plaintext)
    writeFileSync(file('ciphertext'), encryptOaep(publicKey, row(algorithm), plaintext))
    const theirs = execFileSync('openssl', [
      ...['pkeyutl', '-encrypt', '-pubin', '-inkey', file('public'), '-in', file('plaintext')],
      ...options,
    ])
    expect(decryptOaep(privateKey, row(algorithm), theirs).equals(plaintext)).toBe(true)
    const opened = execFileSync('openssl', [
      ...['pkeyutl', '-decrypt', '-inkey', file('private'), '-in', file('ciphertext')],
      ...options,
    ])
    expect(opened.equals(plaintext)).toBe(true)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
