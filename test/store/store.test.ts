import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTable, documentClient, dynamodbStore } from '../../core/store/dynamodb.ts'
import { homed } from '../../core/store/home.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { regionalStore } from '../../core/store/regions.ts'
import { sqliteStore } from '../../core/store/sqlite.ts'
import {
  type Item,
  type ItemKey,
  ItemTooLarge,
  type Json,
  type Store,
  StoreUnavailable,
} from '../../core/store/store.ts'
import { anyCharacter } from '../support/characters.ts'
import { startDynalite } from '../support/dynalite.ts'

/** A store made for one test run, and how it is taken away. */
interface Opened {
  readonly store: Store
  stop(): Promise<void>
}

async function onDynamodb(endpoint: string, stopEndpoint: () => Promise<void>): Promise<Opened> {
  const base = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'made-up' },
  })
  const options = { table: `tenkey-${crypto.randomUUID()}`, client: documentClient(base) }
  await createTable(options)
  return {
    store: dynamodbStore(options),
    async stop() {
      base.destroy()
      await stopEndpoint()
    },
  }
}

const external = process.env['TENKEY_TEST_DYNAMODB_ENDPOINT']

interface Adapter {
  readonly name: string
  readonly tags?: string[]
  readonly open: () => Promise<Opened>
}

const adapters: Adapter[] = [
  { name: 'memory', open: async () => ({ store: memoryStore(), stop: async () => undefined }) },
  {
    name: 'sqlite',
    async open() {
      const folder = await mkdtemp(join(tmpdir(), 'tenkey-store-'))
      return {
        store: sqliteStore({ file: join(folder, 'store.sqlite') }),
        stop: () => rm(folder, { recursive: true }),
      }
    },
  },
  {
    name: 'a Region’s of several, all it has in two tables',
    async open() {
      // the finest mixture: neighbours in a partition are in different tables
      const odd = ({ sk }: ItemKey) =>
        Buffer.from(sk).reduce((sum, byte) => sum + byte, 0) % 2 === 1
      const places = {
        of: (place: ItemKey) => (odd(place) ? ('own' as const) : ('shared' as const)),
        ofPrefix: () => ['own', 'shared'] as const,
      }
      const [own, shared] = [memoryStore(), memoryStore()]
      const tables = { own, shared, elsewhere: undefined, tellsSharedDue: true }
      return { store: regionalStore(places, tables), stop: async () => undefined }
    },
  },
  {
    name: 'a table at home, as it is there',
    async open() {
      const options = { replica: memoryStore(), home: memoryStore() }
      return { store: homed(options).latest, stop: async () => undefined }
    },
  },
  {
    name: 'dynamodb on dynalite',
    tags: ['dynamodb'],
    async open() {
      const { endpoint, stop } = await startDynalite()
      return onDynamodb(endpoint, stop)
    },
  },
]
if (external !== undefined) {
  const open = () => onDynamodb(external, async () => undefined)
  adapters.push({ name: `dynamodb on ${external}`, tags: ['dynamodb'], open })
}

let partitions = 0
/** A partition no other test has. */
const newPartition = (): string => `${String(++partitions).padStart(12, '0')}#test`

const item = (pk: string, sk: string, version = 1, data: Item['data'] = {}): Item => {
  return { pk, sk, version, data }
}

/** A list in a list, and so on. */
function nested(depth: number): Json {
  let json: Json = 1
  for (let level = 0; level < depth; level++) json = [json]
  return json
}

const compareUtf8 = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** JSON with the members of every object in one order: unlike toEqual it sees an own `__proto__`. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? ['object', ...Object.entries(inner).sort(([a], [b]) => compareUtf8(a, b))]
      : inner,
  )

/** In UTF-8's order, which UTF-16 does not share: U+FFFD and U+FB01 come before U+1F511. */
const AWKWARD = [
  'a',
  'a\u0001',
  'aa',
  'a\u{10ffff}',
  'b',
  'é',
  'ﬁ',
  '\ufffd',
  '🔑',
  '🔑a',
  '\u{10ffff}',
]

const sortKey = fc
  .array(fc.constantFrom('a', 'b', '#', 'é', '\ud7ff', '\ufffd', '🔑', '\u{10ffff}'), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => parts.join(''))

const contract = ({ open }: Adapter): void => {
  let opened: Opened
  let store: Store

  beforeAll(async () => {
    opened = await open()
    store = opened.store
  })
  afterAll(async () => {
    await store.close()
    await opened.stop()
  })

  const read = async (key: ItemKey): Promise<Item | undefined> => (await store.get([key]))[0]

  describe('get', () => {
    test('answers in the order of the keys, undefined where nothing is, for 100 keys', async () => {
      const pk = newPartition()
      const keys = Array.from({ length: 100 }, (_, n) => ({ pk, sk: `key-${(n * 37) % 100}` }))
      const there = keys.filter((_, n) => n % 3 !== 0)
      await Promise.all(there.map(({ sk }) => store.put(item(pk, sk, 1, { sk }))))
      const found = await store.get(keys)
      expect(found).toEqual(keys.map(({ sk }, n) => (n % 3 ? item(pk, sk, 1, { sk }) : undefined)))
    })

    test('answers a key named twice twice, and no keys with nothing', async () => {
      const one = item(newPartition(), 'one')
      await store.put(one)
      expect(await store.get([one, { pk: one.pk, sk: 'none' }, one])).toEqual([one, undefined, one])
      expect(await store.get([])).toEqual([])
    })

    test('refuses more than 100 keys', async () => {
      const keys = Array.from({ length: 101 }, (_, n) => ({ pk: 'p', sk: `${n}` }))
      await expect(store.get(keys)).rejects.toThrow(RangeError)
    })
  })

  describe('put', () => {
    test.each([
      { stored: 0, version: 1, done: true },
      { stored: 0, version: 2, done: false },
      { stored: 1, version: 1, done: false },
      { stored: 1, version: 2, done: true },
      { stored: 1, version: 3, done: false },
      { stored: 3, version: 4, done: true },
      { stored: 3, version: 3, done: false },
      { stored: 3, version: 1, done: false },
    ])('version $version over stored version $stored: $done', async ({ stored, version, done }) => {
      const pk = newPartition()
      for (let v = 1; v <= stored; v++) expect(await store.put(item(pk, 's', v, { v }))).toBe(true)
      const before = await read({ pk, sk: 's' })
      const written = item(pk, 's', version, { written: true })
      expect(await store.put(written)).toBe(done)
      expect(await read({ pk, sk: 's' })).toEqual(done ? written : before)
    })

    test('replaces the item whole', async () => {
      const pk = newPartition()
      await store.put({ ...item(pk, 's', 1, { a: 1, b: 2 }), due: 5, expires: 4_000_000_000 })
      await store.put(item(pk, 's', 2, { b: 3 }))
      expect(await read({ pk, sk: 's' })).toStrictEqual(item(pk, 's', 2, { b: 3 }))
    })

    test.each([
      ['a format', { format: 2 }],
      ['a tag', { tag: 'dGFnIG9mIDMyIGJ5dGVz' }],
      ['both, and dates', { format: 17, tag: 'dGFn', due: 9e15, expires: 4_000_000_000 }],
    ])('keeps %s, until the item is replaced by one without', async (_, more) => {
      const written = { ...item(newPartition(), 's', 1, { a: 1 }), ...more }
      await store.put(written)
      expect(await read(written)).toStrictEqual(written)
      const { pk } = written
      expect((await store.query({ pk, prefix: '', limit: 1 })).items).toStrictEqual([written])
      const moved = { ...written, sk: 't', version: 7 }
      expect(await store.add(moved)).toBe(true)
      expect(await read(moved)).toStrictEqual(moved)
      const bare = item(pk, 's', 2)
      await store.put(bare)
      expect(await read(bare)).toStrictEqual(bare)
      await Promise.all([store.delete(bare, 2), store.delete(moved, 7)])
    })

    test.each([1, 2])('of 20 writers of version %i exactly one wins', async (version) => {
      const pk = newPartition()
      if (version > 1) await store.put(item(pk, 's'))
      const writers = Array.from({ length: 20 }, (_, writer) => item(pk, 's', version, { writer }))
      const won = await Promise.all(writers.map((write) => store.put(write)))
      expect(won.filter(Boolean)).toHaveLength(1)
      expect(await read({ pk, sk: 's' })).toEqual(writers[won.indexOf(true)])
    })

    test('keeps 350 KB of data, and refuses more', async () => {
      const pk = newPartition()
      const large = item(pk, 's', 1, { x: 'x'.repeat(350 * 1024 - 8) })
      expect(await store.put(large)).toBe(true)
      expect(await read(large)).toEqual(large)
      const larger = item(pk, 's', 2, { x: 'x'.repeat(350 * 1024 - 7) })
      await expect(store.put(larger)).rejects.toThrow(ItemTooLarge)
      expect(await read(large)).toEqual(large)
    })

    test.each<[string, Item['data']]>([
      ['in UTF-8, whatever its characters', { x: 'é'.repeat(175 * 1024) }],
      ['of what JSON escapes', { x: '\u0001'.repeat(60 * 1024) }],
      ['of tiny entries', { x: Array.from({ length: 180 * 1024 }, () => 1) }],
      ['nested deeper than JSON is written', { x: nested(200_000) }],
    ])('refuses for good data over 350 KB %s, and nothing written beside them', async (_, data) => {
      const pk = newPartition()
      const beside = item(pk, 'beside')
      const outcomes = await Promise.allSettled([
        store.put(item(pk, 'put', 1, data)),
        store.put(beside),
        store.add(item(pk, 'add', 7, data)),
      ])
      const refused = { status: 'rejected', reason: expect.any(ItemTooLarge) }
      expect(outcomes).toEqual([refused, { status: 'fulfilled', value: true }, refused])
      expect((await store.query({ pk, prefix: '', limit: 9 })).items).toEqual([beside])
    })

    test('is not changed by what callers do to objects they gave or got', async () => {
      const pk = newPartition()
      const list: Json[] = [1]
      const pending = store.put(item(pk, 's', 1, { list }))
      list.push(2)
      await pending
      const got = (await read({ pk, sk: 's' }))?.data['list']
      expect(got).toEqual([1])
      try {
        if (Array.isArray(got)) got.push(3)
      } catch (error) {
        // a store may answer what can't be changed
        expect(error).toBeInstanceOf(TypeError)
      }
      expect((await read({ pk, sk: 's' }))?.data).toEqual({ list: [1] })
    })

    test('keeps every kind of JSON as it is', async () => {
      const pk = newPartition()
      const names = JSON.parse('{"__proto__":{"":"empty","\\\\":1},"constructor":[[],{}],"":null}')
      const data = {
        names,
        inherited: { toString: 1, hasOwnProperty: null, 'a.b': 2, '#x': 3, M: { S: 's' } },
        empty: ['', null, {}, [], [null, { '': '' }], false, 0],
        unicode: 'é 🔑 \u0000 \u007f \u2028 \ufffe',
        numbers: [
          0.1,
          -1.5,
          1e21,
          2 ** 53 + 2,
          Number.MAX_SAFE_INTEGER,
          1.7976931348623e100,
          1e-100,
        ],
      }
      await store.put(item(pk, 's', 1, data))
      const got = await read({ pk, sk: 's' })
      expect(canonical(got?.data)).toBe(canonical(data))
    })

    test('keeps any data (property)', async () => {
      const pk = newPartition()
      const text = fc.string({ unit: anyCharacter, maxLength: 8 })
      const { value } = fc.letrec<{ value: Json }>((tie) => ({
        value: fc.oneof(
          { depthSize: 'small', withCrossShrink: true },
          fc.constantFrom(null, true, false),
          fc.integer(),
          fc
            .double({ min: -1e100, max: 1e100, noNaN: true })
            .filter((n) => n === 0 || Math.abs(n) > 1e-100),
          text,
          fc.array(tie('value'), { maxLength: 4 }),
          fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
        ),
      }))
      let count = 0
      await fc.assert(
        fc.asyncProperty(value, async (any) => {
          const written = item(pk, `s${++count}`, 1, { any })
          await store.put(written)
          // JSON has no -0
          expect(canonical((await read(written))?.data)).toBe(canonical({ any }))
        }),
        { numRuns: 50 },
      )
    })
  })

  describe('a place has the bounds that DynamoDB has for a key', () => {
    const pk = (length: number) => newPartition().padEnd(length, 'p')
    /** the last of so many bytes, and one more; a character of three bytes or four may stand at the end */
    const possible: ItemKey[] = [
      { pk: pk(2048), sk: 's'.repeat(1024) },
      { pk: pk(20), sk: `${'€'.repeat(341)}s` },
      { pk: pk(20), sk: '🔑'.repeat(256) },
    ]
    const impossible: ItemKey[] = [
      { pk: pk(2049), sk: 's' },
      { pk: `${pk(20)}${'€'.repeat(700)}`, sk: 's' },
      { pk: pk(20), sk: 's'.repeat(1025) },
      { pk: pk(20), sk: '€'.repeat(342) },
      { pk: pk(20), sk: `${'🔑'.repeat(256)}s` },
      { pk: pk(20), sk: 'alias#'.padEnd(100_000, 'a') },
      { pk: pk(20), sk: '' },
      { pk: '', sk: 's' },
    ]

    test.each(possible)('$pk.length and $sk.length characters: written and read', async (place) => {
      expect(await store.put(item(place.pk, place.sk))).toBe(true)
      expect(await read(place)).toEqual(item(place.pk, place.sk))
      const page = { items: [item(place.pk, place.sk)], more: false }
      expect(await store.query({ pk: place.pk, prefix: place.sk, limit: 9 })).toEqual(page)
      expect(await store.delete(place, 1)).toBe(true)
    })

    test.each(impossible)('$pk.length and $sk.length: nothing is there', async (place) => {
      const beside = item(newPartition(), 'beside')
      await store.put(beside)
      expect(await store.get([place, beside, place])).toEqual([undefined, beside, undefined])
      expect(await store.delete(place, 1)).toBe(true)
      await expect(store.put(item(place.pk, place.sk))).rejects.toThrow(ItemTooLarge)
      await expect(store.add(item(place.pk, place.sk, 7))).rejects.toThrow(ItemTooLarge)
      expect(await store.get([place])).toEqual([undefined])
    })

    test('a page of what can not be, or from there, is empty', async () => {
      const one = item(newPartition(), 'a')
      await store.put(one)
      const long = 'a'.repeat(1025)
      const nothing = { items: [], more: false }
      const query = { pk: one.pk, prefix: '', limit: 9 }
      expect(await store.query({ ...query, prefix: long })).toEqual(nothing)
      expect(await store.query({ ...query, after: long, reverse: true })).toEqual(nothing)
      expect(await store.query({ ...query, pk: one.pk.padEnd(2049, 'p') })).toEqual(nothing)
      expect((await store.query(query)).items).toEqual([one])
    })
  })

  describe('delete', () => {
    test('of exactly this version, true also where it is already gone', async () => {
      const key = { pk: newPartition(), sk: 's' }
      expect(await store.delete(key, 1)).toBe(true)
      await store.put(item(key.pk, key.sk))
      await store.put(item(key.pk, key.sk, 2))
      expect(await store.delete(key, 1)).toBe(false)
      expect(await store.delete(key, 3)).toBe(false)
      expect((await read(key))?.version).toBe(2)
      expect(await store.delete(key, 2)).toBe(true)
      expect(await read(key)).toBeUndefined()
      expect(await store.delete(key, 2)).toBe(true)
      expect(await store.put(item(key.pk, key.sk))).toBe(true)
    })

    test('and put of the next version race: one of them wins', async () => {
      const key = { pk: newPartition(), sk: 's' }
      await store.put(item(key.pk, key.sk))
      const [deleted, put] = await Promise.all([
        store.delete(key, 1),
        store.put(item(key.pk, key.sk, 2)),
      ])
      expect(deleted).toBe(!put)
      expect((await read(key))?.version).toBe(put ? 2 : undefined)
    })
  })

  describe('query', () => {
    test('orders sort keys by their UTF-8 bytes, within one partition', async () => {
      const pk = newPartition()
      await Promise.all(AWKWARD.toReversed().map((sk) => store.put(item(pk, sk))))
      await store.put(item(`${pk}x`, 'a'))
      const page = await store.query({ pk, prefix: '', limit: 1000 })
      expect(page).toEqual({ items: AWKWARD.map((sk) => item(pk, sk)), more: false })
      const nothing = await store.query({ pk: newPartition(), prefix: 'x', limit: 1 })
      expect(nothing).toEqual({ items: [], more: false })
    })

    test('pages through more than 1 MB', async () => {
      const pk = newPartition()
      const x = 'x'.repeat(340_000)
      for (const sk of ['1', '2', '3', '4', '5']) await store.put(item(pk, sk, 1, { x }))
      const page = await store.query({ pk, prefix: '', limit: 4 })
      expect(page.items.map(({ sk }) => sk)).toEqual(['1', '2', '3', '4'])
      expect(page.more).toBe(true)
      expect(
        (await store.get(['5', '1', '4', '2', '3'].map((sk) => ({ pk, sk })))).map((i) => i?.sk),
      ).toEqual(['5', '1', '4', '2', '3'])
    })

    test('prefix, after, limit and reverse agree with a model (property)', async () => {
      const pk = newPartition()
      const keys = [...new Set([...AWKWARD, ...fc.sample(sortKey, { numRuns: 60, seed: 7 })])]
      await Promise.all(keys.map((sk) => store.put(item(pk, sk))))
      const sorted = keys.toSorted(compareUtf8)
      const someKey = fc.oneof(fc.constantFrom(...keys), sortKey, fc.constant(''))
      await fc.assert(
        fc.asyncProperty(
          someKey,
          fc.option(someKey, { nil: undefined }),
          fc.integer({ min: 1, max: 12 }),
          fc.boolean(),
          async (prefix, after, limit, reverse) => {
            const query = { pk, prefix, limit, reverse, ...(after !== undefined && { after }) }
            const wanted = (reverse ? sorted.toReversed() : sorted).filter((sk) => {
              const beyond = after === undefined ? 0 : compareUtf8(sk, after)
              return (
                sk.startsWith(prefix) &&
                (after === undefined || (reverse ? beyond < 0 : beyond > 0))
              )
            })
            const page = await store.query(query)
            expect(page.items.map(({ sk }) => sk)).toEqual(wanted.slice(0, limit))
            expect(page.more).toBe(wanted.length > limit)
          },
        ),
        { numRuns: 150 },
      )
    })
  })

  describe('add', () => {
    test('writes where nothing is, its version and dates as they are', async () => {
      const pk = newPartition()
      const moved = { ...item(pk, 's', 41, { a: [1, 'é'] }), due: 9e12, expires: 9e9 }
      expect(await store.add(moved)).toBe(true)
      expect(await read(moved)).toEqual(moved)
      expect(await store.add({ ...moved, version: 42 })).toBe(false)
      expect(await store.add(moved)).toBe(false)
      expect(await read(moved)).toEqual(moved)
      expect(await store.put(item(pk, 's', 42))).toBe(true)
    })
  })

  describe('due', () => {
    test('lists what is at or before now, the latest date only, earliest first', async () => {
      const pk = newPartition()
      const time = 1_000_000 + partitions * 1_000
      const dated = Array.from({ length: 30 }, (_, n) => ({
        ...item(pk, `s${n}`, 1, { n }),
        due: time + ((n * 7) % 30),
      }))
      await Promise.all([...dated, item(pk, 'undated')].map((one) => store.put(one)))
      const byDue = dated.toSorted((a, b) => a.due - b.due)
      const ours = (found: Item[]) => found.filter((one) => one.pk === pk)
      expect(ours(await store.due(time + 19, 1000))).toEqual(byDue.slice(0, 20))
      expect(await store.due(time + 29, 5)).toHaveLength(5)

      await store.put(item(pk, 's0', 2)) // no longer dated
      await store.put({ ...item(pk, 's1', 2), due: time + 5_000 }) // later
      await store.delete({ pk, sk: 's2' }, 1)
      const left = byDue.filter(({ sk }) => !['s0', 's1', 's2'].includes(sk))
      expect(ours(await store.due(time + 29, 1000))).toEqual(left)
      await Promise.all(left.map((one) => store.delete(one, 1)))
      await store.delete({ pk, sk: 's1' }, 2)
      expect(ours(await store.due(time + 9_999, 1000))).toEqual([])
    })
  })

  describe('forget', () => {
    test('leaves what is there as it is, however many ask at once', async () => {
      const pk = newPartition()
      await store.put(item(pk, 'gone', 1, { x: 1 }))
      await store.put(item(pk, 'kept', 1, { x: 1 }))
      await store.put(item(pk, 'kept', 2, { x: 2 }))
      await store.delete({ pk, sk: 'gone' }, 1)
      const written = Promise.all([store.put(item(pk, 'late')), store.forget(), store.forget()])
      await store.forget()
      await written
      const { items } = await store.query({ pk, prefix: '', limit: 10 })
      expect(items).toEqual([item(pk, 'kept', 2, { x: 2 }), item(pk, 'late')])
    })
  })

  describe('scan', () => {
    test.each([1, 7, 1000])('finds everything once, %i at a time', async (limit) => {
      const pks = [newPartition(), newPartition(), newPartition()]
      const written = pks.flatMap((pk) => AWKWARD.slice(0, 5).map((sk) => item(pk, sk)))
      await Promise.all(written.map((one) => store.put(one)))
      const all: Item[] = []
      for (let more = true; more; ) {
        const page = await store.scan(all.at(-1), limit)
        all.push(...page.items)
        more = page.more
      }
      const names = all.map(({ pk, sk }) => JSON.stringify([pk, sk]))
      expect(new Set(names).size).toBe(names.length)
      const ours = all.filter(({ pk }) => pks.includes(pk))
      const order = (a: Item, b: Item) => compareUtf8(a.pk, b.pk) || compareUtf8(a.sk, b.sk)
      expect(ours.toSorted(order)).toEqual(written.toSorted(order))
    })
  })

  test('a read sees every write acknowledged before it began', async () => {
    const pk = newPartition()
    for (let version = 1; version <= 20; version++) {
      await store.put(item(pk, 's', version))
      expect((await read({ pk, sk: 's' }))?.version).toBe(version)
      expect((await store.query({ pk, prefix: '', limit: 1 })).items[0]?.version).toBe(version)
    }
  })

  test('close finishes what was accepted, then refuses', async () => {
    const closing = await open()
    const accepted = Array.from({ length: 5 }, (_, n) => closing.store.put(item('p', `s${n}`)))
    await Promise.all([closing.store.close(), closing.store.close()])
    expect(await Promise.all(accepted)).toEqual(accepted.map(() => true))
    await expect(closing.store.get([{ pk: 'p', sk: 's0' }])).rejects.toThrow(StoreUnavailable)
    await expect(closing.store.put(item('p', 's9'))).rejects.toThrow(StoreUnavailable)
    await expect(closing.store.forget()).rejects.toThrow(StoreUnavailable)
    await closing.stop()
  })
}
for (const adapter of adapters) {
  describe(`store: ${adapter.name}`, { tags: adapter.tags ?? [] }, () => contract(adapter))
}
