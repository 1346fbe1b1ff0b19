import { PARTITIONS, TRAIL_SHARDS } from '../item/partition.ts'
import type { ItemKey, Store } from '../store/store.ts'
import { batchItem, spreadDayItem } from './batch-item.ts'

/** What tells a batch of one day from others. */
export interface BatchName {
  readonly accountId: string
  /** YYYY-MM-DD */
  readonly day: string
  /** of its first record, RFC 3339 */
  readonly time: string
  readonly id: string
}

/**
 * Where the batches of a busy account are written. Its day is marked before the first of them.
 * @returns the place of a batch, to be asked once for each
 */
export function spreadBatches(store: Pick<Store, 'put'>): (batch: BatchName) => Promise<ItemKey> {
  /** accounts and days that are marked, of the newest day */
  let marked = new Set<string>()
  let newest = ''

  return async (batch) => {
    const { accountId, day, id } = batch
    const slot = `${accountId}/${day}`
    if (!marked.has(slot)) {
      // false: it is marked already
      await store.put(spreadDayItem.item(spreadDayItem.place({ accountId, day }), 1, {}))
      if (day > newest) {
        marked = new Set()
        newest = day
      }
      marked.add(slot)
    }
    return batchItem.place({ ...batch, shard: shardOf(id) })
  }
}

/** Days of an account, YYYY-MM-DD, whose batches are in shards too. */
export async function spreadDays(
  store: Pick<Store, 'query'>,
  accountId: string,
): Promise<ReadonlySet<string>> {
  const { pk } = spreadDayItem.place({ accountId, day: '' })
  const days = new Set<string>()
  let after: string | undefined
  for (;;) {
    const from = after === undefined ? {} : { after }
    const page = await store.query({ pk, prefix: spreadDayItem.prefix(), limit: 1000, ...from })
    for (const item of page.items) days.add(spreadDayItem.parts(item).day)
    after = page.items.at(-1)?.sk
    if (!page.more || after === undefined) return days
  }
}

/** The partitions of a day. @param spread whether it is one of spreadDays */
export const trailPartitions = (accountId: string, day: string, spread: boolean): string[] =>
  (spread ? ['', ...TRAIL_SHARDS] : ['']).map((shard) =>
    PARTITIONS.trail.of({ accountId, day, shard }),
  )

/** Where a batch can be, by its sort key. */
export function placesOfBatch(accountId: string, day: string, sk: string): ItemKey[] {
  const { time, id } = batchItem.parts({ pk: '', sk })
  return ['', shardOf(id)].map((shard) => batchItem.place({ accountId, day, time, id, shard }))
}

/** The shard of an id that ends in random hexadecimal digits (RFC 9562). */
const shardOf = (id: string): string =>
  TRAIL_SHARDS[(Number.parseInt(id.slice(-1), 16) || 0) % TRAIL_SHARDS.length] ?? ''
