import { beforeAll, describe, expect, test } from 'vitest'
import { tenantItem, tenantPlace } from '../../core/identity/credential.ts'
import { sweep } from '../../core/lifecycle/sweep.ts'
import type { Store } from '../../core/store/store.ts'
import type { JsonObject } from '../support/calls.ts'
import { callService, copyOf, processOver } from '../support/installed.ts'
import { sliced } from '../support/slice.ts'
import { DAY, itemsOf, ok, sweepOn, type TenantWorld, tenantWorld } from '../support/tenant-life.ts'

/**
 * A cancellation and the sweeper at once, the one before each call of the store that the other makes: either the
 * tenant is as it was, or it is deleted, and whoever cancelled was told which.
 */

let world: TenantWorld
let at = 0
let before: string[] = []

beforeAll(async () => {
  world = await tenantWorld()
  before = await placesOf(world.store)
  const input = { AccountId: world.accountId, PendingWindowInDays: 7 }
  const { DeletionDate } = await ok(world, world.operator, 'ScheduleTenantDeletion', input)
  at = Date.parse(String(DeletionDate))
})

/** All that the tenant has, but for its trail and when its credentials were used. */
const placesOf = async (store: Store) =>
  (await itemsOf(store))
    .filter(({ pk }) => pk.startsWith(world.accountId) && !pk.includes('/audit/'))
    .map(({ pk, sk }) => `${pk} ${sk}`)
    .sort()

/** A store that has something done before the n-th call of it (1 for the first). */
function beforeCall(inner: Store, n: number, act: () => Promise<void>) {
  let calls = 0
  const told =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      if (++calls === n) await act()
      return call(...args)
    }
  const { get, put, add, query, due, scan } = inner
  const store: Store = {
    ...inner,
    ...{ get: told(get), put: told(put), add: told(add), query: told(query), due: told(due) },
    ...{ scan: told(scan), delete: told(inner.delete) },
  }
  return { store, reached: () => calls >= n }
}

async function cancel(store: Store): Promise<{ status: number; json: JsonObject }> {
  const service = processOver({ ...world, store }, { now: () => at })
  const input = { AccountId: world.accountId }
  const answer = await callService(service, world.operator, 'CancelTenantDeletion', input)
  await service.audit.flush()
  return answer
}

async function sweepNow(store: Store): Promise<void> {
  const service = processOver({ ...world, store }, { now: () => at })
  await sweep(service, { now: at, limit: 1000 })
}

/** @returns whether it was cancelled */
async function judge(store: Store, told: { status: number; json: JsonObject }): Promise<boolean> {
  const cancelled = told.status === 200
  if (!cancelled) expect(told.json).toMatchObject({ code: 'KMSInvalidStateException' })
  await sweepOn(world, { store, from: at, until: at + DAY })
  const [item] = await store.get([tenantPlace(world.accountId)])
  const tenant = item && tenantItem.read(item)
  if (cancelled) {
    expect(tenant).toMatchObject({ status: 'active' })
    expect(tenant).not.toHaveProperty('deletion')
    expect(item).not.toHaveProperty('due')
    const left = await placesOf(store)
    // keys whose own dates have come go by themselves
    expect(before.filter((place) => !left.includes(place))).toEqual([])
  } else {
    expect(tenant).toMatchObject({ status: 'suspended', deletion: { ended: expect.any(Number) } })
    expect(await placesOf(store)).toEqual([`${world.accountId} tenant`])
  }
  return cancelled
}

describe('A deletion that is cancelled as its date comes', () => {
  test('before each call that the sweeper makes', async () => {
    const outcomes: boolean[] = []
    for (let n = 1; n < 60; n += sliced ? 4 : 1) {
      const { store: inner } = await copyOf(world)
      let told: { status: number; json: JsonObject } | undefined
      const { store, reached } = beforeCall(inner, n, async () => {
        told = await cancel(inner)
      })
      await sweepNow(store)
      if (!reached() || told === undefined) break
      outcomes.push(await judge(inner, told))
    }
    expect(outcomes.length).toBeGreaterThan(sliced ? 5 : 20)
    // first it is early enough, and from some call on too late
    expect(outcomes[0]).toBe(true)
    expect(outcomes).toEqual(outcomes.toSorted((a, b) => Number(b) - Number(a)))
    expect(outcomes.at(-1)).toBe(false)
  })

  test('the sweeper before each call that the cancellation makes', async () => {
    const outcomes: boolean[] = []
    for (let n = 1; ; n++) {
      const { store: inner } = await copyOf(world)
      const { store, reached } = beforeCall(inner, n, () => sweepNow(inner))
      const told = await cancel(store)
      if (!reached()) break
      outcomes.push(await judge(inner, told))
    }
    expect(outcomes.length).toBeGreaterThan(2)
    expect(outcomes).toContain(false)
  })
})
