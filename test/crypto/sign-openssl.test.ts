// @module-tag rsa
// @module-tag process
import { execFileSync } from 'node:child_process'
import { hash, type KeyObject } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SIGNING_ALGORITHMS, sign, verify } from '../../core/crypto/signing.ts'
import { keySpec } from '../../core/key/spec.ts'

const PSS = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest']

/** How openssl's command line is asked for the same algorithm over a whole message. */
const ROWS = [
  { spec: 'RSA_2048', algorithm: 'RSASSA_PKCS1_V1_5_SHA_256', options: ['-sha256'] },
  { spec: 'RSA_2048', algorithm: 'RSASSA_PSS_SHA_384', options: ['-sha384', ...PSS] },
  { spec: 'RSA_4096', algorithm: 'RSASSA_PKCS1_V1_5_SHA_512', options: ['-sha512'] },
  { spec: 'RSA_4096', algorithm: 'RSASSA_PSS_SHA_256', options: ['-sha256', ...PSS] },
  { spec: 'ECC_NIST_P256', algorithm: 'ECDSA_SHA_256', options: ['-sha256'] },
  { spec: 'ECC_NIST_P384', algorithm: 'ECDSA_SHA_384', options: ['-sha384'] },
  { spec: 'ECC_NIST_P521', algorithm: 'ECDSA_SHA_512', options: ['-sha512'] },
  { spec: 'ECC_SECG_P256K1', algorithm: 'ECDSA_SHA_256', options: ['-sha256'] },
] as const

const MESSAGE = Buffer.from('signed here, verified there, and the reverse')

let folder = ''
const file = (name: string): string => join(folder, name)
const openssl = (...args: string[]): string => execFileSync('openssl', args, { encoding: 'utf8' })
const privateKeys = new Map<string, KeyObject>()
const privateKey = (spec: string): KeyObject => {
  const key = privateKeys.get(spec)
  if (!key) throw new Error(`no key of ${spec}`)
  return key
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tenkey-sign-'))
  writeFileSync(file('message'), MESSAGE)
  const names = new Set<string>([...ROWS.map((row) => row.spec), 'ECC_NIST_EDWARDS25519'])
  for (const name of names) {
    const spec = keySpec(name)
    if (!spec) throw new Error(`no spec ${name}`)
    const material = await spec.generate({ account: '111122223333' })
    const key = spec.toKey(material)
    privateKeys.set(name, key)
    writeFileSync(file(`${name}.private`), material)
    writeFileSync(file(`${name}.public`), spec.publicKey(key))
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('openssl', () => {
  test.each(ROWS)('verifies what was signed with $spec $algorithm', async (row) => {
    const algorithm = SIGNING_ALGORITHMS.get(row.algorithm)
    if (!algorithm) throw new Error('no such algorithm')
    const digest = hash(`sha${row.algorithm.slice(-3)}`, MESSAGE, 'buffer')
    const signatures = {
      RAW: await sign(privateKey(row.spec), algorithm, MESSAGE, 'RAW'),
      DIGEST: await sign(privateKey(row.spec), algorithm, digest, 'DIGEST'),
    }
    const key = ['-keyform', 'DER', '-verify', file(`${row.spec}.public`)]
    for (const signature of Object.values(signatures)) {
      writeFileSync(file('signature'), signature)
      expect(
        openssl('dgst', ...row.options, ...key, '-signature', file('signature'), file('message')),
      ).toBe('Verified OK\n')
    }
  })

  test.each(ROWS)('signs what is verified with $spec $algorithm', async (row) => {
    const algorithm = SIGNING_ALGORITHMS.get(row.algorithm)
    if (!algorithm) throw new Error('no such algorithm')
    const key = ['-keyform', 'DER', '-sign', file(`${row.spec}.private`)]
    openssl('dgst', ...row.options, ...key, '-out', file('signature'), file('message'))
    const signature = readFileSync(file('signature'))
    const digest = hash(`sha${row.algorithm.slice(-3)}`, MESSAGE, 'buffer')
    expect(await verify(privateKey(row.spec), algorithm, MESSAGE, 'RAW', signature)).toBe(true)
    expect(await verify(privateKey(row.spec), algorithm, digest, 'DIGEST', signature)).toBe(true)
  })

  test('makes the same Ed25519 signature, which is deterministic', async () => {
    const algorithm = SIGNING_ALGORITHMS.get('ED25519_SHA_512')
    if (!algorithm) throw new Error('no such algorithm')
    const key = ['-keyform', 'DER', '-inkey', file('ECC_NIST_EDWARDS25519.private')]
    openssl('pkeyutl', '-sign', '-rawin', ...key, '-in', file('message'), '-out', file('signature'))
    const own = await sign(privateKey('ECC_NIST_EDWARDS25519'), algorithm, MESSAGE, 'RAW')
    expect(readFileSync(file('signature')).equals(own)).toBe(true)
  })
})
