import { expect, test } from 'vitest'
import { fencedHome, LOOK } from '../../core/item/home-fence.ts'
import { INSTALLATION, installationItem } from '../../core/item/installation.ts'
import { LAYOUT } from '../../core/layout.ts'
import { openReplicated } from '../../core/replicated.ts'
import { memoryStore } from '../../core/store/memory.ts'
import type { Item, Store } from '../../core/store/store.ts'
import { AWAY, HOME, THIRD } from '../support/installed-regions.ts'
import { lateTable } from '../support/late-table.ts'

const thing = (version: number, text: string): Item => ({
  ...{ pk: '111111111111', sk: 'tenant', version },
  data: { text },
})
const installation = (home: string, version = 1, more = {}) =>
  installationItem.item(INSTALLATION, version, { format: 1, root: 'r', home, ...more })

/** Processes in Regions, each with a list of its own, over one table. */
function world() {
  const table = lateTable([HOME, AWAY, THIRD], () => 1000)
  const process = (servedRegion: string, replicas: readonly string[]): Store => {
    const config = {
      ...({ store: 'dynamodb', root: 'file:root.key', consistency: 'eventual' } as const),
      ...{ table: 'own', sharedTable: 'shared', replicas, servedRegion },
    }
    const open = (name: string, region: string) =>
      name === 'shared' ? table.in(region) : memoryStore()
    const clock = { wait: (ms: number) => table.pass(ms), now: table.now }
    return openReplicated(config, LAYOUT, open, clock).regions.latest
  }
  return { table, process }
}

test('a process whose list names another home writes nothing, however early it started', async () => {
  const { table, process } = world()
  const right = process(AWAY, [HOME, AWAY])
  const wrong = process(AWAY, [AWAY, HOME])
  // before there is an installation nobody writes anything else
  for (const one of [right, wrong]) {
    await expect(one.put(thing(1, 'early'))).rejects.toThrow('has no installation yet')
  }
  expect(await right.put(installation(HOME))).toBe(true)
  // word of it has not come to the Region that the other takes for home
  expect(await right.put(thing(1, 'right'))).toBe(true)
  await expect(wrong.put(thing(1, 'wrong'))).rejects.toThrow('has no installation yet')
  await expect(wrong.delete(thing(1, ''), 1)).rejects.toThrow('has no installation yet')
  await table.pass(1000)
  for (const write of [wrong.put(thing(2, 'wrong')), wrong.add(thing(1, 'wrong'))]) {
    await expect(write).rejects.toThrow(`begins with ${AWAY}, but the home of this installation is`)
  }
  await table.pass(table.pending())
  for (const region of [HOME, AWAY, THIRD]) {
    expect(await table.in(region).get([thing(1, '')])).toEqual([thing(1, 'right')])
  }
})

test('a Region that was forgotten changes nothing that is shared, however early its process started', async () => {
  const { table, process } = world()
  const [home, away] = [process(HOME, [HOME, AWAY]), process(AWAY, [HOME, AWAY])]
  await home.put(installation(HOME))
  expect(await away.put(thing(1, 'before'))).toBe(true)
  expect(await home.put(installation(HOME, 2, { forgotten: [AWAY] }))).toBe(true)
  await table.pass(LOOK)
  await expect(away.put(thing(2, 'after'))).rejects.toThrow(
    `${AWAY} was taken out of this installation`,
  )
  expect(await home.put(thing(2, 'after'))).toBe(true)
  expect(await home.put(installation(HOME, 3, { forgotten: [] }))).toBe(true)
  expect(await away.put(thing(3, 'again'))).toBe(true)
})

test('an installation is made where no Region has one, and none with another home than its maker’s', async () => {
  const { process } = world()
  const [one, other] = [process(HOME, [HOME, AWAY]), process(AWAY, [AWAY, HOME])]
  await expect(one.put(installation(AWAY))).rejects.toThrow(`begins with ${HOME}`)
  expect(await one.put(installation(HOME))).toBe(true)
  // word of it has not come there
  await expect(other.put(installation(AWAY))).rejects.toThrow(`begins with ${AWAY}`)
  await expect(other.add(installation(AWAY))).rejects.toThrow(`begins with ${AWAY}`)
})

test('where another Region does not answer no installation is made', async () => {
  const table = memoryStore()
  const others = [{ get: () => Promise.reject(new Error('away')) }]
  await expect(
    fencedHome(table, { home: HOME, region: HOME, others }).put(installation(HOME)),
  ).rejects.toThrow('away')
  expect(await table.get([INSTALLATION])).toEqual([undefined])
})

test('a table is looked at once a minute, by whoever writes, and again where a clock was put back', async () => {
  let now = 1_000_000
  let looks = 0
  const table = memoryStore()
  const counted: Store = {
    ...table,
    get(keys) {
      looks++
      return table.get(keys)
    },
  }
  const one = fencedHome(counted, { home: HOME, region: HOME, others: [], now: () => now })
  await table.put(installation(HOME))
  await Promise.all([1, 2, 3].map((n) => one.put({ ...thing(1, ''), sk: `${n}` })))
  expect(looks).toBe(1)
  now += LOOK - 1
  await one.put({ ...thing(1, ''), sk: '4' })
  expect(looks).toBe(1)
  now += 1
  await one.put({ ...thing(1, ''), sk: '5' })
  expect(looks).toBe(2)
  now -= 1
  await one.put({ ...thing(1, ''), sk: '6' })
  expect(looks).toBe(3)
  // reads are the table's own
  await one.get([INSTALLATION])
  expect(looks).toBe(4)
})

test('while home is moved nothing is written, the mark itself neither', async () => {
  const table = memoryStore()
  await table.put(installation(HOME, 1, { homeMoving: { to: AWAY, at: 1 } }))
  const one = fencedHome(table, { home: HOME, region: HOME, others: [] })
  const refused = `home is being moved from ${HOME} to ${AWAY}`
  await expect(one.put(thing(1, ''))).rejects.toThrow(refused)
  await expect(one.put(installation(HOME, 2, { format: 2 }))).rejects.toThrow(refused)
})
