// @module-tag dynamodb
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { dynamodbStore } from '../../core/store/dynamodb.ts'
import { createTable } from '../../core/store/dynamodb-create.ts'
import { documentClient } from '../../core/store/dynamodb-table.ts'
import { sqliteStore } from '../../core/store/sqlite.ts'
import type { Item, Store } from '../../core/store/store.ts'
import { REGION } from '../support/calls.ts'
import { cutStore } from '../support/cut-store.ts'
import { startDynalite } from '../support/dynalite.ts'
import { newFolder } from '../support/process.ts'
import {
  addEveryKind,
  DAY,
  isTrail,
  itemsOf,
  itsOwnTexts,
  OTHER,
  ok,
  sweepOn,
  type TenantWorld,
  tenantWorld,
} from '../support/tenant-life.ts'

/**
 * The deletion of a tenant on the stores that are in use: processes that end one after the other, each a few writes
 * further than the one before, come to its end. (Every write is tried by deleted-tenant.test.ts, in memory.)
 */

interface Opened {
  readonly store: Store
  readonly stop: () => Promise<void>
  /** That none of these is in the store's files, where it has some. */
  expectNoBytes(texts: readonly string[]): Promise<void>
}

/** That a search of the whole store finds what docs/erasure.md says, and nothing of what the tenant had but in trails. */
async function expectForgotten({ store, accountId }: TenantWorld, texts: readonly string[]) {
  const named: string[] = []
  for (const item of await itemsOf(store)) {
    const text = JSON.stringify(item)
    if (text.includes(accountId)) named.push(isTrail(item.pk) ? 'a trail' : placeOf(item))
    if (isTrail(item.pk)) continue
    const found = texts.filter((one) => text.includes(one))
    expect(found, `in ${item.pk} ${item.sk}`).toEqual([])
  }
  expect([...new Set(named)].sort()).toEqual([
    // it was the first tenant, and the operator's list has it
    ...['000000000000 installation', '000000000000 tenant'],
    // another's grant, which names it
    ...[`${OTHER}/${REGION} grant`, `${OTHER}/${REGION} grantee`],
    ...[`${accountId} tenant`, 'a trail'].sort(),
  ])
}

const placeOf = ({ pk, sk }: Item): string => `${pk} ${sk.split('#', 1)}`

async function onSqlite(): Promise<Opened> {
  const folder = newFolder()
  mkdirSync(folder, { recursive: true })
  const store = sqliteStore({ file: `${folder}/tenkey.db` })
  return {
    store,
    async stop() {
      await store.close()
      rmSync(folder, { recursive: true })
    },
    async expectNoBytes(texts) {
      for (const name of readdirSync(folder)) {
        const bytes = readFileSync(`${folder}/${name}`)
        expect(texts.filter((text) => bytes.includes(text))).toEqual([])
      }
    },
  }
}

async function onDynamodb(): Promise<Opened> {
  const { endpoint, stop } = await startDynalite()
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'made-up' }
  const base = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials })
  const options = { table: 'tenkey-deleted', client: documentClient(base) }
  await createTable(options)
  return {
    store: dynamodbStore(options),
    async stop() {
      base.destroy()
      await stop()
    },
    async expectNoBytes() {},
  }
}

/** writes that each process makes before it ends */
const WRITES = 23

describe.for([
  ['sqlite', onSqlite],
  ['dynamodb', onDynamodb],
] as const)('On %s', ([, open]) => {
  test('processes that end one after the other delete a tenant', async () => {
    const { store, stop, expectNoBytes } = await open()
    const world = await tenantWorld(store)
    await addEveryKind(world)
    const { accountId } = world
    const texts = await itsOwnTexts(world)
    // wrapped key material, access keys and the like, none of which a trail has either
    const secrets = texts.filter((text) => /^[\w+/]{60,}={0,2}$/.test(text))
    expect(secrets.length).toBeGreaterThan(8)
    const input = { AccountId: accountId, PendingWindowInDays: 7 }
    const { DeletionDate } = await ok(world, world.operator, 'ScheduleTenantDeletion', input)
    const until = Date.parse(String(DeletionDate)) + DAY
    let now = Date.parse(String(DeletionDate))
    let processes = 0
    for (let applied = false; ; applied = !applied) {
      const dying = cutStore(store, WRITES, applied)
      const ended = () => dying.cut()
      now = await sweepOn(world, { store: dying, from: now, until, ended })
      processes++
      if (!ended()) break
      expect(processes).toBeLessThan(50)
    }
    expect(processes).toBeGreaterThan(4)
    await expectForgotten(world, texts)
    await expectNoBytes(secrets)
    const left = (await itemsOf(store)).filter(({ pk }) => pk.startsWith(accountId))
    expect(left.filter(({ pk }) => !pk.includes('/audit/')).map(({ sk }) => sk)).toEqual(['tenant'])
    expect(left.find(({ sk }) => sk === 'tenant')?.data).toMatchObject({
      ...{ name: accountId, deletion: { ended: expect.any(Number) } },
    })
    await stop()
  })
})
