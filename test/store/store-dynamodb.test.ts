// @module-tag dynamodb
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createTable, documentClient, dynamodbStore } from '../../core/store/dynamodb.ts'
import { tableDefinition } from '../../core/store/dynamodb-create.ts'
import { type Item, type Store, StoreUnavailable } from '../../core/store/store.ts'
import { startDynalite } from '../support/dynalite.ts'
import { freePort } from '../support/port.ts'

const item = (sk: string, version = 1, data: Item['data'] = {}): Item => ({
  pk: 'p',
  sk,
  version,
  data,
})

/** Wraps one attempt at one command: inside the SDK's retries, so each attempt comes by. */
type Fault = (attempt: number, send: () => Promise<unknown>) => Promise<unknown>

const named = (name: string, more: object = {}): Error =>
  Object.assign(new Error(`${name} injected`), { name, ...more })

/** The error a promise is rejected with. */
const caught = async (promise: Promise<unknown>): Promise<Error> => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof Error) return error
  throw new Error('It was not rejected with an Error.')
}

describe('the DynamoDB store', () => {
  const table = 'tenkey-faults'
  let server: Awaited<ReturnType<typeof startDynalite>>
  let plain: Store
  const bases: DynamoDBClient[] = []

  const client = (command?: string, fault?: Fault, endpoint = server.endpoint) => {
    const base = new DynamoDBClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'made-up' },
      maxAttempts: 3,
    })
    bases.push(base)
    let attempts = 0
    if (fault) {
      base.middlewareStack.add(
        (next, context) => (args) =>
          (context as { commandName?: string }).commandName === command
            ? (fault(++attempts, () => next(args)) as ReturnType<typeof next>)
            : next(args),
        { step: 'deserialize', priority: 'high', name: 'fault' },
      )
    }
    return documentClient(base)
  }
  const faulty = (command: string, fault: Fault): Store =>
    dynamodbStore({ table, client: client(command, fault) })

  beforeAll(async () => {
    server = await startDynalite()
    await createTable({ table, client: client() })
    plain = dynamodbStore({ table, client: client() })
  })
  afterAll(async () => {
    for (const base of bases) base.destroy()
    await server.stop()
  })

  /** Applies the write, loses the first answer. */
  const loseFirst: Fault = async (attempt, send) => {
    const answer = await send()
    if (attempt === 1) throw named('Error', { code: 'ECONNRESET' })
    return answer
  }

  describe('a write that was applied though its answer was lost', () => {
    test.each([1, 2])('is no lost race: put of version %i', async (version) => {
      const sk = `lost-put-${version}`
      if (version > 1) await plain.put(item(sk))
      let attempts = 0
      const store = faulty('PutItemCommand', (attempt, send) => {
        attempts = attempt
        return loseFirst(attempt, send)
      })
      expect(await store.put(item(sk, version, { mine: true }))).toBe(true)
      expect(attempts).toBe(2)
      expect(await plain.get([item(sk)])).toEqual([item(sk, version, { mine: true })])
    })

    test('is no lost race: delete', async () => {
      await plain.put(item('lost-delete'))
      const store = faulty('DeleteItemCommand', loseFirst)
      expect(await store.delete(item('lost-delete'), 1)).toBe(true)
      expect(await plain.get([item('lost-delete')])).toEqual([undefined])
    })

    test('is a lost race where it was another writer’s', async () => {
      const store = faulty('PutItemCommand', async (attempt, send) => {
        if (attempt > 1) return send()
        await plain.put(item('taken', 1, { theirs: true }))
        throw named('Error', { code: 'ECONNRESET' })
      })
      expect(await store.put(item('taken', 1, { mine: true }))).toBe(false)
      expect((await plain.get([item('taken')]))[0]?.data).toEqual({ theirs: true })
    })
  })

  describe('a write that met another in another Region (API_PutItem, ReplicatedWriteConflictException)', () => {
    const conflict = () =>
      named('ReplicatedWriteConflictException', {
        $fault: 'client',
        $metadata: { httpStatusCode: 400 },
      })

    test.each(['PutItemCommand', 'DeleteItemCommand'])('is sent again: %s', async (command) => {
      const sk = `met-${command}`
      await plain.put(item(sk))
      let sent = 0
      const store = faulty(command, (attempt, send) => {
        sent = attempt
        return attempt < 4 ? Promise.reject(conflict()) : send()
      })
      const put = command === 'PutItemCommand'
      expect(await (put ? store.put(item(sk, 2)) : store.delete(item(sk), 1))).toBe(true)
      expect(sent).toBe(4)
      expect(await plain.get([item(sk)])).toEqual([put ? item(sk, 2) : undefined])
    })

    test('is a lost race where that one was first', async () => {
      const store = faulty('PutItemCommand', async (attempt, send) => {
        if (attempt > 1) return send()
        await plain.put(item('met-first', 1, { theirs: true }))
        throw conflict()
      })
      expect(await store.put(item('met-first', 1, { mine: true }))).toBe(false)
      expect((await plain.get([item('met-first')]))[0]?.data).toEqual({ theirs: true })
    })

    test('is known again, where it was done though its answer was lost', async () => {
      const store = faulty('PutItemCommand', async (attempt, send) => {
        await send().catch(() => undefined)
        if (attempt === 1) throw conflict()
        return send()
      })
      expect(await store.put(item('met-own', 1, { mine: true }))).toBe(true)
    })

    test('again and again is an unavailable store', async () => {
      const cause = conflict()
      const store = faulty('PutItemCommand', () => Promise.reject(cause))
      expect(await caught(store.put(item('met-ever')))).toBeInstanceOf(StoreUnavailable)
      expect(await plain.get([item('met-ever')])).toEqual([undefined])
    })
  })

  const outages: [string, Error][] = [
    [
      'a throttle of the table',
      named('ProvisionedThroughputExceededException', {
        $fault: 'client',
        $metadata: { httpStatusCode: 400 },
      }),
    ],
    [
      'a throttle of the account',
      named('ThrottlingException', { $fault: 'client', $metadata: { httpStatusCode: 400 } }),
    ],
    [
      'an internal error',
      named('InternalServerError', { $fault: 'server', $metadata: { httpStatusCode: 500 } }),
    ],
    ['a failing proxy', named('UnknownError', { $metadata: { httpStatusCode: 503 } })],
    ['a timeout', named('TimeoutError')],
    ['a connection reset', named('Error', { code: 'ECONNRESET' })],
    ['a name that does not resolve', named('Error', { code: 'EAI_AGAIN' })],
  ]
  const calls: [string, (store: Store) => Promise<unknown>][] = [
    ['BatchGetItemCommand', (store) => store.get([item('s')])],
    ['PutItemCommand', (store) => store.put(item('s'))],
    ['PutItemCommand', (store) => store.add(item('s', 5))],
    ['DeleteItemCommand', (store) => store.delete(item('s'), 1)],
    ['QueryCommand', (store) => store.query({ pk: 'p', prefix: '', limit: 1 })],
    ['QueryCommand', (store) => store.due(0, 1)],
    ['ScanCommand', (store) => store.scan(undefined, 1)],
  ]
  describe.each(outages)('%s', (_, cause) => {
    test('makes every method unavailable, with its cause', async () => {
      const results = calls.map(async ([command, call]) => {
        const failure = await caught(call(faulty(command, () => Promise.reject(cause))))
        expect(failure).toBeInstanceOf(StoreUnavailable)
        expect(failure.cause).toBe(cause)
      })
      await Promise.all(results)
    })
  })

  test('an endpoint where nothing listens is unavailable', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`
    const store = dynamodbStore({ table, client: client(undefined, undefined, nowhere) })
    await expect(store.get([item('s')])).rejects.toThrow(StoreUnavailable)
  })

  test('a refusal that will not pass is not called unavailable', async () => {
    const denied = named('AccessDeniedException', { $metadata: { httpStatusCode: 400 } })
    const store = faulty('ScanCommand', () => Promise.reject(denied))
    await expect(store.scan(undefined, 1)).rejects.toBe(denied)
  })

  describe('keys left unprocessed', () => {
    // the document client has made native values of the answer before it comes by here
    const left = (...sks: string[]) => ({
      [table]: { ConsistentRead: true, Keys: sks.map((sk) => ({ pk: 'p', sk })) },
    })
    const answer = (response: unknown, output: object) => ({
      ...(response as object),
      output: { $metadata: {}, ...output },
    })

    const stored = (sk: string) => ({ ...item(sk), data: JSON.stringify(item(sk).data) })

    test('are asked for again', async () => {
      await Promise.all(['u1', 'u2', 'u3'].map((sk) => plain.put(item(sk))))
      const outputs = [
        { Responses: {}, UnprocessedKeys: left('u3', 'u1', 'none', 'u2') },
        { Responses: { [table]: [stored('u1')] }, UnprocessedKeys: left('u3', 'none', 'u2') },
      ]
      let rounds = 0
      const store = faulty('BatchGetItemCommand', async (round, send) => {
        rounds = round
        const response = await send()
        const output = outputs[round - 1]
        return output ? answer(response, output) : response
      })
      const keys = ['u1', 'u2', 'u3', 'none'].map((sk) => item(sk))
      expect(await store.get(keys)).toEqual([item('u1'), item('u2'), item('u3'), undefined])
      expect(rounds).toBe(3)
    })

    test('again and again are an unavailable store', async () => {
      const store = faulty('BatchGetItemCommand', async (_, send) =>
        answer(await send(), { Responses: {}, UnprocessedKeys: left('s') }),
      )
      await expect(store.get([item('s')])).rejects.toThrow(StoreUnavailable)
    })
  })

  test('a missing table is named, with what makes it', async () => {
    const store = dynamodbStore({ table: 'missing', client: client() })
    const message = /^The DynamoDB table missing .* does not exist: `sst deploy` makes it in AWS/
    for (const [, call] of calls) {
      const failure = await caught(call(store))
      expect(failure).not.toBeInstanceOf(StoreUnavailable)
      expect(failure.message).toMatch(message)
    }
  })

  test('makes a client of its own for an endpoint, and releases it', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDTEST')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'made-up')
    const options = { table: 'own-client', endpoint: server.endpoint, region: 'eu-central-1' }
    await createTable(options)
    const store = dynamodbStore(options)
    expect(await store.put(item('s'))).toBe(true)
    expect(await store.get([item('s')])).toEqual([item('s')])
    await store.close()
    await expect(store.get([item('s')])).rejects.toThrow(StoreUnavailable)
    vi.unstubAllEnvs()
  })

  test('close leaves a client that it was given open', async () => {
    const shared = client()
    await dynamodbStore({ table, client: shared }).close()
    expect(await dynamodbStore({ table, client: shared }).get([])).toEqual([])
  })

  describe('createTable', () => {
    test('is idempotent and keeps what is there', async () => {
      await plain.put(item('kept'))
      await createTable({ table, client: client() })
      expect(await plain.get([item('kept')])).toEqual([item('kept')])
    })

    test('refuses a table of another shape', async () => {
      const other = client()
      const { GlobalSecondaryIndexes: _, ...definition } = tableDefinition('other')
      await other.send(
        new CreateTableCommand({
          ...definition,
          AttributeDefinitions: definition.AttributeDefinitions?.slice(0, 2),
        }),
      )
      await expect(createTable({ table: 'other', client: other })).rejects.toThrow(
        'The DynamoDB table other is there, but is no tenkey store.',
      )
      await other.send(new DeleteTableCommand({ TableName: 'other' }))
    })
  })
})
