// @module-tag process
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** bytes that may lie beside Node.js once it is installed */
const MOST = 15_000_000

const folder = mkdtempSync(join(tmpdir(), 'tenkey-package-'))
const installed = join(folder, 'node_modules', 'tenkey')
const env: NodeJS.ProcessEnv = {
  HOME: folder,
  PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
}
let said = ''

beforeAll(() => {
  execFileSync(process.execPath, ['scripts/pack.ts'])
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', join(process.cwd(), '.cache/package'), '--json'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    }),
  )
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  const words = ['install', '--offline', '--no-audit', '--no-fund', `./${packed.filename}`]
  said = execFileSync('sh', ['-c', 'exec npm "$@" 2>&1', 'npm', ...words], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the package that people install', () => {
  test('is one package of less than 15 MB, installed without a warning', () => {
    expect(said).not.toMatch(/warn/i)
    const all = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))
    expect(all).toEqual(['tenkey'])
    const files = readdirSync(installed, { recursive: true, withFileTypes: true })
    const sizes = files.map((file) => statSync(join(file.parentPath, file.name)).size)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST)
  })

  test('asks for nothing and runs nothing when it is installed', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
    for (const name of ['dependencies', 'scripts', 'private']) {
      expect(manifest).not.toHaveProperty(name)
    }
  })

  test('says its version', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    const answer = execFileSync('npx', ['tenkey', '--version'], { cwd: folder, env })
    expect(String(answer)).toBe(`${version}\n`)
  })

  test('outlives who reads what it says', async () => {
    const launcher = join(installed, 'bin/tenkey.cjs')
    const child = spawn(process.execPath, [launcher, '--help'], { cwd: folder, env })
    child.stdout.destroy()
    let stderr = ''
    child.stderr.on('data', (text) => {
      stderr += text
    })
    const [code] = await once(child, 'close')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  test('starts the service, by one worker or by two, which an AWS SDK calls', async () => {
    for (const workers of ['1', '2']) {
      const server = spawn(
        process.execPath,
        [join(installed, 'bin/tenkey.cjs'), 'serve', '--json'],
        {
          cwd: folder,
          env: {
            ...env,
            TENKEY_PORT: '0',
            TENKEY_DATA: `data-${workers}`,
            TENKEY_WORKERS: workers,
          },
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
      try {
        const [line] = await once(createInterface({ input: server.stdout }), 'line')
        const { endpoint, region, accessKeyId, secretAccessKey } = JSON.parse(line)
        const kms = new KMSClient({
          endpoint,
          region,
          credentials: { accessKeyId, secretAccessKey },
        })
        const { KeyMetadata } = await kms.send(new CreateKeyCommand())
        const Plaintext = Buffer.from('a secret')
        const { CiphertextBlob } = await kms.send(
          new EncryptCommand({ KeyId: KeyMetadata?.KeyId, Plaintext }),
        )
        const opened = await kms.send(new DecryptCommand({ CiphertextBlob }))
        expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext)
        kms.destroy()
      } finally {
        const gone = once(server, 'exit')
        server.kill('SIGTERM')
        expect(await gone).toEqual([0, null])
      }
    }
  })
})
