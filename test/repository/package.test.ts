// @module-tag process
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
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

  test('names no program that is not in it', () => {
    const dist = join(installed, 'dist')
    const texts = readdirSync(dist).map((name) => readFileSync(join(dist, name), 'utf8'))
    const named = texts.flatMap((text) => [
      ...text.matchAll(/new URL\(\s*["'`]([^"'`]+)["'`]\s*,\s*import\.meta\.url\s*\)/g),
    ])
    const programs = named.map(([, name = '']) => name)
    expect(programs).toEqual(expect.arrayContaining(['worker.js', 'offload-worker.js']))
    for (const name of programs) {
      expect({ name, there: existsSync(join(dist, name)) }).toEqual({ name, there: true })
    }
  })

  test('has a README of its own: npx first, nothing of the repository, links to what is there', () => {
    const text = readFileSync(join(installed, 'README.md'), 'utf8')
    const [first] = /```sh\n(.*)\n/.exec(text)?.slice(1) ?? []
    expect(first).toBe('npx tenkey quickstart')
    expect(text).not.toMatch(/npm (ci|run|start|test)/)
    for (const heading of ['Start', 'Commands', 'Settings', 'How it is secured', 'Licence']) {
      expect(text).toContain(`\n## ${heading}\n`)
    }
    for (const file of ['README.md', 'SECURITY.md']) {
      const links = readFileSync(join(installed, file), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)
      for (const [, target = ''] of links) {
        expect({ file, target, there: existsSync(join(installed, target)) }).toMatchObject({
          there: true,
        })
      }
    }
  })

  test('has nothing of the manifest in its code but the version', () => {
    const dist = join(installed, 'dist')
    const texts = readdirSync(dist).map((name) => readFileSync(join(dist, name), 'utf8'))
    expect(texts.some((text) => text.includes('scripts/check-layers.ts'))).toBe(false)
  })

  test.each([
    ['help', ['--help'], 0, /^Usage: tenkey/, /^$/],
    ['an unknown command', ['nothing'], 2, /^$/, /^tenkey: unknown command 'nothing'\n$/],
    ['no server', ['tenant', 'list'], 1, /^$/, /^tenkey: .*\n$/],
  ] as const)('ends with an exit code and one line: %s', (_, words, code, stdout, stderr) => {
    const outcome = spawnSync(process.execPath, [join(installed, 'bin/tenkey.cjs'), ...words], {
      cwd: folder,
      env: { ...env, TENKEY_ENDPOINT: 'http://127.0.0.1:9' },
      encoding: 'utf8',
    })
    expect(outcome.status).toBe(code)
    expect(outcome.stdout).toMatch(stdout)
    expect(outcome.stderr).toMatch(stderr)
  })

  test('says in one line what an older Node.js lacks, before anything else is loaded', () => {
    const launcher = join(installed, 'bin/tenkey.cjs')
    const older = `Object.defineProperty(process.versions, 'node', { value: '20.20.0' }); require(${JSON.stringify(launcher)})`
    const outcome = spawnSync(process.execPath, ['-e', older], { env, encoding: 'utf8' })
    expect(outcome).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'tenkey: needs Node.js 24 or newer; this is 20.20.0 (https://nodejs.org)\n',
    })
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
        const { endpoint, region, credentialFile } = JSON.parse(line)
        const kms = new KMSClient({
          endpoint,
          region,
          credentials: JSON.parse(readFileSync(credentialFile, 'utf8')),
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
