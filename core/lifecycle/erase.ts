import { grantItem, grantPlaces } from '../grant/grant-items.ts'
import { PARTITIONS, type PartitionName } from '../item/partition.ts'
import type { Item, ItemKey, Store } from '../store/store.ts'

type Erasing = Pick<Store, 'get' | 'delete' | 'query'>

/** items under way at once */
const AT_ONCE = 20
/** items of a page */
const PAGE = 100
/** items of one look: so a sweep comes to what else is due */
const MOST = 1000

/**
 * What becomes of what a tenant has in the partitions of a kind. All of it goes but what is kept by name, so a kind of
 * item that comes later goes too; a kind of partition does not compile before it stands here.
 * - region: by who sweeps the Region, when its keys are gone; without that item by which it does
 * - account: when all Regions are done; the tenant's own item is left, and says that it was deleted
 * - kept: its audit trail, for as long as it is kept; what is no tenant's
 */
const ERASED_WITH: Readonly<Record<PartitionName, 'region' | 'account' | 'kept'>> = {
  operator: 'kept',
  health: 'kept',
  account: 'account',
  region: 'region',
  used: 'region',
  trail: 'kept',
  spreadDays: 'kept',
}

/** The partitions of a tenant, or of what it has in a Region, that are erased. */
export function erasedWith(
  what: 'region' | 'account',
  { accountId, region = '' }: { readonly accountId: string; readonly region?: string },
): string[] {
  const names = Object.keys(ERASED_WITH) as PartitionName[]
  const parts = { accountId, region, day: '', shard: '' }
  return names
    .filter((name) => ERASED_WITH[name] === what)
    .map((name) => PARTITIONS[name].of(parts))
}

/** Does something with each, several at once. Whatever fails, the others are tried; then it throws the first failure. */
export async function eachOf<T>(
  all: readonly T[],
  work: (one: T) => Promise<unknown>,
): Promise<void> {
  const failures: unknown[] = []
  for (let first = 0; first < all.length; first += AT_ONCE) {
    const part = await Promise.allSettled(all.slice(first, first + AT_ONCE).map(work))
    for (const one of part) if (one.status === 'rejected') failures.push(one.reason)
  }
  if (failures.length > 0) throw failures[0]
}

/**
 * Deletes what is in a partition under a prefix, some of it at a time. Of a grant whose key is gone what lies in the
 * partition of its retiring principal's account goes too.
 * @param keeps sort keys that stay
 * @returns whether there may be more
 */
export async function erase(
  { pk, prefix = '', keeps = [] }: { pk: string; prefix?: string; keeps?: readonly string[] },
  store: Erasing,
): Promise<boolean> {
  let after: string | undefined
  for (let looked = 0; looked < MOST; looked += PAGE) {
    const from = after === undefined ? {} : { after }
    const { items, more } = await store.query({ pk, prefix, ...from, limit: PAGE })
    await eachOf(
      items.filter(({ sk }) => !keeps.includes(sk)),
      (item) => eraseItem(item, store),
    )
    if (!more) return false
    after = items.at(-1)?.sk
  }
  return true
}

async function eraseItem(item: Item, store: Erasing): Promise<void> {
  if (grantItem.is(item)) {
    for (const place of grantPlaces(grantItem.parts(item), grantItem.read(item))) {
      if (place.sk !== item.sk) await eraseAt(place, store)
    }
  }
  // who changed it meanwhile is followed: nobody makes anything there any more
  if (!(await store.delete(item, item.version))) await eraseAt(item, store)
}

async function eraseAt(place: ItemKey, store: Erasing): Promise<void> {
  const [item] = await store.get([place])
  if (item !== undefined) await store.delete(item, item.version)
}
