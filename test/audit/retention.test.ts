// @module-tag local: it looks at what the store is given
import { beforeEach, describe, expect, test } from 'vitest'
import { storeTrail } from '../../core/audit/store-trail.ts'
import { ConfigError, readConfig } from '../../core/config.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { runCommand } from '../support/command.ts'
import { describeStores, type Tenant } from '../support/harness.ts'
import { callService, install, processOver } from '../support/installed.ts'
import { storedBatches, storedBatchesOf } from '../support/stored-batches.ts'

const DAY = 86_400_000

describe('How long audit records are kept', () => {
  test('is said by TENKEY_AUDIT_RETENTION, in days; for ever without', () => {
    expect(readConfig({}).auditRetention).toBeNull()
    expect(readConfig({ TENKEY_AUDIT_RETENTION: '90' }).auditRetention).toBe(90)
    for (const TENKEY_AUDIT_RETENTION of ['0', '3654', 'a year']) {
      expect(() => readConfig({ TENKEY_AUDIT_RETENTION })).toThrow(ConfigError)
    }
  })

  test('the installation’s days, from the end of the day on; after them nothing is found', async () => {
    const installed = await install()
    const at = Date.now()
    const clock = { now: () => at, wallTime: () => at }
    const service = processOver(installed, { auditRetention: 30, ...clock })
    const called = await callService(service, installed.tenant, 'ListAuditRecords', {})
    expect(called.status).toBe(200)
    await service.audit.flush()
    const { accountId } = installed.tenant
    const day = new Date(at).toISOString().slice(0, 10)
    const items = await storedBatches(installed.store, accountId, day)
    const until = Date.parse(day) + 31 * DAY
    expect(items.map(({ expires }) => expires)).toEqual([until / 1000])
    const trail = storeTrail(installed.store)
    const query = { accountId, from: Date.parse(day), to: at + DAY, limit: 10 }
    expect((await trail.find({ ...query, now: until - 1 })).records).toHaveLength(1)
    expect((await trail.find({ ...query, now: until })).records).toEqual([])
  })

  test('where no call tells it, is asked for once for a batch', async () => {
    const store = memoryStore()
    const asked: string[] = []
    const retentionOf = async (accountId: string) => {
      asked.push(accountId)
      return 7
    }
    const trail = storeTrail(store, undefined, { retentionOf })
    const record = { eventTime: '2026-11-28T10:00:00Z', recipientAccountId: '111122223333' }
    await trail.record([record as never, record as never], true)
    const items = await storedBatches(store, '111122223333', '2026-11-28')
    expect(items.map(({ expires }) => expires)).toEqual([Date.parse('2026-12-06') / 1000])
    expect(asked).toEqual(['111122223333'])
  })
})

describeStores(
  'A tenant’s own days',
  (harness) => {
    let began = 0
    beforeEach(() => {
      began = harness.target.now()
    })
    const expiries = async ({ accountId }: Tenant) => {
      const { store } = harness.inside
      const found = await storedBatchesOf(store, accountId, began, harness.target.now())
      return found.map(({ day, item: { expires } }) =>
        expires === undefined ? undefined : (expires * 1000 - Date.parse(day)) / DAY - 1,
      )
    }

    test('hold for what is written from then on: its own calls and what the operator does', async () => {
      const tenant = await harness.tenant()
      const { accountId } = tenant
      const words = (...more: string[]) =>
        runCommand(['tenant', 'audit-retention', accountId, '--json', ...more], {
          TENKEY_ENDPOINT: harness.target.url,
          TENKEY_OPERATOR_ACCESS_KEY_ID: harness.operator.accessKeyId,
          TENKEY_OPERATOR_SECRET_ACCESS_KEY: harness.operator.secretAccessKey,
        })
      expect(JSON.parse((await words()).stdout)).toEqual({ accountId, days: 'default' })
      expect(await expiries(tenant)).not.toContain(14)
      expect(JSON.parse((await words('--days', '14')).stdout)).toEqual({ accountId, days: 14 })
      await harness.key(tenant)
      const after = await expiries(tenant)
      expect(after).toContain(14)
      expect(JSON.parse((await words('--default')).stdout)).toEqual({ accountId, days: 'default' })
      await harness.key(tenant)
      expect((await expiries(tenant)).at(-1)).toBeUndefined()
      for (const [more, text] of [
        [['--days', 'a few'], 'is no number of days'],
        [['--days', '5', '--default'], 'two things'],
        [['--days', '4000'], "'/Days'"],
      ] as const) {
        const refused = await words(...more)
        expect(refused.code).not.toBe(0)
        expect(refused.stderr).toContain(text)
      }
      const names = (await harness.trail(tenant)).map(({ eventName }) => eventName)
      expect(names.filter((name) => name === 'PutAuditRetention')).toHaveLength(2)
    })
  },
  ['sqlite'],
)
