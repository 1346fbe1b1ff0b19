// @module-tag process
// @module-tag bundles
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, describe, expect, test } from 'vitest'
import { decryptOaep, encryptOaep, OAEP_SHA_256 } from '../../core/crypto/oaep.ts'
import { sign, signingAlgorithm, verify } from '../../core/crypto/signing.ts'
import { offload } from '../../core/offload/offload.ts'

const ASKER = { account: '111122223333' }
const never = () => {
  throw new Error('it ran in this thread')
}
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const digest = Buffer.alloc(32, 1)

describe('Work in a worker thread', () => {
  test('decrypts as this thread does', async () => {
    const ciphertext = encryptOaep(rsa, OAEP_SHA_256, Buffer.from('secret'))
    const there = await offload('decryptOaep', [rsa, OAEP_SHA_256, ciphertext], ASKER, never)
    expect(Buffer.isBuffer(there)).toBe(true)
    expect(there.equals(decryptOaep(rsa, OAEP_SHA_256, ciphertext))).toBe(true)
    const refused = offload('decryptOaep', [rsa, OAEP_SHA_256, Buffer.alloc(256)], ASKER, never)
    await expect(refused).rejects.toMatchObject({ code: 'InvalidCiphertextException', message: '' })
  })

  test('signs what this thread verifies, and the reverse', async () => {
    const row = signingAlgorithm('ECDSA_SHA_256')
    const there = await offload('sign', [ec, 'ECDSA_SHA_256', digest, 'DIGEST'], ASKER, never)
    expect(await verify(ec, row, digest, 'DIGEST', there)).toBe(true)
    const here = await sign(ec, row, digest, 'DIGEST')
    const verified = (signature: Buffer) =>
      offload('verify', [ec, 'ECDSA_SHA_256', digest, 'DIGEST', signature], ASKER, never)
    expect(await verified(here)).toBe(true)
    expect(await verified(Buffer.alloc(70))).toBe(false)
  })
})

describe('In a bundle, which has no file for a worker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-bundle-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each([
    ['esm', 'bundle.mjs'],
    ['cjs', 'bundle.cjs'],
  ] as const)('%s: the work is done inline', async (format, name) => {
    const outfile = join(folder, name)
    await build({
      stdin: {
        contents: `import { offload } from './core/offload/offload.ts'
          offload('decryptOaep', [], {}, () => 'inline').then((value) => console.log(value))`,
        resolveDir: new URL('../..', import.meta.url).pathname,
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      format,
      outfile,
      logLevel: 'silent',
    })
    expect(execFileSync(process.execPath, [outfile]).toString().trim()).toBe('inline')
  })
})
