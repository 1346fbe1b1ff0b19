// @module-tag dynamodb
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readConfig } from '../../core/config.ts'
import { INSTALLATION } from '../../core/item/installation.ts'
import { tenantKeyItem } from '../../core/key/key-items.ts'
import { keyring } from '../../core/key/keyring.ts'
import { sweep } from '../../core/lifecycle/sweep.ts'
import { RELEASE } from '../../core/release.ts'
import { localFileRoot } from '../../core/root/local-file.ts'
import { type RootKey, RootKeyUnavailable } from '../../core/root/root.ts'
import { tenantKeyContext } from '../../core/root/tenant-key-context.ts'
import { createTable, documentClient, dynamodbStore } from '../../core/store/dynamodb.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { sqliteStore } from '../../core/store/sqlite.ts'
import type { Store } from '../../core/store/store.ts'
import { openInstallation } from '../../server/installation.ts'
import { pages } from '../../server/pages.ts'
import { moveRoot } from '../../server/root-move.ts'
import { allItems } from '../../server/transfer.ts'
import { Cut, cutStore } from '../support/cut-store.ts'
import { startDynalite } from '../support/dynalite.ts'

const TENANTS = ['111122223333', '222233334444', '333344445555']
const REGIONS = ['global', 'us-east-1']
const KEYS = TENANTS.length * REGIONS.length
const SECRET = { purpose: 'test' }
const NOW = 1

let folder = ''
let from: RootKey
let to: RootKey
let store: Store
let sealed: Map<string, string>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tenkey-move-'))
  from = await localFileRoot({ file: join(folder, 'from'), create: true })
  to = await localFileRoot({ file: join(folder, 'to'), create: true })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

const keysOf = (root: RootKey, on = store) =>
  keyring({ store: on, root, capacity: 100, lifetime: 1000 })

beforeEach(async () => {
  store = memoryStore()
  await store.add({
    ...INSTALLATION,
    version: 1,
    data: { format: RELEASE.generation, root: from.id, tenant: '1' },
  })
  sealed = new Map()
  const keys = keysOf(from)
  for (const tenant of TENANTS) {
    for (const region of REGIONS) await keys.createTenantKey(tenant, region, NOW)
    sealed.set(tenant, await keys.sealSecret(tenant, SECRET, Buffer.from(`of ${tenant}`)))
  }
})

/** Every secret opens under a root, and no item names another. */
async function expectMoved(root = to): Promise<void> {
  const keys = keysOf(root)
  for (const [tenant, wrapped] of sealed) {
    expect((await keys.openSecret(tenant, SECRET, wrapped)).toString()).toBe(`of ${tenant}`)
  }
  const roots = new Set<unknown>()
  for await (const { data } of allItems(store)) {
    for (const key of (data['keys'] ?? []) as { root: string }[]) roots.add(key.root)
  }
  expect([...roots]).toEqual([root.id])
  const [installation] = await store.get([INSTALLATION])
  expect(installation?.data).toEqual({ format: RELEASE.generation, root: root.id, tenant: '1' })
}

describe('a move to another root key', () => {
  test('wraps every tenant key anew; the former root is needed no more', async () => {
    expect(await moveRoot(store, from, to)).toEqual({ moved: KEYS })
    await expectMoved()
    await expect(
      keysOf(from).openSecret('111122223333', SECRET, sealed.get('111122223333') ?? ''),
    ).rejects.toThrow('root key')
    expect(await moveRoot(store, to, from)).toEqual({ moved: KEYS })
    await expectMoved(from)
  })

  test.each([false, true])(
    'cut at any write is refused by a server, and finished by the next (%s)',
    async (applied) => {
      const whole = KEYS + 2
      for (let at = 1; at <= whole; at++) {
        const copy = memoryStore()
        for await (const item of allItems(store)) await copy.add(item)
        const kept = store
        store = copy
        await expect(moveRoot(cutStore(copy, at, applied), from, to)).rejects.toThrow(Cut)
        const begun = applied ? at < whole : at > 1
        const config = readConfig({ TENKEY_ROOT: `file:${join(folder, 'from')}` })
        if (begun) {
          await expect(openInstallation(config, copy)).rejects.toThrow(
            `to root key ${to.id} was cut short`,
          )
        }
        await moveRoot(copy, from, to)
        await expectMoved()
        store = kept
      }
    },
  )

  test('cut short is finished before another begins', async () => {
    const third = await localFileRoot({ file: join(folder, 'third'), create: true })
    await expect(moveRoot(cutStore(store, 4, true), from, to)).rejects.toThrow(Cut)
    await expect(moveRoot(store, from, third)).rejects.toThrow(
      `a move to root key ${to.id} was cut short`,
    )
    await moveRoot(store, from, to)
    await expectMoved()
  })

  test('done again takes the keys that a server of an earlier release made under the former root', async () => {
    await moveRoot(store, from, to)
    const [pk, region] = ['444455556666', 'eu-west-1']
    const wrapped = await from.wrap(Buffer.alloc(32, 7), tenantKeyContext(pk, region))
    const made = { id: randomUUID(), root: from.id, wrapped: base64(wrapped), created: NOW }
    await store.add(
      tenantKeyItem.item(tenantKeyItem.place({ accountId: pk, region }), 1, { keys: [made] }),
    )
    expect(await moveRoot(store, from, to)).toEqual({ moved: 1 })
    await expectMoved()
  })

  test('changes nothing where the new root does not open what it wraps, or is away', async () => {
    const broken: [RootKey, string][] = [
      [{ ...to, unwrap: async () => Buffer.alloc(32) }, 'does not open what it wrapped'],
      [
        {
          ...to,
          wrap: async () => {
            throw new RootKeyUnavailable('throttled')
          },
        },
        'throttled',
      ],
    ]
    for (const [root, words] of broken) {
      await expect(moveRoot(store, from, root)).rejects.toThrow(words)
      await expectMoved(from)
    }
  })

  test('that a root cuts short is taken up again', async () => {
    let wraps = 0
    const tired: RootKey = {
      ...to,
      async wrap(bytes, context) {
        if (++wraps > 3) throw new RootKeyUnavailable('throttled')
        return to.wrap(bytes, context)
      },
    }
    await expect(moveRoot(store, from, tired)).rejects.toThrow('throttled')
    await moveRoot(store, from, to)
    await expectMoved()
  })

  test('to the root it has is refused', async () => {
    await expect(moveRoot(store, from, from)).rejects.toThrow(`the root key is ${from.id} already`)
  })

  test('of a store that needs a third root, or of none, is refused', async () => {
    const third = await localFileRoot({ file: join(folder, 'third'), create: true })
    const fourth = await localFileRoot({ file: join(folder, 'fourth'), create: true })
    await expect(moveRoot(store, third, fourth)).rejects.toThrow(
      `the store needs root key ${from.id}, but TENKEY_ROOT names ${third.id}`,
    )
    await expect(moveRoot(memoryStore(), from, to)).rejects.toThrow('the store is empty')
    await expectMoved(from)
  })
})

/** A store for one run of a property, and how it is taken away. */
const STORES: readonly {
  name: string
  numRuns: number
  open(): Promise<{ store: Store; stop(): Promise<void> }>
}[] = [
  {
    name: 'memory',
    numRuns: 300,
    open: async () => ({ store: memoryStore(), stop: async () => undefined }),
  },
  {
    name: 'sqlite',
    numRuns: 10,
    async open() {
      const file = join(folder, `${randomUUID()}.db`)
      return { store: sqliteStore({ file }), stop: async () => rmSync(file) }
    },
  },
  {
    name: 'dynamodb',
    numRuns: 5,
    async open() {
      const dynalite = await startDynalite()
      const client = new DynamoDBClient({
        endpoint: dynalite.endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'made-up' },
      })
      const options = { table: 'tenkey', client: documentClient(client) }
      await createTable(options)
      const stop = async () => {
        client.destroy()
        await dynalite.stop()
      }
      return { store: dynamodbStore(options), stop }
    },
  },
]

describe.each(STORES)('a move while servers run, on $name', ({ numRuns, open }) => {
  test('leaves no tenant key that the new root does not open, however their steps interleave', () =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const opened = await open()
        const at = opened.store
        const turn = <T>(act: () => Promise<T>): Promise<T> =>
          scheduler.schedule(Promise.resolve()).then(act)
        const stepped: Store = {
          ...at,
          get: (keys) => turn(() => at.get(keys)),
          put: (item) => turn(() => at.put(item)),
          scan: (after, limit) => turn(() => at.scan(after, limit)),
        }
        const slow: RootKey = {
          ...from,
          wrap: (bytes, context) => turn(() => from.wrap(bytes, context)),
          unwrap: (bytes, context) => turn(() => from.unwrap(bytes, context)),
        }
        await at.add({ ...INSTALLATION, version: 1, data: { format: 1, root: from.id } })
        await keysOf(from, at).createTenantKey('111122223333', 'global', NOW)

        /** What a server does for the first key of a tenant: its tenant key, and a secret under it. */
        const serve = async (tenant: string): Promise<string | undefined> => {
          const keys = keysOf(slow, stepped)
          try {
            await keys.createTenantKey(tenant, 'global', NOW)
            return await keys.sealSecret(tenant, SECRET, Buffer.from(`of ${tenant}`))
          } catch (error) {
            // the caller is told DependencyTimeoutException
            expect(error).toBeInstanceOf(RootKeyUnavailable)
            return undefined
          }
        }
        const tenants = ['222233334444', '222233334444', '333344445555']
        const all = Promise.all([moveRoot(stepped, from, to), ...tenants.map(serve)])
        const [, ...told] = await scheduler.waitFor(all)

        const keys = keysOf(to, at)
        for (const [n, wrapped] of told.entries()) {
          const tenant = tenants[n] ?? ''
          if (wrapped === undefined) continue
          expect((await keys.openSecret(tenant, SECRET, wrapped)).toString()).toBe(`of ${tenant}`)
        }
        for (const tenant of tenants) await keys.createTenantKey(tenant, 'global', NOW)
        for await (const { sk, data } of allItems(at)) {
          if (!sk.startsWith('tenant-key#')) continue
          expect(data['keys']).toMatchObject([{ root: to.id }])
        }
        await at.close()
        await opened.stop()
      }),
      { numRuns },
    ))
})

describe('a server that holds the former root', () => {
  test('is overtaken by a whole move before any one step of making a tenant key', async () => {
    const told: boolean[] = []
    for (let paused = 1; paused <= 5; paused++) {
      const at = memoryStore()
      await at.add({ ...INSTALLATION, version: 1, data: { format: 1, root: from.id } })
      let steps = 0
      const step = async () => {
        if (++steps === paused) await moveRoot(at, from, to)
      }
      const slow: Store = {
        ...at,
        get: async (keys) => {
          await step()
          return at.get(keys)
        },
        put: async (item) => {
          await step()
          return at.put(item)
        },
      }
      const made = keysOf(from, slow).createTenantKey('444455556666', 'global', NOW)
      await expect(made).rejects.toThrow(RootKeyUnavailable)
      told.push(steps >= paused)
      await keysOf(to, at).createTenantKey('444455556666', 'global', NOW)
      const [item] = await at.get([{ pk: '444455556666', sk: 'tenant-key#global' }])
      expect(item?.data['keys']).toMatchObject([{ root: to.id }])
    }
    expect(told).toEqual([true, true, true, true, true])
  })

  test('goes on with what it has in memory, and makes and opens nothing else', async () => {
    const [tenant = ''] = TENANTS
    const server = keysOf(from)
    await server.openSecret(tenant, SECRET, sealed.get(tenant) ?? '')
    await moveRoot(store, from, to)
    const opened = await server.openSecret(tenant, SECRET, sealed.get(tenant) ?? '')
    expect(opened.toString()).toBe(`of ${tenant}`)
    const log = () => undefined
    const audit = { record: async () => undefined }
    const destroyInCluster = async () => 'elsewhere' as const
    const keyStores = { open: async () => ({ finish: async () => undefined, destroyInCluster }) }
    const refused = [
      () => server.createTenantKey('444455556666', 'global', NOW),
      () => server.openSecret(TENANTS[1] ?? '', SECRET, sealed.get(TENANTS[1] ?? '') ?? ''),
      () => server.requireRoot(),
      () =>
        sweep(
          { store, region: 'eu-west-1', keyring: server, keyStores, log, audit },
          { now: NOW, limit: 1 },
        ),
    ]
    for (const attempt of refused) await expect(attempt()).rejects.toThrow(RootKeyUnavailable)
    expect(await store.get([{ pk: '444455556666', sk: 'tenant-key#global' }])).toEqual([undefined])
  })

  test('is told unwell by its own health page, while the move is under way and after it', async () => {
    const health = pages(store).get('GET /health')
    const head = { method: 'GET', path: '/health', query: '', headers: {} }
    const service = { root: from, audit: { standing: () => ({ status: 'ok', lost: 0 }) } }
    const ask = async () => {
      const answer = await health?.(head as never, service as never)
      return [answer?.status, JSON.parse(String(answer?.body))]
    }
    expect(await ask()).toEqual([200, { status: 'ok' }])
    const moved = [503, { status: 'unavailable', rootKey: 'moved' }]
    const marked: unknown[] = []
    await moveRoot(
      {
        ...store,
        put: async (item) => {
          marked.push(await ask())
          return store.put(item)
        },
      },
      from,
      to,
    )
    expect(marked[0]).toEqual([200, { status: 'ok' }])
    expect(marked[1]).toEqual(moved)
    expect(await ask()).toEqual(moved)
  })

  test('makes nothing while the move is under way', async () => {
    await expect(moveRoot(cutStore(store, 3, true), from, to)).rejects.toThrow(Cut)
    for (const root of [from, to]) {
      await expect(keysOf(root).createTenantKey('444455556666', 'global', NOW)).rejects.toThrow(
        `is being moved to root key ${to.id}`,
      )
    }
  })

  test('leaves a key half made, which the next process makes anew', async () => {
    const place = { pk: '444455556666', sk: 'tenant-key#global' }
    await expect(
      keysOf(from, cutStore(store, 2, false)).createTenantKey(place.pk, 'global', NOW),
    ).rejects.toThrow(Cut)
    expect((await store.get([place]))[0]?.data).toMatchObject({ keys: [], making: {} })
    await keysOf(from).createTenantKey(place.pk, 'global', NOW)
    expect((await store.get([place]))[0]?.data).toMatchObject({ keys: [{ root: from.id }] })
  })
})
