import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AuditPosition, AuditRecord } from '../../core/audit/audit.ts'
import { storeTrail } from '../../core/audit/store-trail.ts'
import { memoryStore } from '../../core/store/memory.ts'
import type { Store } from '../../core/store/store.ts'
import { storedBatches } from '../support/stored-batches.ts'

/**
 * DynamoDB takes 1,000 write units a second for a partition (Developer Guide, "Best practices for designing and
 * using partition keys"), so the records of a day are spread over several.
 */

const accountId = '111122223333'
const START = Date.parse('2026-11-27T23:59:00Z')
const record = (index: number, at = START + index * 1000): AuditRecord =>
  ({
    eventTime: new Date(at).toISOString(),
    eventName: `Call${index}`,
    eventID: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    userIdentity: { type: 'Root', principalId: accountId, accountId },
    resources: [],
    recipientAccountId: accountId,
  }) as unknown as AuditRecord
const query = { accountId, from: START - 1, to: START + 86_400_000 }
const daysOf = async (store: Parameters<typeof storedBatches>[0]) => [
  ...(await storedBatches(store, accountId, '2026-11-27')),
  ...(await storedBatches(store, accountId, '2026-11-28')),
]

/** All pages of a search, of this many records each. */
async function pages(trail: ReturnType<typeof storeTrail>, limit: number): Promise<string[]> {
  const names: string[] = []
  let after: AuditPosition | undefined
  do {
    const page = await trail.find({ ...query, limit, ...(after !== undefined && { after }) })
    names.push(...page.records.map(({ eventName }) => eventName))
    after = page.next
  } while (after !== undefined)
  return names
}

describe('The trail of a day', () => {
  test('of a busy account is in all of its shards, and read newest first whatever the pages', async () => {
    const store = memoryStore()
    const trail = storeTrail(store)
    for (let index = 0; index < 220; index++) await trail.record([record(index)], true)
    const shards = (await daysOf(store)).map(({ pk }) => pk.split('/')[3])
    expect(shards.filter((shard) => shard === undefined).length).toBeGreaterThanOrEqual(20)
    expect(new Set(shards)).toEqual(new Set([undefined, ...'01234567']))
    const newestFirst = Array.from({ length: 220 }, (_, index) => `Call${219 - index}`)
    for (const limit of [7, 50, 1000]) expect(await pages(trail, limit)).toEqual(newestFirst)
  })

  test('of an account with few calls a minute is in one partition, and a search asks one query for it', async () => {
    const store = memoryStore()
    let now = START
    let queries = 0
    const counted = {
      ...store,
      query: (query: Parameters<typeof store.query>[0]) => {
        queries++
        return store.query(query)
      },
    }
    const trail = storeTrail(counted, undefined, { now: () => now })
    for (let index = 0; index < 60; index++) {
      now += 6_000
      await trail.record([record(index, START)], true)
    }
    expect(new Set((await daysOf(store)).map(({ pk }) => pk))).toEqual(
      new Set([`${accountId}/audit/2026-11-27`]),
    )
    await trail.find({ ...query, from: START - 99 * 86_400_000, limit: 10, eventName: 'None' })
    // which days are spread; a hundred and one days; what is left of a day after 20, 40 and 60 batches
    expect(queries).toBe(1 + 101 + 2)
  })

  test('is marked before a shard is written: what can’t be marked waits', async () => {
    const store = memoryStore()
    let away = true
    const marking: Store = {
      ...store,
      put: async (item) => {
        if (away && item.pk.endsWith('/audit/spread')) throw new Error('away')
        return store.put(item)
      },
    }
    // batches are counted by the minute: no other begins meanwhile
    const trail = storeTrail(marking, undefined, { now: () => START })
    const calls = Array.from({ length: 21 }, (_, index) => trail.record([record(index)], true))
    await Promise.allSettled(calls)
    for (let index = 21; index < 40; index++) {
      await trail.record([record(index)], true).catch(() => {})
    }
    await expect(trail.record([record(40)], true)).rejects.toThrow('away')
    for (const { pk } of await daysOf(store)) expect(pk.split('/')).toHaveLength(3)
    away = false
    await trail.flush()
    const newestFirst = Array.from({ length: 41 }, (_, index) => `Call${40 - index}`)
    expect(await pages(trail, 50)).toEqual(newestFirst)
  })

  test('whichever release wrote each batch, every record is found once and in order', async () => {
    const batches = fc.array(
      fc.record({ records: fc.integer({ min: 1, max: 4 }), generation: fc.constantFrom(1, 2) }),
      { minLength: 1, maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(batches, fc.integer({ min: 1, max: 9 }), async (given, limit) => {
        const store = memoryStore()
        let written = 2
        const trail = storeTrail(store, undefined, { generation: () => written })
        let index = 0
        for (const { records, generation } of given) {
          written = generation
          const next = Array.from({ length: records }, () => record(index++))
          // what is of two days is in two batches
          await trail.record(next, true)
        }
        const newestFirst = Array.from({ length: index }, (_, at) => `Call${index - 1 - at}`)
        expect(await pages(trail, limit)).toEqual(newestFirst)
      }),
      { numRuns: 50 },
    )
  })

  test('is in one partition while older releases, which read no other, use the store', async () => {
    const store = memoryStore()
    const trail = storeTrail(store, undefined, { generation: () => 1 })
    for (let index = 0; index < 40; index++) await trail.record([record(index, START)], true)
    const partitions = (await daysOf(store)).map(({ pk }) => pk)
    expect(new Set(partitions)).toEqual(new Set([`${accountId}/audit/2026-11-27`]))
  })

  test('has an act once, whichever release wrote it first', async () => {
    const store = memoryStore()
    for (const generation of [1, 2, 1]) {
      const trail = storeTrail(store, undefined, { generation: () => generation })
      await trail.record([record(7)], true, { at: START, once: true })
    }
    expect(await daysOf(store)).toHaveLength(1)
    expect(await pages(storeTrail(store), 10)).toEqual(['Call7'])
  })

  test('of a try that was applied though its answer was lost is written once', async () => {
    const store = memoryStore()
    let lost = true
    const trail = storeTrail({
      ...store,
      put: async (item) => {
        const done = await store.put(item)
        if (lost) throw new Error('the answer was lost')
        return done
      },
    })
    await expect(trail.record([record(1)], true)).rejects.toThrow('the answer was lost')
    lost = false
    await trail.flush()
    expect(await daysOf(store)).toHaveLength(1)
  })
})
