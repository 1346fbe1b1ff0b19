import { expect, test } from 'vitest'
import { regionDeletionItem } from '../../core/lifecycle/lifecycle-items.ts'
import { sweep } from '../../core/lifecycle/sweep.ts'
import { type Store, StoreUnavailable } from '../../core/store/store.ts'
import { forgetLostRegion } from '../../server/region-forget.ts'
import { rejoinRegion } from '../../server/region-rejoin.ts'
import { type Action, sweepPermissions } from '../../stacks/permissions.ts'
import { fences } from '../../stacks/statements.ts'
import type { JsonObject } from '../support/calls.ts'
import { callService } from '../support/installed.ts'
import {
  AWAY,
  HOME,
  type InstalledRegions,
  installRegions,
  THIRD,
} from '../support/installed-regions.ts'
import { sliced } from '../support/slice.ts'
import { ACTIONS, isAllowed } from '../support/sst-fence.ts'
import { itemsOf } from '../support/tenant-life.ts'

/** A tenant of an installation in several Regions is deleted: each Region's sweeper destroys what is there. */

const REGIONS = [HOME, AWAY, THIRD]
const MINUTE = 60_000

interface World extends InstalledRegions {
  readonly accountId: string
  /** the Region that does not answer others */
  readonly down: Set<string>
  /** what a role of a sweeper would not have let through */
  readonly denied: string[]
  readonly judging: { on: boolean }
  readonly life: Life
}

/** How long a sweeper lives. */
interface Life {
  /** writes that each is let make before its process ends; and whether the one in which it ends is made */
  writes: number
  applied: boolean
  /** what is left to the one that is at work */
  left: number
}

async function world(): Promise<World> {
  const down = new Set<string>()
  const denied: string[] = []
  const judging = { on: false }
  const life: Life = { writes: Infinity, applied: false, left: Infinity }
  const ended = new StoreUnavailable('its process has ended')
  const write = async (made: () => Promise<boolean>): Promise<boolean> => {
    if (!judging.on || --life.left >= 0) return made()
    if (life.left === -1 && life.applied) await made()
    throw ended
  }
  const fault = (table: Store, at: { name: string; region: string; from: string }): Store => {
    const { name, region, from } = at
    const own = region === from ? 'table' : `table in ${region}`
    const shared = region === from ? 'shared' : 'home'
    const on = name === 'shared' ? shared : own
    const role = fences(sweepPermissions, from, {
      ...{ others: REGIONS.filter((one) => one !== from), writer: HOME },
      sweepsShared: from === HOME,
    }).filter((fence) => fence.on === on)
    const called = (actions: readonly Action[], partitions: string[]) => {
      if (down.has(region)) throw new StoreUnavailable(`${region} is down`)
      if (judging.on && life.left < 0) throw ended
      for (const action of judging.on ? actions : []) {
        if (!isAllowed(role, action, partitions)) {
          denied.push(`${from}: ${action} on ${on} ${partitions}`)
        }
      }
    }
    return {
      ...table,
      async get(keys) {
        called(ACTIONS.get, [...new Set(keys.map(({ pk }) => pk))])
        return table.get(keys)
      },
      async query(query) {
        called(ACTIONS.query, [query.pk])
        return table.query(query)
      },
      async put(item) {
        called(ACTIONS.put, [item.pk])
        return write(() => table.put(item))
      },
      async delete(key, version) {
        called(ACTIONS.delete, [key.pk])
        return write(() => table.delete(key, version))
      },
      async scan(after, limit) {
        if (judging.on) denied.push(`${from}: dynamodb:Scan`)
        return table.scan(after, limit)
      },
    }
  }
  const one = await installRegions({ fault, delay: () => 100 })
  const { accountId } = one.installed.tenant
  const made = { ...one, accountId, down, denied, judging, life }
  const make = async (at: string, input: JsonObject, to: readonly string[] = []) => {
    const { KeyMetadata } = await ok(made, at, 'CreateKey', input)
    const KeyId = String((KeyMetadata as JsonObject)['KeyId'])
    for (const ReplicaRegion of to) await ok(made, at, 'ReplicateKey', { KeyId, ReplicaRegion })
    await one.settle()
    return KeyId
  }
  for (const region of REGIONS) {
    const KeyId = await make(region, {})
    await ok(made, region, 'CreateAlias', { AliasName: 'alias/one', TargetKeyId: KeyId })
  }
  await make(HOME, { MultiRegion: true }, [AWAY, THIRD])
  await make(AWAY, { MultiRegion: true }, [HOME])
  await make(THIRD, { MultiRegion: true }, [AWAY])
  return made
}

async function ok(one: World, region: string, name: string, input: JsonObject = {}) {
  const { operator, tenant } = one.installed
  const caller = 'AccountId' in input ? operator : tenant
  const service = one.service(region)
  const { status, json } = await callService(service, caller, name, input, region)
  expect(status, `${name} in ${region}: ${JSON.stringify(json)}`).toBeLessThan(300)
  // what it writes later is no sweeper's
  await Promise.all([
    ...[service.audit.flush(), service.usage.flush(true)],
    service.accessKeyUses.flush(true),
  ])
  await one.settle()
  return json
}

/** Schedules the deletion. @returns Unix ms: when it is due */
async function schedule(one: World, region = HOME): Promise<number> {
  const input = { AccountId: one.accountId, PendingWindowInDays: 7 }
  const { DeletionDate } = await ok(one, region, 'ScheduleTenantDeletion', input)
  return Date.parse(String(DeletionDate))
}

/** Every Region's sweeper runs every minute. @returns Unix ms */
async function sweeps(one: World, from: number, minutes: number, regions = REGIONS) {
  let now = from
  one.judging.on = true
  for (; now < from + minutes * MINUTE; now += MINUTE) {
    for (const region of regions) {
      if (one.down.has(region)) continue
      const service = one.service(region, { now: () => now })
      one.life.left = one.life.writes
      await sweep({ ...service, store: service.everywhere }, { now, limit: 1000 }).catch(
        (error: unknown) => expect(error).toBeInstanceOf(StoreUnavailable),
      )
    }
    await one.settle()
  }
  one.judging.on = false
  expect(one.denied).toEqual([])
  return now
}

/** What there is of the tenant, in every table, but for its trail. */
async function left(one: World): Promise<string[]> {
  const tables = REGIONS.map((region) => one.table('own', region))
  const items = await Promise.all([...tables, one.table('shared', HOME)].map(itemsOf))
  return items
    .flat()
    .filter(({ pk }) => pk.startsWith(one.accountId) && !pk.includes('/audit/'))
    .map(({ pk, sk }) => `${pk} ${sk}`)
}

const told = async (one: World, region = HOME) => {
  const { Regions, ...rest } = await ok(one, region, 'GetTenantDeletion', {
    AccountId: one.accountId,
  })
  const states = (Regions as JsonObject[]).map(({ Region, State }) => `${Region} ${State}`)
  return { ...rest, states }
}

test('each Region destroys what is there, and principals go after the last; one that is down is waited for', async () => {
  const one = await world()
  const at = await schedule(one, AWAY)
  expect(await left(one)).not.toEqual([])
  one.down.add(THIRD)
  const later = await sweeps(one, at, 60)
  expect(await told(one)).toMatchObject({
    DeletionState: 'Deleting',
    states: [`${HOME} Done`, `${AWAY} Done`, `${THIRD} Waiting`],
  })
  expect((await left(one)).filter((name) => name.includes('tenant-key#'))).not.toEqual([])
  // it is too late
  const cancel = { AccountId: one.accountId }
  const { operator } = one.installed
  const service = one.service(HOME)
  const refused = await callService(service, operator, 'CancelTenantDeletion', cancel, HOME)
  expect(refused).toMatchObject({ status: 409, json: { code: 'KMSInvalidStateException' } })
  await Promise.all([service.audit.flush(), service.accessKeyUses.flush(true)])
  one.down.clear()
  await sweeps(one, later, 60)
  expect(await left(one)).toEqual([`${one.accountId} tenant`])
  expect(await told(one)).toMatchObject({
    DeletionState: 'Deleted',
    UnreachedRegions: [],
    states: REGIONS.map((region) => `${region} Done`),
  })
})

// of a key that is destroyed all is on record before its item goes: each has to get as far for some
test.each([[23, true], ...(sliced ? [] : ([[37, false]] as const))] as const)(
  'sweepers of which none makes more than %i writes, the last of them made: %s, come to the end in every Region',
  async (writes, applied) => {
    const one = await world()
    const at = await schedule(one)
    Object.assign(one.life, { writes, applied })
    let [now, looks] = [at, 0]
    do now = await sweeps(one, now, 60)
    while ((await left(one)).length > 1 && ++looks < 6)
    expect(await left(one)).toEqual([`${one.accountId} tenant`])
    one.life.writes = Infinity
    await sweeps(one, now, 5)
    expect(await told(one)).toMatchObject({
      DeletionState: 'Deleted',
      states: REGIONS.map((region) => `${region} Done`),
    })
  },
)

test('a Region that is lost for good is said, and what its table still has goes once it rejoins', async () => {
  const one = await world()
  const at = await schedule(one)
  one.down.add(THIRD)
  const store = one.service(HOME).everywhere
  await sweeps(one, at, 5)
  await forgetLostRegion({
    ...{ region: THIRD, regions: REGIONS, store, now: at },
    ...{ record: async () => undefined, wait: async () => undefined },
  })
  await one.settle()
  const later = await sweeps(one, at + 5 * MINUTE, 60, [HOME, AWAY])
  expect(await told(one)).toMatchObject({
    DeletionState: 'Deleted',
    UnreachedRegions: [THIRD],
    states: [`${HOME} Done`, `${AWAY} Done`],
  })
  const lost = (await left(one)).filter((name) => name.startsWith(`${one.accountId}/${THIRD}`))
  expect(lost.filter((name) => name.includes(' key#'))).toHaveLength(3)
  expect(await left(one)).toEqual([...lost, `${one.accountId} tenant`])
  // it comes back, with what it had of that Region alone
  one.down.clear()
  const own = one.table('own', THIRD)
  for (const { pk, sk, version } of await itemsOf(own)) {
    if (sk.startsWith('key#mrk-')) await own.delete({ pk, sk }, version)
  }
  const rejoined = await rejoinRegion({
    ...{ region: THIRD, regions: REGIONS, own, store, now: later },
    record: async () => undefined,
  })
  expect(rejoined).toEqual({ keys: 1, deleted: 1 })
  const place = regionDeletionItem.place({ accountId: one.accountId, region: THIRD })
  expect(await own.get([place])).toMatchObject([{ due: later }])
  await one.settle()
  await sweeps(one, later, 60)
  expect(await left(one)).toEqual([`${one.accountId} tenant`])
})
