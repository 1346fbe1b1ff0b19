import { mkdirSync, rmSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  customKeyStoresItem,
  storeKeyItem,
} from '../../core/custom-key-store/custom-key-store-items.ts'
import { tenantPlace } from '../../core/identity/credential.ts'
import { keyFromItem, keyPlace, keyToItem } from '../../core/key/key-item.ts'
import type { Sweeping } from '../../core/lifecycle/sweep.ts'
import { sqliteStore } from '../../core/store/sqlite.ts'
import { REGION } from '../support/calls.ts'
import { processOver } from '../support/installed.ts'
import { newFolder } from '../support/process.ts'
import {
  DAY,
  itemsOf,
  OTHER_REGION,
  ok,
  sweepOn,
  type TenantWorld,
  tenantWorld,
} from '../support/tenant-life.ts'

const HOUR = 3_600_000
/** more than one look destroys, and half of what one erases */
const KEYS = 600

async function schedule(world: TenantWorld): Promise<number> {
  const input = { AccountId: world.accountId, PendingWindowInDays: 7 }
  const { DeletionDate } = await ok(world, world.operator, 'ScheduleTenantDeletion', input)
  return Date.parse(String(DeletionDate))
}

/** What is left of the tenant in a Region, by the kinds of items. */
const kindsIn = async ({ store, accountId }: TenantWorld, region: string) =>
  new Set(
    (await itemsOf(store))
      .filter(({ pk }) => pk === `${accountId}/${region}`)
      .map(({ sk }) => sk.split('#')[0]),
  )

const isThere = async ({ store, accountId }: TenantWorld, sk: string) =>
  (await itemsOf(store)).some((item) => item.pk === accountId && item.sk.startsWith(sk))

describe('A key in a cluster', () => {
  /** The tenant's key `used` is one of a cluster's, another has an external key. */
  async function clusterWorld() {
    const world = await tenantWorld()
    const { store, accountId, keys } = world
    const home = { accountId, region: REGION }
    const inStore = async (name: string, external: string, cluster: boolean) => {
      const [item] = await store.get([keyPlace(accountId, REGION, keys[name] ?? '')])
      if (item === undefined) throw new Error(`no key ${name}`)
      const key = keyFromItem(item)
      const keyStore = { store: cluster ? 'cks-cluster' : 'cks-xks', external }
      await store.put(keyToItem(key, { keyStore }))
      const data = { key: key.id, ...(cluster && { cluster: true as const }) }
      await store.put(storeKeyItem.item(storeKeyItem.place({ ...home, ...keyStore }), 1, data))
    }
    await inStore('used', 'object', true)
    await inStore('disabled', 'external', false)
    const stores = [{ id: 'cks-cluster', name: 'c', type: 'AWS_CLOUDHSM', cluster: { id: 'c' } }]
    const place = customKeyStoresItem.place(home)
    await store.put({ ...place, version: 1, format: 2, data: { stores } })
    const log: unknown[] = []
    const asked: string[] = []
    let answer: 'destroyed' | 'later' | 'elsewhere' = 'later'
    const service = (now: number): Sweeping => ({
      ...processOver(world, { now: () => now }),
      log: (_level, entry) => log.push(entry),
      keyStores: {
        open: async () => ({
          finish: async () => undefined,
          async destroyInCluster(_home, _store, object) {
            asked.push(object)
            return answer
          },
        }),
      },
    })
    const at = await schedule(world)
    return {
      ...{ world, log, asked, at, service, store },
      answers: (now: typeof answer) => {
        answer = now
      },
    }
  }

  test('is destroyed there too, and what it is destroyed with is kept until then', async () => {
    const { world, at, service, store, asked, answers } = await clusterWorld()
    await sweepOn(world, { store, from: at, until: at + HOUR, service })
    expect(await kindsIn(world, REGION)).toContain('custom-key-stores')
    expect(await kindsIn(world, REGION)).not.toContain('key')
    // the claim of the external key is given up at once; the other Region has ended
    const claims = (await itemsOf(store)).filter((item) => storeKeyItem.is(item))
    expect(claims.map(({ sk }) => sk)).toEqual(['custom-key-store-key#cks-cluster#object'])
    expect(await kindsIn(world, OTHER_REGION)).toEqual(new Set(['tenant-deletion']))
    const told = await ok(world, world.operator, 'GetTenantDeletion', {
      AccountId: world.accountId,
    })
    expect(told['Regions']).toMatchObject([
      { Region: OTHER_REGION, State: 'Done' },
      { Region: REGION, State: 'WaitingForCluster' },
    ])
    expect(await isThere(world, 'principal#')).toBe(true)
    answers('destroyed')
    await sweepOn(world, { store, from: at + HOUR, until: at + 3 * HOUR, service })
    expect(asked.length).toBeGreaterThan(1)
    expect(new Set(asked)).toEqual(new Set(['object']))
    expect(await kindsIn(world, REGION)).toEqual(new Set())
    expect(await isThere(world, 'principal#')).toBe(false)
  })

  test('of a token that never answers is waited for a month, and left there', async () => {
    const { world, at, service, store } = await clusterWorld()
    await sweepOn(world, { store, from: at, until: at + HOUR, service })
    await sweepOn(world, { store, from: at + 29 * DAY, until: at + 29.05 * DAY, service })
    expect(await isThere(world, 'principal#')).toBe(true)
    await sweepOn(world, { store, from: at + 30 * DAY, until: at + 30.1 * DAY, service })
    expect(await isThere(world, 'principal#')).toBe(false)
    expect(await kindsIn(world, REGION)).toEqual(new Set())
  })
})

describe('Who comes late', () => {
  test('what is made while the sweeper is at work is found before it ends', async () => {
    const world = await tenantWorld()
    const { store, accountId } = world
    const at = await schedule(world)
    const late = [
      { pk: `${accountId}/${REGION}`, sk: 'material#late#one' },
      { pk: `${accountId}/${OTHER_REGION}`, sk: 'policy#late#one' },
      { pk: accountId, sk: 'principal#user/late' },
    ]
    // whoever had read before writes ten minutes after all keys are destroyed
    await sweepOn(world, { store, from: at, until: at + 10 * 60_000 })
    for (const place of late) await store.put({ ...place, version: 1, data: {} })
    await sweepOn(world, { store, from: at + 10 * 60_000, until: at + DAY })
    const left = (await itemsOf(store)).filter(({ pk }) => pk.startsWith(accountId))
    expect(left.filter(({ pk }) => !pk.includes('/audit/')).map(({ sk }) => sk)).toEqual(['tenant'])
  })

  test('a key that cannot be destroyed keeps no other, and is tried again', async () => {
    const world = await tenantWorld()
    const { store, accountId, keys } = world
    const at = await schedule(world)
    let broken = true
    const failing = {
      ...store,
      async put(item: Parameters<typeof store.put>[0]) {
        if (broken && item.sk === `key#${keys['used']}`) throw new Error('no')
        return store.put(item)
      },
    }
    const service = (now: number) => processOver({ ...world, store: failing }, { now: () => now })
    await sweepOn(world, { store, from: at, until: at + HOUR, service })
    const left = (await itemsOf(store)).filter(
      ({ pk, sk }) => pk === `${accountId}/${REGION}` && sk.startsWith('key#'),
    )
    expect(left.map(({ sk }) => sk)).toEqual([`key#${keys['used']}`])
    expect(await isThere(world, 'tenant-key#')).toBe(true)
    broken = false
    await sweepOn(world, { store, from: at + HOUR, until: at + DAY, service })
    const [tenant] = await store.get([tenantPlace(accountId)])
    expect(tenant?.data).toMatchObject({ deletion: { ended: expect.any(Number) } })
  })

  test('what is more than one look does is done, part by part', async () => {
    const folder = newFolder()
    mkdirSync(folder, { recursive: true })
    const world = await tenantWorld(sqliteStore({ file: `${folder}/tenkey.db` }))
    const { store, accountId, keys } = world
    const [item] = await store.get([keyPlace(accountId, REGION, keys['used'] ?? '')])
    if (item === undefined) throw new Error('no key')
    const made = keyFromItem(item)
    const items = Array.from({ length: KEYS }, (_, n) => {
      const id = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
      const named = { pk: accountId, version: 1, data: {} }
      return [
        keyToItem({ ...made, id, version: 0 }, { aliases: [] }),
        { ...named, sk: `renamed#${n}` },
        { ...named, sk: `renamed#again-${n}` },
      ]
    })
    await Promise.all(items.flat().map(store.put))
    const at = await schedule(world)
    await sweepOn(world, { store, from: at, until: at + DAY })
    const { deletion } = (await store.get([tenantPlace(accountId)]))[0]?.data ?? {}
    expect(deletion).toMatchObject({
      ended: expect.any(Number),
      regions: [
        { region: OTHER_REGION, keys: 2 },
        { region: REGION, keys: KEYS + 4 },
      ],
    })
    await store.close()
    rmSync(folder, { recursive: true })
  })
})
