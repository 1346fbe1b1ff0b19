import type { Item, ItemKey, Page, Query, Store } from './store.ts'

/** A table of an installation in several Regions: the Region's own, the one that all share, or another Region's own. */
export type Table = 'own' | 'shared' | { readonly region: string }

/** Which table has what. */
export interface Places {
  of(place: ItemKey): Table
  /** the tables that have items of a partition whose sort keys begin so */
  ofPrefix(pk: string, prefix: string): readonly Table[]
}

export interface Tables {
  readonly own: Store
  readonly shared: Store
  /** another Region's own table; undefined where what is in other Regions is out of reach, and counts as not there */
  readonly elsewhere: ((region: string) => Store) | undefined
  /** whether what falls due in the shared table is told here: one Region does it */
  readonly tellsSharedDue: boolean
}

/** Ports over a store. */
export interface StorePorts {
  readonly read: Pick<Store, 'get' | 'query'>
  readonly write: Pick<Store, 'put'>
  readonly remove: Pick<Store, 'delete'>
  readonly forget: Pick<Store, 'forget'>
  readonly aliases: Pick<Store, 'get'>
  readonly decisions: { readonly read: Pick<Store, 'get' | 'query'> }
}

/** What changes what Regions share works with, where that may be late in this Region. */
export interface Changing<P> {
  /** with what Regions share as it is */
  readonly store: Store
  /** the same ports, over that */
  readonly ports: P
  /**
   * Resolves once what was written in this Region before is seen in it too, and what this call was judged by; to
   * be awaited before the answer.
   * @throws StoreUnavailable where that takes too long
   */
  arrived(): Promise<void>
}

/** What an installation in several Regions has beside the store of one of them. */
export interface Regions {
  /** the other Regions */
  readonly others: readonly string[]
  /** the store with what Regions share as it is */
  readonly latest: Store
  /** the same, with what is in other Regions */
  readonly everywhere: Store
  /** the Region's store with what is in other Regions' own tables; of what Regions share what has come */
  readonly nearby: Store
  /** what one call is to use in place of a service's own; absent where the store is never late */
  readonly changing?: <P extends StorePorts>(
    formatted: (store: Store) => Store,
    ports: P,
  ) => Changing<P>
}

const orderOf = ({ pk, sk }: ItemKey): readonly [Buffer, Buffer] => [
  Buffer.from(pk),
  Buffer.from(sk),
]

function byPlace(a: ItemKey, b: ItemKey): number {
  const [one, other] = [orderOf(a), orderOf(b)]
  return Buffer.compare(one[0], other[0]) || Buffer.compare(one[1], other[1])
}

const NOTHING: Page = { items: [], more: false }

/**
 * The store of one Region of an installation in several: each place is in the table that has it, and what is
 * read at once is read of all of them at once. `scan` and `due` are of the Region's own table and the shared one;
 * `close` lets go of those two.
 * @throws Error for a write of what is in another Region, where that is out of reach
 */
export function regionalStore(places: Places, tables: Tables): Store {
  const { own, shared, elsewhere, tellsSharedDue } = tables

  function storeOf(table: Table): Store | undefined {
    if (table === 'own') return own
    return table === 'shared' ? shared : elsewhere?.(table.region)
  }

  function storeFor(place: ItemKey): Store {
    const store = storeOf(places.of(place))
    if (store !== undefined) return store
    throw new Error(
      `${JSON.stringify([place.pk, place.sk])} is in another Region, and out of reach`,
    )
  }

  async function get(keys: readonly ItemKey[]): Promise<(Item | undefined)[]> {
    // each adapter has the bound of its own
    if (keys.length > 100) return own.get(keys)
    const asked = new Map<Store, number[]>()
    for (const [index, key] of keys.entries()) {
      const store = storeOf(places.of(key))
      if (store === undefined) continue
      const indexes = asked.get(store)
      if (indexes === undefined) asked.set(store, [index])
      else indexes.push(index)
    }
    const answer: (Item | undefined)[] = keys.map(() => undefined)
    const read = async ([store, indexes]: [Store, number[]]) => {
      const found = await store.get(indexes.flatMap((index) => keys[index] ?? []))
      for (const [n, index] of indexes.entries()) answer[index] = found[n]
    }
    await Promise.all([...asked].map(read))
    return answer
  }

  async function query(asked: Query): Promise<Page> {
    const stores = places.ofPrefix(asked.pk, asked.prefix).flatMap((one) => storeOf(one) ?? [])
    const [first, ...others] = await Promise.all(stores.map((store) => store.query(asked)))
    if (first === undefined) return NOTHING
    if (others.length === 0) return first
    const pages = [first, ...others]
    const items = pages.flatMap((page) => page.items).sort(byPlace)
    if (asked.reverse === true) items.reverse()
    const more = items.length > asked.limit || pages.some((page) => page.more)
    return { items: items.slice(0, asked.limit), more }
  }

  async function due(now: number, limit: number): Promise<Item[]> {
    if (!tellsSharedDue) return own.due(now, limit)
    const found = await Promise.all([own.due(now, limit), shared.due(now, limit)])
    return found
      .flat()
      .sort((a, b) => (a.due ?? 0) - (b.due ?? 0))
      .slice(0, limit)
  }

  /** First all of the own table, then all of the shared one. */
  async function scan(after: ItemKey | undefined, limit: number): Promise<Page> {
    if (after !== undefined && places.of(after) === 'shared') return shared.scan(after, limit)
    const page = await own.scan(after, limit)
    if (page.more) return page
    const left = limit - page.items.length
    const rest = await shared.scan(undefined, Math.max(left, 1))
    return {
      items: [...page.items, ...rest.items.slice(0, left)],
      more: rest.more || rest.items.length > left,
    }
  }

  return {
    get,
    query,
    due,
    scan,
    put: async (item) => storeFor(item).put(item),
    add: async (item) => storeFor(item).add(item),
    delete: async (key, version) => storeFor(key).delete(key, version),
    async forget() {
      await Promise.all([own.forget(), shared.forget()])
    },
    async close() {
      await Promise.all([own.close(), shared.close()])
    },
  }
}
