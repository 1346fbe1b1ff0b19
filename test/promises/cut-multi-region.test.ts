// @module-tag rsa
// @module-tag long
import { beforeAll, describe, expect, test } from 'vitest'
import { sweep } from '../../core/lifecycle/sweep.ts'
import type { JsonObject } from '../support/calls.ts'
import { Cut, cutStore } from '../support/cut-store.ts'
import { callService, copyOf, type Installed, install, processOver } from '../support/installed.ts'
import { DAY, wrap } from '../support/life.ts'
import { slice, sliced } from '../support/slice.ts'

/**
 * A process killed before, or right after, any one of the writes of what is done to related multi-Region keys,
 * which no transaction holds together. At every moment every Region tells the same of who the primary is, and
 * there is one; what was encrypted opens; and what was begun is ended by the next sweep or by the same call
 * made again.
 */

const US = 'us-east-1'
const EU = 'eu-west-1'
const AP = 'ap-south-1'
const REGIONS = [US, EU, AP]
/** ms after which whoever began something and did not end it counts as gone */
const LEASE = 60_000
const PERIOD = 90

interface World extends Installed {
  readonly id: string
  /** what was encrypted before */
  readonly blob: string
  readonly now: number
}

const serviceOf = (world: Pick<World, 'store' | 'root'>, now: number) =>
  processOver(world, { now: () => now })

async function ask(
  world: World,
  name: string,
  input: JsonObject,
  region = US,
  now = world.now,
  service = serviceOf(world, now),
) {
  const answer = await callService(service, world.tenant, name, input, region)
  await service.audit.flush()
  return answer
}

async function ok(
  world: World,
  name: string,
  input: JsonObject,
  region = US,
  now = world.now,
  service = serviceOf(world, now),
) {
  const { status, json } = await ask(world, name, input, region, now, service)
  if (status >= 300) throw new Error(`${name} in ${region}: ${JSON.stringify(json)}`)
  return json
}

/** Sweeps as a process that comes later. */
const sweepAt = (world: World, now: number, store = world.store) =>
  sweep(serviceOf({ ...world, store }, now), { now, limit: 1000 })

async function importInto(world: World, region: string, KeyId: string, text: string, more = {}) {
  const asked = { KeyId, WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' }
  const { ImportToken, PublicKey } = await ok(world, 'GetParametersForImport', asked, region)
  const bytes = wrap(
    Buffer.from(String(PublicKey), 'base64'),
    'RSAES_OAEP_SHA_256',
    Buffer.alloc(32, text),
  )
  return {
    KeyId,
    ImportToken,
    EncryptedKeyMaterial: bytes.toString('base64'),
    ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
    ...more,
  }
}

/** @param replicas where the key has replicas */
async function makeWorld(replicas: readonly string[], more: JsonObject = {}): Promise<World> {
  const installed = await install()
  const bare = { ...installed, id: '', blob: '', now: Date.now() }
  const { KeyMetadata } = await ok(bare, 'CreateKey', { MultiRegion: true, ...more })
  const id = String((KeyMetadata as JsonObject)['KeyId'])
  const external = more['Origin'] === 'EXTERNAL'
  const world = { ...bare, id }
  if (external) await ok(world, 'ImportKeyMaterial', await importInto(world, US, id, 'first'))
  else await ok(world, 'EnableKeyRotation', { KeyId: id, RotationPeriodInDays: PERIOD })
  for (const ReplicaRegion of replicas) {
    await ok(world, 'ReplicateKey', { KeyId: id, ReplicaRegion })
    if (!external) continue
    await ok(
      world,
      'ImportKeyMaterial',
      await importInto(world, ReplicaRegion, id, 'first'),
      ReplicaRegion,
    )
  }
  const Plaintext = Buffer.from('kept').toString('base64')
  const { CiphertextBlob } = await ok(world, 'Encrypt', { KeyId: id, Plaintext })
  return { ...world, blob: String(CiphertextBlob) }
}

const copied = async (world: World): Promise<World> => ({ ...world, ...(await copyOf(world)) })

interface Seen {
  readonly region: string
  readonly state: string
  readonly type: string
  readonly primary: string
  readonly replicas: string
  readonly materials: string
  readonly rotates: boolean
}

/** What every Region tells of the key, each to a process of its own; and what must hold of it at every moment. */
async function look(world: World, now = world.now): Promise<Seen[]> {
  // what a process has in memory of one Region opens nothing in another
  const services = new Map(REGIONS.map((region) => [region, serviceOf(world, now)]))
  const asked = (name: string, input: JsonObject, region: string) =>
    ask(world, name, input, region, now, services.get(region))
  const told = (name: string, input: JsonObject, region: string) =>
    ok(world, name, input, region, now, services.get(region))
  const seen: Seen[] = []
  for (const region of REGIONS) {
    const { status, json } = await asked('DescribeKey', { KeyId: world.id }, region)
    if (status >= 500) expect.fail(JSON.stringify(json))
    if (status >= 300) continue
    const metadata = json['KeyMetadata'] as JsonObject
    const related = metadata['MultiRegionConfiguration'] as {
      MultiRegionKeyType: string
      PrimaryKey: { Region: string }
      ReplicaKeys: { Region: string }[]
    }
    const { Rotations } = await told(
      'ListKeyRotations',
      { KeyId: world.id, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' },
      region,
    )
    const rotation = await told('GetKeyRotationStatus', { KeyId: world.id }, region)
    const state = String(metadata['KeyState'])
    seen.push({
      region,
      state,
      type: related.MultiRegionKeyType,
      primary: related.PrimaryKey.Region,
      replicas: related.ReplicaKeys.map(({ Region }) => Region).join(),
      materials: (Rotations as JsonObject[])
        .map((one) => `${one['KeyMaterialId']} ${one['KeyMaterialState']} ${one['ImportState']}`)
        .join(),
      rotates: rotation['KeyRotationEnabled'] === true,
    })
    if (state !== 'Enabled' && state !== 'Updating') continue
    const opened = await asked('Decrypt', { CiphertextBlob: world.blob }, region)
    if (opened.status !== 200) expect.fail(JSON.stringify(opened.json))
  }
  // never two; the only Region that is one is the one that all tell
  const primaries = seen.filter(({ type }) => type === 'PRIMARY').map(({ region }) => region)
  if (seen.length > 0) expect(primaries).toEqual([seen[0]?.primary])
  const made = seen.filter(({ state }) => state !== 'Creating')
  expect(new Set(made.map(({ primary, replicas }) => `${primary} ${replicas}`)).size).toBeLessThan(
    2,
  )
  // what one of them encrypts, all open
  await oneMaterial(told, seen, world.id)
  return seen
}

async function oneMaterial(
  told: (name: string, input: JsonObject, region: string) => Promise<JsonObject>,
  seen: readonly Seen[],
  KeyId: string,
): Promise<void> {
  const usable = seen.filter(({ state }) => state === 'Enabled' || state === 'Updating')
  for (const { region } of usable) {
    const Plaintext = Buffer.from(region).toString('base64')
    const { CiphertextBlob } = await told('Encrypt', { KeyId, Plaintext }, region)
    for (const other of usable) {
      const opened = await told('Decrypt', { CiphertextBlob: String(CiphertextBlob) }, other.region)
      if (opened['Plaintext'] !== Plaintext) {
        expect.fail(`${region}’s does not open in ${other.region}`)
      }
    }
  }
}

const underWay = ({ state }: Seen) => state === 'Creating' || state === 'Updating'

/** Without what differs from one run of the same to another: ids of new material. */
function shape(seen: readonly Seen[]): string {
  const ids = new Map<string, string>()
  const name = (id: string) => {
    if (!ids.has(id)) ids.set(id, `#${ids.size}`)
    return ids.get(id) ?? ''
  }
  return JSON.stringify(
    seen.map((one) => ({ ...one, materials: one.materials.replaceAll(/[0-9a-f]{64}/g, name) })),
    null,
    1,
  )
}

interface Done {
  readonly input: (world: World) => JsonObject | Promise<JsonObject>
  readonly region?: string
  /** codes that say that it was done before */
  readonly done?: readonly string[]
  /** made again it makes another: nothing tells that it is the same call */
  readonly another?: true
  /** each Region gives up its own copy, the primary's last: a part of them may be gone */
  readonly byRegions?: true
  readonly world?: keyof typeof WORLDS
}

const WORLDS = {
  alone: () => makeWorld([]),
  one: () => makeWorld([EU]),
  two: () => makeWorld([EU, AP]),
  leaving: async () => {
    const world = await makeWorld([EU])
    await ok(world, 'ScheduleKeyDeletion', { KeyId: world.id, PendingWindowInDays: 7 })
    return world
  },
  imported: () => makeWorld([EU], { Origin: 'EXTERNAL' }),
  pending: async () => {
    const world = await makeWorld([EU], { Origin: 'EXTERNAL' })
    const isNew = { ImportType: 'NEW_KEY_MATERIAL' }
    await ok(world, 'ImportKeyMaterial', await importInto(world, US, world.id, 'next', isNew))
    await ok(world, 'ImportKeyMaterial', await importInto(world, EU, world.id, 'next'), EU)
    return world
  },
} as const

const KeyId = ({ id }: World) => ({ KeyId: id })
const CUTS: Readonly<Record<string, Done>> = {
  'ReplicateKey, the first': {
    world: 'alone',
    input: ({ id, tenant }) => ({
      KeyId: id,
      ReplicaRegion: EU,
      Description: 'there',
      Tags: [{ TagKey: 'a', TagValue: '1' }],
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: tenant.accountId },
            Action: 'kms:*',
            Resource: '*',
          },
        ],
      }),
    }),
    done: ['AlreadyExistsException'],
  },
  'ReplicateKey, one more': {
    input: ({ id }) => ({ KeyId: id, ReplicaRegion: AP }),
    done: ['AlreadyExistsException'],
  },
  UpdatePrimaryRegion: {
    world: 'two',
    input: ({ id }) => ({ KeyId: id, PrimaryRegion: EU }),
    done: ['UnsupportedOperationException'],
  },
  RotateKeyOnDemand: { input: KeyId, another: true },
  'RotateKeyOnDemand, imported': {
    world: 'pending',
    input: KeyId,
    done: ['KMSInvalidStateException'],
  },
  'EnableKeyRotation, sooner': {
    input: ({ id }) => ({ KeyId: id, RotationPeriodInDays: PERIOD + 1 }),
  },
  DisableKeyRotation: { input: KeyId },
  'ImportKeyMaterial, new': {
    world: 'imported',
    input: (world) => importInto(world, US, world.id, 'next', { ImportType: 'NEW_KEY_MATERIAL' }),
    done: ['IncorrectKeyMaterialException'],
  },
  'DeleteImportedKeyMaterial, pending': {
    world: 'pending',
    input: async (world) => {
      const asked = { KeyId: world.id, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }
      const { Rotations } = await ok(world, 'ListKeyRotations', asked)
      const last = (Rotations as JsonObject[]).at(-1)
      return { KeyId: world.id, KeyMaterialId: last?.['KeyMaterialId'] as string }
    },
    done: ['NotFoundException'],
    byRegions: true,
  },
  'ScheduleKeyDeletion of the primary': { input: KeyId, done: ['KMSInvalidStateException'] },
  'ScheduleKeyDeletion of a replica': {
    input: KeyId,
    region: EU,
    done: ['KMSInvalidStateException'],
  },
  'CancelKeyDeletion of a primary that waits': {
    world: 'leaving',
    input: KeyId,
    done: ['KMSInvalidStateException'],
  },
}

describe('A process killed between writes to related multi-Region keys', () => {
  const worlds = new Map<string, World>()
  beforeAll(async () => {
    for (const [name, make] of Object.entries(WORLDS)) worlds.set(name, await make())
  })
  const worldOf = (name: string): World => {
    const world = worlds.get(name)
    if (world === undefined) throw new Error(`no world ${name}`)
    return world
  }

  /** In `npm test` every other one dies before its writes, and the others after them. */
  const halfOf = <Row>(rows: readonly Row[], applied: boolean): readonly Row[] =>
    slice(rows, (_, index) => (index % 2 === 1) === applied)

  describe.each([false, true])('its write there: %s', (applied) => {
    test.for(halfOf(Object.entries(CUTS), applied))('%s', async ([title, cut]) => {
      const [name = ''] = title.split(/,| of /)
      const { input, region = US, done = [], another, byRegions, world: which = 'one' } = cut
      const world = worldOf(which)
      const whole = await copied(world)
      await ok(whole, name, await input(whole), region)
      const [before, after] = [shape(await look(world)), shape(await look(whole))]
      let cuts = 0
      for (let at = 1; ; at++) {
        const own = await copied(world)
        const asked = await input(own)
        const dying = serviceOf({ ...own, store: cutStore(own.store, at, applied) }, own.now)
        const { status } = await callService(dying, own.tenant, name, asked, region)
        const seen = await look(own)
        if (status < 300) {
          expect(shape(seen), `at write ${at}`).toBe(after)
          break
        }
        cuts++
        if (!seen.some(underWay) && byRegions === undefined)
          expect([before, after], `at write ${at}`).toContain(shape(seen))

        // left alone it is ended by the sweeper: whole, or not at all
        const left = await copied(own)
        const later = left.now + LEASE
        await sweepAt(left, later)
        const ended = await look(left, later)
        expect(ended.filter(underWay), `swept after write ${at}`).toEqual([])
        if (byRegions === undefined)
          expect([before, after], `swept after write ${at}`).toContain(shape(ended))
        await rotatesOn(left, ended)
        await onRecord(left, ended, later)

        // the same call, made again by another process
        const { status: again, json } = await ask(own, name, asked, region, own.now)
        const known = done.includes(String(json['code']))
        expect(again < 300 || known, `${again} ${JSON.stringify(json)}`).toBe(true)
        await sweepAt(own, own.now + LEASE)
        const repeated = await look(own, own.now + LEASE)
        if (another === undefined) expect(shape(repeated), `again after ${at}`).toBe(after)
        // of what ended alike, in `npm test`, one is looked at so long
        if (!sliced) await rotatesOn(own, repeated)
        await onRecord(own, repeated, own.now + LEASE)
      }
      expect(cuts).toBeGreaterThanOrEqual(2)
    })
  })

  /** Every rotation is in the trail once, in the Region of the primary; and every replica is, where it was carried. */
  async function onRecord(world: World, seen: readonly Seen[], now: number): Promise<void> {
    const named = async (EventName: string) =>
      (await ok(world, 'ListAuditRecords', { EventName }, US, now))['Records'] as JsonObject[]
    const [one] = seen
    const rotations = (one?.materials.split(',').filter((id) => !id.includes('PENDING')) ?? [])
      .length
    expect(await named('RotateKey')).toHaveLength(Math.max(0, rotations - 1))
    const carried = await named('SynchronizeMultiRegionKey')
    for (const region of one?.replicas.split(',').filter((name) => name !== '') ?? []) {
      expect(carried.some(({ awsRegion }) => awsRegion === region)).toBe(true)
    }
    expect(new Set(carried.map(({ eventID }) => eventID)).size).toBe(carried.length)
  }

  /** A schedule that is shown is kept: nothing that was cut leaves it without a date. */
  async function rotatesOn(world: World, seen: readonly Seen[]): Promise<void> {
    const primary = seen.find(({ type }) => type === 'PRIMARY')
    if (primary?.rotates !== true || primary.state !== 'Enabled') return
    const count = (of: Seen) => of.materials.split(',').length
    const then = world.now + (PERIOD + 2) * DAY
    const own = await copied(world)
    await sweepAt(own, then)
    for (const one of await look(own, then)) expect(count(one)).toBe(count(primary) + 1)
  }

  /** What is due for a world at a time, done by a sweep that is cut, and by the next one. */
  const SWEEPS: Readonly<
    Record<
      string,
      {
        readonly world: keyof typeof WORLDS
        prepare(world: World): Promise<unknown>
        readonly days: number
      }
    >
  > = {
    'a rotation': { world: 'two', prepare: async () => undefined, days: PERIOD },
    'the destruction of the last replica of a primary that waits': {
      world: 'leaving',
      prepare: (world) =>
        ok(world, 'ScheduleKeyDeletion', { KeyId: world.id, PendingWindowInDays: 7 }, EU),
      days: 7,
    },
    'the destruction of one replica of two': {
      world: 'two',
      prepare: (world) =>
        ok(world, 'ScheduleKeyDeletion', { KeyId: world.id, PendingWindowInDays: 7 }, AP),
      days: 7,
    },
    'the destruction of a primary alone': {
      world: 'alone',
      prepare: (world) =>
        ok(world, 'ScheduleKeyDeletion', { KeyId: world.id, PendingWindowInDays: 7 }),
      days: 7,
    },
  }
  describe.each([false, true])('in a sweep, its write there: %s', (applied) => {
    test.for(halfOf(Object.entries(SWEEPS), applied))(
      '%s',
      async ([, { world: which, prepare, days }]) => {
        const world = await copied(worldOf(which))
        await prepare(world)
        const then = world.now + days * DAY
        const whole = await copied(world)
        await sweepAt(whole, then)
        const after = shape(await look(whole, then))
        for (let at = 1; ; at++) {
          const own = await copied(world)
          const died = await diesAt(own, at)
          await look(own, then)
          // the next, a minute later
          await sweepAt(own, then + LEASE)
          expect(shape(await look(own, then + LEASE)), `after write ${at}`).toBe(after)
          const { items } = await own.store.query({
            pk: `${own.tenant.accountId}/global`,
            prefix: '',
            limit: 100,
          })
          if (after === '[]') expect(items).toEqual([])
          if (!died) {
            expect(at).toBeGreaterThan(2)
            break
          }
        }

        async function diesAt(own: World, at: number): Promise<boolean> {
          let died = false
          const log = (_level: string, { error }: Record<string, unknown>) => {
            died ||= error instanceof Cut
          }
          const store = cutStore(own.store, at, applied)
          const service = processOver({ ...own, store }, { now: () => then, log })
          await sweep(service, { now: then, limit: 1000 }).catch((error: unknown) => {
            died ||= error instanceof Cut
          })
          return died
        }
      },
    )
  })
})
