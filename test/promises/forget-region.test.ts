import { expect, test } from 'vitest'
import type { ServiceAct } from '../../core/base/service-act.ts'
import { LOOK } from '../../core/item/home-fence.ts'
import { INSTALLATION, installationItem } from '../../core/item/installation.ts'
import { sharedItem, sharedPlace } from '../../core/key/key-items.ts'
import { moveToEnd } from '../../core/lifecycle/primary-region.ts'
import { sweep } from '../../core/lifecycle/sweep.ts'
import type { Service } from '../../core/service.ts'
import { type Store, StoreUnavailable } from '../../core/store/store.ts'
import type { StoredCredential } from '../../server/credential-file.ts'
import { forgetLostRegion } from '../../server/region-forget.ts'
import type { JsonObject } from '../support/calls.ts'
import { Cut, cutStore } from '../support/cut-store.ts'
import { callService } from '../support/installed.ts'
import {
  AWAY,
  HOME,
  type InstalledRegions,
  installRegions,
  THIRD,
} from '../support/installed-regions.ts'
import { DAY } from '../support/life.ts'

/** A Region is lost for good; the operator takes it out of what others have of it. */

const REGIONS = [HOME, AWAY, THIRD]
/** ms that were waited */
const waits: number[] = []

interface World extends InstalledRegions {
  readonly keys: Readonly<Record<'replica' | 'primary' | 'alone' | 'elsewhere' | 'leaving', string>>
  readonly blob: string
  readonly lose: () => void
}

async function ok(one: InstalledRegions, region: string, name: string, input: JsonObject = {}) {
  const { status, json } = await ask(one.service(region), one.installed.tenant, name, input)
  expect(status, `${name} in ${region}: ${JSON.stringify(json)}`).toBeLessThan(300)
  return json
}
const ask = (service: Service, caller: StoredCredential, name: string, input: JsonObject) =>
  callService(service, caller, name, input, service.region)

async function world(): Promise<World> {
  let lost = false
  const gone = async () => {
    throw new StoreUnavailable(`${AWAY} is gone`)
  }
  const fault = (table: Store, { region }: { region: string }): Store => {
    const failing = (call: (...args: never[]) => Promise<unknown>) =>
      ((...args: never[]) => (lost && region === AWAY ? gone() : call(...args))) as never
    const { get, put, add, query, scan } = table
    return {
      ...table,
      ...{ get: failing(get), put: failing(put), add: failing(add) },
      ...{ query: failing(query), scan: failing(scan), delete: failing(table.delete) },
    }
  }
  const one = await installRegions({ fault, delay: () => 100 })
  await one.settle()
  const make = async (at: string, to: readonly string[]) => {
    const { KeyMetadata } = await ok(one, at, 'CreateKey', { MultiRegion: true })
    const KeyId = String((KeyMetadata as JsonObject)['KeyId'])
    for (const ReplicaRegion of to) await ok(one, at, 'ReplicateKey', { KeyId, ReplicaRegion })
    await one.settle()
    return KeyId
  }
  const keys = {
    replica: await make(HOME, [AWAY, THIRD]),
    primary: await make(AWAY, [HOME, THIRD]),
    alone: await make(AWAY, []),
    elsewhere: await make(HOME, [THIRD]),
    leaving: await make(HOME, [AWAY]),
  }
  await ok(one, AWAY, 'EnableKeyRotation', { KeyId: keys.primary, RotationPeriodInDays: 90 })
  // the first of its replicas can't be used, so the other is to be the primary
  await ok(one, HOME, 'DisableKey', { KeyId: keys.primary })
  await ok(one, HOME, 'ScheduleKeyDeletion', { KeyId: keys.leaving, PendingWindowInDays: 7 })
  const { CiphertextBlob } = await ok(one, AWAY, 'Encrypt', {
    ...{ KeyId: keys.primary, Plaintext: 'aGk=' },
  })
  await one.settle()
  const lose = () => {
    lost = true
  }
  return { ...one, keys, blob: String(CiphertextBlob), lose }
}

const everywhere = (one: World) => one.service(HOME).everywhere
function forget(one: World, store = everywhere(one), records: ServiceAct[] = [], now = Date.now()) {
  const record = async (act: ServiceAct) => void records.push(act)
  return forgetLostRegion({
    ...{ region: AWAY, regions: REGIONS, store, record, now },
    wait: async (ms) => void waits.push(ms),
  })
}

/** What a Region tells of a key. */
async function told(one: World, region: string, KeyId: string) {
  const { KeyMetadata } = await ok(one, region, 'DescribeKey', { KeyId })
  const { KeyState, MultiRegionConfiguration } = KeyMetadata as JsonObject
  const { PrimaryKey, ReplicaKeys } = MultiRegionConfiguration as {
    PrimaryKey: { Region: string }
    ReplicaKeys: { Region: string }[]
  }
  const replicas = ReplicaKeys.map(({ Region }) => Region)
  return { state: KeyState, primary: PrimaryKey.Region, replicas }
}

async function isForgotten(one: World): Promise<void> {
  await one.settle()
  for (const region of [HOME, THIRD]) {
    expect(await told(one, region, one.keys.replica)).toEqual({
      ...{ state: 'Enabled', primary: HOME, replicas: [THIRD] },
    })
    expect(await told(one, region, one.keys.primary)).toEqual({
      ...{ state: region === HOME ? 'Disabled' : 'Enabled', primary: THIRD, replicas: [HOME] },
    })
  }
  expect(await told(one, HOME, one.keys.elsewhere)).toMatchObject({ replicas: [THIRD] })
  expect(await told(one, HOME, one.keys.leaving)).toMatchObject({ state: 'PendingDeletion' })
  const { Plaintext } = await ok(one, THIRD, 'Decrypt', { CiphertextBlob: one.blob })
  expect(Plaintext).toBe('aGk=')
  const [item] = await everywhere(one).get([INSTALLATION])
  expect(item && installationItem.read(item)).toMatchObject({ forgotten: [AWAY] })
  expect(item && installationItem.read(item)).not.toHaveProperty('forgetting')
}

test('related keys lose the Region, another becomes the primary, what waited goes, and it is on record', async () => {
  const one = await world()
  one.lose()
  const records: ServiceAct[] = []
  expect(await forget(one, everywhere(one), records)).toEqual({ replica: 2, primary: 1, alone: 1 })
  expect(records).toMatchObject([
    { name: 'ForgetRegion', region: HOME, details: { region: AWAY, replica: 2, primary: 1 } },
  ])
  await isForgotten(one)
  // the new primary is one: it rotates when that falls due, and can be replicated from
  const now = Date.now() + 91 * DAY
  const service = one.service(THIRD, { now: () => now })
  const elsewhere = { ...service, store: service.everywhere }
  // first what was carried to the others is put on record
  for (let runs = 0; runs < 2; runs++) await sweep(elsewhere, { now, limit: 100 })
  await one.settle()
  const { Rotations } = await ok(one, THIRD, 'ListKeyRotations', { KeyId: one.keys.primary })
  expect(Rotations).toHaveLength(1)
  const again = { KeyId: one.keys.primary, PrimaryRegion: HOME }
  await ok(one, HOME, 'EnableKey', { KeyId: one.keys.primary })
  await ok(one, THIRD, 'UpdatePrimaryRegion', again)
  // the one that was to be deleted is, seven days after
  const later = Date.now() + 8 * DAY
  const home = one.service(HOME, { now: () => later })
  await sweep({ ...home, store: home.everywhere }, { now: later, limit: 100 })
  const { status } = await ask(home, one.installed.tenant, 'DescribeKey', {
    KeyId: one.keys.leaving,
  })
  expect(status).toBe(404)
})

test('nobody moves a key there or makes one there, while it is forgotten and after, whatever its table has', async () => {
  const one = await world()
  const { replica, elsewhere } = one.keys
  const asked = async () => {
    const to = { KeyId: replica, PrimaryRegion: AWAY }
    const answers = [
      await ask(one.service(HOME), one.installed.tenant, 'UpdatePrimaryRegion', to),
      await ask(one.service(HOME), one.installed.tenant, 'ReplicateKey', {
        ...{ KeyId: elsewhere, ReplicaRegion: AWAY },
      }),
    ]
    for (const { status, json } of answers) {
      expect(json).toMatchObject({
        ...{ code: 'UnsupportedOperationException', detail: `Region ${AWAY} is not supported.` },
      })
      expect(status).toBe(400)
    }
  }
  // its Region is not gone: its table has the replica still
  let during = 0
  const store = everywhere(one)
  await forgetLostRegion({
    ...{ region: AWAY, regions: REGIONS, store, record: async () => {}, now: Date.now() },
    async wait(ms) {
      expect(ms).toBeGreaterThanOrEqual(LOOK)
      await asked()
      during++
    },
  })
  expect(during).toBe(1)
  await one.settle()
  await asked()
  // what was begun before is taken back, and nobody loses the primary
  const [item] = await store.get([sharedPlace(one.installed.tenant.accountId, replica)])
  if (item === undefined) throw new Error('its related keys are gone')
  const begun = { ...sharedItem.read(item), moving: { to: AWAY, at: Date.now() } }
  await store.put(sharedItem.next(item, begun))
  await expect(
    moveToEnd({ accountId: one.installed.tenant.accountId, id: replica }, store, Date.now()),
  ).rejects.toThrow('does not exist')
  await one.settle()
  expect(await told(one, HOME, replica)).toEqual({
    ...{ state: 'Enabled', primary: HOME, replicas: [THIRD] },
  })
  await ok(one, HOME, 'UpdatePrimaryRegion', { KeyId: replica, PrimaryRegion: THIRD })
})

test('another Region is not forgotten before the first is', async () => {
  const one = await world()
  const store = everywhere(one)
  const asked = { regions: REGIONS, store, record: async () => {}, now: Date.now() }
  const cut = async () => Promise.reject(new Cut())
  await expect(forgetLostRegion({ ...asked, region: AWAY, wait: cut })).rejects.toThrow(Cut)
  await expect(forgetLostRegion({ ...asked, region: THIRD })).rejects.toThrow(
    `${AWAY} is being forgotten: end that first`,
  )
})

test.for([false, true])(
  'cut at each of its writes (there: %s), it is made again, and on record once',
  { tags: ['long'] },
  async (applied) => {
    for (let at = 1; ; at++) {
      const one = await world()
      one.lose()
      const store = cutStore(everywhere(one), at, applied)
      const records: ServiceAct[] = []
      const died = await forget(one, store, records).then(
        () => false,
        (error: unknown) => {
          if (!(error instanceof Cut)) throw error
          return true
        },
      )
      if (died) await forget(one, everywhere(one), records, Date.now() + 1000)
      await isForgotten(one)
      // of one name and time it is one record, however often it is told
      expect(new Set(records.map((act) => `${act.once} ${act.at}`)).size).toBe(1)
      if (!died) {
        expect(at).toBeGreaterThan(5)
        break
      }
    }
  },
)

test('home is not forgotten before it is moved, nor what is no Region of the installation', async () => {
  const one = await world()
  const asked = { regions: REGIONS, store: everywhere(one), record: async () => {}, now: 0 }
  await expect(forgetLostRegion({ ...asked, region: HOME })).rejects.toThrow('move-home')
  await expect(forgetLostRegion({ ...asked, region: 'ap-south-1' })).rejects.toThrow('none of the')
})
