// @module-tag process
import { randomUUID } from 'node:crypto'
import { CreateKeyCommand, DecryptCommand, EncryptCommand } from '@aws-sdk/client-kms'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { RootKeyUnavailable } from '../../core/root/root.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { StoreUnavailable } from '../../core/store/store.ts'
import { createMetrics } from '../../server/metrics.ts'
import { newFolder, removeFolders, type ServerProcess, startServer } from '../support/process.ts'
import { openRaw } from '../support/raw-socket.ts'

const running: ServerProcess[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()))
})
afterAll(removeFolders)

async function start(settings: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startServer({ TENKEY_DATA: newFolder(), ...settings })
  running.push(server)
  return server
}

/** One by its defaults, for what looks neither at its counters from the start nor at other settings. */
let plain: ServerProcess
beforeAll(async () => {
  plain = await startServer({ TENKEY_DATA: newFolder() })
})
afterAll(() => plain.stop())

/** Samples by name and labels, as the text has them. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ')
      return [line.slice(0, space), Number(line.slice(space + 1))]
    }),
  )
}

const scrape = async ({ url }: ServerProcess) =>
  samplesOf(await (await fetch(`${url}/metrics`)).text())

/** Runs of the sweeper that went well: each worker has one when it starts, and one a minute. */
const sweepsOf = async (server: ServerProcess) =>
  (await scrape(server)).get('tenkey_sweep_runs_total{outcome="ok"}')

describe('GET /metrics', () => {
  test('is in the text format, every line of it', async () => {
    const answer = await fetch(`${plain.url}/metrics`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    // https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details
    const line =
      /^(# (HELP|TYPE) [a-z_0-9]+ .+|[a-z_0-9]+(\{([a-z_]+="[^"\n]*",?)+\})? (-?[\d.]+(e[+-]?\d+)?|Nan|NaN|[+-]Inf))?$/
    for (const text of (await answer.text()).split('\n')) expect(text).toMatch(line)
  })

  test('no label is a name that came with a request', async () => {
    const server = plain
    const names = Array.from({ length: 20 }, (_, n) => `Nope${n}`)
    for (const name of names) {
      const headers = {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `TrentService.${name}`,
      }
      await fetch(server.url, { method: 'POST', headers, body: '{}' })
      await fetch(`${server.url}/v1/${name}`)
    }
    const samples = await scrape(server)
    expect([...samples.keys()].filter((sample) => sample.includes('Nope'))).toEqual([])
  })

  test('counts calls by operation and outcome, and how long they took', async () => {
    const server = await start()
    const kms = server.kms()
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
    const input = { KeyId: KeyMetadata?.KeyId, Plaintext: Buffer.from('x') }
    for (let i = 0; i < 3; i++) await kms.send(new EncryptCommand(input))
    await kms
      .send(new DecryptCommand({ CiphertextBlob: Buffer.from('no ciphertext') }))
      .catch(() => undefined)
    await kms.send(new EncryptCommand({ ...input, KeyId: randomUUID() })).catch(() => undefined)
    const samples = await scrape(server)
    const calls = (operation: string, outcome: string) =>
      samples.get(`tenkey_calls_total{operation="${operation}",outcome="${outcome}"}`)
    expect(calls('CreateKey', 'ok')).toBe(1)
    expect(calls('Encrypt', 'ok')).toBe(3)
    expect(calls('Encrypt', 'NotFoundException')).toBe(1)
    expect(calls('Decrypt', 'InvalidCiphertextException')).toBe(1)
    const seconds = 'tenkey_call_duration_seconds'
    expect(samples.get(`${seconds}_count{operation="Encrypt"}`)).toBe(4)
    expect(samples.get(`${seconds}_bucket{le="+Inf",operation="Encrypt"}`)).toBe(4)
    expect(samples.get(`${seconds}_sum{operation="Encrypt"}`)).toBeGreaterThan(0)
    expect(samples.get('tenkey_store_calls_total{primitive="get",outcome="ok"}')).toBeGreaterThan(4)
    expect(samples.get('tenkey_root_key_calls_total{call="unwrap",outcome="ok"}')).toBeGreaterThan(
      0,
    )
    expect(samples.get('tenkey_due_items')).toBe(0)
    expect(samples.get('process_cpu_seconds_total')).toBeGreaterThan(0)
    await expect.poll(() => sweepsOf(server)).toBeGreaterThanOrEqual(1)
  })

  test('names no tenant, key or credential', async () => {
    const server = plain
    const { KeyMetadata } = await server.kms().send(new CreateKeyCommand({}))
    const text = await (await fetch(`${server.url}/metrics`)).text()
    for (const secret of [
      KeyMetadata?.KeyId,
      KeyMetadata?.AWSAccountId,
      server.block['AWS_ACCESS_KEY_ID'],
    ]) {
      expect(text).not.toContain(secret)
    }
  })

  test('is the sum over all workers, whichever answers', async () => {
    const server = await start({ TENKEY_WORKERS: '2' })
    for (let i = 0; i < 8; i++) {
      // a client of its own each time, so that connections go to both
      const kms = server.kms()
      await kms.send(new CreateKeyCommand({}))
      kms.destroy()
    }
    await expect.poll(() => sweepsOf(server)).toBeGreaterThanOrEqual(2)
    for (let i = 0; i < 4; i++) {
      const answer = await fetch(`${server.url}/metrics`, { headers: { connection: 'close' } })
      const samples = samplesOf(await answer.text())
      expect(samples.get('tenkey_calls_total{operation="CreateKey",outcome="ok"}')).toBe(8)
      expect(samples.get('tenkey_sweep_runs_total{outcome="ok"}')).toBeGreaterThanOrEqual(2)
    }
  })

  test('is answered where this machine alone can ask', async () => {
    expect((await fetch(`${plain.url}/metrics`)).status).toBe(200)
  })

  test.each([
    [{ TENKEY_METRICS: 'off' }, 404],
    [{ TENKEY_TRUSTED_PROXY: '127.0.0.1' }, 404],
    [{ TENKEY_HOST: '0.0.0.0', TENKEY_PLAIN_HTTP: 'on' }, 404],
    [{ TENKEY_HOST: '0.0.0.0', TENKEY_PLAIN_HTTP: 'on', TENKEY_METRICS: 'on' }, 200],
  ])('with %o is answered %i: elsewhere only where it is asked for', async (settings, status) => {
    const server = await start(settings)
    const url = server.url.replace('0.0.0.0', '127.0.0.1')
    const answer = await fetch(`${url}/metrics`)
    await answer.text()
    expect(answer.status).toBe(status)
  })
})

test.each([
  ['attacker.example:4599', 421],
  ['attacker.example', 421],
  ['127.0.0.1', 200],
  ['localhost:4599', 200],
  ['[::1]:4599', 200],
])(
  'GET /metrics with Host %s is %i: a page may have its own name lead here',
  async (host, status) => {
    const connection = await openRaw(plain.url)
    connection.socket.write(`GET /metrics HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    const answer = await connection.answer()
    connection.socket.destroy()
    expect(answer?.status).toBe(status)
    expect(answer?.body.includes('tenkey_')).toBe(status === 200)
  },
)

describe('what is measured', () => {
  const text = async (metrics: ReturnType<typeof createMetrics>) => samplesOf(await metrics.text())

  test('failures of the store and the root key are counted, and come out as they were', async () => {
    const metrics = createMetrics(memoryStore(), Date.now)
    const gone = memoryStore()
    await gone.close()
    const store = metrics.store(gone)
    await expect(store.get([])).rejects.toThrow(StoreUnavailable)
    await expect(store.due(0, 1)).rejects.toThrow(StoreUnavailable)
    const unavailable = async () => {
      throw new RootKeyUnavailable('throttled')
    }
    const root = metrics.root({
      id: 'r',
      wrap: unavailable,
      unwrap: unavailable,
      close: async () => undefined,
    })
    await expect(root.unwrap(Buffer.alloc(1), {})).rejects.toThrow('throttled')
    const samples = await text(metrics)
    expect(samples.get('tenkey_store_calls_total{primitive="get",outcome="error"}')).toBe(1)
    expect(samples.get('tenkey_store_calls_total{primitive="due",outcome="error"}')).toBe(1)
    expect(samples.get('tenkey_root_key_calls_total{call="unwrap",outcome="error"}')).toBe(1)
  })

  test('what is due and not yet done shows, and that it is not known', async () => {
    const store = memoryStore()
    for (const due of [1, 2, 30]) {
      await store.put({ pk: 'p', sk: `${due}`, version: 1, due, data: {} })
    }
    const metrics = createMetrics(store, () => 10)
    expect((await text(metrics)).get('tenkey_due_items')).toBe(2)
    await store.close()
    expect((await text(metrics)).get('tenkey_due_items')).toBeNaN()
  })

  test('runs of the sweeper are counted by what they did', async () => {
    const metrics = createMetrics(memoryStore(), Date.now)
    const result = { rotated: 2, expired: 0, deleted: 1, aliasesRotated: 0, importsRemoved: 0 }
    metrics.swept({ ...result, failed: 1, more: false })
    metrics.swept(undefined)
    const samples = await text(metrics)
    expect(samples.get('tenkey_sweep_items_total{outcome="rotated"}')).toBe(2)
    expect(samples.get('tenkey_sweep_items_total{outcome="failed"}')).toBe(1)
    expect(samples.get('tenkey_sweep_runs_total{outcome="error"}')).toBe(1)
  })
})
