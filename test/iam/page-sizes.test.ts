import { createSecretKey, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { groupItem, groupPlace } from '../../core/identity/iam-items.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { itemPage, listPage } from '../../operations/iam/iam-list.ts'

/** Pages of what is large: MaxItems may be a thousand, an item as large as a store has them. */

const accountId = '111122223333'
const key = createSecretKey(randomBytes(32))
const tokens = { tokenKey: () => Promise.resolve(key) }
const LARGE = 300_000

const groups = (count: number, length: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `AGPA${String(i).padStart(4, '0')}`,
    name: `group-${i}`,
    policies: { all: ' '.repeat(length) },
    created: 1,
  }))

async function storeOf(count: number, length: number) {
  const store = memoryStore()
  for (const one of groups(count, length)) {
    await store.put(groupItem.item(groupPlace(accountId, one.id), 1, one))
  }
  return store
}

/** How many items the pages have, and all of them. */
async function paged(
  page: (Marker: string | undefined) => Promise<{ ids: string[]; Marker: string | undefined }>,
) {
  const counts: number[] = []
  const all: string[] = []
  for (let Marker: string | undefined, more = true; more; ) {
    const { ids, ...next } = await page(Marker)
    counts.push(ids.length)
    all.push(...ids)
    Marker = next.Marker
    more = Marker !== undefined
  }
  return { counts, all }
}

const ids = (count: number) => groups(count, 0).map(({ id }) => id)

test.each([
  ['ends before two million characters are passed', 20, LARGE, 1000, [6, 6, 6, 2]],
  ['has MaxItems of what is small, however it is read', 250, 10, 230, [230, 20]],
  ['ends where the list does', 6, LARGE, 6, [6]],
  ['of nothing is empty', 0, LARGE, 6, [0]],
])('a page that is read %s', async (_what, count, length, MaxItems, counts) => {
  const store = await storeOf(count, length)
  const request = { accountId, list: 'ListGroups', MaxItems }
  const told = await paged(async (Marker) => {
    const asked = { ...request, Marker }
    const { items, page } = await itemPage({ read: store, tokens }, asked, groupItem.prefix())
    expect(page.IsTruncated).toBe(page.Marker !== undefined)
    return { ids: items.map((item) => groupItem.read(item).id), Marker: page.Marker }
  })
  expect(told).toEqual({ counts, all: ids(count) })
})

test.each([
  ['ends before two million characters are passed', 20, LARGE, [6, 6, 6, 2]],
  ['has one, however large it is', 2, 2_500_000, [1, 1]],
])('a page of a list at hand %s', async (_what, count, length, counts) => {
  const all = groups(count, length)
  const request = { accountId, list: 'Details', MaxItems: 1000 }
  const told = await paged(async (Marker) => {
    const { items, page } = await listPage(
      tokens,
      { ...request, Marker },
      all,
      ({ id }) => id,
      ({ policies }) => policies.all.length,
    )
    return { ids: items.map(({ id }) => id), Marker: page.Marker }
  })
  expect(told).toEqual({ counts, all: ids(count) })
})
