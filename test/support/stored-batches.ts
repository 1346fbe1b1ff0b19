import { trailPartitions } from '../../core/audit/shards.ts'
import type { Item, Store } from '../../core/store/store.ts'

const DAY = 86_400_000

/** The batches of an account's trail of one day (YYYY-MM-DD), as they are stored, oldest first. */
export async function storedBatches(
  store: Pick<Store, 'query'>,
  accountId: string,
  day: string,
): Promise<Item[]> {
  const partitions = trailPartitions(accountId, day, true)
  const found = await Promise.all(
    partitions.map((pk) => store.query({ pk, prefix: '', limit: 1000 })),
  )
  return found.flatMap(({ items }) => items).sort((a, b) => (a.sk < b.sk ? -1 : 1))
}

/** The same of every day from one moment to another, Unix ms: midnight may pass while a test runs. */
export async function storedBatchesOf(
  store: Pick<Store, 'query'>,
  accountId: string,
  from: number,
  to: number,
): Promise<{ readonly day: string; readonly item: Item }[]> {
  const found = []
  for (let at = Math.floor(from / DAY) * DAY; at <= to; at += DAY) {
    const day = new Date(at).toISOString().slice(0, 10)
    for (const item of await storedBatches(store, accountId, day)) found.push({ day, item })
  }
  return found
}
