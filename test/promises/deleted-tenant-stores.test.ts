// @module-tag dynamodb
import { mkdirSync, rmSync } from 'node:fs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { dynamodbStore } from '../../core/store/dynamodb.ts'
import { createTable } from '../../core/store/dynamodb-create.ts'
import { documentClient } from '../../core/store/dynamodb-table.ts'
import { sqliteStore } from '../../core/store/sqlite.ts'
import type { Store } from '../../core/store/store.ts'
import { cutStore } from '../support/cut-store.ts'
import { startDynalite } from '../support/dynalite.ts'
import { newFolder } from '../support/process.ts'
import { DAY, itemsOf, ok, sweepOn, tenantWorld } from '../support/tenant-life.ts'

/**
 * The deletion of a tenant on the stores that are in use: processes that end one after the other, each a few writes
 * further than the one before, come to its end. (Every write is tried by deleted-tenant.test.ts, in memory.)
 */

interface Opened {
  readonly store: Store
  readonly stop: () => Promise<void>
}

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
  }
}

/** writes that each process makes before it ends */
const WRITES = 23

describe.for([
  ['sqlite', onSqlite],
  ['dynamodb', onDynamodb],
] as const)('On %s', ([, open]) => {
  test('processes that end one after the other delete a tenant', async () => {
    const { store, stop } = await open()
    const world = await tenantWorld(store)
    const { accountId } = world
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
    const left = (await itemsOf(store)).filter(({ pk }) => pk.startsWith(accountId))
    expect(left.filter(({ pk }) => !pk.includes('/audit/')).map(({ sk }) => sk)).toEqual(['tenant'])
    expect(left.find(({ sk }) => sk === 'tenant')?.data).toMatchObject({
      ...{ name: accountId, deletion: { ended: expect.any(Number) } },
    })
    await stop()
  })
})
