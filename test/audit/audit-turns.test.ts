import { expect, test } from 'vitest'
import type { AuditRecord } from '../../core/audit/audit.ts'
import { batchItem } from '../../core/audit/batch-item.ts'
import { pack } from '../../core/audit/pack.ts'
import { storeTrail } from '../../core/audit/store-trail.ts'
import { memoryStore } from '../../core/store/memory.ts'

/** A search for what is rare: it ends, and others have their turn meanwhile. */

const accountId = '111122223333'
const DAY = 86_400_000
const TO = Date.parse('2026-11-28T12:00:00Z')

/** A trail with so many batches on each of so many days, of a record each. */
async function trailOf(days: number, batches: number) {
  const store = memoryStore()
  for (let back = 0; back < days; back++) {
    const at = new Date(TO - back * DAY).toISOString()
    for (let index = 0; index < batches; index++) {
      const record: Partial<AuditRecord> = {
        eventTime: at,
        eventName: back === days - 1 && index === 0 ? 'Rare' : 'Common',
        userIdentity: { type: 'Root', principalId: accountId, accountId },
        resources: [],
        recipientAccountId: accountId,
      }
      const day = at.slice(0, 10)
      const place = batchItem.place({
        accountId,
        day,
        shard: '',
        time: at,
        id: String(index).padStart(4, '0'),
      })
      const lines = [Buffer.from(`${JSON.stringify(record)}\n`)]
      await store.put(batchItem.item(place, 1, pack(lines)))
    }
  }
  return storeTrail(store)
}

const query = { accountId, from: TO - 399 * DAY, to: TO, limit: 50, eventName: 'Rare' }

test('gives others their turn after every two batches, of 256 KB each', async () => {
  const trail = await trailOf(3, 30)
  let turns = 0
  let over = false
  const turn = () => {
    turns++
    if (!over) setImmediate(turn)
  }
  setImmediate(turn)
  const { records } = await trail.find(query)
  over = true
  expect(records).toHaveLength(1)
  expect(turns).toBeGreaterThanOrEqual(44)
})

test.each([
  ['on one day', 1, 450],
  ['on many days, each with few', 30, 15],
])('reads 200 batches or little more for a page, %s', async (_, days, batches) => {
  const trail = await trailOf(days, batches)
  const pages: number[] = []
  let after: Awaited<ReturnType<typeof trail.find>>['next']
  do {
    const { records, next } = await trail.find({ ...query, ...(after && { after }) })
    pages.push(records.length)
    after = next
  } while (after !== undefined)
  expect(pages).toEqual([0, 0, 1])
})
