// @module-tag process
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { storeKeyItem } from '../../core/custom-key-store/custom-key-store-items.ts'
import { regionPartition } from '../../core/item/partition.ts'
import { keyItem } from '../../core/key/key-items.ts'
import { sweep } from '../../core/lifecycle/sweep.ts'
import type { Service } from '../../core/service.ts'
import type { Store } from '../../core/store/store.ts'
import { type JsonObject, REGION } from '../support/calls.ts'
import { cutStore } from '../support/cut-store.ts'
import { callService, copyOf, type Installed, install, processOver } from '../support/installed.ts'
import { sliced } from '../support/slice.ts'
import { CREDENTIAL, externalKey, startXksServer } from '../support/xks-server.ts'

/**
 * A process killed before any one of the writes of what changes custom key stores and their keys, or at one
 * whose answer is lost: the sweeper ends it, and the same call made again comes to the same end. No external
 * key stays taken by a key that is not there, no store is deleted with a key, no key is without its store.
 */

const proxy = await startXksServer()
afterAll(() => proxy.stop())

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

interface World extends Installed {
  readonly ids: Readonly<Record<string, string>>
}

const process = (world: Installed, ahead = 0): Service =>
  processOver(world, { xks: proxy.options, now: () => Date.now() + ahead })

async function call(world: Installed, name: string, input: JsonObject, ahead = 0) {
  const service = process(world, ahead)
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

const store = (name: string): JsonObject => ({
  CustomKeyStoreName: name,
  CustomKeyStoreType: 'EXTERNAL_KEY_STORE',
  XksProxyConnectivity: 'PUBLIC_ENDPOINT',
  XksProxyUriEndpoint: 'https://localhost',
  XksProxyUriPath: `/${name}-of-the-tenant/kms/xks/v1`,
  XksProxyAuthenticationCredential: { ...CREDENTIAL },
})

async function makeWorld(): Promise<World> {
  const world = await install()
  const ids: Record<string, string> = {}
  for (const name of ['connected', 'empty']) {
    ids[name] = String((await ok(world, 'CreateCustomKeyStore', store(name)))['CustomKeyStoreId'])
  }
  const connected = { CustomKeyStoreId: ids['connected'] ?? '' }
  await ok(world, 'ConnectCustomKeyStore', connected)
  for (const external of ['one', 'two']) proxy.keys.set(external, externalKey())
  const key = { Origin: 'EXTERNAL_KEY_STORE', ...connected, XksKeyId: 'one' }
  const { KeyMetadata } = await ok(world, 'CreateKey', key)
  ids['key'] = (KeyMetadata as { KeyId: string }).KeyId
  return { ...world, ids }
}

/** What there is, without ids and dates; and that it belongs together. */
async function viewOf(world: Installed): Promise<string> {
  const { CustomKeyStores } = await ok(world, 'DescribeCustomKeyStores')
  const shown = (CustomKeyStores as JsonObject[]).map(
    ({ CustomKeyStoreId: _id, CreationDate: _date, ...rest }) => rest,
  )
  const { Keys } = await ok(world, 'ListKeys')
  const keys = []
  for (const { KeyId } of Keys as { KeyId: string }[]) {
    const { KeyMetadata } = await ok(world, 'DescribeKey', { KeyId })
    const { KeyState, XksKeyConfiguration } = KeyMetadata as JsonObject
    keys.push(JSON.stringify([KeyState, XksKeyConfiguration]))
  }
  return JSON.stringify([shown, keys.sort()])
}

/** Every key of a store has its external key, and every external key that is taken its key. */
async function checkTaken(world: Installed): Promise<void> {
  const pk = regionPartition(world.tenant.accountId, REGION)
  const query = (prefix: string) => world.store.query({ pk, prefix, limit: 100 })
  const { CustomKeyStores } = await ok(world, 'DescribeCustomKeyStores')
  const stores = (CustomKeyStores as JsonObject[]).map((one) => one['CustomKeyStoreId'])
  const taken = (await query('custom-key-store-key#')).items.map((item) => {
    const { store: of, external } = storeKeyItem.parts(item)
    return `${of} ${external} ${storeKeyItem.read(item).key}`
  })
  const keys = (await query(keyItem.prefix())).items
    .filter((item) => keyItem.read(item).destroyed === undefined)
    .map((item) => {
      const { keyStore } = keyItem.read(item)
      expect(stores).toContain(keyStore?.store)
      return `${keyStore?.store} ${keyStore?.external} ${keyItem.parts(item).id}`
    })
  expect(taken.sort()).toEqual(keys.sort())
}

/** No key is enabled before its external key is its own for ever. */
async function checkNotEarly(world: Installed): Promise<void> {
  const pk = regionPartition(world.tenant.accountId, REGION)
  const query = (prefix: string) => world.store.query({ pk, prefix, limit: 100 })
  const settled = (await query('custom-key-store-key#')).items
    .map((item) => storeKeyItem.read(item))
    .flatMap(({ key, making }) => (making === undefined ? [key] : []))
  const enabled = (await query(keyItem.prefix())).items
    .filter((item) => keyItem.read(item).state === 'Enabled')
    .map((item) => keyItem.parts(item).id)
  expect(settled).toEqual(expect.arrayContaining(enabled))
}

async function sweepAt(world: Installed, ahead: number): Promise<void> {
  const service = process(world, ahead)
  await sweep(service, { now: service.now(), limit: 100 })
  await service.audit.flush()
}

interface Operation {
  readonly input: (ids: World['ids']) => JsonObject
  /** what it may be answered once it was done */
  readonly done?: string
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateCustomKeyStore: { input: () => store('new') },
  UpdateCustomKeyStore: {
    input: (ids) => ({ CustomKeyStoreId: ids['empty'] ?? '', NewCustomKeyStoreName: 'renamed' }),
  },
  ConnectCustomKeyStore: { input: (ids) => ({ CustomKeyStoreId: ids['empty'] ?? '' }) },
  DisconnectCustomKeyStore: {
    input: (ids) => ({ CustomKeyStoreId: ids['connected'] ?? '' }),
    done: 'CustomKeyStoreInvalidStateException',
  },
  DeleteCustomKeyStore: {
    input: (ids) => ({ CustomKeyStoreId: ids['empty'] ?? '' }),
    done: 'CustomKeyStoreNotFoundException',
  },
  CreateKey: {
    input: (ids) => ({
      Origin: 'EXTERNAL_KEY_STORE',
      CustomKeyStoreId: ids['connected'] ?? '',
      XksKeyId: 'two',
    }),
    done: 'XksKeyAlreadyInUseException',
  },
}

describe('A process killed between the writes of', () => {
  let world: World
  beforeAll(async () => {
    world = await makeWorld()
  })

  test.for(
    Object.entries(OPERATIONS).flatMap(([name, operation]) =>
      [false, true].map((applied) => ({ name, operation, applied })),
    ),
  )('$name, the last write done: $applied', async ({ name, operation, applied }) => {
    const input = operation.input(world.ids)
    const whole = await copyOf(world)
    await ok(whole, name, input)
    const after = await viewOf(whole)
    let cuts = 0
    for (let at = 1; ; at++) {
      const own = await copyOf(world)
      const store = cutStore(own.store, at, applied)
      const dying = process({ ...own, store })
      await callService(dying, own.tenant, name, input)
      await dying.keyStores.settled()
      if (!store.cut()) break
      cuts++
      await checkNotEarly(own)
      await sweepAt(own, 2 * MINUTE)
      await checkTaken(own)
      await checkNotEarly(own)
      const again = await call(own, name, input, 3 * MINUTE)
      const known = again.json['code'] === operation.done
      expect(again.status < 300 || known, JSON.stringify(again.json)).toBe(true)
      expect(await viewOf(own), `at write ${at}`).toBe(after)
      await checkTaken(own)
    }
    expect(cuts).toBeGreaterThanOrEqual(2)
  })

  test('the destruction of a key frees its external key all the same', async () => {
    let cuts = 0
    for (let at = 1; ; at++) {
      const own = await copyOf(world)
      await ok(own, 'ScheduleKeyDeletion', {
        KeyId: world.ids['key'] ?? '',
        PendingWindowInDays: 7,
      })
      const store = cutStore(own.store, at, false)
      // a process that ended tells nobody why
      await sweepAt({ ...own, store }, 8 * DAY).catch(() => undefined)
      if (!store.cut()) break
      cuts++
      await sweepAt(own, 8 * DAY + MINUTE)
      await sweepAt(own, 8 * DAY + 2 * MINUTE)
      expect((await ok(own, 'ListKeys'))['Keys'], `at write ${at}`).toEqual([])
      await checkTaken(own)
    }
    expect(cuts).toBeGreaterThanOrEqual(4)
  })

  test('a key that loses its claim was never enabled, and goes', async () => {
    const own = await copyOf(world)
    const states: string[] = []
    const store: Store = {
      ...own.store,
      async put(item) {
        const done = await own.store.put(item)
        if (!keyItem.is(item)) return done
        const { state, destroyed } = keyItem.read(item)
        states.push(destroyed === undefined ? state : 'destroyed')
        if (states.length > 1) return done
        // the maker took a minute: the sweeper removed its claim, and somebody else has one now
        const CustomKeyStoreId = world.ids['connected'] ?? ''
        const { accountId } = own.tenant
        const parts = { accountId, region: REGION, store: CustomKeyStoreId, external: 'two' }
        const [claim] = await own.store.get([storeKeyItem.place(parts)])
        if (claim === undefined) throw new Error('the external key is not claimed')
        await own.store.put(storeKeyItem.next(claim, { key: 'another', making: Date.now() }))
        return done
      },
    }
    const input = OPERATIONS['CreateKey']?.input(world.ids) ?? {}
    const { json } = await call({ ...own, store }, 'CreateKey', input)
    expect(json['code']).toBe('XksKeyAlreadyInUseException')
    expect(states).toEqual(['Creating', 'destroyed'])
    await sweepAt(own, 2 * MINUTE)
    await checkTaken(own)
  })

  test('a store that is deleted while a key is made in it: one of the two loses', async () => {
    for (let turn = 0; turn < (sliced ? 5 : 20); turn++) {
      const own = await copyOf(world)
      const CustomKeyStoreId = world.ids['empty'] ?? ''
      await ok(own, 'ConnectCustomKeyStore', { CustomKeyStoreId })
      const key = { Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId, XksKeyId: 'two' }
      const deleting = async () => {
        await call(own, 'DisconnectCustomKeyStore', { CustomKeyStoreId })
        return call(own, 'DeleteCustomKeyStore', { CustomKeyStoreId })
      }
      const [made, deleted] = await Promise.all([call(own, 'CreateKey', key), deleting()])
      expect(made.status < 300 && deleted.status < 300).toBe(false)
      await sweepAt(own, 2 * MINUTE)
      await checkTaken(own)
    }
  })
})
