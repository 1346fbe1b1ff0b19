// @module-tag process
// @module-tag bundles
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RSA_FIXTURES } from '../../testing/rsa-fixtures.ts'
import { type Installed, installPackage } from '../support/packed.ts'

/** bytes that may lie beside Node.js once it is installed */
const MOST = 15_000_000

let packed: Installed
let folder = ''
let installed = ''
let env: NodeJS.ProcessEnv = {}

/** A program that has the service in it, as somebody writes it who has the package alone. */
const LIBRARY = `
import { createServer } from 'node:http'
import { ConfigError, createService, type Service, type ServiceOptions } from 'tenkey'

const options: ServiceOptions = { store: { type: 'sqlite', folder: 'library-keys' }, sweep: false }
const service: Service = await createService(options)
const answer: Response = await service.fetch(new Request('http://localhost/health'))
const { status } = (await answer.json()) as { status: string }
console.log(answer.status, status)
createServer(service.listener).close()
await service.close()
// @ts-expect-error a table needs a root key
const refused: unknown = await createService({ store: { type: 'dynamodb', table: 'keys' } }).catch((error: unknown) => error)
console.log(refused instanceof ConfigError)
`

beforeAll(() => {
  packed = installPackage()
  folder = packed.folder
  installed = packed.installed
  env = packed.env
})
afterAll(() => packed.remove())

describe('the package that people install', () => {
  test('is one package of less than 15 MB, installed without a warning', () => {
    expect(packed.said).not.toMatch(/warn/i)
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

  test('is packed as publint and are-the-types-wrong ask for', () => {
    const bin = (name: string) => join(process.cwd(), 'node_modules/.bin', name)
    const run = (name: string, words: readonly string[]) =>
      spawnSync(bin(name), words, { cwd: folder, env, encoding: 'utf8' })
    const linted = run('publint', [installed, '--strict', '--pack', 'false'])
    expect(linted.stdout + linted.stderr).toContain('All good!')
    // entries are ECMAScript modules alone, which Node.js 24 also loads by require
    const judged = run('attw', [packed.tarball, '--profile', 'esm-only', '--format', 'ascii'])
    expect({ ...judged, stderr: '' }).toMatchObject({ status: 0 })
  })

  test('is used as a library, by types that hold without skipLibCheck', () => {
    packed.lend('@types', 'undici-types')
    writeFileSync(join(folder, 'library.mts'), LIBRARY)
    const words = [
      ...['--module', 'nodenext', '--target', 'es2022', '--strict', '--exactOptionalPropertyTypes'],
      ...['--skipLibCheck', 'false', '--types', 'node', 'library.mts'],
    ]
    const tsc = join(process.cwd(), 'node_modules/.bin/tsc')
    const compiled = spawnSync(tsc, words, { cwd: folder, env, encoding: 'utf8' })
    expect(compiled.stdout + compiled.stderr).toBe('')
    const ran = execFileSync(process.execPath, ['library.mjs'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    })
    expect(ran).toBe('200 ok\ntrue\n')
  })

  test('leaves nothing of itself in a bundle that uses nothing of it', async () => {
    const program =
      "import { createService } from 'tenkey'; import { startTenkey } from 'tenkey/testing'; console.log(1)"
    const { outputFiles } = await build({
      stdin: { contents: program, resolveDir: folder },
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
    })
    expect(outputFiles.map(({ text }) => text.replace(/\/\/.*\n/g, ''))).toEqual([
      'console.log(1);\n',
    ])
  })

  test('has nothing of tenkey/testing in what the programs and the service load', () => {
    const dist = join(installed, 'dist')
    const textOf = (name: string) => readFileSync(join(dist, name), 'utf8')
    /** What an entry loads, at once or on demand, or begins as a process or a thread. */
    function closureOf(...entries: readonly string[]): ReadonlySet<string> {
      const found = new Set<string>()
      const waiting = [...entries]
      for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
        if (found.has(name)) continue
        found.add(name)
        for (const [, next = ''] of textOf(name).matchAll(/["'`](?:\.\/)?([\w-]+\.js)["'`]/g)) {
          if (existsSync(join(dist, next))) waiting.push(next)
        }
      }
      return found
    }
    const programs = ['program.js', 'worker.js', 'health-check.js', 'token-main.js']
    const product = closureOf(...programs, 'offload-worker.js', 'index.js')
    const testing = closureOf('testing.js', 'testing-vitest.js', 'testing-jest.js')
    // what only a test's KMS has: its seed, its faults, its clock, its RSA keys, its hooks
    const [fixture = ''] = RSA_FIXTURES.get('RSA_2048') ?? []
    const marks = ['tenkey/testing', "a fault's type is", 'only moves forward', fixture]
    const having = (files: ReadonlySet<string>) =>
      marks.filter((mark) => [...files].some((name) => textOf(name).includes(mark)))
    expect(having(testing)).toEqual(marks)
    expect(having(product)).toEqual([])
    // every file is one or the other's: nothing is left that neither loads
    expect([...product, ...testing]).toEqual(expect.arrayContaining(readdirSync(dist)))
    // and what is testing's own asks no environment
    const own = [...testing].filter((name) => !product.has(name))
    expect(own.filter((name) => textOf(name).includes('process.env'))).toEqual([])
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
    const pages = readdirSync(join(installed, 'docs'), {
      recursive: true,
      encoding: 'utf8',
    }).filter((name) => name.endsWith('.md'))
    expect(pages.length).toBeGreaterThan(20)
    for (const file of ['README.md', 'SECURITY.md', ...pages.map((page) => join('docs', page))]) {
      const links = readFileSync(join(installed, file), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)
      for (const [, target = ''] of links) {
        const there = existsSync(join(installed, dirname(file), target))
        expect({ file, target, there }).toMatchObject({ there: true })
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
        for (const [path, text] of [
          ['/console/', '<div id="'],
          ['/docs/', '<h1'],
          ['/docs/reference/Encrypt.md', 'aws kms encrypt'],
        ] as const) {
          expect(await (await fetch(`${endpoint}${path}`)).text(), path).toContain(text)
        }
      } finally {
        const gone = once(server, 'exit')
        server.kill('SIGTERM')
        expect(await gone).toEqual([0, null])
      }
    }
  })
})
