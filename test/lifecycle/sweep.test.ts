import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AuditRecord } from '../../core/audit/audit.ts'
import { StoreConflict } from '../../core/base/conflict.ts'
import type { CustomKeyStore } from '../../core/custom-key-store/custom-key-store.ts'
import { customKeyStoresItem } from '../../core/custom-key-store/custom-key-store-items.ts'
import { materialPlace } from '../../core/key/keyring.ts'
import { DAY } from '../../core/lifecycle/rotation.ts'
import { type SweepOptions, sweep } from '../../core/lifecycle/sweep.ts'
import { type Store, StoreUnavailable } from '../../core/store/store.ts'
import { cancelKeyDeletion } from '../../operations/keys/cancel-key-deletion.ts'
import { DUE, failingAt, IDS, keyOf, keyringOf, makeWorld, summary } from '../support/world.ts'

const LIMIT = 1000

function sweepStore(store: Store, options: Partial<SweepOptions> = {}) {
  const log: unknown[] = []
  const acts: AuditRecord[] = []
  const service = {
    store,
    region: 'eu-west-1',
    keyring: keyringOf(store),
    keyStores: {
      open: async () => ({
        finish: async () => undefined,
        destroyInCluster: async () => 'elsewhere' as const,
      }),
    },
    log: (_level: string, entry: unknown) => log.push(entry),
    audit: { record: async (records: readonly AuditRecord[]) => void acts.push(...records) },
  }
  return sweep(service, { now: DUE, limit: LIMIT, ...options }).then((result) => ({
    result,
    log,
    acts,
  }))
}

const ALL = { rotated: 1, expired: 1, deleted: 1, aliasesRotated: 1, importsRemoved: 1 }
const NOTHING = { rotated: 0, expired: 0, deleted: 0, aliasesRotated: 0, importsRemoved: 0 }

/** The world after one undisturbed sweep. */
async function swept(): Promise<string[]> {
  const store = await makeWorld()
  await sweepStore(store)
  return summary(store)
}

describe('The sweeper', () => {
  test('does nothing before the date', async () => {
    const store = await makeWorld()
    const before = await summary(store)
    const { result } = await sweepStore(store, { now: DUE - 1 })
    expect(result).toEqual({ ...NOTHING, failed: 0, more: false })
    expect(await summary(store)).toEqual(before)
  })

  test('does all that is due, and the second time nothing', async () => {
    const store = await makeWorld()
    const former = (await keyOf(store, IDS.rotating))?.data.material
    expect((await sweepStore(store)).result).toEqual({ ...ALL, failed: 0, more: false })
    const after = await summary(store)
    expect(after).toEqual(await swept())
    expect((await sweepStore(store)).result).toEqual({ ...NOTHING, failed: 0, more: false })
    expect(await summary(store)).toEqual(after)

    const rotated = await keyOf(store, IDS.rotating)
    if (rotated === undefined || former === undefined) throw new Error('the key is gone')
    expect(rotated.data.material).toMatchObject({ rotated: { at: DUE, type: 'AUTOMATIC' } })
    expect(rotated.data.rotation).toEqual({ days: 90, next: DUE + 90 * DAY })
    const [copy] = await store.get([materialPlace(rotated, former.id)])
    expect(copy?.data).toEqual(former)
    expect(await keyringOf(store).open(rotated, former.id)).toBeDefined()
    expect(after.filter((line) => line.includes(IDS.leaving))).toEqual([
      `tombstone ${IDS.leaving} `,
    ])
    expect(await keyOf(store, IDS.imported)).toMatchObject({ data: { state: 'PendingImport' } })
  })

  test('a run is bounded, and the next goes on where it ended', async () => {
    const store = await makeWorld()
    const results = []
    for (let i = 0; i < 6; i++) results.push((await sweepStore(store, { limit: 1 })).result)
    expect(results.map(({ more }) => more)).toEqual([true, true, true, true, false, false])
    expect(await summary(store)).toEqual(await swept())
    const stopped = await makeWorld()
    const { result } = await sweepStore(stopped, { expired: () => true })
    expect(result).toEqual({ ...NOTHING, failed: 0, more: true })
  })

  test('what stays due, of one account, holds up no other', async () => {
    const store = await makeWorld()
    // connections that another process is to end, and claims whose cluster is not registered here
    for (let index = 0; index < 250; index++) {
      const accountId = String(100_000_000_000 + index)
      const place = customKeyStoresItem.place({ accountId, region: 'us-east-1' })
      const underWay = { at: 0, attempt: 'a' }
      const stores = [{ id: 'cks-1', underWay } as unknown as CustomKeyStore]
      await store.put(customKeyStoresItem.item(place, 1, { stores }))
    }
    const { result } = await sweepStore(store)
    expect(result).toEqual({ ...ALL, failed: 0, more: false })
  })

  test('tells nothing as destroyed that the store has not forgotten, and the next run does', async () => {
    const store = await makeWorld()
    const busy = async () => {
      throw new StoreUnavailable('another process reads the log')
    }
    const { result, log } = await sweepStore({ ...store, forget: busy })
    const kept = { expired: 0, deleted: 0, importsRemoved: 0 }
    expect(result).toEqual({ ...ALL, ...kept, failed: 1, more: false })
    expect(log).toEqual([expect.objectContaining({ error: expect.any(StoreUnavailable) })])
    expect((await keyOf(store, IDS.leaving))?.data).toMatchObject({ destroyed: DUE })
    const order: string[] = []
    const noted: Store = {
      ...store,
      forget: async () => void order.push('forget'),
      delete: (key, version) => {
        order.push(key.sk)
        return store.delete(key, version)
      },
    }
    expect((await sweepStore(noted)).result).toEqual({
      ...NOTHING,
      deleted: 1,
      failed: 0,
      more: false,
    })
    expect(order).toEqual(['forget', `key#${IDS.leaving}`])
    expect(await summary(store)).toEqual(await swept())
  })

  test('two at once do each thing once', async () => {
    const wanted = await swept()
    for (let run = 0; run < 10; run++) {
      const store = await makeWorld()
      const slow: Store = {
        ...store,
        put: async (item) => {
          await new Promise((resolve) => setImmediate(resolve))
          return store.put(item)
        },
      }
      const both = await Promise.all([sweepStore(slow), sweepStore(slow), sweepStore(store)])
      expect(both.flatMap(({ log }) => log)).toEqual([])
      expect(await summary(store)).toEqual(wanted)
    }
  })

  test('a poisoned item is logged and passed over', async () => {
    const store = await makeWorld()
    const poisoned = { pk: 'x', sk: 'unheard-of#1', version: 1, due: 0, data: {} }
    await store.put(poisoned)
    const { result, log } = await sweepStore(store)
    expect(result).toEqual({ ...ALL, failed: 1, more: false })
    expect(log).toEqual([{ sweep: 'x/unheard-of#1', error: expect.any(Error) }])
    expect((await sweepStore(store)).result).toEqual({ ...NOTHING, failed: 1, more: false })
  })

  test.for([
    ['before the write is done', false],
    ['after the write is done', true],
  ] as const)('a crash at any write, %s, is made good by the next run', async ([, done]) => {
    const wanted = await swept()
    const counting = failingAt(await makeWorld(), -1, done)
    await sweepStore(counting)
    expect(counting.writes()).toBeGreaterThan(15)
    for (let n = 0; n < counting.writes(); n++) {
      const store = await makeWorld()
      // a process that died does no other item either
      let crashed = false
      const failing = failingAt(store, n, done)
      await sweepStore(
        {
          ...failing,
          put: (item) => dies(() => failing.put(item)),
          delete: (key, version) => dies(() => failing.delete(key, version)),
        },
        { expired: () => crashed },
      )
      expect(crashed).toBe(true)
      await sweepStore(store)
      expect(await summary(store), `write ${n}`).toEqual(wanted)

      async function dies<T>(write: () => Promise<T>): Promise<T> {
        if (crashed) throw new Error('crashed before')
        try {
          return await write()
        } catch (error) {
          crashed = true
          throw error
        }
      }
    }
  })
})

/** CancelKeyDeletion as a caller does it: from a read, again where another writer was first. */
async function cancel(store: Store): Promise<boolean> {
  for (;;) {
    const key = await keyOf(store, IDS.leaving)
    if (key === undefined || key.data.destroyed !== undefined) return false
    try {
      const call = { input: { KeyId: key.id }, keys: { key } }
      await cancelKeyDeletion.run(call as never, { write: store })
      return true
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error
    }
  }
}

describe('Deletion', () => {
  test('never comes before its date', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: -40 * DAY, max: 40 * DAY }), async (offset) => {
        const store = await makeWorld()
        await sweepStore(store, { now: DUE + offset })
        expect((await keyOf(store, IDS.leaving)) === undefined).toBe(offset >= 0)
      }),
      { numRuns: 50 },
    ))

  test('never comes after a cancel, however reads and writes interleave', { tags: ['long'] }, () =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const store = await makeWorld()
        const before = await keyOf(store, IDS.leaving)
        const turn = <T>(act: () => Promise<T>): Promise<T> =>
          scheduler.schedule(Promise.resolve()).then(act)
        const shared: Store = {
          ...store,
          get: (keys) => turn(() => store.get(keys)),
          put: (item) => turn(() => store.put(item)),
          delete: (key, version) => turn(() => store.delete(key, version)),
          query: (query) => turn(() => store.query(query)),
          due: (now, limit) => turn(() => store.due(now, limit)),
        }
        const all = Promise.all([cancel(shared), sweepStore(shared), sweepStore(shared)])
        const [cancelled] = await scheduler.waitFor(all)
        await sweepStore(store)
        const after = await keyOf(store, IDS.leaving)
        if (!cancelled) {
          expect(after).toBeUndefined()
          return
        }
        expect(after?.data).toMatchObject({ state: 'Disabled', material: before?.data.material })
        const left = (await summary(store)).filter((line) => line.includes(IDS.leaving))
        expect(left.map((line) => line.split(' ')[0])).toEqual([
          ...['alias', 'grant', 'grantee', 'key', 'material', 'policy', 'retiring'],
        ])
      }),
      { numRuns: 100 },
    ),
  )
})
