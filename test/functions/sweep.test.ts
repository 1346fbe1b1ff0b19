// @module-tag process
// @module-tag bundles
// @module-tag dynamodb
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY } from '../../core/lifecycle/rotation.ts'
import type { RootKey } from '../../core/root/root.ts'
import { openRoot } from '../../core/service.ts'
import { createTable, documentClient, dynamodbStore } from '../../core/store/dynamodb.ts'
import type { Store } from '../../core/store/store.ts'
import { type Bundle, bundle } from '../../server/lambda-gateway/bundles.ts'
import { type FunctionProcess, startFunction } from '../../server/lambda-gateway/process.ts'
import { startDynalite } from '../support/dynalite.ts'
import { slice } from '../support/slice.ts'
import { makeWorld, summary } from '../support/world.ts'

/** all of a world is due since yesterday; the same moment in all worlds, whose ids follow from it */
const DUE_AT = Date.now() - DAY
const ALL = { rotated: 1, expired: 1, deleted: 1, aliasesRotated: 1, importsRemoved: 1 }
const NOTHING = { rotated: 0, expired: 0, deleted: 0, aliasesRotated: 0, importsRemoved: 0 }

/** What a schedule of EventBridge sends. */
const scheduled = JSON.stringify({
  version: '0',
  id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
  'detail-type': 'Scheduled Event',
  source: 'aws.scheduler',
  account: '111122223333',
  time: '2026-01-01T00:00:00Z',
  region: 'us-east-1',
  resources: ['arn:aws:scheduler:us-east-1:111122223333:schedule/default/sweep'],
  detail: {},
})

const folder = mkdtempSync(join(tmpdir(), 'tenkey-sweep-'))
let dynalite: Awaited<ReturnType<typeof startDynalite>>
let base: DynamoDBClient
let root: RootKey
let code: Bundle
const said: string[] = []

beforeAll(async () => {
  dynalite = await startDynalite()
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'made-up' }
  base = new DynamoDBClient({ endpoint: dynalite.endpoint, region: 'us-east-1', credentials })
  root = await openRoot({ root: `file:${join(folder, 'root.key')}` }, true)
  const out = join(folder, 'code')
  mkdirSync(out)
  code = await bundle('functions/sweep.handler', out)
})
afterAll(async () => {
  await root.close()
  base.destroy()
  await dynalite.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** A table of its own in which everything is due. */
async function dueWorld(): Promise<{ store: Store; table: string }> {
  const table = `tenkey-${randomUUID()}`
  const client = documentClient(base)
  await createTable({ table, client })
  const store = await makeWorld(dynamodbStore({ table, client }), root, DUE_AT)
  return { store, table }
}

/** The sweeper's function in a process of its own. */
const startSweep = (table: string, endpoint = dynalite.endpoint): Promise<FunctionProcess> =>
  startFunction({
    name: 'Sweep',
    bundle: code,
    timeout: 300_000,
    log: (text) => said.push(text),
    environment: {
      TENKEY_STORE: 'dynamodb',
      TENKEY_TABLE: table,
      TENKEY_ROOT: `file:${join(folder, 'root.key')}`,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_ACCESS_KEY_ID: 'AKIDTEST',
      AWS_SECRET_ACCESS_KEY: 'made-up',
    },
  })

/** Runs the sweeper once; what it answers. */
async function sweepOnce(table: string): Promise<unknown> {
  const sweeper = await startSweep(table)
  const result = await sweeper.invoke(scheduled)
  await sweeper.stop()
  if (!('answer' in result)) throw new Error(result.failure)
  return JSON.parse(result.answer)
}

/** What is in the store, whenever it was rotated: the function has the machine's clock. */
const left = async (store: Store): Promise<string[]> =>
  (await summary(store)).map((line) => line.replace(/rotated \d+/, 'rotated'))

/** What one undisturbed sweep leaves. */
let wanted: Promise<string[]> | undefined
const undisturbed = () => {
  wanted ??= dueWorld().then(async ({ store, table }) => {
    await sweepOnce(table)
    return left(store)
  })
  return wanted
}

const WRITES = new Set(['DynamoDB_20120810.PutItem', 'DynamoDB_20120810.DeleteItem'])

/** A DynamoDB that calls `onWrite` at the n-th write (from 0), before it is done or after. */
async function killingProxy(n: number, done: boolean, onWrite: () => Promise<void>) {
  let writes = 0
  const server: Server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const fatal = WRITES.has(String(incoming.headers['x-amz-target'])) && writes++ === n
    if (fatal && !done) await onWrite()
    else {
      const { status, body } = await forward(incoming, Buffer.concat(chunks))
      if (fatal) await onWrite()
      else outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function forward(incoming: IncomingMessage, body: Buffer) {
  return new Promise<{ status: number; body: Buffer }>((resolve, reject) => {
    const { method, headers } = incoming
    const sent = request(dynalite.endpoint, { method: method ?? 'POST', headers }, async (got) => {
      const chunks: Buffer[] = []
      for await (const chunk of got) chunks.push(chunk as Buffer)
      resolve({ status: got.statusCode ?? 500, body: Buffer.concat(chunks) })
    })
    sent.once('error', reject)
    sent.end(body)
  })
}

describe("The sweeper's function, called by a schedule", () => {
  test('does what is due, and the second time nothing', async () => {
    const { store, table } = await dueWorld()
    const sweeper = await startSweep(table)
    const first = await sweeper.invoke(scheduled)
    expect(first).toEqual({ answer: JSON.stringify({ ...ALL, failed: 0, more: false }) })
    const after = await left(store)
    expect(after).toEqual(await undisturbed())
    const second = await sweeper.invoke(scheduled)
    expect(second).toEqual({ answer: JSON.stringify({ ...NOTHING, failed: 0, more: false }) })
    await sweeper.stop()
    expect(await left(store)).toEqual(after)
  })

  test('whatever the event holds', async () => {
    const { table } = await dueWorld()
    const sweeper = await startSweep(table)
    for (const event of ['{}', 'null', '[]', '"x"']) {
      expect(await sweeper.invoke(event)).toHaveProperty('answer')
    }
    await sweeper.stop()
  })

  test('two at once, and a third, leave what one leaves', async () => {
    const { store, table } = await dueWorld()
    const sweepers = await Promise.all([startSweep(table), startSweep(table), startSweep(table)])
    const results = await Promise.all(sweepers.map((sweeper) => sweeper.invoke(scheduled)))
    await Promise.all(sweepers.map((sweeper) => sweeper.stop()))
    for (const result of results) {
      expect(JSON.parse('answer' in result ? result.answer : result.failure)).toMatchObject({
        failed: 0,
      })
    }
    expect(await sweepOnce(table)).toEqual({ ...NOTHING, failed: 0, more: false })
    expect(await left(store)).toEqual(await undisturbed())
  })

  const KILLS = [
    [0, false],
    [0, true],
    [2, true],
    [5, false],
    [8, true],
    [11, false],
    [14, true],
  ] as const
  // in `npm test` the first, the last, and one between
  test.each(slice(KILLS, (_, index) => index % 3 === 0))(
    'killed at write %i (done: %s), the next goes on where it ended',
    async (n, done) => {
      const { store, table } = await dueWorld()
      let sweeper: FunctionProcess | undefined
      const killed = Promise.withResolvers<void>()
      const proxy = await killingProxy(n, done, async () => {
        await sweeper?.stop()
        killed.resolve()
      })
      sweeper = await startSweep(table, proxy.endpoint)
      const outcome = await sweeper.invoke(scheduled)
      await killed.promise
      await proxy.stop()
      expect(outcome).toMatchObject({ kind: 'exit' })
      await sweepOnce(table)
      expect(await left(store)).toEqual(await undisturbed())
    },
  )

  test('a missing setting fails the event in one line, so that the dead-letter queue has it', async () => {
    const sweeper = await startFunction({
      ...{
        name: 'Sweep',
        bundle: code,
        timeout: 300_000,
        environment: { AWS_REGION: 'us-east-1' },
      },
      log: () => undefined,
    })
    const result = await sweeper.invoke(scheduled)
    await sweeper.stop()
    expect(result).toMatchObject({ kind: 'error' })
    const { errorMessage } = JSON.parse('failure' in result ? result.failure : '') as {
      errorMessage: string
    }
    expect(errorMessage).toBe('TENKEY_STORE is not set')
  })
})
