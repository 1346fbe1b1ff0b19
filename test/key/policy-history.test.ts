import { describe, expect, test } from 'vitest'
import { StoreConflict } from '../../core/base/conflict.ts'
import { type FormatMark, formattedStore } from '../../core/item/formats.ts'
import { policyChangeItem } from '../../core/key/key-items.ts'
import type { ChangeMark } from '../../core/key/policy-change.ts'
import {
  CHANGES_KEPT,
  changeLog,
  changeOnRecord,
  readChanges,
  textHash,
} from '../../core/key/policy-history.ts'
import { RELEASE } from '../../core/release.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { type Store, StoreUnavailable } from '../../core/store/store.ts'
import { cutStore } from '../support/cut-store.ts'

const KEY = { accountId: '111122223333', region: 'us-east-1', id: 'k' }
const LOG = changeLog(policyChangeItem, KEY, policyChangeItem.prefix(KEY.id))
const policy = (document: string, meant = {}) => ({ document, meant })
const BY = { at: 5, by: { arn: 'arn:aws:iam::111122223333:root', id: '111122223333' } }

/** A subject whose mark is changed like a key: by a conditional write. */
function subject(store: Store) {
  let last: ChangeMark | undefined
  let text = '0'
  const portsOf = (over: Store) => ({ read: over, write: over, remove: over })
  const put = (document: string, { over = store, seen = last, from = text } = {}) =>
    changeOnRecord(
      LOG,
      seen,
      { ...BY, request: document, former: policy(from), put: policy(document) },
      portsOf(over),
      async (mark) => {
        if (seen !== last) throw new StoreConflict('another was first')
        last = mark
        text = document
      },
    )
  const page = async (limit = CHANGES_KEPT, from = last) => {
    const { changes, ...more } = await readChanges(LOG, last, from, limit, portsOf(store))
    const texts = changes.map(({ number, change }) => [
      ...[number, change.former?.document, change.put?.document],
    ])
    return { texts, ...more }
  }
  const stored = async () => {
    const { items } = await store.query({ pk: LOG.pk, prefix: LOG.prefix, limit: 1000 })
    return items.map((item) => LOG.read(item))
  }
  return { put, page, stored, last: () => last }
}

describe('The history of a policy', () => {
  test('is newest first, each change with both texts, page by page', async () => {
    const { put, page } = subject(memoryStore())
    for (const text of ['1', '2', '3', '4', '5']) await put(text)
    const first = await page(2)
    expect(first.texts).toEqual([
      [5, '4', '5'],
      [4, '3', '4'],
    ])
    expect(first.next).toMatchObject({ number: 3 })
    // what comes meanwhile moves nothing
    await put('6')
    const second = await page(2, first.next)
    expect(second.texts).toEqual([
      [3, '2', '3'],
      [2, '1', '2'],
    ])
    const third = await page(2, second.next)
    expect(third).toEqual({ texts: [[1, '0', '1']], next: undefined, dropped: 0 })
  })

  test('has no entry for what changes nothing, and one for another meaning of the same text', async () => {
    const store = memoryStore()
    const ports = { read: store, write: store, remove: store }
    const marks: (ChangeMark | undefined)[] = []
    const change = (former: object, put: object) =>
      changeOnRecord(
        LOG,
        undefined,
        { ...BY, request: 'r', former: policy('x', former), put: policy('x', put) },
        ports,
        async (mark) => void marks.push(mark),
      )
    const hash = textHash(policy('x'))
    const names = { formerPolicySha256: hash, policySha256: hash }
    expect(await change({ bob: 'AIDA1' }, { bob: 'AIDA1' })).toEqual(names)
    expect(marks).toEqual([undefined])
    expect(await change({ bob: 'AIDA1' }, { bob: 'AIDA2' })).toEqual({ changeNumber: 1, ...names })
    expect(marks[1]).toMatchObject({ number: 1 })
  })

  test(`keeps ${CHANGES_KEPT} changes, and says how many older ones it does not`, async () => {
    const { put, page, stored } = subject(memoryStore())
    for (let n = 1; n <= CHANGES_KEPT + 3; n++) await put(String(n))
    const { texts, dropped, next } = await page()
    expect([texts.length, dropped, next]).toEqual([CHANGES_KEPT, 3, undefined])
    expect(texts.at(0)).toEqual([CHANGES_KEPT + 3, `${CHANGES_KEPT + 2}`, `${CHANGES_KEPT + 3}`])
    expect(texts.at(-1)).toEqual([4, '3', '4'])
    expect(await stored()).toHaveLength(CHANGES_KEPT)
    // a page that was begun before the rest fell out ends
    expect((await page(10, { number: 2, id: 'gone' })).texts).toEqual([])
  })

  test('whose removal of what falls out was cut shows no more, and ends it with the next change', async () => {
    const store = memoryStore()
    const { put, page, stored } = subject(store)
    for (let n = 1; n <= CHANGES_KEPT; n++) await put(String(n))
    // the entry is the first write, the removal the second
    await expect(put('cut', { over: cutStore(store, 2, false) })).rejects.toThrow('ended')
    expect(await stored()).toHaveLength(CHANGES_KEPT + 1)
    const shown = await page(CHANGES_KEPT + 10)
    expect([shown.texts.length, shown.dropped]).toEqual([CHANGES_KEPT, 1])
    await put('later')
    expect(await stored()).toHaveLength(CHANGES_KEPT)
  })

  test('is changed, though what falls out can’t be removed now', async () => {
    const store = memoryStore()
    const { put, page, stored } = subject(store)
    for (let n = 1; n <= CHANGES_KEPT; n++) await put(String(n))
    const away = async () => {
      throw new StoreUnavailable('away')
    }
    for (const part of [{ query: away }, { delete: away }]) {
      await put(`without ${Object.keys(part)}`, { over: { ...store, ...part } })
    }
    expect((await page(1)).texts).toMatchObject([
      [CHANGES_KEPT + 2, 'without query', 'without delete'],
    ])
    await put('later')
    expect(await stored()).toHaveLength(CHANGES_KEPT)
  })

  test('does not show what a writer left who was cut, lost a race or is about to write', async () => {
    const store = memoryStore()
    const { put, page, stored, last } = subject(store)
    await put('1')
    const seen = last()
    const stray = (number: number, id: string) =>
      store.put(LOG.item({ number, id }, { ...BY, request: id, put: policy(id) }))
    await stray(2, '0000000000000000')
    await stray(2, 'ffffffffffffffff')
    await put('2')
    await stray(3, 'ffffffffffffffff')
    expect((await page()).texts).toEqual([
      [2, '1', '2'],
      [1, '0', '1'],
    ])
    const before = (await stored()).length
    // who loses takes its own entry away
    await expect(put('lost', { seen, from: '1' })).rejects.toThrow(StoreConflict)
    expect(await stored()).toHaveLength(before)
    // what is left falls out with its number
    for (let n = 3; n <= CHANGES_KEPT + 2; n++) await put(String(n))
    expect((await stored()).filter(({ change }) => change.former === undefined)).toEqual([
      expect.objectContaining({ number: 3 }),
    ])
  })

  test('is kept once no older release uses the store, which would leave it behind', async () => {
    const raw = memoryStore()
    const mark: FormatMark = { written: () => 1, refresh: async () => undefined }
    const { put, page, stored, last } = subject(formattedStore(raw, mark, RELEASE))
    expect(await put('1')).toEqual({
      formerPolicySha256: textHash(policy('0')),
      policySha256: textHash(policy('1')),
    })
    expect([last(), await stored()]).toEqual([undefined, []])
    expect((await page()).texts).toEqual([])
  })
})
