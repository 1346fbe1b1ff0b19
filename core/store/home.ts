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
  /** whether an item is a later one than another of its place, as far as that can be told by the two; never unless given */
  readonly isLater?: (item: Item, than: Item) => boolean
  /** waits so many ms; the machine's clock unless given */
  readonly wait?: (ms: number) => Promise<unknown>
}

/** What one call reads at home, and its writes. */
export interface Latest {
  readonly latest: Store
  /**
   * Resolves once the Region's replica has all that was written there before, by whichever call, and what this
   * one read, or later: what it was judged by.
   * @throws StoreUnavailable where it has not after six seconds: what was written is durable, and comes later
   */
  arrived(): Promise<void>
}

/** A table that is written in one Region and read in another. */
export interface Homed {
  /** reads what has come to the Region */
  readonly here: Store
  /** reads what is, at home */
  readonly latest: Store
  /** the same as `latest`, as one call has it */
  call(): Latest
}

/** What is waited for: a place, and states of it of which one is enough; undefined where there is nothing. */
interface Awaited {
  readonly place: ItemKey
  readonly states: readonly (Item | undefined)[]
}

/** A write that was sent. */
interface Sent extends Awaited {
  /** home has it, or has refused it */
  ended: boolean
}

const placeOf = ({ pk, sk }: ItemKey): ItemKey => ({ pk, sk })
const nameOf = ({ pk, sk }: ItemKey): string => JSON.stringify([pk, sk])

/**
 * A global table of which one Region, its home, takes every write, as another Region has it. DynamoDB judges a
 * condition in the Region that it was sent to, and of two Regions' writes keeps the later one: with one Region
 * that writes, a condition is judged over all writes there are, and none is ever lost to another.
 */
export function homed({ replica, home, isLater = () => false, wait = delay }: HomeOptions): Homed {
  const sent = new Set<Sent>()

  /**
   * Notes a write before it is sent, for others wait for it too. Whose fails is told so, and nobody waits.
   * @param own the writes of the call that makes it
   */
  async function noting(
    own: Set<Sent> | undefined,
    place: ItemKey,
    item: Item | undefined,
    send: () => Promise<boolean>,
  ): Promise<boolean> {
    const [oldest] = sent.size < MOST_SENT ? [] : sent
    if (oldest !== undefined) sent.delete(oldest)
    const write: Sent = { place, states: [item], ended: false }
    sent.add(write)
    own?.add(write)
    const forget = () => {
      sent.delete(write)
      own?.delete(write)
    }
    try {
      const done = await send()
      write.ended = true
      if (!done) forget()
      return done
    } catch (error) {
      forget()
      throw error
    }
  }
  const noted = (own?: Set<Sent>): Pick<Store, 'put' | 'add' | 'delete'> => ({
    put: (item) => noting(own, placeOf(item), item, () => home.put(item)),
    add: (item) => noting(own, placeOf(item), item, () => home.add(item)),
    delete: (key, version) => noting(own, placeOf(key), undefined, () => home.delete(key, version)),
  })

  async function close(): Promise<void> {
    await Promise.all([replica.close(), home.close()])
  }

  const has = ({ states }: Awaited, here: Item | undefined): boolean =>
    states.some(
      (one) => same(one, here) || (one !== undefined && here !== undefined && isLater(here, one)),
    )

  /**
   * Those that the replica does not have: neither what is waited for, nor what home was seen to have since, which
   * is as late or later. What is seen there is kept, for an item that keeps changing is another with each look.
   */
  async function late(awaited: readonly Awaited[]): Promise<Awaited[]> {
    const here = await itemsAt(replica, awaited)
    const missing = awaited.filter((one) => !has(one, here(one)))
    if (missing.length === 0) return []
    const [there, now] = await Promise.all([itemsAt(home, missing), itemsAt(replica, missing)])
    return missing
      .map((one) => ({ ...one, states: [...one.states, there(one)] }))
      .filter((one) => !has(one, now(one)))
  }

  async function waitFor(part: readonly Awaited[]): Promise<void> {
    let awaited = part
    for (let look = 0; awaited.length > 0; look++) {
      awaited = await late(awaited)
      if (awaited.length === 0) break
      const pause = PAUSES[look]
      if (pause === undefined) {
        throw new StoreUnavailable(`${awaited.length} items have not come from home yet`)
      }
      await wait(pause)
    }
  }

  async function arrived(
    read: ReadonlyMap<string, Awaited>,
    own: ReadonlySet<Sent>,
  ): Promise<void> {
    const writes = [...new Set([...sent, ...own])]
    // what is still under way is its own call's to wait for: home may not have it yet
    const ended = writes.filter((write) => write.ended)
    const written = new Set(writes.map(({ place }) => nameOf(place)))
    const all = [
      ...[...read.values()].filter(({ place }) => !written.has(nameOf(place))),
      ...writes,
    ]
    try {
      for (let from = 0; from < all.length; from += MAX_KEYS) {
        await waitFor(all.slice(from, from + MAX_KEYS))
      }
    } finally {
      // whoever waited is told, and whoever wrote has its own
      for (const write of ended) sent.delete(write)
    }
  }

  const latest = { ...home, ...noted(), close }
  return {
    here: { ...replica, ...noted(), close },
    latest,
    call() {
      const read = new Map<string, Awaited>()
      const own = new Set<Sent>()
      return {
        latest: {
          ...latest,
          ...noted(own),
          async get(keys) {
            const found = await home.get(keys)
            for (const [n, key] of keys.entries()) {
              read.set(nameOf(key), { place: placeOf(key), states: [found[n]] })
            }
            return found
          },
        },
        arrived: () => arrived(read, own),
      }
    },
  }
}

/** The items of places, each asked for once however often it is waited for. */
async function itemsAt(
  store: Pick<Store, 'get'>,
  awaited: readonly Awaited[],
): Promise<(one: Awaited) => Item | undefined> {
  const places = [...new Map(awaited.map(({ place }) => [nameOf(place), place])).values()]
  const found = await store.get(places)
  const items = new Map(places.map((place, n) => [nameOf(place), found[n]]))
  return ({ place }) => items.get(nameOf(place))
}

const same = (a: Item | undefined, b: Item | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b)
