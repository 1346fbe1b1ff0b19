import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import {
  BatchGetCommand,
  DeleteCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb'
import { parseJson } from '../base/json.ts'
import { DUE_INDEX, DUE_SHARDS } from './due-index.ts'
import { connect, type DynamodbOptions, explain, isNamed } from './dynamodb-table.ts'
import { textOf } from './item-text.ts'
import { met } from './meeting.ts'
import { withinPlaces } from './places.ts'
import type { Item, ItemKey, Page, Store } from './store.ts'
import { StoreUnavailable } from './store.ts'

export { type DynamodbOptions, documentClient } from './dynamodb-table.ts'

/** Makes the table, for a local endpoint; see dynamodb-create.ts, which no function ever loads. */
export const createTable = async (options: DynamodbOptions): Promise<boolean> =>
  (await import('./dynamodb-create.ts')).createTable(options)

/** keys; BatchGetItem's own bound */
const MAX_KEYS = 100
/** rounds of BatchGetItem that may bring nothing before the store counts as unavailable */
const MAX_IDLE_ROUNDS = 7
/** ms; the first pause between such rounds, doubled with each */
const FIRST_PAUSE = 20
type Attributes = Readonly<Record<string, unknown>>
type Key = { pk: string; sk: string }

/** FNV-1a over the key: spreads due items evenly and always the same way. */
function dueShard({ pk, sk }: ItemKey): string {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(`${pk}\n${sk}`)) hash = Math.imul(hash ^ byte, 0x01000193)
  return DUE_SHARDS[(hash >>> 0) % DUE_SHARDS.length] ?? ''
}

function encode(item: Item, json: string, writeId: string): Record<string, unknown> {
  const { pk, sk, version, due, expires, format, tag } = item
  return {
    pk,
    sk,
    version,
    ...(due !== undefined && { due, dueShard: dueShard(item) }),
    ...(expires !== undefined && { expires }),
    ...(format !== undefined && { format }),
    ...(tag !== undefined && { tag }),
    data: json,
    w: writeId,
  }
}

function decode(attributes: Attributes): Item {
  const { pk, sk, version, due, expires, format, tag, data } = attributes
  if (
    typeof pk !== 'string' ||
    typeof sk !== 'string' ||
    typeof version !== 'number' ||
    (due !== undefined && typeof due !== 'number') ||
    (expires !== undefined && typeof expires !== 'number') ||
    (format !== undefined && typeof format !== 'number') ||
    (tag !== undefined && typeof tag !== 'string') ||
    typeof data !== 'string'
  ) {
    throw new Error(`The item ${JSON.stringify([pk, sk])} is damaged or not tenkey's.`)
  }
  return {
    pk,
    sk,
    version,
    ...(due !== undefined && { due }),
    ...(expires !== undefined && { expires }),
    ...(format !== undefined && { format }),
    ...(tag !== undefined && { tag }),
    data: parseJson(data) as Item['data'],
  }
}

const nameOf = (key: { pk?: unknown; sk?: unknown }): string => JSON.stringify([key.pk, key.sk])
const compareUtf8 = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** Where reading begins: at once, after a key, or nowhere because all that is asked lies before `after`. */
function startOf(prefix: string, after: string | undefined, reverse: boolean) {
  // DynamoDB refuses a start outside the key condition, so one outside the prefix is decided here
  if (after === undefined) return { nothing: false }
  if (after !== '' && after.startsWith(prefix)) return { nothing: false, after }
  const beyond = compareUtf8(after, prefix) > 0
  return { nothing: beyond !== reverse }
}

/** Reads pages until there is one item more than asked for, or no more: so `more` is exact. */
async function collect<T extends Record<string, unknown>>(
  limit: number,
  start: T | undefined,
  read: (
    limit: number,
    start: T | undefined,
  ) => Promise<{
    Items?: Attributes[] | undefined
    LastEvaluatedKey?: Record<string, unknown> | undefined
  }>,
): Promise<{ found: Attributes[]; more: boolean }> {
  const found: Attributes[] = []
  let from = start
  do {
    const answer = await read(limit + 1 - found.length, from)
    found.push(...(answer.Items ?? []))
    from = answer.LastEvaluatedKey as T | undefined
  } while (from !== undefined && found.length <= limit)
  return { found: found.slice(0, limit), more: found.length > limit }
}

/**
 * The store on one DynamoDB table, laid out as tableDefinition says. Attributes: pk, sk, version, due
 * and dueShard where something is due, expires (the table's TTL), format and tag where they are, data (JSON text: a native map would
 * restrict its numbers, names and depth, and cost more to write), and w, the random id of
 * the write, by which a write that succeeded is known again although its answer was lost.
 * Methods reject with StoreUnavailable, cause included, after the SDK's own retries of throttles,
 * timeouts, 5xx and network errors; with an Error that names a missing table;
 * with ItemTooLarge for data over 350 KB; with RangeError for more than 100 keys.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 */
export function dynamodbStore(options: DynamodbOptions): Store {
  const { table } = options
  const { client, release } = connect(options)
  const inFlight = new Set<Promise<unknown>>()
  let closed = false

  /** Runs one method of the port: refused once closed, awaited by close, errors in the port's words. */
  async function run<T>(step: () => Promise<T>): Promise<T> {
    if (closed) throw new StoreUnavailable('The store is closed.')
    const work = step()
    inFlight.add(work)
    try {
      return await work
    } catch (error) {
      throw explain(error, table)
    } finally {
      inFlight.delete(work)
    }
  }

  /** Attributes by nameOf(key); asks again, ever more slowly, for keys DynamoDB left unprocessed. */
  async function readKeys(keys: readonly ItemKey[]): Promise<Map<string, Attributes>> {
    const found = new Map<string, Attributes>()
    // BatchGetItem refuses a key named twice
    let left = [...new Map(keys.map(({ pk, sk }) => [nameOf({ pk, sk }), { pk, sk }])).values()]
    for (let idle = 0; left.length > 0; ) {
      const answer = await client.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } }),
      )
      for (const item of answer.Responses?.[table] ?? []) found.set(nameOf(item), item)
      const rest = (answer.UnprocessedKeys?.[table]?.Keys ?? []) as Key[]
      // less than asked is no sign of trouble: an answer holds 16 MB
      idle = rest.length < left.length ? 0 : idle + 1
      if (idle >= MAX_IDLE_ROUNDS) {
        throw new StoreUnavailable(`DynamoDB left ${rest.length} keys of ${table} unprocessed.`)
      }
      if (rest.length > 0) await delay(FIRST_PAUSE * 2 ** idle * (0.5 + Math.random() / 2))
      left = rest
    }
    return found
  }

  async function get(keys: readonly ItemKey[]): Promise<(Item | undefined)[]> {
    if (keys.length > MAX_KEYS) throw new RangeError(`get reads at most ${MAX_KEYS} keys.`)
    const found = await readKeys(keys)
    return keys.map((key) => {
      const attributes = found.get(nameOf(key))
      return attributes && decode(attributes)
    })
  }

  /** @param expected the version that must be stored; 0 for none */
  async function write(item: Item, expected: number): Promise<boolean> {
    const json = textOf(item)
    const writeId = randomUUID()
    const command = new PutCommand({
      TableName: table,
      Item: encode(item, json, writeId),
      ConditionExpression: expected === 0 ? 'attribute_not_exists(pk)' : '#version = :stored',
      ...(expected !== 0 && {
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':stored': expected },
      }),
    })
    try {
      await met(() => client.send(command))
      return true
    } catch (error) {
      if (!isNamed(error, 'ConditionalCheckFailedException')) throw error
      // The SDK may have sent it twice: the first was applied, its answer lost, the second refused.
      const stored = (await readKeys([item])).get(nameOf(item))
      return stored?.['w'] === writeId
    }
  }

  async function remove({ pk, sk }: ItemKey, version: number): Promise<boolean> {
    const command = new DeleteCommand({
      TableName: table,
      Key: { pk, sk },
      // absent counts as deleted, so a delete whose answer was lost succeeds again
      ConditionExpression: 'attribute_not_exists(pk) OR #version = :version',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':version': version },
    })
    try {
      await met(() => client.send(command))
      return true
    } catch (error) {
      if (isNamed(error, 'ConditionalCheckFailedException')) return false
      throw error
    }
  }

  async function query(
    pk: string,
    prefix: string,
    after: string | undefined,
    limit: number,
    reverse: boolean,
  ): Promise<Page> {
    const start = startOf(prefix, after, reverse)
    if (start.nothing) return { items: [], more: false }
    const input: QueryCommandInput = {
      TableName: table,
      ConsistentRead: true,
      ScanIndexForward: !reverse,
      KeyConditionExpression: prefix === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': pk, ...(prefix !== '' && { ':prefix': prefix }) },
    }
    const { found, more } = await collect(
      limit,
      start.after === undefined ? undefined : { pk, sk: start.after },
      (Limit, ExclusiveStartKey) =>
        client.send(
          new QueryCommand({ ...input, Limit, ...(ExclusiveStartKey && { ExclusiveStartKey }) }),
        ),
    )
    return { items: found.map(decode), more }
  }

  async function dueKeys(shard: string, now: number, limit: number): Promise<Attributes[]> {
    const { found } = await collect(limit, undefined, (Limit, ExclusiveStartKey) =>
      client.send(
        new QueryCommand({
          TableName: table,
          IndexName: DUE_INDEX,
          KeyConditionExpression: 'dueShard = :shard AND due <= :now',
          ExpressionAttributeValues: { ':shard': shard, ':now': now },
          Limit,
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        }),
      ),
    )
    return found
  }

  async function due(now: number, limit: number): Promise<Item[]> {
    const shards = DUE_SHARDS.map((shard) => dueKeys(shard, now, limit))
    const keys = (await Promise.all(shards))
      .flat()
      .sort((a, b) => Number(a['due']) - Number(b['due']))
      .slice(0, limit) as unknown as Key[]
    const items: Item[] = []
    for (let from = 0; from < keys.length; from += MAX_KEYS) {
      for (const item of await get(keys.slice(from, from + MAX_KEYS))) {
        // the index lags: the item itself says whether it is still due
        if (item?.due !== undefined && item.due <= now) items.push(item)
      }
    }
    return items.sort((a, b) => (a.due ?? 0) - (b.due ?? 0))
  }

  async function scan(after: ItemKey | undefined, limit: number): Promise<Page> {
    const { found, more } = await collect(
      limit,
      after && { pk: after.pk, sk: after.sk },
      (Limit, ExclusiveStartKey) =>
        client.send(
          new ScanCommand({
            TableName: table,
            ConsistentRead: true,
            Limit,
            ...(ExclusiveStartKey && { ExclusiveStartKey }),
          }),
        ),
    )
    return { items: found.map(decode), more }
  }

  return withinPlaces({
    get: (keys) => run(() => get(keys)),
    put: (item) => run(() => write(item, item.version - 1)),
    add: (item) => run(() => write(item, 0)),
    delete: (key, version) => run(() => remove(key, version)),
    query: ({ pk, prefix, after, limit, reverse = false }) =>
      run(() => query(pk, prefix, after, limit, reverse)),
    due: (now, limit) => run(() => due(now, limit)),
    scan: (after, limit) => run(() => scan(after, limit)),
    // A table has no log and no free pages that anybody could read: an item that was deleted or replaced
    // is gone from it. What point-in-time recovery and backups keep, no call takes out of them.
    forget: () => run(async () => undefined),
    async close() {
      closed = true
      await Promise.allSettled(inFlight)
      release()
    },
  })
}
