import { setTimeout as delay } from 'node:timers/promises'
import type { Item, ItemKey, Store } from './store.ts'
import { StoreUnavailable } from './store.ts'

/**
 * ms between two looks whether a write has come: about six seconds in all. A replica has a write "usually within
 * a second" (Amazon DynamoDB Developer Guide, "How DynamoDB global tables work").
 */
const PAUSES = [50, 100, 200, 400, ...Array.from({ length: 10 }, () => 500)]
/** keys; Store.get */
const MAX_KEYS = 100
/** writes remembered to be waited for; who never waits, as a sweeper, forgets the oldest */
const MOST_SENT = 10_000

export interface HomeOptions {
  /** the Region's own replica of a table: it has every write of home's, later */
  readonly replica: Store
  /** the replica of the one Region that takes writes */
  readonly home: Store
  /** waits so many ms; the machine's clock unless given */
  readonly wait?: (ms: number) => Promise<unknown>
}

/** A table that is written in one Region and read in another. */
export interface Homed {
  /** reads what has come to the Region */
  readonly here: Store
  /** reads what is, at home */
  readonly latest: Store
  /**
   * Resolves once the Region's replica has all that was written by these two before.
   * @throws StoreUnavailable where it has not after six seconds: what was written is durable, and comes later
   */
  arrived(): Promise<void>
}

const nameOf = ({ pk, sk }: ItemKey): string => JSON.stringify([pk, sk])

/**
 * A global table of which one Region, its home, takes every write, as another Region has it. DynamoDB judges a
 * condition in the Region that it was sent to, and of two Regions' writes keeps the later one: with one Region
 * that writes, a condition is judged over all writes there are, and none is ever lost to another.
 */
export function homed({ replica, home, wait = delay }: HomeOptions): Homed {
  const sent = new Map<string, ItemKey>()

  /** Notes the places of writes before they are sent: one whose answer is lost may be done. */
  function note({ pk, sk }: ItemKey): void {
    const [oldest] = sent.size < MOST_SENT ? [] : sent.keys()
    if (oldest !== undefined) sent.delete(oldest)
    sent.set(nameOf({ pk, sk }), { pk, sk })
  }
  const noted: Pick<Store, 'put' | 'add' | 'delete'> = {
    put: async (item) => {
      note(item)
      return home.put(item)
    },
    add: async (item) => {
      note(item)
      return home.add(item)
    },
    delete: async (key, version) => {
      note(key)
      return home.delete(key, version)
    },
  }

  async function close(): Promise<void> {
    await Promise.all([replica.close(), home.close()])
  }

  /** Those places of which the replica does not have what home has. */
  async function late(places: readonly ItemKey[]): Promise<ItemKey[]> {
    const [there, here] = await Promise.all([home.get(places), replica.get(places)])
    return places.filter((_place, n) => !same(there[n], here[n]))
  }

  return {
    here: { ...replica, ...noted, close },
    latest: { ...home, ...noted, close },
    async arrived() {
      const awaited = [...sent]
      for (let from = 0; from < awaited.length; from += MAX_KEYS) {
        const part = awaited.slice(from, from + MAX_KEYS)
        let places = part.map(([, place]) => place)
        for (let look = 0; places.length > 0; look++) {
          places = await late(places)
          if (places.length === 0) break
          const pause = PAUSES[look]
          if (pause === undefined) {
            throw new StoreUnavailable(`${places.length} writes have not come from home yet`)
          }
          await wait(pause)
        }
        // one that was sent again meanwhile is another entry
        for (const [name, place] of part) if (sent.get(name) === place) sent.delete(name)
      }
    },
  }
}

const same = (a: Item | undefined, b: Item | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b)
