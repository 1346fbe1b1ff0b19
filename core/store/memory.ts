import { parseJson } from '../base/json.ts'
import { textOf } from './item-text.ts'
import { withinPlaces } from './places.ts'
import type { Item, ItemKey, Page, Query, Store } from './store.ts'
import { StoreUnavailable } from './store.ts'

/** keys; Store.get */
const MAX_KEYS = 100

/** An item as kept: the data as JSON text, so that no caller holds a reference into the store. */
interface Kept {
  readonly item: Omit<Item, 'data'>
  /** pk and sk in UTF-8, the order of the port */
  readonly order: readonly [Buffer, Buffer]
  readonly json: string
}

const orderOf = (key: ItemKey): Kept['order'] => [Buffer.from(key.pk), Buffer.from(key.sk)]
const nameOf = (key: ItemKey): string => JSON.stringify([key.pk, key.sk])
const open = (kept: Kept): Item => ({ ...kept.item, data: parseJson(kept.json) as Item['data'] })

function compare(a: Kept['order'], b: Kept['order']): number {
  return Buffer.compare(a[0], b[0]) || Buffer.compare(a[1], b[1])
}

function page(kept: readonly Kept[], limit: number): Page {
  return { items: kept.slice(0, limit).map(open), more: kept.length > limit }
}

/**
 * A store in this process's memory, for unit tests: the contract of the port, nothing durable.
 * Every read walks all items, so it is meant for thousands of them, not more.
 * @throws ItemTooLarge for data over 350 KB; RangeError for more than 100 keys; StoreUnavailable once
 *   it is closed
 */
export function memoryStore(): Store {
  const items = new Map<string, Kept>()
  let closed = false

  const assertOpen = (): void => {
    if (closed) throw new StoreUnavailable('The store is closed.')
  }
  const sorted = (): Kept[] => [...items.values()].sort((a, b) => compare(a.order, b.order))

  /** @param expected the version that must be stored; 0 for none */
  function write(item: Item, expected: number): boolean {
    assertOpen()
    const { data: _, ...rest } = item
    const json = textOf(item)
    const name = nameOf(item)
    if ((items.get(name)?.item.version ?? 0) !== expected) return false
    items.set(name, { item: rest, order: orderOf(item), json })
    return true
  }

  return withinPlaces({
    async get(keys) {
      assertOpen()
      if (keys.length > MAX_KEYS) throw new RangeError(`get reads at most ${MAX_KEYS} keys.`)
      return keys.map((key) => {
        const kept = items.get(nameOf(key))
        return kept && open(kept)
      })
    },

    async put(item) {
      return write(item, item.version - 1)
    },

    async add(item) {
      return write(item, 0)
    },

    async delete(key, version) {
      assertOpen()
      const kept = items.get(nameOf(key))
      if (kept && kept.item.version !== version) return false
      items.delete(nameOf(key))
      return true
    },

    async query({ pk, prefix, after, limit, reverse = false }: Query) {
      assertOpen()
      const start = after === undefined ? undefined : Buffer.from(after)
      const found = sorted().filter(({ item, order }) => {
        if (item.pk !== pk || !item.sk.startsWith(prefix)) return false
        if (start === undefined) return true
        const beyond = Buffer.compare(order[1], start)
        return reverse ? beyond < 0 : beyond > 0
      })
      return page(reverse ? found.reverse() : found, limit)
    },

    async due(now, limit) {
      assertOpen()
      const at = ({ item }: Kept): number => item.due ?? Number.POSITIVE_INFINITY
      const found = sorted().filter((kept) => at(kept) <= now)
      return page(
        found.sort((a, b) => at(a) - at(b)),
        limit,
      ).items
    },

    async scan(after, limit) {
      assertOpen()
      const start = after && orderOf(after)
      return page(
        sorted().filter((kept) => start === undefined || compare(kept.order, start) > 0),
        limit,
      )
    },

    // no files
    async forget() {
      assertOpen()
    },

    async close() {
      closed = true
      items.clear()
    },
  })
}
