import { describe, expect, test } from 'vitest'
import { storeTrail } from '../../core/audit/store-trail.ts'
import { kindOf } from '../../core/item/item-kind.ts'
import { ITEMS } from '../../core/items.ts'
import type { Item, Store } from '../../core/store/store.ts'
import { cutStore } from '../support/cut-store.ts'
import { callService, copyOf, processOver } from '../support/installed.ts'
import { sliced } from '../support/slice.ts'
import {
  addEveryKind,
  DAY,
  itemsOf,
  OTHER,
  ok,
  sweepOn,
  type TenantWorld,
  tenantWorld,
} from '../support/tenant-life.ts'

/**
 * A tenant that is deleted: whatever crashes and races, nothing of it opens or shows afterwards, and nothing of
 * another is touched. What stays is that it was there, and its audit trail.
 */

const WINDOW = 7 * DAY
/** writes from one that is tried to the next: no divisor of those of a key */
const STEP = sliced ? 7 : 1

const partitionOf =
  (accountId: string) =>
  ({ pk }: Item) =>
    pk === accountId || pk.startsWith(`${accountId}/`)

/** What there is of an account, but for its trail. */
async function leftOf(store: Store, accountId: string): Promise<string[]> {
  return (await itemsOf(store))
    .filter(partitionOf(accountId))
    .filter(({ pk }) => !pk.includes('/audit/'))
    .map(({ pk, sk }) => `${pk} ${sk}`)
}

/** What others have, but for trails, in which the deletion is told, and when their credentials were used. */
async function othersOf(store: Store, accountId: string): Promise<string> {
  const items = (await itemsOf(store)).filter(
    (item) => !partitionOf(accountId)(item) && !/\/(audit\/|used$)/.test(item.pk),
  )
  return JSON.stringify(items.map((item) => [item.pk, item.sk, item.version, item.data]).sort())
}

/** A world whose tenant is to be deleted, and what is there of others. */
async function dueWorld() {
  const world = await tenantWorld()
  await addEveryKind(world)
  const { store, accountId, operator } = world
  const input = { AccountId: accountId, PendingWindowInDays: 7 }
  const { DeletionDate } = await ok(world, operator, 'ScheduleTenantDeletion', input)
  const at = Date.parse(String(DeletionDate))
  expect(at).toBeGreaterThan(Date.now() + WINDOW - 60_000)
  return { world, store, accountId, at }
}

const over = (world: TenantWorld, store: Store): TenantWorld => ({ ...world, store })

async function expectGone(world: TenantWorld, before: string, message: string): Promise<void> {
  const { store, accountId } = world
  expect(await leftOf(store, accountId), message).toEqual([`${accountId} tenant`])
  expect(await othersOf(store, accountId), message).toBe(before)
  const [tenant] = await store.get([{ pk: accountId, sk: 'tenant' }])
  const { deletion = {}, ...rest } = { ...tenant?.data }
  expect(rest).toEqual({
    ...{ name: accountId, status: 'suspended', auditRetention: 400 },
    created: expect.any(Number),
  })
  expect(deletion, message).toMatchObject({ days: 7, before: 'active', ended: expect.any(Number) })
  expect(deletion).not.toHaveProperty('next')
}

/** Without what the retiring principal of another's grant has there, and with the name that its list forgot. */
function expected(before: string, accountId: string): string {
  const rows = JSON.parse(before) as [string, string, number, Record<string, unknown>][]
  return JSON.stringify(
    rows
      .filter(([pk, sk]) => !(pk.startsWith(`${OTHER}/`) && sk.startsWith('retiring#')))
      .map((row) => {
        const [pk, sk, version, data] = row
        return sk === `tenant#${accountId}`
          ? [pk, sk, version + 1, { ...data, name: accountId }]
          : row
      }),
  )
}

describe('A tenant that is deleted', () => {
  test('has nothing left but that it was there, and its trail; others are as they were', async () => {
    const { world, store, accountId, at } = await dueWorld()
    const before = expected(await othersOf(store, accountId), accountId)
    // an item of every kind is there
    const kinds = new Set(
      (await itemsOf(store)).filter(partitionOf(accountId)).map((one) => kindOf(ITEMS, one)),
    )
    const absent = ITEMS.filter((kind) => !kinds.has(kind)).map(
      ({ partition, name }) => `${partition}/${name}`,
    )
    expect(absent).toEqual([
      ...['operator/installation', 'operator/tenant', 'operator/installation-issuer'],
      ...['operator/test-clock', 'health/health', 'health/sweep'],
      ...['region/custom-key-store-key', 'region/tenant-deletion', 'spreadDays/day'],
    ])
    // not before its date
    await sweepOn(world, { store, from: at - DAY, until: at - 1 })
    expect((await leftOf(store, accountId)).length).toBeGreaterThan(30)
    const ended = await sweepOn(world, { store, from: at, until: at + DAY })
    await expectGone(world, before, '')
    expect(ended - at).toBeLessThan(60 * 60_000)
    const names = await recorded(store, accountId, at)
    expect(names.filter((name) => name === 'DeleteKey')).toHaveLength(
      Object.keys(world.keys).length + 1,
    )
    expect(names.filter((name) => name === 'DeleteTenant')).toHaveLength(1)
    expect(await recorded(store, '000000000000', at)).toEqual(['DeleteTenant'])
    // nobody calls as it, and its account id is nobody's again
    const service = processOver(world)
    for (const caller of [world.tenant, world.user] as const) {
      const { json } = await callService(service, { ...world.tenant, ...caller }, 'ListKeys', {})
      expect(json['code']).toBe('UnrecognizedClientException')
    }
    const twin = { AccountId: accountId, Name: 'twin' }
    const { json } = await callService(service, world.operator, 'CreateTenant', twin)
    expect(json).toMatchObject({ code: 'AlreadyExistsException' })
    await expectGone(world, before, '')
    // the other's key is used on, and its grant names who is gone
    const asOther = { ...world.tenant, ...world.other }
    const input = { KeyId: world.otherKey, Plaintext: 'AAAA' }
    expect((await callService(service, asOther, 'Encrypt', input)).status).toBe(200)
    const { Grants } = await ok(world, world.other, 'ListGrants', { KeyId: world.otherKey })
    expect(Grants).toHaveLength(1)
    const [{ GrantId }] = Grants as [{ GrantId: string }]
    await ok(world, world.other, 'RevokeGrant', { KeyId: world.otherKey, GrantId })
    expect(await ok(world, world.other, 'ListGrants', { KeyId: world.otherKey })).toMatchObject({
      Grants: [],
    })
    expect((await itemsOf(store)).filter(({ sk }) => sk.includes(GrantId))).toEqual([])
  })

  test.for([
    ['before it is done', false],
    ['after it is done', true],
  ] as const)('is gone whichever write of the sweeper is its last, %s', async ([, applied]) => {
    const made = await dueWorld()
    const { world, accountId, at } = made
    const before = expected(await othersOf(made.store, accountId), accountId)
    let cuts = 0
    for (let n = 1; ; n += STEP) {
      const { store } = await copyOf(world)
      const dying = cutStore(store, n, applied)
      const ended = () => dying.cut()
      await sweepOn(world, { store: dying, from: at, until: at + 3_600_000, ended })
      await sweepOn(world, { store, from: at + 3_600_000, until: at + DAY })
      await expectGone(over(world, store), before, `write ${n}`)
      const names = await recorded(store, accountId, at)
      expect(
        names.filter((name) => name === 'DeleteTenant'),
        `write ${n}`,
      ).toHaveLength(1)
      if (!dying.cut()) break
      cuts++
    }
    expect(cuts).toBeGreaterThan(80 / STEP)
  })

  test('three processes that sweep at once come to the same end', async () => {
    const { world, store, accountId, at } = await dueWorld()
    const before = expected(await othersOf(store, accountId), accountId)
    await Promise.all([0, 1, 2].map(() => sweepOn(world, { store, from: at, until: at + DAY })))
    await expectGone(world, before, '')
    const names = await recorded(store, accountId, at)
    expect(names.filter((name) => name === 'DeleteTenant')).toHaveLength(1)
  })
})

async function recorded(store: Store, accountId: string, at: number): Promise<string[]> {
  const query = { accountId, from: at - DAY, to: at + DAY, limit: 1000 }
  const { records } = await storeTrail(store).find(query)
  return records.map(({ eventName }) => eventName).sort()
}
