import { memoryStore } from '../../core/store/memory.ts'
import type { Item, ItemKey, Store } from '../../core/store/store.ts'

/** A table with a replica in each of several Regions, which agree later. Its time is its own, in ms. */
export interface LateTable {
  /** a Region's replica */
  in(region: string): Store
  /** Lets time pass: what is to have come by then comes. */
  pass(ms: number): Promise<void>
  now(): number
  /** ms until all that was written will have come */
  pending(): number
}

/** A write on its way to a Region. */
interface UnderWay {
  readonly to: string
  readonly place: ItemKey
  /** undefined for a delete */
  readonly item: Item | undefined
  /** of the write: by it two writes of an item are compared, wherever they were made */
  readonly time: number
  readonly comes: number
}

const nameOf = ({ pk, sk }: ItemKey): string => JSON.stringify([pk, sk])

/**
 * As DynamoDB's global tables of eventual consistency are: a condition is judged in the Region of the write, which
 * is there at once; it comes to the others later, each write by itself and in any order, and of two writes of an
 * item every Region keeps the later one.
 * @param delay ms that the next write takes to a Region
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
export function lateTable(
  regions: readonly string[],
  delay: (to: string) => number = () => 1000,
): LateTable {
  let now = 0
  let writes = 0
  let underWay: UnderWay[] = []
  let passing: Promise<void> = Promise.resolve()
  const replicas = new Map(
    regions.map((region) => [region, { store: memoryStore(), times: new Map<string, number>() }]),
  )
  const replicaIn = (region: string) => {
    const found = replicas.get(region)
    if (found === undefined) throw new Error(`no replica in ${region}`)
    return found
  }

  function written(from: string, place: ItemKey, item: Item | undefined): void {
    const time = ++writes
    replicaIn(from).times.set(nameOf(place), time)
    for (const to of regions) {
      if (to !== from) underWay.push({ to, place, item, time, comes: now + delay(to) })
    }
  }

  async function arrive({ to, place, item, time }: UnderWay): Promise<void> {
    const { store, times } = replicaIn(to)
    if ((times.get(nameOf(place)) ?? 0) > time) return
    times.set(nameOf(place), time)
    const [there] = await store.get([place])
    if (there !== undefined) await store.delete(there, there.version)
    if (item !== undefined) await store.add(item)
  }

  return {
    in(region) {
      const { store } = replicaIn(region)
      return {
        ...store,
        async put(item) {
          const done = await store.put(item)
          if (done) written(region, item, structuredClone(item))
          return done
        },
        async add(item) {
          const done = await store.add(item)
          if (done) written(region, item, structuredClone(item))
          return done
        },
        async delete(key, version) {
          const done = await store.delete(key, version)
          if (done) written(region, key, undefined)
          return done
        },
      }
    },
    pass(ms) {
      // one after the other: what arrives at a replica is whole before the next is compared with it
      passing = passing.then(async () => {
        now += ms
        const come = underWay.filter(({ comes }) => comes <= now)
        underWay = underWay.filter(({ comes }) => comes > now)
        for (const one of come.sort((a, b) => a.comes - b.comes)) await arrive(one)
      })
      return passing
    },
    now: () => now,
    pending: () => Math.max(0, ...underWay.map(({ comes }) => comes - now)),
  }
}
