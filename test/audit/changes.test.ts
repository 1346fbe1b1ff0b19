import { describe, expect, test } from 'vitest'
import type { AuditRecord } from '../../core/audit/audit.ts'
import { batchItem } from '../../core/audit/batch-item.ts'
import { CHANGE_KINDS, kindsOf } from '../../core/audit/change-kinds.ts'
import { watchChanges } from '../../core/audit/changes.ts'
import { storeTrail } from '../../core/audit/store-trail.ts'
import { SERVICE_EVENTS } from '../../core/base/service-act.ts'
import { serviceOf } from '../../core/operation.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { type Store, StoreUnavailable } from '../../core/store/store.ts'
import { operations } from '../../operations/registry.ts'

const accountId = '111122223333'
const START = Date.parse('2026-11-28T12:00:00Z')
let drawn = 0
const record = (eventName: string, at: number, more: Partial<AuditRecord> = {}): AuditRecord =>
  ({
    eventTime: new Date(at).toISOString(),
    eventSource: 'kms.amazonaws.com',
    eventName,
    eventID: `00000000-0000-4000-8000-${String(drawn++).padStart(12, '0')}`,
    userIdentity: { type: 'Root', principalId: accountId, accountId },
    requestParameters: null,
    readOnly: false,
    resources: [],
    recipientAccountId: accountId,
    ...more,
  }) as unknown as AuditRecord

/** A trail, one who watches it from the start on, and the clock of both. */
function watched(store: Store = memoryStore()) {
  let now = START
  const trail = storeTrail(store, undefined, { now: () => now })
  const watch = watchChanges(store, accountId, START)
  return {
    store,
    at: () => now,
    advance(ms: number) {
      now += ms
    },
    write: (eventName: string, more: Partial<AuditRecord> = {}, at = now) =>
      trail.record([record(eventName, at, more)], true, { at }),
    look: async () => [...(await watch.look(now))].sort(),
  }
}

describe('Who watches an account', () => {
  test.each<[string, Partial<AuditRecord>, readonly string[]]>([
    ['CreateKey', {}, ['audit', 'key']],
    ['CreateAlias', {}, ['alias', 'audit']],
    ['DeleteKey', {}, ['alias', 'audit', 'grant', 'key']],
    ['CreateUser', { eventSource: 'iam.amazonaws.com' }, ['audit', 'principal']],
    ['AssumeRole', { eventSource: 'sts.amazonaws.com' }, ['audit']],
    ['Encrypt', { readOnly: true }, ['audit']],
    // nothing came of it
    ['DisableKey', { errorCode: 'AccessDenied' }, ['audit']],
    // a text that says otherwise
    [
      'Encrypt',
      { readOnly: true, requestParameters: { said: '"readOnly":false,"eventName":"CreateKey"' } },
      ['audit'],
    ],
    // who looks is no news
    ['ListAuditRecords', { readOnly: true }, []],
    ['GetChanges', { readOnly: true }, []],
    // nor does who watches anything that only says so
    [
      'CreateGrant',
      {
        requestParameters: {
          constraints: { encryptionContextSubset: { eventName: 'GetChanges' } },
        },
      },
      ['audit', 'grant'],
    ],
    [
      'Decrypt',
      {
        readOnly: true,
        requestParameters: { encryptionContext: { eventName: 'ListAuditRecords' } },
      },
      ['audit'],
    ],
    // of another account, as a batch that was copied here
    ['CreateKey', { recipientAccountId: '444455556666' }, []],
    // of a later release
    ['FrobnicateKey', {}, [...CHANGE_KINDS]],
  ])('is told of %s %j: %j', async (name, more, kinds) => {
    const { write, look } = watched()
    await write(name, more)
    expect(await look()).toEqual(kinds)
    expect(await look()).toEqual([])
  })

  test('is told of each change once, however often it is looked', async () => {
    const { write, look, advance } = watched()
    for (let index = 0; index < 30; index++) {
      await write(index % 2 === 0 ? 'CreateKey' : 'CreateAlias')
      expect(await look()).toEqual(index % 2 === 0 ? ['audit', 'key'] : ['alias', 'audit'])
      expect(await look()).toEqual([])
      advance(700)
    }
  })

  test('is told of what is written ten seconds late, over midnight too', async () => {
    const { write, look, advance, at } = watched()
    const midnight = Date.parse('2026-11-29T00:00:00Z')
    while (at() < midnight) {
      advance(Math.min(240_000, midnight - at()))
      await look()
    }
    advance(3_000)
    expect(await look()).toEqual([])
    await write('CreateGrant', {}, midnight - 5_000)
    expect(await look()).toEqual(['audit', 'grant'])
    expect(await look()).toEqual([])
  })

  test('is told of every kind where too much time passed', async () => {
    const { write, look, advance } = watched()
    advance(300_001)
    expect(await look()).toEqual(CHANGE_KINDS)
    await write('PutKeyPolicy')
    expect(await look()).toEqual(['audit', 'policy'])
  })

  test('of a busy account is told what changed, from its shards too', async () => {
    const { write, look, advance, store } = watched()
    for (let index = 0; index < 60; index++) await write('Encrypt', { readOnly: true })
    await write('CreateAlias')
    expect(await look()).toEqual(['alias', 'audit'])
    const shards = await store.query({ pk: `${accountId}/audit/spread`, prefix: '', limit: 10 })
    expect(shards.items).toHaveLength(1)
    advance(1_000)
    expect(await look()).toEqual([])
  })

  test('of an account that records more than a look reads is told every kind, and asks the store no more for ten seconds', async () => {
    let reads = 0
    const inner = memoryStore()
    const counted: Store = {
      ...inner,
      query: (query) => {
        reads++
        return inner.query(query)
      },
    }
    const { write, look, advance } = watched(counted)
    for (let index = 0; index < 400; index++) await write('Encrypt', { readOnly: true })
    advance(1)
    expect(await look()).toEqual(CHANGE_KINDS)
    const before = reads
    for (let second = 1; second < 10; second++) {
      advance(1_000)
      expect(await look()).toEqual([])
    }
    expect(reads).toBe(before)
    await write('CreateKey')
    advance(11_000)
    expect(await look()).toEqual(['audit', 'key'])
  })

  test('misses nothing where the store did not answer', async () => {
    const inner = memoryStore()
    let broken = false
    const store: Store = {
      ...inner,
      query: async (query) => {
        const page = await inner.query(query)
        if (broken) throw new StoreUnavailable('gone')
        return page
      },
    }
    const { write, look } = watched(store)
    await write('CreateKey')
    broken = true
    await expect(look()).rejects.toThrow('gone')
    broken = false
    expect(await look()).toEqual(['audit', 'key'])
  })

  test('is told of every kind where a batch is damaged', async () => {
    const { store, look, at } = watched()
    const place = batchItem.place({
      accountId,
      day: '2026-11-28',
      shard: '',
      time: new Date(at()).toISOString(),
      id: 'x',
    })
    await store.put(batchItem.item(place, 1, { form: 1, records: 'AAAA' }))
    expect(await look()).toEqual(CHANGE_KINDS)
    expect(await look()).toEqual([])
  })
})

test('every event that changes something has its kinds', () => {
  const changing = [...operations].filter(({ mutates }) => mutates)
  expect(changing.length).toBeGreaterThan(100)
  const names = changing.flatMap((one) => {
    const service = serviceOf(one)
    return service === 'iam' || service === 'sts' ? [] : [one.name]
  })
  const acts = SERVICE_EVENTS.filter((name) => name !== 'FailedAuthentication')
  const everything = [...names, ...acts].filter(
    (eventName) =>
      kindsOf({ eventSource: 'tenkey', eventName }) ===
      kindsOf({ eventSource: '', eventName: '?' }),
  )
  // those that really are about everything
  expect(everything.sort()).toEqual(['AdvanceClock', 'ForgetRegion', 'MoveHome', 'RejoinRegion'])
})
