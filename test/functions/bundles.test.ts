// @module-tag bundles
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadedFiles } from '../../scripts/bundle-files.ts'
import { type Bundle, bundle, PROJECT } from '../../server/lambda-gateway/bundles.ts'

/** bytes of what a cold start of a hot function reads, its adapters for AWS included */
const MOST_LOADED = 422 * 1024

const HOT = ['encrypt', 'decrypt', 'generate-data-key', 'sign'].map(
  (name) => `cryptography/${name}`,
)

/** Adapters of a function whose root key is in a file. */
const ON_FILE = [/^core\/store\/dynamodb\.ts$/, /^core\/root\/local-file\.ts$/]

/** What no call of Encrypt needs before its first answer, as paths of source files. */
const UNNEEDED: readonly (readonly [what: string, path: RegExp])[] = [
  ['the command line', /\/commander\//],
  ['metrics of the server', /\/prom-client\//],
  ['the client of AWS KMS: its root key is a file', /client-kms|root\/aws-kms/],
  ['curves and post-quantum signatures', /@noble\//],
  ['CBOR and attestation documents', /\/cborg\/|core\/attestation\//],
  ['JSON Web Tokens', /\/jose\/|identity\/(bearer|jwks)\.ts/],
  ['SQLite', /store\/sqlite\.ts/],
  ['the store in memory', /store\/memory\.ts/],
  ['RSA encryption and import', /crypto\/(oaep|key-wrap)\.ts|key\/import-parameters\.ts/],
  ['signatures', /crypto\/sign/],
  ['the server', /^server\//],
  ['credentials of developers', /credential-provider-(ini|sso|process|web-identity|login|imds)/],
]

describe('Bundles of hot functions', () => {
  const work = mkdtempSync(join(tmpdir(), 'tenkey-bundles-'))
  const made = new Map<string, Bundle>()

  beforeAll(async () => {
    for (const name of HOT) {
      const folder = join(work, name)
      mkdirSync(folder, { recursive: true })
      made.set(name, await bundle(`functions/${name}.handler`, folder))
    }
  })
  afterAll(() => rmSync(work, { recursive: true, force: true }))

  const filesOf = (name: string, onDemand?: readonly RegExp[]) => {
    const metafile = made.get(name)?.metafile
    if (metafile === undefined) throw new Error(`${name} was not bundled`)
    return loadedFiles(metafile, onDemand)
  }

  test.each(HOT)('%s reads at most 422 KB at a cold start', (name) => {
    const bytes = filesOf(name).reduce((sum, file) => sum + file.bytes, 0)
    expect(bytes).toBeGreaterThan(100 * 1024)
    expect(bytes).toBeLessThanOrEqual(MOST_LOADED)
  })

  test.each(UNNEEDED)('Encrypt loads nothing of %s', (_, path) => {
    const inputs = filesOf('cryptography/encrypt', ON_FILE).flatMap((file) => file.inputs)
    expect(inputs).toContain('operations/cryptography/encrypt.ts')
    expect(inputs).toContain('core/store/dynamodb.ts')
    expect(inputs.filter((input) => path.test(input))).toEqual([])
  })

  test('Encrypt holds no more than one operation', () => {
    const inputs = filesOf('cryptography/encrypt').flatMap((file) => file.inputs)
    const own = inputs.filter((input) => /^(functions|operations)\//.test(input)).sort()
    expect(own).toEqual([
      'functions/cryptography/encrypt.ts',
      'functions/function-config.ts',
      'functions/lambda.ts',
      'functions/log.ts',
      ...['call-line', 'event', 'failure', 'paths', 'router', 'seen'].map(
        (name) => `functions/middleware/${name}.ts`,
      ),
      'operations/cryptography/encrypt.ts',
      'operations/members.ts',
    ])
  })

  test('what no call needs is somewhere in the project or its packages', () => {
    const all = new Set(
      readdirSync(PROJECT, { recursive: true, encoding: 'utf8' }).filter(
        (path) => /^(core|server|node_modules)\//.test(path) && /\.[cm]?[jt]s$/.test(path),
      ),
    )
    for (const [what, path] of UNNEEDED) {
      for (const part of path.source.split('|')) {
        if (part.includes('(') !== part.includes(')')) continue
        const some = [...all].some((file) => new RegExp(part).test(file))
        expect(some, `${what}: ${part}`).toBe(true)
      }
    }
  })

  test('no source map is deployed', () => {
    for (const { metafile } of made.values()) {
      expect(Object.keys(metafile.outputs).filter((path) => !path.endsWith('.mjs'))).toEqual([])
    }
  })
})
