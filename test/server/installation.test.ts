// @module-tag process
// @module-tag dynamodb
import { randomInt } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  KMSClient,
  ListKeysCommand,
} from '@aws-sdk/client-kms'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { ConfigError, readConfig, SETTING_NAMES } from '../../core/config.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import { client } from '../../server/cli/client.ts'
import { serve } from '../../server/serve.ts'
import { servingNow } from '../../server/serving.ts'
import { startDynalite } from '../support/dynalite.ts'
import { freePort } from '../support/port.ts'
import {
  launch,
  newFolder,
  removeFolders,
  runScript,
  type ServerProcess,
  startServer,
} from '../support/process.ts'
import { openRaw } from '../support/raw-socket.ts'
import { slice, sliced } from '../support/slice.ts'

const running: ServerProcess[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop('SIGKILL')))
})

afterAll(removeFolders)

async function start(settings: Record<string, string>): Promise<ServerProcess> {
  const server = await startServer(settings)
  running.push(server)
  return server
}

/** The one line of a server that does not start. */
async function refusal(settings: Record<string, string>): Promise<string> {
  const outcome = await runScript('server/main.ts', [], { TENKEY_PORT: '0', ...settings })
  expect(outcome).toMatchObject({ code: 1, signal: null, stdout: '' })
  expect(outcome.stderr).toMatch(/^tenkey: [^\n]+\n$/)
  return outcome.stderr
}

/** Why a server with these settings does not start: in this process, where it is refused before it listens or forks. */
async function refusedHere(settings: Record<string, string>): Promise<string> {
  const starting = async () => serve(readConfig({ TENKEY_PORT: '0', ...settings }))
  const outcome = await starting().then(
    (running) => running.stop(),
    (error: unknown) => error,
  )
  if (!(outcome instanceof ConfigError)) throw outcome ?? new Error('it started')
  return outcome.message
}

/** a path where nothing is, and one of a file */
const NOWHERE = '/nowhere/a.pem'
const HERE = fileURLToPath(import.meta.url)

const ELSEWHERE = { TENKEY_HOST: '192.0.2.1', TENKEY_PLAIN_HTTP: 'on' }
const modeOf = (path: string): number => statSync(path).mode & 0o777
const rootIdOf = (data: string): string =>
  JSON.parse(readFileSync(join(data, 'root.key'), 'utf8')).id

interface Sealed {
  readonly keyId: string
  readonly blob: Uint8Array
  readonly plaintext: string
}

async function createKey(kms: KMSClient): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  return KeyMetadata?.KeyId ?? ''
}

async function seal(kms: KMSClient, keyId: string, plaintext: string): Promise<Sealed> {
  const input = { KeyId: keyId, Plaintext: Buffer.from(plaintext) }
  const { CiphertextBlob: blob = new Uint8Array() } = await kms.send(new EncryptCommand(input))
  return { keyId, blob, plaintext }
}

async function open(kms: KMSClient, { blob }: Sealed): Promise<string> {
  const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob: blob }))
  return Buffer.from(Plaintext ?? []).toString()
}

/** Calls the operator's API of a server. */
const operate = (server: ServerProcess, data: string) =>
  client({ TENKEY_ENDPOINT: server.url, TENKEY_DATA: data })

/** HTTP status of the answer that ended a call; undefined where there was none. */
const statusOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 200,
    (error: { $metadata?: { httpStatusCode?: number } }) => error.$metadata?.httpStatusCode,
  )

const nameOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'success',
    (error: Error) => error.name,
  )

describe('the data folder', () => {
  test('is made by the first start and used by the next', async () => {
    const data = newFolder()
    const first = await start({ TENKEY_DATA: data, TENKEY_PORT: String(await freePort()) })
    expect(modeOf(data)).toBe(0o700)
    for (const name of ['tenkey.db', 'root.key', 'operator.json', 'tenant.json']) {
      expect({ name, mode: modeOf(join(data, name)) }).toEqual({ name, mode: 0o600 })
    }
    const tenant = JSON.parse(readFileSync(join(data, 'tenant.json'), 'utf8'))
    expect(first.block).toEqual({
      AWS_ENDPOINT_URL_KMS: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      AWS_ENDPOINT_URL_STS: first.url,
      AWS_ENDPOINT_URL_IAM: `${first.url}/iam`,
      AWS_ACCESS_KEY_ID: tenant.accessKeyId,
      AWS_SECRET_ACCESS_KEY: tenant.secretAccessKey,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      // by which commands find it, where it is not at the usual port
      TENKEY_ENDPOINT: first.url,
    })
    const sealed = await seal(first.kms(), await createKey(first.kms()), 'kept')
    expect(await first.stop()).toMatchObject({ code: 0, stderr: '' })

    const second = await start({ TENKEY_DATA: data, TENKEY_PORT: new URL(first.url).port })
    expect(second.block).toEqual(first.block)
    const place = `store ${data}/tenkey.db`
    expect(first.greeting).toContain(`ready on ${first.url} (a new installation, ${place})`)
    expect(second.greeting).toContain(`ready on ${first.url} (${place})`)
    expect(await open(second.kms(), sealed)).toBe('kept')
    expect(await operate(second, data).list('/admin/v1/tenants', 'Tenants')).toHaveLength(1)
  })

  test('a data folder that can not be looked into is told in one line', async () => {
    const data = newFolder()
    mkdirSync(data, { mode: 0o700 })
    // as another user's folder, but for root too
    symlinkSync('tenkey.db', join(data, 'tenkey.db'))
    const outcome = await runScript('server/main.ts', [], { TENKEY_DATA: data, TENKEY_PORT: '0' })
    expect(outcome).toMatchObject({
      code: 1,
      stderr: `tenkey: ${join(data, 'tenkey.db')} can't be read (ELOOP): whose is it?\n`,
    })
  })

  test('one that serves one Region says so in what is to be pasted, and to its commands', async () => {
    const data = newFolder()
    const settings = { TENKEY_DATA: data, TENKEY_REGION: 'eu-west-1' }
    const server = await start(settings)
    expect(server.block).toMatchObject({
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
    })
    const { KeyMetadata } = await server.kms().send(new CreateKeyCommand({}))
    expect(KeyMetadata?.Arn).toContain(':eu-west-1:')
    const command = { ...settings, TENKEY_ENDPOINT: server.url }
    const listed = await runScript('server/tenkey.ts', ['tenant', 'list'], command)
    expect(listed).toMatchObject({ code: 0, stderr: '' })
    // elsewhere in the environment a Region is the caller's own
    const other = await start({ TENKEY_DATA: newFolder(), AWS_REGION: 'eu-central-1' })
    expect(other.block['AWS_REGION']).toBe('eu-central-1')
  })

  test('a credential file that its owner removed is not needed; the operator gets another', async () => {
    const data = newFolder()
    const first = await start({ TENKEY_DATA: data, TENKEY_PORT: String(await freePort()) })
    const before = operate(first, data)
    await first.stop()
    rmSync(join(data, 'operator.json'))
    rmSync(join(data, 'tenant.json'))
    const settings = { TENKEY_DATA: data, TENKEY_PORT: new URL(first.url).port }
    const { child, ended, said } = launch('server/tenkey.ts', ['serve', '--json'], settings)
    await expect.poll(() => said.stdout).toContain('\n')
    expect(JSON.parse(said.stdout)).toEqual({
      endpoint: first.url,
      region: 'us-east-1',
      newInstallation: false,
    })
    const after = client({ TENKEY_ENDPOINT: first.url, TENKEY_DATA: data })
    const tenants = await after.list('/admin/v1/tenants', 'Tenants')
    expect(tenants).toHaveLength(1)
    expect(await before.list('/admin/v1/tenants', 'Tenants')).toEqual(tenants)
    expect(modeOf(join(data, 'operator.json'))).toBe(0o600)
    child.kill()
    expect((await ended).code).toBe(0)
  })

  test('an access key that was deleted does not come back from its file', async () => {
    const data = newFolder()
    const first = await start({ TENKEY_DATA: data })
    const { accountId, accessKeyId } = JSON.parse(readFileSync(join(data, 'tenant.json'), 'utf8'))
    const path = `/admin/v1/tenants/${accountId}/access-keys/${accessKeyId}`
    await operate(first, data).call('DELETE', path)
    await first.stop()
    const second = await start({ TENKEY_DATA: data })
    const call = second.kms().send(new ListKeysCommand({}))
    expect(await nameOf(call)).toBe('UnrecognizedClientException')
  })

  test('works wherever it is copied to', async () => {
    const data = newFolder()
    const first = await start({ TENKEY_DATA: data })
    const sealed = await seal(first.kms(), await createKey(first.kms()), 'moved')
    await first.stop()
    const copy = newFolder()
    cpSync(data, copy, { recursive: true })
    rmSync(data, { recursive: true })
    const second = await start({ TENKEY_DATA: copy })
    expect(await open(second.kms(), sealed)).toBe('moved')
  })

  test('needs its own root key', async () => {
    const data = newFolder()
    const server = await start({ TENKEY_DATA: data })
    await server.stop()
    const id = rootIdOf(data)
    const other = newFolder()
    await (await start({ TENKEY_DATA: other })).stop()

    renameSync(join(data, 'root.key'), join(data, 'away'))
    expect(await refusal({ TENKEY_DATA: data })).toContain(`needs root key ${id}`)
    cpSync(join(other, 'root.key'), join(data, 'root.key'))
    const said = await refusal({ TENKEY_DATA: data })
    expect(said).toContain(`needs root key ${id}`)
    expect(said).toContain(`holds ${rootIdOf(other)}`)
    await start({ TENKEY_DATA: data, TENKEY_ROOT: `file:${join(data, 'away')}` })
  })
})

const EU = 'eu-west-1,eu-central-1'
const REPLICATED = {
  TENKEY_STORE: 'dynamodb',
  TENKEY_REPLICAS: EU,
  TENKEY_SHARED_TABLE: 'all',
}

describe('a server that can not start says why in one line', () => {
  const REFUSED: readonly [string, Record<string, string>, RegExp][] = [
    ['an unknown setting', { TENKEY_PROT: '1' }, /TENKEY_PROT is not a setting/],
    ['a port that is none', { TENKEY_PORT: '65536' }, /TENKEY_PORT is '65536'/],
    ['a store that is none', { TENKEY_STORE: 'redis' }, /TENKEY_STORE is 'redis'/],
    ['no workers', { TENKEY_WORKERS: '0' }, /TENKEY_WORKERS is '0'/],
    ['memory shared', { TENKEY_STORE: 'memory', TENKEY_WORKERS: '2' }, /TENKEY_WORKERS must be 1/],
    ['a root that is none', { TENKEY_ROOT: 'hsm' }, /TENKEY_ROOT is 'hsm'/],
    ['metrics that are neither', { TENKEY_METRICS: 'yes' }, /'yes'; it can be on, off$/m],
    ['a partition that is none', { TENKEY_PARTITION: 'x' }, /be aws, aws-cn, aws-us-gov$/m],
    ['a PEM file that is not there', { TENKEY_NITRO_ROOT: NOWHERE }, /can't be read \(ENOENT\)$/m],
    ['a file that is no PEM', { TENKEY_NITRO_ROOT: HERE }, /holds no certificate in PEM$/m],
    ['a root key where no folder can be', { TENKEY_ROOT: `file:${HERE}/a/b` }, /ENOTDIR/],
    ['one Region of several', { TENKEY_REPLICAS: 'eu-west-1' }, /must be two AWS Regions or more/],
    ['a Region twice', { TENKEY_REPLICAS: 'eu-west-1,eu-west-1' }, /two AWS Regions or more/],
    ['Regions without a table', { TENKEY_REPLICAS: EU }, /TENKEY_SHARED_TABLE belong together/],
    ['a table without Regions', { TENKEY_SHARED_TABLE: 'all' }, /belong together/],
    [
      'Regions on a file',
      { TENKEY_REPLICAS: EU, TENKEY_SHARED_TABLE: 'all' },
      /TENKEY_REPLICAS needs TENKEY_STORE dynamodb/,
    ],
    [
      'Regions that agree otherwise',
      { ...REPLICATED, TENKEY_REPLICAS_CONSISTENCY: 'weak' },
      /'weak'; it can be eventual, strong/,
    ],
    ['Regions without its own', REPLICATED, /TENKEY_REGION is ''; it must be one of/],
    ['a Region that is none of them', { ...REPLICATED, TENKEY_REGION: 'us-east-1' }, /one of/],
    [
      'Regions with a root key of one',
      {
        ...REPLICATED,
        TENKEY_REGION: 'eu-west-1',
        TENKEY_ROOT: 'aws-kms:arn:aws:kms:eu-west-1:111122223333:key/k',
      },
      /must name a multi-Region key/,
    ],
    ['an address of another machine', ELSEWHERE, /cannot listen on 192.0.2.1/],
    ['the same, with workers', { ...ELSEWHERE, TENKEY_WORKERS: '2' }, /cannot listen/],
  ]
  // in `npm test` a setting and an address: a process says what the server was refused with
  const BY_PROCESS = /^(an unknown setting|an address)/
  test.each(slice(REFUSED, ([title]) => BY_PROCESS.test(title)))(
    '%s',
    async (_, settings, message) => {
      expect(await refusal({ TENKEY_DATA: newFolder(), ...settings })).toMatch(message)
    },
  )

  const here = REFUSED.filter(([, settings]) => settings['TENKEY_WORKERS'] !== '2')
  test.each(here)('asked in this process: %s', async (_, settings, message) => {
    const words = await refusedHere({ TENKEY_DATA: newFolder(), ...settings })
    expect(words).toMatch(message)
    expect(words).not.toContain('\n')
  })

  test('what is refused by its settings makes no data folder', async () => {
    const data = newFolder()
    await refusal({ TENKEY_DATA: data, TENKEY_NITRO_ROOT: NOWHERE })
    expect(existsSync(data)).toBe(false)
  })

  test.runIf(existsSync('/proc'))('a data folder where none can be made, without end', async () => {
    const said = await refusal({ TENKEY_DATA: '/proc/nowhere/data' })
    expect(said).toBe("tenkey: TENKEY_DATA /proc/nowhere/data can't be made: ENOENT\n")
    const root = { TENKEY_DATA: newFolder(), TENKEY_ROOT: 'file:/proc/nowhere/a/root.key' }
    expect(await refusal(root)).toContain('/proc/nowhere/a/root.key')
  })

  test('a word that is no option', async () => {
    const outcome = await runScript('server/main.ts', ['--port'], {})
    expect(outcome).toMatchObject({ code: 1, stdout: '' })
    expect(outcome.stderr).toBe(
      "tenkey: unknown option '--port'; there are --test-clock and --help\n",
    )
  })

  test.each(['--help', '-h'])('%s says what there is, and starts nothing', async (word) => {
    const data = newFolder()
    const outcome = await runScript('server/main.ts', [word], { TENKEY_DATA: data })
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(outcome.stdout).toContain('Usage: npm start [-- --test-clock]')
    for (const name of SETTING_NAMES) expect(outcome.stdout).toContain(`\n  ${name}=`)
    expect(existsSync(data)).toBe(false)
  })

  test('a port in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const port = String((taken.address() as { port: number }).port)
    const settings = { TENKEY_DATA: newFolder(), TENKEY_PORT: port }
    const words = `cannot listen on 127.0.0.1:${port}: something else`
    expect(await refusal(settings)).toContain(words)
    for (const workers of ['1', '2']) {
      expect(await refusedHere({ ...settings, TENKEY_WORKERS: workers })).toContain(words)
    }
    // so that the next start is the first, and shows what the first shows
    expect(existsSync(settings.TENKEY_DATA)).toBe(false)
    taken.close()
  })

  test('files that are not what they should be', async () => {
    const file = newFolder()
    writeFileSync(file, '')
    expect(await refusedHere({ TENKEY_DATA: file })).toContain('there is a file of that name')

    const data = newFolder()
    mkdirSync(data, { mode: 0o700 })
    writeFileSync(join(data, 'tenkey.db'), 'x'.repeat(5000), { mode: 0o600 })
    expect(await refusedHere({ TENKEY_DATA: data })).toContain('damaged or no tenkey store')

    const open = newFolder()
    mkdirSync(open, { mode: 0o700 })
    writeFileSync(join(open, 'root.key'), '{}', { mode: 0o644 })
    expect(await refusedHere({ TENKEY_DATA: open })).toContain('open to others')

    const damaged = newFolder()
    mkdirSync(damaged, { mode: 0o700 })
    writeFileSync(join(damaged, 'operator.json'), '{"accountId":', { mode: 0o600 })
    expect(await refusal({ TENKEY_DATA: damaged })).toContain('operator.json is damaged')
  })
})

describe('what a start makes of the data folder', () => {
  const served = async (data: string) => {
    const running = await serve(readConfig({ TENKEY_DATA: data, TENKEY_PORT: '0' }))
    return { ...running, [Symbol.asyncDispose]: running.stop }
  }

  test.each([
    { title: 'a new one is kept out of Git', before: undefined, kept: true },
    { title: 'an empty one too', before: [], kept: true },
    { title: 'one with other things is its owner’s', before: ['notes.txt'], kept: false },
  ])('$title', async ({ before, kept }) => {
    const data = newFolder()
    if (before !== undefined) mkdirSync(data, { mode: 0o700 })
    for (const name of before ?? []) writeFileSync(join(data, name), '')
    await using _running = await served(data)
    const file = join(data, '.gitignore')
    expect(existsSync(file) ? readFileSync(file, 'utf8') : undefined).toBe(kept ? '*\n' : undefined)
  })

  test('a .gitignore that was taken away stays away', async () => {
    const data = newFolder()
    await (await served(data)).stop()
    rmSync(join(data, '.gitignore'))
    await (await served(data)).stop()
    expect(existsSync(join(data, '.gitignore'))).toBe(false)
  })

  test('two servers of one folder serve one state, and the second knows of the first', async () => {
    const data = newFolder()
    const settings = { TENKEY_DATA: data, TENKEY_WORKERS: '2' }
    const first = await start(settings)
    expect(first.greeting).not.toContain('Another process')
    {
      await using second = await served(data)
      const since = expect.stringMatching(/^\d{4}-\d\d-\d\dT/)
      expect(second.others).toEqual([{ address: first.url, pid: first.child.pid, since }])
      const kms = first.kms()
      const sealed = await seal(kms, await createKey(kms), 'shared')
      const credentials = { accessKeyId: first.block['AWS_ACCESS_KEY_ID'] ?? '' }
      const secretAccessKey = first.block['AWS_SECRET_ACCESS_KEY'] ?? ''
      const there = new KMSClient({
        endpoint: second.address,
        region: 'us-east-1',
        credentials: { ...credentials, secretAccessKey },
      })
      expect(await open(there, sealed)).toBe('shared')
      await there.send(new DisableKeyCommand({ KeyId: sealed.keyId }))
      expect(await nameOf(open(kms, sealed))).toBe('DisabledException')
      expect(servingNow(data)).toHaveLength(2)
    }
    // however it ends
    await first.stop('SIGKILL')
    expect(servingNow(data)).toEqual([])
    await using third = await served(data)
    expect(third.others).toEqual([])
  })

  test('a note of a server that is gone is removed, in a while', async () => {
    const data = newFolder()
    await (await served(data)).stop()
    const file = join(data, 'serving-00000000-0000-4000-8000-000000000000.lock')
    const no = join(data, 'serving-none.lock')
    for (const path of [file, no]) writeFileSync(path, '')
    expect(servingNow(data)).toEqual([])
    // one that its server has not locked yet looks the same
    expect(existsSync(file)).toBe(true)
    utimesSync(file, 0, 0)
    expect(servingNow(data)).toEqual([])
    expect([file, no].map((path) => existsSync(path))).toEqual([false, true])
  })
})

describe('what others than its owner may change or read is refused', () => {
  const SECRET = JSON.stringify({ accountId: '1', accessKeyId: '2', secretAccessKey: '3' })
  /** by name in the data folder, '' for itself; with modes that are refused, and what is said */
  const KEPT: readonly [name: string, modes: readonly number[], words: string][] = [
    ['', [0o777, 0o770, 0o720, 0o702, 0o1777], 'is writable by others'],
    ['tenkey.db', [0o620, 0o602, 0o666], 'is writable by others'],
    ['tenkey.db-wal', [0o660], 'is writable by others'],
    ['root.key', [0o640, 0o604, 0o620, 0o602], 'is open to others'],
    ['operator.json', [0o640, 0o604, 0o620, 0o602], 'is open to others'],
    ['tenant.json', [0o644], 'is open to others'],
  ]
  const cases = KEPT.flatMap(([name, modes, words]) =>
    modes.map((mode) => ({ name: name || 'the folder', at: name, mode, words })),
  )

  test.each(cases)('$name of mode $mode', async ({ at, mode, words }) => {
    const data = newFolder()
    mkdirSync(data, { mode: 0o700 })
    const path = join(data, at)
    if (at !== '') writeFileSync(path, at.endsWith('.json') ? SECRET : '')
    chmodSync(path, mode)
    const config = readConfig({ TENKEY_DATA: data, TENKEY_STORE: 'memory', TENKEY_PORT: '0' })
    const shown = (mode & 0o777).toString(8).padStart(4, '0')
    await expect(serve(config)).rejects.toThrow(`${path} ${words} (mode ${shown})`)
  })

  test('a folder that others may look into serves, as one that is the owner’s alone', async () => {
    for (const mode of [0o700, 0o755, 0o711]) {
      const data = newFolder()
      mkdirSync(data)
      chmodSync(data, mode)
      const running = await serve(
        readConfig({ TENKEY_DATA: data, TENKEY_STORE: 'memory', TENKEY_PORT: '0' }),
      )
      await running.stop()
    }
  })
})

test('what was acknowledged survives kill -9, whenever it comes', async () => {
  const data = newFolder()
  const kept: Sealed[] = []
  const keys: string[] = []
  for (let round = 1; round <= (sliced ? 2 : 4); round++) {
    const server = await start({ TENKEY_DATA: data })
    const after = randomInt(1, 40)
    const later = randomInt(0, 30)
    process.stdout.write(`round ${round}: SIGKILL ${later} ms after acknowledgement ${after}\n`)
    let acknowledged = 0
    const { promise: enough, resolve } = Promise.withResolvers<void>()
    const acknowledge = () => {
      if (++acknowledged === after) resolve()
    }
    const write = async (kms: KMSClient, writer: number) => {
      for (let n = 0; ; n++) {
        const keyId = await createKey(kms)
        keys.push(keyId)
        acknowledge()
        kept.push(await seal(kms, keyId, `${round}/${writer}/${n}`))
        acknowledge()
      }
    }
    const writers = [1, 2, 3, 4].map((writer) => statusOf(write(server.kms(), writer)))
    await Promise.race([enough, ...writers])
    await delay(later)
    await server.stop('SIGKILL')
    // each ended because nobody answered, not because it was refused
    expect(new Set(await Promise.all(writers))).toEqual(new Set([undefined]))
  }
  const kms = (await start({ TENKEY_DATA: data })).kms()
  expect(keys.length).toBeGreaterThan(0)
  for (const KeyId of keys) {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }))
    expect(KeyMetadata).toMatchObject({ KeyId, KeyState: 'Enabled' })
  }
  for (const sealed of kept) expect(await open(kms, sealed)).toBe(sealed.plaintext)
})

describe('several workers', () => {
  test('serve one state, and one that ends is replaced', async () => {
    const data = newFolder()
    const server = await start({ TENKEY_DATA: data, TENKEY_WORKERS: '2' })
    const operator = operate(server, data)
    const { accountId, accessKeyId } = JSON.parse(readFileSync(join(data, 'tenant.json'), 'utf8'))
    /** calls on connections of their own, so that every worker gets some */
    const everywhere = async (call: (kms: KMSClient) => Promise<unknown>) => {
      const outcomes = new Set<string>()
      for (let i = 0; i < 6; i++) {
        const kms = server.kms()
        outcomes.add(await nameOf(call(kms)))
        kms.destroy()
      }
      return [...outcomes]
    }
    const keyId = await createKey(server.kms())
    const encrypt = (kms: KMSClient) => seal(kms, keyId, 'x')
    const list = (kms: KMSClient) => kms.send(new ListKeysCommand({}))
    expect(await everywhere(encrypt)).toEqual(['success'])

    await server.kms().send(new DisableKeyCommand({ KeyId: keyId }))
    expect(await everywhere(encrypt)).toEqual(['DisabledException'])

    await operator.call('POST', `/admin/v1/tenants/${accountId}/suspend`)
    expect(await everywhere(list)).toEqual(['AccessDeniedException'])
    await operator.call('POST', `/admin/v1/tenants/${accountId}/resume`)
    expect(await everywhere(list)).toEqual(['success'])

    const workers = workersOf(server)
    expect(workers).toHaveLength(2)
    process.kill(workers[0] ?? 0, 'SIGKILL')
    await expect
      .poll(() => workersOf(server).filter((pid) => !workers.includes(pid)))
      .toHaveLength(1)
    expect(await everywhere(list)).toEqual(['success'])

    await operator.call('DELETE', `/admin/v1/tenants/${accountId}/access-keys/${accessKeyId}`)
    expect(await everywhere(list)).toEqual(['UnrecognizedClientException'])
    const { code, stderr } = await server.stop()
    expect(code).toBe(0)
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('a worker ended')])
  })

  /** The process ids of a server's workers (Linux). */
  function workersOf({ child }: ServerProcess): number[] {
    const { pid } = child
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return children.split(' ').filter(Boolean).map(Number)
  }
})

describe('SIGTERM', () => {
  test.each(['1', '2'])(
    'ends the server when what is under way is answered (%s workers)',
    async (workers) => {
      const data = newFolder()
      const server = await start({ TENKEY_DATA: data, TENKEY_WORKERS: workers })
      const { host } = new URL(server.url)
      const body = '{"Description":"under way"}'
      const headers = signRequest(
        {
          method: 'POST',
          path: '/',
          query: '',
          headers: {
            host,
            'content-type': 'application/x-amz-json-1.1',
            'x-amz-target': 'TrentService.CreateKey',
          },
          body: Buffer.from(body),
        },
        {
          accessKeyId: server.block['AWS_ACCESS_KEY_ID'] ?? '',
          secretAccessKey: server.block['AWS_SECRET_ACCESS_KEY'] ?? '',
        },
        { region: 'us-east-1', service: 'kms', now: Date.now() },
      )
      const lines = Object.entries({
        ...headers,
        expect: '100-continue',
        'content-length': body.length,
      })
      const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
      const idle = await openRaw(server.url)
      const busy = await openRaw(server.url)
      busy.socket.write(`POST / HTTP/1.1\r\n${text}\r\n`)
      // the interim answer says that the request is in the server's hands
      await new Promise((resolve) => busy.socket.once('data', resolve))
      const stopped = server.stop('SIGTERM')
      await idle.closed
      busy.socket.write(body)
      const answer = await busy.answer()
      expect(answer).toMatchObject({ status: 200, headers: { connection: 'close' } })
      expect(await stopped).toMatchObject({ code: 0, signal: null, stderr: '' })
      const next = await start({ TENKEY_DATA: data })
      const { Keys } = await next.kms().send(new ListKeysCommand({}))
      expect(Keys).toHaveLength(1)
    },
  )
})

describe('stores', () => {
  test('memory forgets keys and knows its credentials again; other stores are left alone', async () => {
    const data = newFolder()
    const first = await start({ TENKEY_DATA: data, TENKEY_PORT: String(await freePort()) })
    await createKey(first.kms())
    await first.stop()
    const port = new URL(first.url).port
    for (let round = 0; round < 2; round++) {
      const settings = { TENKEY_DATA: data, TENKEY_STORE: 'memory', TENKEY_PORT: port }
      const server = await start(settings)
      expect(server.block).toEqual(first.block)
      expect((await server.kms().send(new ListKeysCommand({}))).Keys).toEqual([])
      await createKey(server.kms())
      expect(await operate(server, data).list('/admin/v1/tenants', 'Tenants')).toHaveLength(1)
      await server.stop()
    }
    const again = await start({ TENKEY_DATA: data })
    expect((await again.kms().send(new ListKeysCommand({}))).Keys).toHaveLength(1)
  })

  const dynamodb = (data: string, endpoint: string) => ({
    TENKEY_DATA: data,
    TENKEY_STORE: 'dynamodb',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIDTEST',
    AWS_SECRET_ACCESS_KEY: 'made-up',
  })

  test('dynamodb: the table is made at a local endpoint, and used by the next start', async () => {
    const { endpoint, stop } = await startDynalite()
    const data = newFolder()
    const first = await start(dynamodb(data, endpoint))
    const sealed = await seal(first.kms(), await createKey(first.kms()), 'in a table')
    expect(await first.stop()).toMatchObject({ code: 0, stderr: '' })
    const second = await start({ ...dynamodb(data, endpoint), TENKEY_WORKERS: '2' })
    expect(second.block['AWS_ACCESS_KEY_ID']).toBe(first.block['AWS_ACCESS_KEY_ID'])
    expect(await open(second.kms(), sealed)).toBe('in a table')
    expect((await second.stop()).code).toBe(0)
    await stop()
  })

  test('dynamodb: a table that is made for a mistyped name is told, and no command makes one', async () => {
    const { endpoint, stop } = await startDynalite()
    const data = newFolder()
    const right = await start(dynamodb(data, endpoint))
    expect(right.greeting).toContain('(a new installation, store dynamodb, table tenkey)')
    await right.stop()
    const again = await start(dynamodb(data, endpoint))
    expect(again.greeting).toContain('(store dynamodb, table tenkey)')
    await again.stop()
    const mistyped = { ...dynamodb(data, endpoint), TENKEY_TABLE: 'tenkye' }
    const commands = [
      ['export', '--file', join(data, 'export.gz')],
      ['upgrade'],
      ['import', '--discard'],
      ['root', 'move', '--to', `file:${data}/other.key`],
    ]
    // in `npm test` one for all: they open the store by the same function
    for (const words of slice(commands, (_, index) => index === 0)) {
      const { code, stderr } = await runScript('server/tenkey.ts', words, mistyped)
      expect(code, stderr).toBe(1)
      expect(stderr).toMatch(/^tenkey: The DynamoDB table tenkye .*does not exist/)
    }
    const wrong = await start(mistyped)
    expect(wrong.greeting).toContain('(a new installation, store dynamodb, table tenkye)')
    await wrong.stop()
    await stop()
  })

  test('dynamodb: elsewhere a missing table is named', async () => {
    const { endpoint, stop } = await startDynalite()
    // resolved to this machine, but not by a loopback name: as if it were AWS's
    const elsewhere = endpoint.replace('127.0.0.1', '0.0.0.0')
    const said = await refusal({ ...dynamodb(newFolder(), elsewhere), TENKEY_TABLE: 'keys' })
    expect(said).toMatch(/The DynamoDB table keys .* does not exist: `sst deploy` makes it in AWS/)
    await stop()
  })

  test('dynamodb: an endpoint that does not answer is named', async () => {
    const { endpoint, stop } = await startDynalite()
    await stop()
    expect(await refusal(dynamodb(newFolder(), endpoint))).toContain("DynamoDB can't answer now")
  })
})
