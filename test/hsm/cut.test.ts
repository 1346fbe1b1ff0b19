// @module-tag process
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { storeKeyItem } from '../../core/custom-key-store/custom-key-store-items.ts'
import { regionPartition } from '../../core/item/partition.ts'
import { keyItem } from '../../core/key/key-items.ts'
import { sweep } from '../../core/lifecycle/sweep.ts'
import type { Service } from '../../core/service.ts'
import type { Registration } from '../../server/hsm/registrations.ts'
import { type JsonObject, REGION } from '../support/calls.ts'
import { cutStore } from '../support/cut-store.ts'
import { callService, copyOf, type Installed, install, processOver } from '../support/installed.ts'
import { PASSWORD, quickTokens, TRUST_ANCHOR } from '../support/tokens.ts'

/**
 * A process killed before any one of the writes of what changes CloudHSM key stores and their keys, or at one whose
 * answer is lost: the sweeper ends it. Every key has its key in the token, and the token has none that is nobody's.
 */

const tokens = quickTokens()
const services: Service[] = []
afterAll(async () => {
  await Promise.all(services.map(({ keyStores }) => keyStores.close()))
})

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

interface World extends Installed {
  readonly ids: Readonly<Record<string, string>>
}

let registration: Registration
let other: Registration

/** A process over a store, the clock ahead. @param own whether it has tokens */
function process(world: Installed, ahead = 0, own = true): Service {
  const service = processOver(world, {
    now: () => Date.now() + ahead,
    ...(own && { hsm: async () => tokens.open() }),
  })
  services.push(service)
  return service
}

async function call(world: Installed, name: string, input: JsonObject, ahead = 0, own = true) {
  const service = process(world, ahead, own)
  const answer = await callService(service, world.tenant, name, input)
  await service.keyStores.settled()
  await service.audit.flush()
  return answer
}

async function ok(world: Installed, name: string, input: JsonObject = {}): Promise<JsonObject> {
  const { status, json } = await call(world, name, input)
  if (status >= 300) throw new Error(`${name}: ${JSON.stringify(json)}`)
  return json
}

const storeOf = ({ cluster, trustAnchor }: Registration): JsonObject => ({
  CustomKeyStoreName: cluster,
  CloudHsmClusterId: cluster,
  KeyStorePassword: PASSWORD,
  TrustAnchorCertificate: trustAnchor,
})

async function makeWorld(): Promise<World> {
  const world = await install()
  const { accountId } = world.tenant
  registration = tokens.register(accountId)
  other = tokens.register(accountId, { trustAnchor: TRUST_ANCHOR.replace('MIIB', 'MIIC') })
  const ids: Record<string, string> = {}
  for (const [name, one] of [
    ['connected', registration],
    ['empty', other],
  ] as const) {
    ids[name] = String((await ok(world, 'CreateCustomKeyStore', storeOf(one)))['CustomKeyStoreId'])
  }
  const connected = { CustomKeyStoreId: ids['connected'] ?? '' }
  await ok(world, 'ConnectCustomKeyStore', connected)
  const { KeyMetadata } = await ok(world, 'CreateKey', { Origin: 'AWS_CLOUDHSM', ...connected })
  ids['key'] = (KeyMetadata as { KeyId: string }).KeyId
  return { ...world, ids }
}

async function sweepAt(world: Installed, ahead: number, own = true): Promise<void> {
  const service = process(world, ahead, own)
  await sweep(service, { now: service.now(), limit: 100 })
  await service.audit.flush()
}

/** Every key has its key in the token, every claim its key, and the token nothing else. */
async function checkTaken(world: Installed): Promise<void> {
  const pk = regionPartition(world.tenant.accountId, REGION)
  const query = (prefix: string) => world.store.query({ pk, prefix, limit: 100 })
  const claims = (await query('custom-key-store-key#')).items.map((item) => {
    expect(storeKeyItem.read(item)).not.toHaveProperty('making')
    return storeKeyItem.parts(item).external
  })
  const keys = (await query(keyItem.prefix())).items
    .map((item) => keyItem.read(item))
    .filter(({ destroyed }) => destroyed === undefined)
    .map(({ keyStore }) => keyStore?.external)
  expect(claims.sort()).toEqual(keys.sort())
  expect([...tokens.keysIn(registration)].sort()).toEqual(keys)
}

const states = async (world: Installed) =>
  ((await ok(world, 'DescribeCustomKeyStores'))['CustomKeyStores'] as JsonObject[]).map(
    (one) => one['ConnectionState'],
  )

describe('A process killed between the writes of', () => {
  let world: World
  let kept: ReturnType<typeof tokens.read>
  beforeAll(async () => {
    world = await makeWorld()
    kept = tokens.read(registration)
  })
  /** the installation and its token, as they were */
  async function again(): Promise<World> {
    tokens.change(registration, kept)
    return { ...(await copyOf(world)), ids: world.ids }
  }

  test.for([false, true])('CreateKey, the last write done: %s', async (applied) => {
    const input = { Origin: 'AWS_CLOUDHSM', CustomKeyStoreId: world.ids['connected'] ?? '' }
    let cuts = 0
    for (let at = 1; ; at++) {
      const own = await again()
      const store = cutStore(own.store, at, applied)
      await callService(process({ ...own, store }), own.tenant, 'CreateKey', input)
      if (!store.cut()) break
      cuts++
      // a claim of a cluster counts as left after five minutes; a key that is written, after one
      await sweepAt(own, 6 * MINUTE)
      await checkTaken(own)
      expect((await call(own, 'CreateKey', input, 7 * MINUTE)).status).toBe(201)
      await checkTaken(own)
    }
    expect(cuts).toBeGreaterThanOrEqual(3)
  })

  test.for([
    ['ConnectCustomKeyStore', 'empty', 'CONNECTED'],
    ['DisconnectCustomKeyStore', 'connected', 'DISCONNECTED'],
  ] as const)('%s', async ([name, which, end]) => {
    const input = { CustomKeyStoreId: world.ids[which] ?? '' }
    let cuts = 0
    for (const applied of [false, true]) {
      for (let at = 1; ; at++) {
        const own = await again()
        const store = cutStore(own.store, at, applied)
        const dying = process({ ...own, store })
        await callService(dying, own.tenant, name, input)
        await dying.keyStores.settled()
        if (!store.cut()) break
        cuts++
        await sweepAt(own, 2 * MINUTE)
        const at2 = which === 'connected' ? 0 : 1
        if ((await states(own))[at2] !== end) await call(own, name, input, 3 * MINUTE)
        expect((await states(own))[at2]).toBe(end)
      }
    }
    expect(cuts).toBeGreaterThanOrEqual(4)
  })

  test('the destruction of a key: what it had in the token goes all the same', async () => {
    let cuts = 0
    for (let at = 1; ; at++) {
      const own = await again()
      const KeyId = world.ids['key'] ?? ''
      await ok(own, 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
      const store = cutStore(own.store, at, false)
      await sweepAt({ ...own, store }, 8 * DAY).catch(() => undefined)
      if (!store.cut()) break
      cuts++
      await sweepAt(own, 8 * DAY + MINUTE)
      await sweepAt(own, 8 * DAY + 2 * MINUTE)
      expect((await ok(own, 'ListKeys'))['Keys'], `at write ${at}`).toEqual([])
      await checkTaken(own)
    }
    expect(cuts).toBeGreaterThanOrEqual(5)
  })

  test('a store that is deleted while a key is made in it: one of the two loses', async () => {
    for (let turn = 0; turn < 5; turn++) {
      const own = await again()
      const KeyId = world.ids['key'] ?? ''
      await ok(own, 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
      await sweepAt(own, 8 * DAY)
      const CustomKeyStoreId = world.ids['connected'] ?? ''
      const deleting = async () => {
        await call(own, 'DisconnectCustomKeyStore', { CustomKeyStoreId })
        return call(own, 'DeleteCustomKeyStore', { CustomKeyStoreId })
      }
      const input = { Origin: 'AWS_CLOUDHSM', CustomKeyStoreId }
      const [made, deleted] = await Promise.all([call(own, 'CreateKey', input), deleting()])
      expect(made.status < 300 && deleted.status < 300).toBe(false)
    }
  })

  /** Functions have no tokens: what is a cluster's they leave to servers. */
  describe('a process without tokens', () => {
    const without = (own: Installed, name: string, input: JsonObject, ahead = 0) =>
      call(own, name, input, ahead, false)

    test('has no cluster', async () => {
      const own = await again()
      const input = { ...storeOf(registration), CustomKeyStoreName: 'another' }
      expect((await without(own, 'CreateCustomKeyStore', input)).json).toMatchObject({
        code: 'CloudHsmClusterNotFoundException',
      })
    })

    test('uses no key of one, and makes none', async () => {
      const own = await again()
      const KeyId = world.ids['key'] ?? ''
      expect((await without(own, 'Encrypt', { KeyId, Plaintext: 'AAAA' })).json).toMatchObject({
        code: 'KMSInvalidStateException',
        detail: 'KMS cannot communicate with your CloudHSM cluster',
      })
      const store = { CustomKeyStoreId: world.ids['connected'] ?? '' }
      const key = { Origin: 'AWS_CLOUDHSM', ...store }
      expect((await without(own, 'CreateKey', key)).json).toMatchObject({
        code: 'CloudHsmClusterInvalidConfigurationException',
      })
      const random = { NumberOfBytes: 8, ...store }
      expect((await without(own, 'GenerateRandom', random)).json).toMatchObject({
        code: 'CustomKeyStoreInvalidStateException',
      })
    })

    test('leaves no claim behind of keys that it can’t make', async () => {
      const own = await again()
      const pk = regionPartition(own.tenant.accountId, REGION)
      const claims = async () =>
        (await own.store.query({ pk, prefix: storeKeyItem.prefix(), limit: 100 })).items.length
      const before = await claims()
      const key = { Origin: 'AWS_CLOUDHSM', CustomKeyStoreId: world.ids['connected'] ?? '' }
      for (let n = 0; n < 3; n++) await without(own, 'CreateKey', key)
      expect(await claims()).toBe(before)
    })

    test('leaves a connection to a server, for twenty minutes', async () => {
      const input = { CustomKeyStoreId: world.ids['empty'] ?? '' }
      const own = await again()
      await without(own, 'ConnectCustomKeyStore', input)
      await sweepAt(own, 2 * MINUTE, false)
      expect((await states(own))[1]).toBe('CONNECTING')
      await sweepAt(own, 3 * MINUTE)
      expect((await states(own))[1]).toBe('CONNECTED')

      const alone = await again()
      await without(alone, 'ConnectCustomKeyStore', input)
      await sweepAt(alone, 21 * MINUTE, false)
      const { CustomKeyStores } = await ok(alone, 'DescribeCustomKeyStores', input)
      expect(CustomKeyStores).toMatchObject([
        { ConnectionState: 'FAILED', ConnectionErrorCode: 'CLUSTER_NOT_FOUND' },
      ])
    })

    test('disconnects, and leaves what is to be destroyed to a server', async () => {
      const own = await again()
      const KeyId = world.ids['key'] ?? ''
      await without(own, 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
      await sweepAt(own, 8 * DAY, false)
      await sweepAt(own, 8 * DAY + MINUTE, false)
      expect(tokens.keysIn(registration)).toHaveLength(1)
      // who can't ask the cluster puts it off, by no more than twenty minutes
      await sweepAt(own, 8 * DAY + 21 * MINUTE)
      expect(tokens.keysIn(registration)).toEqual([])
      await without(own, 'DisconnectCustomKeyStore', {
        CustomKeyStoreId: world.ids['connected'] ?? '',
      })
      expect((await states(own))[0]).toBe('DISCONNECTED')
    })
  })
})
