import { createSecretKey, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { principalItem, principalPlace } from '../../core/identity/credential.ts'
import { groupItem, groupPlace } from '../../core/identity/iam-items.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { sectionPage } from '../../operations/iam/account-sections.ts'
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

describe('GetAccountAuthorizationDetails', () => {
  const CREATED = { created: 1, tags: {}, policies: {} } as const
  const principal = (type: 'user' | 'role', i: number, more: object = {}) => {
    const name = `${type}-${String(i).padStart(4, '0')}`
    const data = { ...CREATED, type, name, id: `${type}${i}`, ...more } as const
    return principalItem.item(principalPlace(accountId, `${type}/${name}`), 1, data)
  }
  async function storeWith(users: number, roles: number, more: object = {}) {
    const store = await storeOf(3, 10)
    for (let i = 0; i < users; i++) await store.put(principal('user', i, more))
    for (let i = 0; i < roles; i++) await store.put(principal('role', i))
    return store
  }
  const namesOf = ({ found }: Awaited<ReturnType<typeof sectionPage>>) => [
    ...found.users.map(({ name }) => name),
    ...found.roles.map(({ name }) => name),
    ...found.groups.map(({ name }) => name),
  ]

  test.each([
    [1, 7, 4],
    [3, 7, 4],
    [7, 7, 4],
    [11, 7, 4],
    [14, 7, 4],
    [100, 7, 4],
    [5, 0, 0],
  ])('in pages of %i has each of %i users, %i roles and 3 groups once', async (MaxItems, ...n) => {
    const store = await storeWith(...n)
    const told = await paged(async (Marker) => {
      const page = await sectionPage({ read: store, tokens }, accountId, { MaxItems, Marker })
      return { ids: namesOf(page), Marker: page.page.Marker }
    })
    const whole = await sectionPage({ read: store, tokens }, accountId, { MaxItems: 1000 })
    expect(told.all).toEqual(namesOf(whole))
    expect(told.all).toHaveLength(n[0] + n[1] + 3)
    // no page is empty, and each but the last is full
    const full = told.counts.slice(0, -1)
    expect(full).toEqual(full.map(() => MaxItems))
    expect(told.counts.at(-1)).toBeGreaterThan(0)
  })

  test('reads of an account what a page tells, and no more', async () => {
    const store = await storeWith(600, 300)
    let read = 0
    const counting: typeof store = {
      ...store,
      async query(query) {
        const page = await store.query(query)
        read += page.items.length
        return page
      },
    }
    const asked = { MaxItems: 10 }
    const { page } = await sectionPage({ read: counting, tokens }, accountId, asked)
    expect(page.Marker).toBeDefined()
    expect(read).toBeLessThanOrEqual(11)
    const groups = { MaxItems: 10, Filter: ['Group'] as const }
    await sectionPage({ read: counting, tokens }, accountId, groups)
    expect(read).toBeLessThanOrEqual(11 + 3)
  })

  test('ends before two million characters are passed', async () => {
    const store = await storeWith(20, 0, { policies: { all: ' '.repeat(LARGE) } })
    const asked = { MaxItems: 1000, Filter: ['User'] as const }
    const told = await paged(async (Marker) => {
      const page = await sectionPage({ read: store, tokens }, accountId, { ...asked, Marker })
      return { ids: namesOf(page), Marker: page.page.Marker }
    })
    expect(told.counts).toEqual([6, 6, 6, 2])
  })
})
