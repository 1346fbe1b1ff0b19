// @module-tag process
// @module-tag bundles
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DynamoDBRecord } from 'aws-lambda'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { handler } from '../../functions/key-events.ts'
import { bundle } from '../../server/lambda-gateway/bundles.ts'
import { startFunction } from '../../server/lambda-gateway/process.ts'

const PARTITION = '111122223333/eu-west-1'
const SECRET = 'wrapped-material-and-policy'

/** A record of the table's stream, with the items before and after. */
const record = (n: number, sk: string, more: Partial<DynamoDBRecord> = {}): DynamoDBRecord => ({
  eventID: `id-${n}`,
  eventName: 'MODIFY',
  eventVersion: '1.1',
  eventSource: 'aws:dynamodb',
  awsRegion: 'eu-west-1',
  dynamodb: {
    ApproximateCreationDateTime: 1_790_000_000 + n,
    Keys: { pk: { S: PARTITION }, sk: { S: sk } },
    OldImage: { data: { S: SECRET } },
    NewImage: { data: { S: SECRET } },
    SequenceNumber: String(100 + n),
    SizeBytes: 100,
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  },
  ...more,
})
const keys = (count: number) => Array.from({ length: count }, (_, n) => record(n, `key#${n}`))

interface Put {
  readonly Source: string
  readonly DetailType: string
  readonly Detail: string
  readonly Time: number
  readonly EventBusName: string
}

/** An EventBridge that keeps what it is told. */
let server: Server
let told: Put[]
let requests: { headers: Record<string, unknown>; text: string }[]
/** what it answers; by default that it took all */
let answer: (entries: readonly Put[]) => [status: number, body: unknown] | 'nothing'
const takeAll = (entries: readonly Put[]): [number, unknown] => [
  200,
  { FailedEntryCount: 0, Entries: entries.map((_, n) => ({ EventId: String(n) })) },
]
const endpoint = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const environment = () => ({
  TENKEY_EVENT_BUS: 'arn:aws:events:eu-west-1:111122223333:event-bus/keys',
  TENKEY_EVENTS_ENDPOINT: endpoint(),
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'made-up',
  AWS_SESSION_TOKEN: 'token',
})

beforeAll(async () => {
  server = createServer(async (incoming, outgoing) => {
    let text = ''
    for await (const chunk of incoming) text += String(chunk)
    requests.push({ headers: incoming.headers, text })
    const { Entries } = JSON.parse(text) as { Entries: Put[] }
    const given = answer(Entries)
    if (given === 'nothing') return
    const [status, body] = given
    if (status === 200) told.push(...Entries)
    outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
    outgoing.end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})
beforeEach(() => {
  told = []
  requests = []
  answer = takeAll
  for (const [name, value] of Object.entries(environment())) vi.stubEnv(name, value)
})
afterEach(() => vi.unstubAllEnvs())

const details = () => told.map(({ Detail }) => JSON.parse(Detail) as Record<string, string>)
const ids = () => details().map(({ id }) => id)
/** What it logs of failures is its own matter. */
const quietly = () => vi.spyOn(process.stderr, 'write').mockReturnValue(true)

describe('the function that Lambda hands the stream', () => {
  test('tells which key changed, never what it holds', async () => {
    const made = record(1, 'key#a', { eventName: 'INSERT' })
    const destroyed = record(2, 'tombstone#a', { eventName: 'INSERT' })
    expect(await handler({ Records: [made, destroyed] })).toEqual({ batchItemFailures: [] })
    expect(details()).toEqual([
      { id: 'id-1', change: 'INSERT', partition: PARTITION, item: 'key#a' },
      { id: 'id-2', change: 'INSERT', partition: PARTITION, item: 'tombstone#a' },
    ])
    expect(told[0]).toMatchObject({
      Source: 'tenkey',
      DetailType: 'Key Changed',
      Time: 1_790_000_001,
      EventBusName: environment().TENKEY_EVENT_BUS,
    })
    expect(JSON.stringify(requests)).not.toContain(SECRET)
    const { headers } = requests[0] ?? {}
    expect(headers?.['x-amz-target']).toBe('AWSEvents.PutEvents')
    expect(headers?.['authorization']).toMatch(
      /Credential=ASIAEXAMPLE\/\d{8}\/eu-west-1\/events\/aws4_request, SignedHeaders=.*x-amz-security-token/,
    )
  })

  test('tells of nothing but keys, whatever the filter lets through', async () => {
    const others = ['policy#a#b', 'alias#alias/x', 'grant#a', 'keyring#x', 'usage#a']
    const Records = others.map((sk, n) => record(n, sk))
    expect(await handler({ Records })).toEqual({ batchItemFailures: [] })
    expect(requests).toEqual([])
  })

  test('tells in the order of the stream, ten at once', async () => {
    expect(await handler({ Records: keys(23) })).toEqual({ batchItemFailures: [] })
    expect(requests.length).toBe(3)
    expect(ids()).toEqual(keys(23).map(({ eventID }) => eventID))
  })

  test('told twice, an event has the same id', async () => {
    await handler({ Records: keys(3) })
    await handler({ Records: keys(3) })
    expect(ids()).toEqual([...ids().slice(0, 3), ...ids().slice(0, 3)])
  })

  test('what EventBridge does not take is given again, from the first of it on', async () => {
    const said = quietly()
    answer = (entries) => [
      200,
      {
        FailedEntryCount: 1,
        Entries: entries.map((_, n) =>
          n === 4 ? { ErrorCode: 'InternalFailure', ErrorMessage: 'so it is' } : { EventId: 'e' },
        ),
      },
    ]
    expect(await handler({ Records: keys(23) })).toEqual({
      batchItemFailures: [{ itemIdentifier: '104' }],
    })
    expect(requests.length).toBe(1)
    const log = said.mock.calls.join('')
    expect(log).toContain('InternalFailure')
    expect(log).not.toContain(SECRET)
  })

  test.for<[string, typeof answer]>([
    ['throttles', () => [400, { __type: 'ThrottlingException' }]],
    ['fails', () => [500, {}]],
    ['says nothing of the events', () => [200, {}]],
    ['says too little', () => [200, { Entries: [{ EventId: 'e' }] }]],
  ])('an EventBridge that %s has everything given again', async ([, given]) => {
    quietly()
    answer = given
    expect(await handler({ Records: keys(3) })).toEqual({
      batchItemFailures: [{ itemIdentifier: '100' }],
    })
  })

  test('what is no record of the table fails alone: those before it are told', async () => {
    quietly()
    const Records = [...keys(2), record(2, 'key#2', { eventID: undefined }), record(3, 'key#3')]
    expect(await handler({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: '102' }] })
    expect(ids()).toEqual(['id-0', 'id-1'])
  })

  test('a setting that is missing fails the batch in one line', async () => {
    vi.stubEnv('TENKEY_EVENT_BUS', '')
    await expect(handler({ Records: keys(1) })).rejects.toThrow('TENKEY_EVENT_BUS is not set')
  })
})

describe('a process of it that dies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-events-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('loses nothing: its records are given again, with the same ids', async () => {
    const out = join(folder, 'code')
    mkdirSync(out)
    const code = await bundle('functions/key-events.handler', out)
    const start = () =>
      startFunction({
        name: 'KeyEventsTeller',
        bundle: code,
        timeout: 60_000,
        log: () => undefined,
        environment: environment(),
      })
    const event = JSON.stringify({ Records: keys(15) })
    const dying = await start()
    // EventBridge has taken the first ten, and the process dies before it hears so
    answer = (entries) => {
      told.push(...entries)
      void dying.stop()
      return 'nothing'
    }
    expect(await dying.invoke(event)).toMatchObject({ kind: 'exit' })
    const first = ids()
    expect(first.length).toBe(10)
    answer = takeAll
    const next = await start()
    const result = await next.invoke(event)
    await next.stop()
    expect(result).toEqual({ answer: JSON.stringify({ batchItemFailures: [] }) })
    const all = keys(15).map(({ eventID }) => eventID)
    expect(ids()).toEqual([...first, ...all])
    expect(first).toEqual(all.slice(0, 10))
  })
})
