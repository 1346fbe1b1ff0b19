import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { startTarget } from '../test/support/target.ts'

/*
 * Clients that two generators make of docs/openapi.json: each is compiled under `strict` and does a vendor's way
 * against a running server (test/clients/openapi/). The generators need TypeScript 5, so they are fetched into a folder of
 * their own: this needs the network, and is no part of `npm test`.
 */

const PACKAGES = [
  'openapi-typescript@7.13.0',
  'openapi-fetch@0.17.0',
  '@hey-api/openapi-ts@0.95.0',
  'typescript@5.9.3',
  '@types/node@24.19.2',
]
const root = fileURLToPath(new URL('../', import.meta.url))
const document = join(root, 'docs/openapi.json')

/** Each program, and what it must print: the last line says what a suspended tenant is answered. */
const PROGRAMS = [
  {
    name: 'openapi-fetch',
    exact: true,
    generate: ['openapi-typescript', document, '-o', 'schema.d.ts'],
    prints: [
      'decrypted true',
      'application true 403',
      'other context InvalidCiphertextException',
      'rotate 200',
      'list 1',
      "audit [ 'InvalidCiphertextException', 'done', 'done' ]",
      'suspended 403',
      'resumed 200',
    ],
  },
  {
    name: 'hey-api',
    // its own runtime is not written for exactOptionalPropertyTypes
    exact: false,
    generate: ['openapi-ts', '-i', document, '-o', 'hey', '-c', '@hey-api/client-fetch'],
    prints: [
      'decrypted true',
      'application true',
      'list 1',
      'audit 1',
      'suspended AccessDeniedException',
      'resumed 1',
    ],
  },
]

const folder = mkdtempSync(join(tmpdir(), 'tenkey-clients-'))
const run = (command: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): string =>
  execFileSync(command, words, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } })

const target = await startTarget('memory')
try {
  writeFileSync(join(folder, 'package.json'), '{"type":"module","private":true}')
  run('npm', ['install', '--no-audit', '--no-fund', ...PACKAGES])
  for (const name of ['sign', ...PROGRAMS.map((one) => one.name)]) {
    const source = readFileSync(join(root, `test/clients/openapi/${name}.ts.txt`), 'utf8')
    writeFileSync(join(folder, `${name}.ts`), source.replaceAll('TENKEY/', root))
  }
  for (const { name, exact, generate, prints } of PROGRAMS) {
    run('npx', ['--no-install', ...generate])
    compile(name, exact)
    const bundle = join(folder, `${name}.mjs`)
    await build({
      entryPoints: [join(folder, `${name}.ts`)],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: bundle,
      logLevel: 'error',
    })
    const { accessKeyId: OPKEY, secretAccessKey: OPSECRET } = target.operator
    const printed = await output(bundle, { URL: target.url, OPKEY, OPSECRET })
    if (printed.trim() !== prints.join('\n')) throw new Error(`${name} printed:\n${printed}`)
    console.log(`${name}: compiles under strict, and does a vendor's way`)
  }
} finally {
  await target.stop()
  rmSync(folder, { recursive: true, force: true })
}

function compile(name: string, exactOptionalPropertyTypes: boolean): void {
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes,
    noUncheckedIndexedAccess: true,
    target: 'esnext',
    module: 'esnext',
    moduleResolution: 'bundler',
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    types: ['node'],
  }
  const settings = JSON.stringify({ compilerOptions, files: [`${name}.ts`] })
  writeFileSync(join(folder, 'tsconfig.json'), settings)
  run('npx', ['--no-install', 'tsc', '-p', '.'])
}

/** What a program prints; the server is in this process, which must not wait for it idly. */
async function output(file: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [file], {
    env: { ...process.env, ...env },
  })
  return stdout
}
