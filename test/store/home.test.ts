import { describe, expect, test } from 'vitest'
import { principalItem } from '../../core/identity/credential.ts'
import { isLater } from '../../core/item/tables.ts'
import { LAYOUT } from '../../core/layout.ts'
import { homed } from '../../core/store/home.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { regionalStore } from '../../core/store/regions.ts'
import { type Item, type Store, StoreUnavailable } from '../../core/store/store.ts'
import { lateTable } from '../support/late-table.ts'

const PLACE = { pk: '111111111111', sk: 'thing' }
const thing = (version: number, text = `version ${version}`): Item => ({
  ...PLACE,
  version,
  data: { text },
})

/** A table at home in one Region, as another has it; a write comes there after a second. */
function opened(delay = 1000) {
  const table = lateTable(['home', 'away'], () => delay)
  const [home, replica] = [table.in('home'), table.in('away')]
  const waits: number[] = []
  const wait = async (ms: number) => {
    waits.push(ms)
    await table.pass(ms)
  }
  const one = homed({ replica, home, wait, isLater: isLater(LAYOUT) })
  return { table, home, replica, waits, ...one, arrived: () => one.call().arrived() }
}

test('a late table is one: of writes in two Regions at once both are acknowledged, and one is lost', async () => {
  const { table, home, replica } = opened()
  expect(await home.put(thing(1, 'here'))).toBe(true)
  expect(await replica.put(thing(1, 'there'))).toBe(true)
  await table.pass(1000)
  for (const region of [home, replica])
    expect(await region.get([PLACE])).toEqual([thing(1, 'there')])
})

test('every write goes home, where its condition is judged; what has come is read here, what is, there', async () => {
  const { table, home, replica, here, latest } = opened()
  expect(await latest.put(thing(1))).toBe(true)
  expect(await here.get([PLACE])).toEqual([undefined])
  expect(await latest.get([PLACE])).toEqual([thing(1)])
  // by who read what has come
  expect(await here.put(thing(1, 'late'))).toBe(false)
  expect(await home.get([PLACE])).toEqual([thing(1)])
  await table.pass(1000)
  expect(await here.get([PLACE])).toEqual([thing(1)])
  expect(await here.put(thing(2))).toBe(true)
  expect(await replica.get([PLACE])).toEqual([thing(1)])
  expect(await latest.delete(PLACE, 1)).toBe(false)
  expect(await latest.delete(PLACE, 2)).toBe(true)
  expect(await home.get([PLACE])).toEqual([undefined])
})

test('what was written has arrived once the Region’s replica has what home has, and no sooner', async () => {
  for (const write of [
    (store: ReturnType<typeof opened>['latest']) => store.put(thing(2)),
    (store: ReturnType<typeof opened>['latest']) => store.delete(PLACE, 1),
    async (store: ReturnType<typeof opened>['latest']) => {
      await store.delete(PLACE, 1)
      // the same version as before, of another item
      return store.add(thing(1, 'made anew'))
    },
  ]) {
    const { table, home, replica, latest, arrived, waits } = opened(800)
    await home.put(thing(1))
    await table.pass(800)
    await write(latest)
    const before = table.now()
    await arrived()
    expect(await replica.get([PLACE])).toEqual(await home.get([PLACE]))
    expect(table.now() - before).toBeGreaterThanOrEqual(800)
    // then nothing is waited for
    const looks = waits.length
    await arrived()
    expect(waits).toHaveLength(looks)
  }
})

test('a write under way is waited for by its own call, though another has waited meanwhile', async () => {
  const { table, home, replica } = opened(800)
  await home.put(thing(1))
  await table.pass(800)
  let send = (): void => undefined
  const held = new Promise<void>((resolve) => {
    send = resolve
  })
  const slow: Store = {
    ...home,
    async put(item) {
      await held
      return home.put(item)
    },
  }
  const { call } = homed({ replica, home: slow, wait: (ms) => table.pass(ms) })
  const revoking = call()
  const written = revoking.latest.put(thing(2))
  // home has nothing of it yet, so there is nothing to wait for
  await call().arrived()
  send()
  expect(await written).toBe(true)
  await revoking.arrived()
  expect(await replica.get([PLACE])).toEqual([thing(2)])
})

test('who loses a race leaves the winner’s write to be waited for', async () => {
  const { table, home, replica, call } = opened(800)
  await home.put(thing(1))
  await table.pass(800)
  const [winner, loser] = [call(), call()]
  const both = [winner.latest.put(thing(2)), loser.latest.put(thing(2, 'another'))]
  expect(await Promise.all(both)).toEqual([true, false])
  await Promise.all([winner.arrived(), loser.arrived()])
  expect(await replica.get([PLACE])).toEqual([thing(2)])
})

test('who is told that its write has not come is not told so by another’s wait', async () => {
  const { call } = opened(60_000)
  const [first, second] = [call(), call()]
  await first.latest.put(thing(1))
  await expect(second.arrived()).rejects.toThrow(StoreUnavailable)
  await expect(first.arrived()).rejects.toThrow(StoreUnavailable)
})

test('what does not arrive is told as no answer, and holds up nobody after that', async () => {
  const { latest, here, arrived, waits, table } = opened(60_000)
  await latest.put(thing(1))
  await expect(arrived()).rejects.toThrow(StoreUnavailable)
  expect(waits.reduce((sum, ms) => sum + ms, 0)).toBe(5750)
  expect(await latest.get([PLACE])).toEqual([thing(1)])
  await arrived()
  expect(await here.get([PLACE])).toEqual([undefined])
  await table.pass(60_000)
  await arrived()
  expect(await here.get([PLACE])).toEqual([thing(1)])
})

test('who never waits remembers no more than 10,000 writes', async () => {
  const { home, replica } = opened()
  const asked: number[] = []
  const counted: Store = {
    ...replica,
    get(keys) {
      asked.push(keys.length)
      return replica.get(keys)
    },
  }
  const watched = homed({ replica: counted, home })
  for (let n = 0; n < 10_050; n++) await watched.latest.delete({ pk: 'p', sk: `${n}` }, 1)
  await watched.call().arrived()
  expect(asked.reduce((sum, keys) => sum + keys, 0)).toBe(10_000)
})

test('a write whose answer was lost is told so to who made it, and waited for by nobody', async () => {
  const table = lateTable(['home', 'away'], () => 500)
  const home = table.in('home')
  const lost = {
    ...home,
    async put(item: Item) {
      await home.put(item)
      throw new StoreUnavailable('no answer')
    },
  }
  const replica = table.in('away')
  const { latest, call } = homed({ replica, home: lost, wait: (ms) => table.pass(ms) })
  await expect(latest.put(thing(1))).rejects.toThrow('no answer')
  await call().arrived()
  expect(await replica.get([PLACE])).toEqual([undefined])
})

test('what has come is seen without home', async () => {
  const { home, latest, arrived, table } = opened(800)
  await latest.put(thing(1))
  await table.pass(800)
  // newer than what is waited for, and not here yet
  await home.put(thing(2))
  const before = table.now()
  await arrived()
  expect(table.now()).toBe(before)
})

describe('of an item that others keep changing', () => {
  const PRINCIPAL = principalItem.place({ accountId: '111111111111', principal: 'user/ann' })
  const ann = (version: number, id = 'AIDA1', n = version): Item => ({
    ...PRINCIPAL,
    version,
    format: 3,
    data: { id, type: 'user', name: 'ann', policies: {}, tags: { n: `${n}` }, created: 1 },
  })
  /** Home has another state whenever the clock goes on, and the replica each of them some time later. */
  function busy(first: Item, states: (n: number) => Item, delays: (n: number) => number) {
    const all = [first]
    let time = 0
    const at = (moment: number) => {
      const come = all.filter((_, n) => n * 40 + delays(n) <= moment)
      return come.at(-1) ?? undefined
    }
    const one = (read: () => Item | undefined): Store => ({
      ...memoryStore(),
      get: async (keys) => keys.map(read),
      put: async () => true,
    })
    const wait = async (ms: number) => {
      time += ms
      while (all.length * 40 <= time) all.push(states(all.length))
    }
    const home = one(() => all.at(-1))
    const replica = one(() => at(time))
    return { ...homed({ replica, home, wait, isLater: isLater(LAYOUT) }), time: () => time }
  }

  test('what was written has arrived with a later state of the same', async () => {
    // never the same state in both at once, nor one of those that were looked at
    const { latest, call, time } = busy(
      ann(5),
      (n) => ann(5 + n),
      () => 1013,
    )
    await latest.put(ann(5))
    await call().arrived()
    expect(time()).toBeGreaterThanOrEqual(1013)
    expect(time()).toBeLessThan(2000)
  })

  test('one of the same name that was there before, however high its version, is none', async () => {
    const table = lateTable(['home', 'away'], () => 1000)
    const [home, replica] = [table.in('home'), table.in('away')]
    for (let version = 1; version < 9; version++) await home.put(ann(version, 'AIDA0'))
    await table.pass(1000)
    await home.delete(PRINCIPAL, 8)
    const wait = (ms: number) => table.pass(ms)
    const { latest, call } = homed({ replica, home, wait, isLater: isLater(LAYOUT) })
    await latest.put(ann(1))
    await home.put(ann(2))
    const before = table.now()
    await call().arrived()
    expect((await replica.get([PRINCIPAL]))[0]?.data['id']).toBe('AIDA1')
    expect(table.now() - before).toBeGreaterThanOrEqual(1000)
  })

  test('whose kind can’t tell, each state that was seen at home counts', async () => {
    // the replica has now what home had a look ago
    const { latest, call, time } = busy(
      thing(1),
      (n) => thing(1 + n),
      () => 500,
    )
    await latest.put(thing(1))
    await call().arrived()
    expect(time()).toBeLessThan(4000)
  })
})

test('what a call read at home has come before its answer, and what others read is not waited for', async () => {
  const { table, home, replica, call } = opened(800)
  await home.put(thing(1))
  const [one, other] = [call(), call()]
  const absent = { ...PLACE, sk: 'absent' }
  expect(await one.latest.get([PLACE, absent])).toEqual([thing(1), undefined])
  await other.arrived()
  expect(table.now()).toBe(0)
  await one.arrived()
  expect(await replica.get([PLACE])).toEqual([thing(1)])
  expect(table.now()).toBeGreaterThanOrEqual(800)
})

test('what is in another Region is not there, and not written, where it is out of reach', async () => {
  const [own, shared, other] = [memoryStore(), memoryStore(), memoryStore()]
  const places = {
    of: ({ pk }: { pk: string }) => ({ region: pk }),
    ofPrefix: (pk: string) => [{ region: pk }],
  }
  const tables = { own, shared, tellsSharedDue: false }
  const near = regionalStore(places, { ...tables, elsewhere: undefined })
  const far = regionalStore(places, { ...tables, elsewhere: () => other })
  expect(await far.put(thing(1))).toBe(true)
  expect(await far.get([PLACE])).toEqual([thing(1)])
  expect((await far.query({ pk: PLACE.pk, prefix: '', limit: 1 })).items).toEqual([thing(1)])
  expect(await near.get([PLACE])).toEqual([undefined])
  expect(await near.query({ pk: PLACE.pk, prefix: '', limit: 1 })).toEqual({
    items: [],
    more: false,
  })
  await expect(near.put(thing(2))).rejects.toThrow('out of reach')
  await expect(near.delete(PLACE, 1)).rejects.toThrow('out of reach')
  expect(await own.scan(undefined, 1)).toEqual({ items: [], more: false })
})

test.for([true, false])(
  'what falls due in the shared table is told by one Region: %s',
  async (tells) => {
    const [own, shared] = [memoryStore(), memoryStore()]
    const places = {
      of: ({ pk }: { pk: string }) => (pk === 'own' ? ('own' as const) : ('shared' as const)),
      ofPrefix: () => [],
    }
    const store = regionalStore(places, {
      own,
      shared,
      elsewhere: undefined,
      tellsSharedDue: tells,
    })
    await store.put({ pk: 'own', sk: 'a', version: 1, due: 2, data: {} })
    await store.put({ pk: 'all', sk: 'b', version: 1, due: 1, data: {} })
    const names = (await store.due(5, 10)).map(({ sk }) => sk)
    expect(names).toEqual(tells ? ['b', 'a'] : ['a'])
  },
)
