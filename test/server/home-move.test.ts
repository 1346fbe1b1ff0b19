import { expect, test } from 'vitest'
import type { ServiceAct } from '../../core/base/service-act.ts'
import { fencedHome } from '../../core/item/home-fence.ts'
import { INSTALLATION, installationItem } from '../../core/item/installation.ts'
import type { Item, Store } from '../../core/store/store.ts'
import { HomeMoveError, moveHome } from '../../server/home-move.ts'
import { Cut, cutStore } from '../support/cut-store.ts'
import { AWAY, HOME, THIRD } from '../support/installed-regions.ts'
import { lateTable } from '../support/late-table.ts'

const REGIONS = [HOME, AWAY, THIRD]
const thing = (version: number, text: string): Item => ({
  ...{ pk: '111111111111', sk: 'tenant', version },
  data: { text },
})

/** An installation whose home writes, and is moved. */
async function world(delay = 700) {
  const table = lateTable(REGIONS, () => delay)
  const data = { format: 1, root: 'r', home: HOME }
  await table.in(HOME).put(installationItem.item(INSTALLATION, 1, data))
  await table.pass(delay)
  const records: ServiceAct[] = []
  const waited: string[] = []
  const move = {
    ...{ to: AWAY, lost: false, regions: REGIONS },
    share: (region: string) => table.in(region),
    now: table.now,
    wait: (ms: number) => table.pass(ms),
    record: async (act: ServiceAct) => void records.push(act),
    progress: (waits: string) => void waited.push(waits),
  }
  const writer = (home: string): Store =>
    fencedHome(table.in(home), { home, region: home, others: [], now: table.now })
  const homes = async () =>
    Promise.all(
      REGIONS.map(async (region) => {
        const [item] = await table.in(region).get([INSTALLATION])
        return item && installationItem.read(item)
      }),
    )
  return { table, move, writer, homes, records, waited }
}

test('home is moved: writes stop, all comes, one write names the new one, and it is on record before', async () => {
  const { table, move, writer, homes, records, waited } = await world()
  const [former, next] = [writer(HOME), writer(AWAY)]
  await former.put(thing(1, 'before'))
  await expect(next.put(thing(1, 'early'))).rejects.toThrow(`but the home of this installation is`)
  const moving = moveHome(move)
  // who looked before the mark may still write, for a minute
  await former.put(thing(2, 'meanwhile'))
  expect(await moving).toMatchObject({ from: HOME, to: AWAY, fenced: expect.any(Number) })
  expect(waited.some((line) => line.includes('who may still write'))).toBe(true)
  // its list is not changed yet, and whatever it knew, it writes nothing any more
  await expect(former.put(thing(3, 'late'))).rejects.toThrow('home is being moved')
  expect(await next.put(thing(3, 'after'))).toBe(true)
  await table.pass(table.pending())
  expect((await homes()).map((one) => [one?.home, one?.homeMoving])).toEqual(
    REGIONS.map(() => [AWAY, undefined]),
  )
  await expect(former.put(thing(4, 'late'))).rejects.toThrow(`is ${AWAY}`)
  for (const region of REGIONS)
    expect(await table.in(region).get([thing(1, '')])).toEqual([thing(3, 'after')])
  expect(records).toMatchObject([
    { name: 'MoveHome', region: AWAY, details: { from: HOME, to: AWAY, lost: false } },
  ])
  // the same call again does nothing
  expect(await moveHome(move)).toEqual({ from: AWAY, to: AWAY })
  expect(records).toHaveLength(1)
})

test('what has not come is waited for, however long, and no item is left behind', {
  tags: ['long'],
}, async () => {
  // longer than two calls wait
  const { table, move, writer, waited } = await world(25 * 60_000)
  const former = writer(HOME)
  for (let n = 0; n < 250; n++) await former.put({ ...thing(1, `${n}`), sk: `t${n}` })
  let error: unknown
  for (let tries = 0; tries < 10; tries++) {
    error = await moveHome(move).then(
      () => undefined,
      (failed: unknown) => failed,
    )
    // the same call goes on where the one before gave up
    if (error === undefined) break
    expect(String(error)).toContain('still lacks 251 items')
  }
  expect(error).toBeUndefined()
  expect(waited.some((line) => line.includes('251 items to come'))).toBe(true)
  expect((await table.in(AWAY).scan(undefined, 1000)).items).toHaveLength(251)
})

test.for([false, true])(
  'cut at each of its writes (there: %s), at its record or while it waits, it is ended by the same call',
  async (applied) => {
    for (let at = 1; ; at++) {
      const one = await world()
      await one.writer(HOME).put(thing(1, 'kept'))
      let step = 0
      const cutting = (share: Store): Store => ({
        ...share,
        async put(item) {
          step++
          if (step < at) return share.put(item)
          return cutStore(share, 1, applied).put(item)
        },
      })
      const died = await moveHome({
        ...one.move,
        share: (region) => cutting(one.table.in(region)),
        async record(act) {
          step++
          if (step >= at) throw new Cut('the process ended')
          await one.move.record(act)
        },
      }).then(
        () => false,
        (error: unknown) => error instanceof Cut,
      )
      // never two that may be written, whatever has come
      const open: string[] = []
      for (const home of [HOME, AWAY]) {
        await one
          .writer(home)
          .put({ ...thing(1, ''), sk: `${home}${at}` })
          .then(
            () => open.push(home),
            () => undefined,
          )
      }
      expect(open.length, `after ${at}`).toBeLessThan(2)
      await one.table.pass(one.table.pending())
      expect(await moveHome(one.move)).toMatchObject({ to: AWAY })
      await one.table.pass(one.table.pending())
      for (const known of await one.homes()) {
        expect(known?.home).toBe(AWAY)
        expect(known?.homeMoving).toBeUndefined()
      }
      expect(one.records.length).toBeGreaterThan(0)
      expect(new Set(one.records.map(({ once }) => once)).size).toBe(1)
      expect(await one.table.in(AWAY).get([thing(1, '')])).toEqual([thing(1, 'kept')])
      if (!died) {
        expect(at).toBe(4)
        break
      }
    }
  },
)

test('a home that is lost is left without it: what had not come is gone, all else goes on', async () => {
  const { table, move, writer, homes, records } = await world()
  const former = writer(HOME)
  await former.put(thing(1, 'came'))
  await table.pass(700)
  await former.put(thing(2, 'did not'))
  const share = (region: string) => {
    if (region === HOME) throw new Error('it is gone')
    return table.in(region)
  }
  expect(await moveHome({ ...move, share, lost: true })).toEqual({ from: HOME, to: AWAY })
  expect(await writer(AWAY).put(thing(2, 'after'))).toBe(true)
  expect(records).toMatchObject([{ details: { from: HOME, to: AWAY, lost: true } }])
  await table.pass(table.pending())
  expect((await homes()).map((one) => one?.home)).toEqual([AWAY, AWAY, AWAY])
  expect(await table.in(THIRD).get([thing(1, '')])).toEqual([thing(2, 'after')])
})

test('what can’t be is refused in one line', async () => {
  const { table, move } = await world()
  await expect(moveHome({ ...move, to: 'ap-south-1' })).rejects.toThrow('none of the Regions')
  const [item] = await table.in(HOME).get([INSTALLATION])
  if (item === undefined) throw new Error('no installation')
  const data = installationItem.read(item)
  await table.in(HOME).put(installationItem.next(item, { ...data, importing: 'x' }))
  await expect(moveHome(move)).rejects.toThrow('an import into it was cut short')
  const moving = { ...data, homeMoving: { to: THIRD, at: 1 } }
  await table.in(HOME).put({ ...installationItem.next(item, moving), version: 3 })
  await expect(moveHome(move)).rejects.toThrow(`home is being moved to ${THIRD}: end that first`)
  await expect(moveHome({ ...move, to: HOME })).rejects.toThrow(`moved to ${THIRD}, which`)
  const strong = { ...data, home: undefined }
  await table.in(AWAY).put({ ...installationItem.item(INSTALLATION, 2, strong as never) })
  await expect(moveHome(move)).rejects.toThrow(HomeMoveError)
})
