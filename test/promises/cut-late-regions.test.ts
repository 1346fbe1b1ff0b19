// @module-tag long
import { describe, expect, test } from 'vitest'
import { sharedItem } from '../../core/key/key-items.ts'
import { sweep } from '../../core/lifecycle/sweep.ts'
import type { Service } from '../../core/service.ts'
import type { Store } from '../../core/store/store.ts'
import type { JsonObject } from '../support/calls.ts'
import { Cut } from '../support/cut-store.ts'
import { callService } from '../support/installed.ts'
import {
  AWAY,
  HOME,
  type InstalledRegions,
  installRegions,
  THIRD,
} from '../support/installed-regions.ts'
import { DAY } from '../support/life.ts'
import { slice } from '../support/slice.ts'

/**
 * A process in a Region of several killed before, or right after, any one of its writes to related multi-Region
 * keys, in whichever table, where what they share comes late (test/promises/cut-multi-region.test.ts has the same
 * over one store). What was begun is ended by the next sweeps, or was not done; once all has come every Region tells
 * the same of who the primary is, there is one, and what was encrypted opens in each.
 */

const REGIONS = [HOME, AWAY, THIRD]
/** ms after which whoever began something and did not end it counts as gone */
const LEFT = 120_000

interface World extends InstalledRegions {
  readonly id: string
  readonly blob: string
  /** lets so many writes through, and with `applied` one more whose answer is lost */
  readonly cutAfter: (writes: number, applied: boolean) => void
  /** whether it came to that; from then on all is well again */
  readonly cut: () => boolean
}

async function ok(one: InstalledRegions, region: string, name: string, input: JsonObject) {
  const { status, json } = await ask(one, one.service(region), name, input)
  expect(status, `${name} in ${region}: ${JSON.stringify(json)}`).toBeLessThan(300)
  return json
}
const ask = (one: InstalledRegions, service: Service, name: string, input: JsonObject) =>
  callService(service, one.installed.tenant, name, input, service.region)

/** A key whose primary is at home, with a replica away from it. */
async function world(): Promise<World> {
  let left = Number.POSITIVE_INFINITY
  let last = false
  let died = false
  async function write(apply: () => Promise<boolean>): Promise<boolean> {
    if (left-- > 0) return apply()
    if (left === -1 && last) await apply()
    died = true
    throw new Cut('the process ended')
  }
  const fault = (table: Store): Store => ({
    ...table,
    put: (item) => write(() => table.put(item)),
    add: (item) => write(() => table.add(item)),
    delete: (key, version) => write(() => table.delete(key, version)),
  })
  const one = await installRegions({ fault, delay: (to) => (to === THIRD ? 2500 : 400) })
  await one.settle()
  const { KeyMetadata } = await ok(one, HOME, 'CreateKey', { MultiRegion: true })
  const id = String((KeyMetadata as JsonObject)['KeyId'])
  await ok(one, HOME, 'EnableKeyRotation', { KeyId: id, RotationPeriodInDays: 90 })
  await ok(one, HOME, 'ReplicateKey', { KeyId: id, ReplicaRegion: AWAY })
  const { CiphertextBlob } = await ok(one, HOME, 'Encrypt', { KeyId: id, Plaintext: 'aGk=' })
  await one.settle()
  return {
    ...one,
    ...{ id, blob: String(CiphertextBlob) },
    cutAfter(writes, applied) {
      left = writes
      last = applied
    },
    cut() {
      left = Number.POSITIVE_INFINITY
      return died
    },
  }
}

/** Sweeps of every Region, twice, as processes that come later. */
async function sweepAll(one: World, now: number): Promise<void> {
  for (let run = 0; run < 2; run++) {
    for (const region of [THIRD, AWAY, HOME]) {
      const service = one.service(region, { now: () => now })
      const all = { ...service, store: service.everywhere }
      expect(await sweep(all, { now, limit: 100 })).toMatchObject({ failed: 0 })
      await one.settle()
    }
  }
}

interface Seen {
  readonly region: string
  readonly state: string
  readonly rotations: number
}

/** What every Region tells once all has come; and what must hold of it. */
async function look(one: World, now: number): Promise<Seen[]> {
  await one.settle()
  const { items } = await one.table('shared', HOME).query({
    pk: `${one.installed.tenant.accountId}/global`,
    prefix: sharedItem.prefix(),
    limit: 9,
  })
  const [shared] = items.map((item) => sharedItem.read(item))
  expect(shared?.moving).toBeUndefined()
  const seen: Seen[] = []
  for (const region of REGIONS) {
    const service = one.service(region, { now: () => now })
    const { status, json } = await ask(one, service, 'DescribeKey', { KeyId: one.id })
    expect(status).toBeLessThan(500)
    if (status !== 200) continue
    const { KeyState, MultiRegionConfiguration } = json['KeyMetadata'] as JsonObject
    expect(MultiRegionConfiguration).toMatchObject({
      MultiRegionKeyType: shared?.primary === region ? 'PRIMARY' : 'REPLICA',
      PrimaryKey: { Region: shared?.primary },
    })
    const told = await ask(one, service, 'ListKeyRotations', { KeyId: one.id })
    const rotations = (told.json['Rotations'] as unknown[]).length
    seen.push({ region, state: String(KeyState), rotations })
    if (KeyState !== 'Enabled') continue
    const opened = await ask(one, service, 'Decrypt', { CiphertextBlob: one.blob })
    expect(opened.json['Plaintext']).toBe('aGk=')
  }
  expect(seen.map(({ region }) => region).sort()).toEqual(
    shared === undefined ? [] : [shared.primary, ...shared.replicas].sort(),
  )
  return seen
}

interface Act {
  readonly title: string
  readonly at: string
  /** what comes before it */
  readonly before?: (one: World) => Promise<unknown>
  readonly call?: (id: string) => readonly [name: string, input: JsonObject]
  /** days after which a sweep in the Region does it, where it is no call */
  readonly days?: number
}

const schedule = (region: string) => async (one: World) => {
  await ok(one, region, 'ScheduleKeyDeletion', { KeyId: one.id, PendingWindowInDays: 7 })
  await one.settle()
}
const toAway = async (one: World) => {
  await ok(one, HOME, 'UpdatePrimaryRegion', { KeyId: one.id, PrimaryRegion: AWAY })
  await one.settle()
}
const replicate = (KeyId: string) => ['ReplicateKey', { KeyId, ReplicaRegion: THIRD }] as const
const rotate = (KeyId: string) => ['RotateKeyOnDemand', { KeyId }] as const
const remove = (KeyId: string) =>
  ['ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 }] as const
const ACTS: readonly Act[] = [
  { title: 'ReplicateKey at home', at: HOME, call: replicate },
  { title: 'ReplicateKey away', at: AWAY, before: toAway, call: replicate },
  {
    ...{ title: 'UpdatePrimaryRegion at home', at: HOME },
    call: (KeyId) => ['UpdatePrimaryRegion', { KeyId, PrimaryRegion: AWAY }],
  },
  {
    ...{ title: 'UpdatePrimaryRegion away', at: AWAY, before: toAway },
    call: (KeyId) => ['UpdatePrimaryRegion', { KeyId, PrimaryRegion: HOME }],
  },
  { title: 'RotateKeyOnDemand at home', at: HOME, call: rotate },
  { title: 'RotateKeyOnDemand away', at: AWAY, before: toAway, call: rotate },
  { title: 'a rotation that falls due at home', at: HOME, days: 90.1 },
  { title: 'a rotation that falls due away', at: AWAY, before: toAway, days: 90.1 },
  { title: 'ScheduleKeyDeletion of the primary', at: HOME, call: remove },
  { title: 'ScheduleKeyDeletion of the replica', at: AWAY, call: remove },
  { title: 'the destruction of the replica', at: AWAY, before: schedule(AWAY), days: 7.1 },
  {
    ...{
      title: 'the destruction of the last replica of a primary that waits',
      at: AWAY,
      days: 7.1,
    },
    async before(one) {
      await schedule(HOME)(one)
      await schedule(AWAY)(one)
    },
  },
]

/** In `npm test` every other one dies before its writes, and the others after them. */
const half = (applied: boolean) => slice(ACTS, (_, index) => (index % 2 === 1) === applied)

describe.each([false, true])('its write there: %s', (applied) => {
  test.for(half(applied))('$title', async ({ at, before, call, days = 0 }) => {
    const now = Date.now() + days * DAY
    async function act(one: World): Promise<void> {
      const service = one.service(at, { now: () => now })
      if (call !== undefined) await ask(one, service, ...call(one.id))
      else {
        const all = { ...service, store: service.everywhere }
        await sweep(all, { now, limit: 100 }).catch((error: unknown) => {
          if (!(error instanceof Cut)) throw error
        })
      }
    }
    const prepared = async () => {
      const one = await world()
      await before?.(one)
      return one
    }
    const untouched = await prepared()
    const whole = await prepared()
    await act(whole)
    if (days > 0) await sweepAll(whole, now + LEFT)
    // what falls due is done sooner or later; a call that was cut may not have been made
    const ends = [await look(whole, now)]
    if (days === 0) ends.push(await look(untouched, now))
    for (let writes = 0; ; writes++) {
      const one = await prepared()
      one.cutAfter(writes, applied)
      await act(one)
      const died = one.cut()
      await sweepAll(one, now + LEFT)
      expect(ends, `after ${writes} writes`).toContainEqual(await look(one, now))
      if (!died) {
        expect(writes).toBeGreaterThan(0)
        break
      }
      expect(writes).toBeLessThan(30)
    }
  })
})
