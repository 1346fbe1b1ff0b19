import { expect, test } from 'vitest'
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
  return { table, home, replica, waits, ...homed({ replica, home, wait }) }
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
  await watched.arrived()
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
  const { latest, arrived } = homed({ replica, home: lost, wait: (ms) => table.pass(ms) })
  await expect(latest.put(thing(1))).rejects.toThrow('no answer')
  await arrived()
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
