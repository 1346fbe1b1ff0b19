import { describe, expect, test, vi } from 'vitest'
import type { AuditPosition, AuditRecord } from '../../core/audit/audit.ts'
import { spreadDayItem } from '../../core/audit/batch-item.ts'
import { unpack } from '../../core/audit/pack.ts'
import { storeTrail } from '../../core/audit/store-trail.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { type Item, ItemTooLarge, type Store, StoreUnavailable } from '../../core/store/store.ts'
import { storedBatches } from '../support/stored-batches.ts'

const DAY = Date.UTC(2026, 0, 2)
const [ONE, TWO, THREE] = ['111122223333', '444455556666', '777788889999']
const record = (index: number, accountId = ONE, parts: Partial<AuditRecord> = {}): AuditRecord => ({
  eventVersion: '1.11',
  userIdentity: { type: 'Root', principalId: accountId, accountId },
  eventTime: new Date(DAY).toISOString(),
  eventSource: 'kms.amazonaws.com',
  eventName: `Call${index}`,
  awsRegion: 'us-east-1',
  sourceIPAddress: '127.0.0.1',
  userAgent: 'agent',
  requestParameters: null,
  responseElements: null,
  requestID: `request ${index}`,
  eventID: String(index),
  readOnly: true,
  resources: [],
  eventType: 'AwsApiCall',
  managementEvent: true,
  recipientAccountId: accountId,
  eventCategory: 'Management',
  ...parts,
})
const everything = (accountId: string) => ({ accountId, from: DAY, to: DAY + 1e7, limit: 1000 })

/** A trail over a store whose puts go through `fault` first. */
function trailOf(fault: (item: Item, put: () => Promise<boolean>) => Promise<boolean>) {
  const store = memoryStore()
  const lines: Readonly<Record<string, unknown>>[] = []
  const failing: Store = { ...store, put: (item) => fault(item, () => store.put(item)) }
  const trail = storeTrail(failing, (_, entry) => lines.push(entry))
  /** All pages of an account's trail. */
  async function pagesOf(accountId: string): Promise<AuditRecord[][]> {
    const pages: AuditRecord[][] = []
    for (let after: AuditPosition | undefined; ; ) {
      const page = await trail.find({ ...everything(accountId), ...(after && { after }) })
      pages.push(page.records)
      after = page.next
      if (after === undefined) return pages
    }
  }
  const names = async (accountId: string) =>
    (await pagesOf(accountId)).flat().map(({ eventName }) => eventName)
  return { store, trail, lines, names, pagesOf }
}
const of = (accountId: string) => (item: Item) => item.pk.startsWith(accountId)
const calls = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `Call${to - index}`)

describe('Where the records of one tenant can’t be written', () => {
  const broken = () => {
    const state = { away: true }
    const isTwo = of(TWO)
    const made = trailOf(async (item, put) => {
      if (state.away && isTwo(item)) throw new Error('a partition that throttles')
      return put()
    })
    return { ...made, state }
  }

  test('its own calls are told so, and others’ are not', async () => {
    const { trail, names } = broken()
    for (let round = 1; round <= 3; round++) {
      const waits = trail.record([record(round, TWO)], true)
      await expect(waits).rejects.toThrow(StoreUnavailable)
      await expect(waits).rejects.toThrow('a partition that throttles')
      await trail.record([record(round)], true)
      await trail.record([record(round, THREE)], true)
    }
    expect(await names(ONE)).toEqual(calls(1, 3))
    expect(await names(THREE)).toEqual(calls(1, 3))
  })

  test('a call that is in two trails waits for both', async () => {
    const { trail, names } = broken()
    await expect(trail.record([record(1), record(1, TWO)], true)).rejects.toThrow(StoreUnavailable)
    expect(await names(ONE)).toEqual(['Call1'])
  })

  test('a search finds what is there, its own too', async () => {
    const { trail, names, state } = broken()
    state.away = false
    await trail.record([record(1, TWO)], true)
    state.away = true
    await expect(trail.record([record(2, TWO)], true)).rejects.toThrow(StoreUnavailable)
    expect(await names(TWO)).toEqual(['Call1'])
    expect(await names(ONE)).toEqual([])
  })

  test('all that waited is written once, in order, when it can be', async () => {
    const { trail, names, state, store } = broken()
    for (let index = 1; index <= 40; index++) {
      const waits = trail.record([record(index, TWO)], index % 2 === 0)
      if (index % 2 === 0) await expect(waits).rejects.toThrow(StoreUnavailable)
    }
    state.away = false
    await trail.record([record(41, TWO)], true)
    expect(await names(TWO)).toEqual(calls(1, 41))
    const items = await storedBatches(store, TWO, '2026-01-02')
    expect(items).toHaveLength(2)
  })

  test('what waits is tried again though nobody calls', async () => {
    const { trail, state, store } = broken()
    await expect(trail.record([record(1, TWO)], true)).rejects.toThrow(StoreUnavailable)
    state.away = false
    await vi.waitFor(
      async () => {
        expect(await storedBatches(store, TWO, '2026-01-02')).toHaveLength(1)
        expect(trail.standing()).toEqual({ status: 'ok', lost: 0 })
      },
      { timeout: 120_000, interval: 50 },
    )
  })

  test('how the trail stands, and one line for each time it begins to fail', async () => {
    const { trail, state, lines } = broken()
    expect(trail.standing()).toEqual({ status: 'ok', lost: 0 })
    for (let index = 1; index <= 3; index++) {
      await expect(trail.record([record(index, TWO)], true)).rejects.toThrow(StoreUnavailable)
    }
    expect(trail.standing().status).toBe('unavailable')
    await trail.record([record(1)], true)
    expect(trail.standing().status).toBe('behind')
    expect(lines).toEqual([
      { audit: 'not written', accountId: TWO, error: expect.objectContaining({}) },
    ])
    state.away = false
    await trail.flush()
    expect(trail.standing()).toEqual({ status: 'ok', lost: 0 })
  })

  test('a write that was applied though its answer was lost is not repeated', async () => {
    let lostAnswers = 2
    const { trail, names } = trailOf(async (_, put) => {
      const done = await put()
      if (lostAnswers-- > 0) throw new StoreUnavailable('no answer')
      return done
    })
    await expect(trail.record([record(1)], true)).rejects.toThrow(StoreUnavailable)
    await expect(trail.record([record(2)], true)).rejects.toThrow(StoreUnavailable)
    await trail.record([record(3)], true)
    expect(await names(ONE)).toEqual(calls(1, 3))
  })

  test('memory is bounded: the oldest of who holds most is lost, and said so', {
    tags: ['long'],
  }, async () => {
    const { trail, names, state, lines } = broken()
    const large = { userAgent: 'x'.repeat(30_000) }
    for (let index = 0; index < 1500; index++)
      await trail.record([record(index, TWO, large)], false)
    await trail.record([record(1)], true)
    const { lost } = trail.standing()
    expect(lost).toBeGreaterThan(0)
    expect(lost).toBeLessThan(1500)
    expect(lines.filter(({ audit }) => audit === 'lost')).toContainEqual({
      audit: 'lost',
      accountId: TWO,
      records: expect.any(Number),
    })
    state.away = false
    await trail.flush()
    expect(await names(TWO)).toEqual(calls(lost, 1499))
    expect(await names(ONE)).toEqual(['Call1'])
  })

  test('who waits for a record that is lost is told so', async () => {
    const gates: (() => void)[] = []
    const { trail } = trailOf(async (_, put) => {
      await new Promise<void>((resolve) => gates.push(resolve))
      return put()
    })
    const first = trail.record([record(0, TWO)], true)
    const second = expect(trail.record([record(1, TWO)], true)).rejects.toThrow(StoreUnavailable)
    for (let index = 0; index < 10_100; index++) trail.record([record(index, TWO)], false)
    const opening = setInterval(() => gates.splice(0).forEach((open) => void open()), 5)
    await first.catch(() => undefined)
    await second
    await trail.flush().catch(() => undefined)
    clearInterval(opening)
  })
})

describe('A batch that the store refuses for what it is', () => {
  const pad = { userAgent: 'x'.repeat(1000) }
  /** Refuses an item that holds a record of the poisoned calls, stubs excepted where `stubs`. */
  const poisoned = (bad: ReadonlySet<number>, stubs = true) => {
    return trailOf(async (item, put) => {
      // the mark of a day that is spread holds no records
      for (const line of spreadDayItem.is(item) ? [] : unpack(item.data)) {
        const { requestID, additionalEventData } = JSON.parse(line) as AuditRecord
        const stub = stubs && additionalEventData?.['recordNotKept'] !== undefined
        if (bad.has(Number(requestID?.slice(8))) && !stub) throw new ItemTooLarge('too large')
      }
      return put()
    })
  }

  test.each([[[0]], [[99]], [[37]], [[0, 1, 50, 98, 99]], [[...Array(100).keys()]]])(
    'is split down to the bad ones (%j), in whose place stubs stand',
    async (bad) => {
      const { trail, lines } = poisoned(new Set(bad))
      const all = Array.from({ length: 100 }, (_, index) => record(index, ONE, pad))
      await trail.record(all, true)
      const { records } = await trail.find(everything(ONE))
      expect(records.map(({ requestID }) => requestID)).toEqual(
        all.map(({ requestID }) => requestID).reverse(),
      )
      const stubs = records.filter(({ additionalEventData }) => additionalEventData !== undefined)
      expect(stubs.map(({ eventName }) => eventName)).toEqual(
        bad.toReversed().map((index) => `Call${index}`),
      )
      expect(stubs[0]?.additionalEventData).toEqual({
        recordNotKept: { reason: 'too large', originalSize: expect.any(Number) },
      })
      expect(lines.filter(({ audit }) => audit === 'record refused')).toHaveLength(bad.length)
      expect(trail.standing()).toEqual({ status: 'ok', lost: 0 })
      await trail.record([record(100)], true)
    },
  )

  test('and a stub that is refused too is given up, never held, and who waits is told', async () => {
    const { trail, names } = poisoned(new Set([1]), false)
    const waited = trail.record([record(0), record(1), record(2)], true)
    await expect(waited).rejects.toThrow(StoreUnavailable)
    expect(await names(ONE)).toEqual(['Call2', 'Call0'])
    expect(trail.standing()).toEqual({ status: 'ok', lost: 1 })
  })
})

describe('A record of any size', () => {
  test('is written and found again, cut, beside those of others', async () => {
    const { trail } = trailOf(async (_, put) => put())
    const large = { requestParameters: { encryptionContext: { a: 'x'.repeat(930_123) } } }
    await trail.record([record(1, ONE, large), record(2, TWO)], true)
    const { records } = await trail.find(everything(ONE))
    expect(records[0]?.requestParameters).toEqual({
      encryptionContext: { a: expect.stringMatching(/…\(cut: \d+ characters\)$/) },
    })
  })

  test('many large ones come in pages of a bounded size, which put together are the whole', async () => {
    const { trail, pagesOf } = trailOf(async (_, put) => put())
    const many = Array.from({ length: 200 }, (_, index) =>
      record(index, ONE, { requestParameters: { a: 'x'.repeat(30_000) } }),
    )
    for (const one of many) await trail.record([one], false)
    const pages = await pagesOf(ONE)
    for (const page of pages) expect(JSON.stringify(page).length).toBeLessThan(3 * 1024 * 1024)
    expect(pages.length).toBeGreaterThan(1)
    expect(pages.flat()).toEqual(many.reverse())
  })
})
