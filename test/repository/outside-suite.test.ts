// @module-tag process
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Installed, installPackage } from '../support/packed.ts'
import { sliced } from '../support/slice.ts'

const JEST = '30.5.2'
/** where Jest is kept from run to run; the project itself needs none */
const JEST_FOLDER = join(process.cwd(), '.cache', `jest-${JEST}`)

let packed: Installed

beforeAll(() => {
  packed = installPackage()
  packed.lend('@aws-sdk', '@smithy', 'vitest')
})
afterAll(() => packed.remove())

/** The tests of somebody who has a program that encrypts. @param begins how they get their runner's words */
const suite = (begins: string): string => `
import { CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient, ListKeysCommand } from '@aws-sdk/client-kms'
${begins}

const tenkey = useTenkey({
  seed: 'outside',
  clock: '2030-01-01',
  ciphertexts: 'stable',
  keys: [{ alias: 'alias/orders' }],
})
let kms: KMSClient
beforeAll(() => {
  kms = new KMSClient(tenkey.clientConfig())
})
afterAll(() => kms.destroy())

const encrypt = () => kms.send(new EncryptCommand({ KeyId: 'alias/orders', Plaintext: Buffer.from('an order') }))
const ids: unknown[] = []

test('encrypts, the same each time', async () => {
  const { CiphertextBlob = new Uint8Array() } = await encrypt()
  expect(Buffer.from(CiphertextBlob).toString('base64')).toBe(
    Buffer.from((await encrypt()).CiphertextBlob ?? []).toString('base64'),
  )
  const { Plaintext = new Uint8Array() } = await kms.send(new DecryptCommand({ CiphertextBlob }))
  expect(Buffer.from(Plaintext).toString()).toBe('an order')
})

test.each([1, 2])('begins anew: %i', async () => {
  expect((await kms.send(new ListKeysCommand({}))).Keys?.length).toBe(1)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  expect(KeyMetadata?.CreationDate?.toISOString()).toBe('2030-01-01T00:00:00.000Z')
  ids.push(KeyMetadata?.KeyId)
  expect(new Set(ids).size).toBe(1)
})

test('outlives a throttle', async () => {
  const throttle = tenkey.faults.add({ type: 'throttle', times: 1 })
  await encrypt()
  expect(throttle.hits).toBe(1)
})
`

const IN_VITEST = suite(`import { afterAll, beforeAll, expect, test } from 'vitest'
import { useTenkey } from 'tenkey/testing/vitest'`)
/** without types: what turns TypeScript into JavaScript is each project's own */
const IN_JEST = suite(`import { useTenkey } from 'tenkey/testing/jest'`)
  .replace('let kms: KMSClient', 'let kms')
  .replace('const ids: unknown[]', 'const ids')

/** moto's server on a free port, until its input ends */
const MOTO = `
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
`

/** A program of docs/testing.md, which its first line names, as a file. */
function documented(name: string): string {
  const blocks = readFileSync('docs/testing.md', 'utf8').matchAll(/^```\w+\n(.*?)^```$/gms)
  const program = [...blocks].find(([, text = '']) => /^(?:\/\/|#) (.*)$/m.exec(text)?.[1] === name)
  if (program?.[1] === undefined) throw new Error(`docs/testing.md has no ${name}`)
  writeFileSync(join(packed.folder, name), program[1])
  return name
}

/** Runs in the folder of the stranger. */
function run(words: readonly string[]) {
  const { folder, env } = packed
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: folder,
    env: { ...env, CI: 'true' },
    encoding: 'utf8',
  })
  return { status, said: stdout + stderr }
}

const CHECKED = [
  ...['--noEmit', '--module', 'nodenext', '--strict', '--exactOptionalPropertyTypes'],
  ...['--noUncheckedIndexedAccess', '--skipLibCheck', 'false'],
]

function compile(file: string, text: string, words: readonly string[]): string {
  const { folder, env } = packed
  writeFileSync(join(folder, file), text)
  const tsc = join(process.cwd(), 'node_modules/.bin/tsc')
  const { stdout, stderr } = spawnSync(tsc, [...CHECKED, ...words, file], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  return stdout + stderr
}

/** Jest of the registry, where that is to be had. */
function jest(): string | undefined {
  const program = join(JEST_FOLDER, 'node_modules/jest/bin/jest.js')
  if (existsSync(program)) return program
  mkdirSync(JEST_FOLDER, { recursive: true })
  writeFileSync(join(JEST_FOLDER, 'package.json'), '{"private":true}')
  const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', `jest@${JEST}`]
  try {
    execFileSync('npm', words, { cwd: JEST_FOLDER, timeout: 120_000, stdio: 'ignore' })
    return program
  } catch {
    return undefined
  }
}

describe('the tests of a project that installed the package', () => {
  test('run by vitest', () => {
    writeFileSync(join(packed.folder, 'orders.test.ts'), IN_VITEST)
    const ran = run(['node_modules/vitest/vitest.mjs', 'run', 'orders.test.ts'])
    expect(ran).toMatchObject({ status: 0, said: expect.stringMatching(/4 passed/) })
  })

  test.skipIf(sliced)('run by Jest', ({ skip }) => {
    const program = jest()
    if (program === undefined) return skip(`Jest ${JEST} is not to be had: no npm registry`)
    writeFileSync(join(packed.folder, 'orders-jest.test.mjs'), IN_JEST)
    const match = ['--rootDir', '.', '--testMatch', '**/orders-jest.test.mjs']
    const ran = run(['--experimental-vm-modules', program, ...match])
    expect(ran).toMatchObject({ status: 0, said: expect.stringMatching(/4 passed/) })
  })

  test.skipIf(sliced)(
    'have the programs of docs/testing.md, in Python too',
    async ({ skip, onTestFinished }) => {
      const { folder, env } = packed
      const kms = spawn(process.execPath, [documented('kms.mjs')], {
        cwd: folder,
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      onTestFinished(() => void kms.kill('SIGTERM'))
      const [line] = await once(createInterface({ input: kms.stdout }), 'line')
      const variables: Record<string, string> = JSON.parse(line)
      const client = new KMSClient({
        endpoint: `${variables['AWS_ENDPOINT_URL_KMS']}`,
        region: `${variables['AWS_REGION']}`,
        credentials: {
          accessKeyId: `${variables['AWS_ACCESS_KEY_ID']}`,
          secretAccessKey: `${variables['AWS_SECRET_ACCESS_KEY']}`,
        },
      })
      await client.send(new DescribeKeyCommand({ KeyId: 'alias/orders' }))
      client.destroy()
      const python = (words: readonly string[], more = {}) =>
        spawnSync('python3', words, {
          cwd: folder,
          // packages may be the user's own
          env: { ...process.env, ...variables, ...more },
          encoding: 'utf8',
        })
      if (python(['-c', 'import boto3']).status !== 0) return skip('python3 has no boto3')
      expect(python([documented('test_orders.py')])).toMatchObject({ status: 0, stderr: '' })
      if (python(['-c', 'import moto.server']).status !== 0) return skip('python3 has no moto')
      const moto = spawn('python3', ['-c', MOTO], { stdio: ['pipe', 'pipe', 'ignore'] })
      onTestFinished(() => void moto.kill('SIGTERM'))
      const [port] = await once(createInterface({ input: moto.stdout }), 'line')
      const beside = python([documented('test_beside.py')], {
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      })
      expect(beside).toMatchObject({ status: 0, stderr: '' })
    },
  )

  test('are held to types that are sound by themselves, an AWS SDK beside them', () => {
    packed.lend('@types', 'undici-types')
    const text = `
import { KMSClient } from '@aws-sdk/client-kms'
import { type Fault, startTenkey, type Tenkey } from 'tenkey/testing'

await using tenkey: Tenkey = await startTenkey({ faults: [{ type: 'slow', ms: 3 }] })
export const kms: KMSClient = new KMSClient(tenkey.clientConfig())
// @ts-expect-error a slow call says how slow
export const fault: Fault = { type: 'slow' }
// @ts-expect-error no such key spec
await startTenkey({ keys: [{ alias: 'alias/a', spec: 'AES_256' }] })
`
    expect(compile('typed.mts', text, ['--target', 'es2022', '--types', 'node'])).toBe('')
  })

  test('need no types but those of the package', () => {
    const text = `
import { startTenkey } from 'tenkey/testing'
import { useTenkey as inJest } from 'tenkey/testing/jest'
import { useTenkey } from 'tenkey/testing/vitest'

export const hooked = [useTenkey({ reset: 'never' }), inJest()]
await using tenkey = await startTenkey()
export const { endpoint } = tenkey
`
    const words = ['--target', 'es2022', '--lib', 'es2022', '--types', '']
    expect(compile('untyped.mts', text, words)).toBe('')
  })
})
