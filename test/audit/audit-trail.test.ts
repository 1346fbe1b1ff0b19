import { expect, test } from 'vitest'
import type { AuditRecord } from '../../core/audit/audit.ts'
import { unpack } from '../../core/audit/pack.ts'
import { storeTrail } from '../../core/audit/store-trail.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { storedBatches } from '../support/stored-batches.ts'

const DAY = Date.UTC(2026, 0, 2)
const record = (index: number): AuditRecord => ({
  eventVersion: '1.11',
  userIdentity: { type: 'Root', principalId: '111122223333', accountId: '111122223333' },
  eventTime: new Date(DAY + index).toISOString(),
  eventSource: 'kms.amazonaws.com',
  eventName: `Call${index}`,
  awsRegion: 'us-east-1',
  sourceIPAddress: '127.0.0.1',
  userAgent: 'agent '.repeat(30),
  requestParameters: null,
  responseElements: null,
  requestID: String(index),
  eventID: String(index),
  readOnly: true,
  resources: [],
  eventType: 'AwsApiCall',
  managementEvent: true,
  recipientAccountId: '111122223333',
  eventCategory: 'Management',
})
const everything = { accountId: '111122223333', from: DAY, to: DAY + 1e7, limit: 1000 }

test('batches of all forms are read back, newest first, those of older versions too', async () => {
  const store = memoryStore()
  const trail = storeTrail(store)
  const old = Array.from({ length: 100 }, (_, index) => record(index))
  const place = { pk: '111122223333/audit/2026-01-02', sk: `${record(0).eventTime}#old` }
  const text = old.map((one) => JSON.stringify(one)).join('\n')
  await store.put({ ...place, version: 1, data: { records: text } })
  const large = Array.from({ length: 300 }, (_, index) => record(100 + index))
  await trail.record(large, true)
  await trail.record([record(400)], true)

  const items = await storedBatches(store, '111122223333', '2026-01-02')
  expect(items.map(({ data }) => data['form'])).toEqual([undefined, 1, 1])
  const { records } = await trail.find(everything)
  const newestFirst = Array.from({ length: 401 }, (_, index) => record(400 - index))
  expect(records).toEqual(newestFirst)
})

test('a batch holds 256 KB of records at most, before they are packed', async () => {
  const store = memoryStore()
  const trail = storeTrail(store)
  const many = Array.from({ length: 400 }, (_, index) => ({
    ...record(index),
    userAgent: 'x'.repeat(1000),
  }))
  await trail.record(many, true)
  const items = await storedBatches(store, '111122223333', '2026-01-02')
  const sizes = items.map(({ data }) => unpack(data).join('\n').length)
  expect(sizes.length).toBeGreaterThan(1)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(256 * 1024)
  expect((await trail.find(everything)).records).toHaveLength(400)
})

test('of several batches only those are written again that were not', async () => {
  const store = memoryStore()
  let refused = 0
  const trail = storeTrail({
    ...store,
    put: async (item) => {
      if (item.pk.startsWith('444455556666') && refused++ === 0) throw new Error('away')
      return store.put(item)
    },
  })
  const other = { ...record(1), recipientAccountId: '444455556666' }
  await expect(trail.record([record(0), other], true)).rejects.toThrow('away')
  await trail.flush()
  for (const [accountId, one] of [
    ['111122223333', record(0)],
    ['444455556666', other],
  ] as const) {
    expect((await trail.find({ ...everything, accountId })).records).toEqual([one])
  }
})

test('what could not be written is written with the next try, in as few items', async () => {
  const store = memoryStore()
  let away = true
  const trail = storeTrail({
    ...store,
    put: async (item) => {
      if (away) throw new Error('away')
      return store.put(item)
    },
  })
  const nextDay = { ...record(3), eventTime: '2026-01-03T00:00:00.000Z' }
  await expect(trail.record([record(0), nextDay], true)).rejects.toThrow('away')
  await expect(trail.record([record(1)], true)).rejects.toThrow('away')
  away = false
  await trail.record([record(2)], true)
  const { records } = await trail.find({ ...everything, to: DAY + 2 * 86_400_000 })
  expect(records).toEqual([nextDay, record(2), record(1), record(0)])
  const items = await storedBatches(store, '111122223333', '2026-01-02')
  // the first was tried: it keeps its place, so that a try that was applied after all is not repeated
  expect(items).toHaveLength(2)
})
