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

const placeOf = ({ pk, sk }: ItemKey): ItemKey => ({ pk, sk })
const nameOf = ({ pk, sk }: ItemKey): string => JSON.stringify([pk, sk])

/**
 * A global table of which one Region, its home, takes every write, as another Region has it. DynamoDB judges a
 * condition in the Region that it was sent to, and of two Regions' writes keeps the later one: with one Region
 * that writes, a condition is judged over all writes there are, and none is ever lost to another.
 */
export function homed({ replica, home, wait = delay }: HomeOptions): Homed {
  const sent = new Map<string, Sent>()

  /** Notes a write before it is sent, for others wait for it too. Whose fails is told so, and nobody waits. */
  async function noting(write: Sent, send: () => Promise<boolean>): Promise<boolean> {
    const [oldest] = sent.size < MOST_SENT ? [] : sent.keys()
    if (oldest !== undefined) sent.delete(oldest)
    const name = nameOf(write.place)
    sent.set(name, write)
    const forget = () => sent.get(name) === write && sent.delete(name)
    try {
      const done = await send()
      if (!done) forget()
      return done
    } catch (error) {
      forget()
      throw error
    }
  }
  const noted: Pick<Store, 'put' | 'add' | 'delete'> = {
    put: (item) => noting({ place: placeOf(item), item }, () => home.put(item)),
    add: (item) => noting({ place: placeOf(item), item }, () => home.add(item)),
    delete: (key, version) =>
      noting({ place: placeOf(key), item: undefined }, () => home.delete(key, version)),
  }

  async function close(): Promise<void> {
    await Promise.all([replica.close(), home.close()])
  }

  /** Those writes that the replica does not have: neither what was written, nor what home has. */
  async function late(writes: readonly Sent[]): Promise<Sent[]> {
    const here = await replica.get(writes.map(({ place }) => place))
    const missing = writes.filter(({ item }, n) => !same(item, here[n]))
    if (missing.length === 0) return []
    const places = missing.map(({ place }) => place)
    const [there, now] = await Promise.all([home.get(places), replica.get(places)])
    return missing.filter((_write, n) => !same(there[n], now[n]))
  }

  return {
    here: { ...replica, ...noted, close },
    latest: { ...home, ...noted, close },
    async arrived() {
      const awaited = [...sent]
      for (let from = 0; from < awaited.length; from += MAX_KEYS) {
        const part = awaited.slice(from, from + MAX_KEYS)
        let writes = part.map(([, write]) => write)
        try {
          for (let look = 0; writes.length > 0; look++) {
            writes = await late(writes)
            if (writes.length === 0) break
            const pause = PAUSES[look]
            if (pause === undefined) {
              throw new StoreUnavailable(`${writes.length} writes have not come from home yet`)
            }
            await wait(pause)
          }
        } finally {
          // whoever waited is told; one that was sent again meanwhile is another entry
          for (const [name, write] of part) if (sent.get(name) === write) sent.delete(name)
        }
      }
    },
  }
}

/** A write that is waited for. */
interface Sent {
  readonly place: ItemKey
  /** what was written; undefined of what was deleted */
  readonly item: Item | undefined
}

const same = (a: Item | undefined, b: Item | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b)
