import { describe, expect, test } from 'vitest'
import { keyArn } from '../../core/base/arn.ts'
import { StoreConflict } from '../../core/base/conflict.ts'
import { countGrant, uncountGrant } from '../../core/grant/grant-count.ts'
import {
  anchorPlace,
  type GrantData,
  grantItem,
  grantPlaces,
  grantsFor,
  retiringPrefix,
} from '../../core/grant/grant-items.ts'
import { findGrant, inForce } from '../../core/grant/grant-lookup.ts'
import { createGrant, removeGrant } from '../../core/grant/grant-store.ts'
import { regionPartition } from '../../core/item/partition.ts'
import type { Key } from '../../core/key/key.ts'
import { keyFromItem, keyPlace } from '../../core/key/key-item.ts'
import { GRANTS_PER_KEY } from '../../core/key/quotas.ts'
import { memoryStore } from '../../core/store/memory.ts'
import type { Store } from '../../core/store/store.ts'

const ACCOUNT = '111122223333'
const REGION = 'us-east-1'
const ID = '1234abcd-12ab-34cd-56ef-1234567890ab'
const user = (name: string, account = ACCOUNT) => `arn:aws:iam::${account}:user/${name}`
const PK = regionPartition(ACCOUNT, REGION)

const terms = (change: Partial<GrantData> = {}): Omit<GrantData, 'id'> => ({
  key: keyArn(REGION, ACCOUNT, ID),
  granteePrincipal: user('grantee'),
  retiringPrincipal: user('retiring'),
  issuingAccount: `arn:aws:iam::${ACCOUNT}:root`,
  operations: ['Encrypt', 'Decrypt'],
  created: 1_000_000,
  ...change,
})

async function storeWithKey(): Promise<Store> {
  const store = memoryStore()
  const data = { spec: 'SYMMETRIC_DEFAULT', state: 'Enabled', tags: [], aliases: [] }
  await store.put({ ...keyPlace(ACCOUNT, REGION, ID), version: 1, data })
  return store
}

async function keyIn(store: Store): Promise<Key> {
  const [item] = await store.get([keyPlace(ACCOUNT, REGION, ID)])
  if (item === undefined) throw new Error('no key')
  return keyFromItem(item)
}

/** What evaluation finds for the grantee; nothing where the key says it never had a grant. */
async function effective(store: Store): Promise<string[]> {
  const key = await keyIn(store)
  if (key.data.granted !== true) return []
  const principal = {
    accountId: ACCOUNT,
    type: 'user',
    arn: user('grantee'),
    userId: 'A',
    tags: {},
  }
  const found: string[] = []
  for await (const page of grantsFor(store, key, { ...principal, type: 'user' })) {
    found.push(...page.map(({ id }) => id))
  }
  return found
}

async function listed(store: Store, prefix: string): Promise<string[]> {
  const { items } = await store.query({ pk: PK, prefix, limit: 1000 })
  return (await inForce(items.map(grantItem.read), store)).map(({ id }) => id)
}

const anchors = async (store: Store): Promise<GrantData[]> =>
  (await store.query({ pk: PK, prefix: `grant#${ID}#`, limit: 1000 })).items.map(grantItem.read)

class Crash extends Error {}

/** A store whose process dies at its n-th write or removal, counted from 1. */
function crashing(store: Store, last: number): Store {
  let writes = 0
  const step = () => {
    if (++writes >= last) throw new Crash()
  }
  return {
    ...store,
    put: async (item) => {
      step()
      return store.put(item)
    },
    delete: async (key, version) => {
      step()
      return store.delete(key, version)
    },
  }
}

/** Runs until it dies; whether it did. */
async function dies(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return false
  } catch (error) {
    if (!(error instanceof Crash)) throw error
    return true
  }
}

const of = (store: Store) => ({ read: store, write: store, remove: store })

describe('a crash at any write', () => {
  test.each([
    ['named', { name: 'mine' }],
    ['without a name', {}],
  ] as const)(
    'of CreateGrant %s leaves nothing in force, nothing listed, and nothing in the way',
    async (_title, change) => {
      let crashes = 0
      for (let nth = 1; ; nth++) {
        const store = await storeWithKey()
        const broken = crashing(store, nth)
        const created = terms(change)
        const crashed = await dies(async () => createGrant(await keyIn(store), created, of(broken)))
        if (!crashed) break
        crashes++
        expect(await effective(store)).toEqual([])
        expect(await listed(store, `grant#${ID}#`)).toEqual([])
        expect(await listed(store, retiringPrefix(user('retiring')))).toEqual([])
        // made again, once the first is known to be dead
        const again = { ...created, created: created.created + 60_000 }
        const id = await createGrant(await keyIn(store), again, of(store))
        expect(await effective(store)).toEqual([id])
        expect(await listed(store, `grant#${ID}#`)).toEqual([id])
        expect(await listed(store, retiringPrefix(user('retiring')))).toEqual([id])
      }
      expect(crashes).toBeGreaterThanOrEqual(5)
    },
  )

  test('of RevokeGrant: in force until the first write, never after; the rest goes next time', async () => {
    let crashes = 0
    for (let nth = 1; ; nth++) {
      const store = await storeWithKey()
      const id = await createGrant(await keyIn(store), terms({ name: 'mine' }), of(store))
      const key = await keyIn(store)
      const grant = await findGrant(key, id, store)
      if (grant === undefined) throw new Error('no grant')
      const crashed = await dies(() => removeGrant(key, grant, of(crashing(store, nth))))
      expect(await effective(store)).toEqual(nth === 1 ? [id] : [])
      expect(await listed(store, `grant#${ID}#`)).toEqual(nth === 1 ? [id] : [])
      if (!crashed) break
      crashes++
      const left = await findGrant(key, id, store)
      if (left !== undefined) await removeGrant(key, left, of(store))
      expect(await anchors(store)).toEqual([])
      for (const place of grantPlaces(key, grant))
        expect(await store.get([place])).toEqual([undefined])
    }
    expect(crashes).toBeGreaterThanOrEqual(4)
  })

  test('whatever is left of a grant is found by its key, so that it goes with the key', async () => {
    for (let nth = 1; ; nth++) {
      const store = await storeWithKey()
      const work = async () =>
        createGrant(await keyIn(store), terms({ name: 'mine' }), of(crashing(store, nth)))
      if (!(await dies(work))) break
      const key = await keyIn(store)
      const found = new Set<string>()
      for (const grant of await anchors(store)) {
        for (const { sk } of grantPlaces(key, grant)) found.add(sk)
      }
      const { items } = await store.query({ pk: PK, prefix: 'gran', limit: 1000 })
      const loose = items.filter(({ sk }) => !found.has(sk) && !sk.startsWith('grant-'))
      expect(loose).toEqual([])
    }
  })
})

describe('the name of a grant', () => {
  test('stands for the same grant while all else is the same', async () => {
    const store = await storeWithKey()
    const make = async (change: Partial<GrantData> = {}) =>
      createGrant(await keyIn(store), terms({ name: 'mine', ...change }), of(store))
    const id = await make()
    expect(await make()).toBe(id)
    expect(await make({ created: 2_000_000 })).toBe(id)
    expect(await make({ operations: ['Decrypt', 'Encrypt'] })).toBe(id)
    const others = [
      await make({ name: 'other' }),
      await make({ operations: ['Encrypt'] }),
      await make({ granteePrincipal: user('other') }),
      await make({ retiringPrincipal: undefined }),
      await make({ constraints: { EncryptionContextSubset: { a: 'b' } } }),
      await make({ constraints: { EncryptionContextEquals: { a: 'b' } } }),
      await make({ issuingAccount: 'arn:aws:iam::444455556666:root' }),
    ]
    expect(new Set([id, ...others]).size).toBe(8)
    expect(await anchors(store)).toHaveLength(8)
  })

  test('is free again once the grant is gone; its id never comes back', async () => {
    const store = await storeWithKey()
    const first = await createGrant(await keyIn(store), terms({ name: 'mine' }), of(store))
    const key = await keyIn(store)
    const grant = await findGrant(key, first, store)
    if (grant === undefined) throw new Error('no grant')
    await removeGrant(key, grant, of(store))
    const second = await createGrant(key, terms({ name: 'mine' }), of(store))
    expect(second).not.toBe(first)
  })

  test('many at once make one grant', async () => {
    const store = await storeWithKey()
    const make = async (): Promise<string> => {
      for (;;) {
        try {
          return await createGrant(await keyIn(store), terms({ name: 'mine' }), of(store))
        } catch (error) {
          if (!(error instanceof StoreConflict)) throw error
        }
      }
    }
    const ids = await Promise.all(Array.from({ length: 20 }, make))
    expect(new Set(ids).size).toBe(1)
    expect(await anchors(store)).toHaveLength(1)
  })
})

describe('the count of a key’s grants', () => {
  const part = (digit: string) => ({ pk: PK, sk: `grant-count#${ID}#${digit}` })

  test('refuses at the quota, and is set right by counting, once an hour', async () => {
    const store = await storeWithKey()
    const key = await keyIn(store)
    for (const digit of ['a', 'b', 'c']) {
      const grant = { ...terms(), id: digit.repeat(64) }
      await store.put(grantItem.item(anchorPlace(key, grant.id), 1, grant))
    }
    const hour = 60 * 60 * 1000
    await store.put({ ...part('a'), version: 1, data: { count: GRANTS_PER_KEY } })
    await countGrant(key, 'a'.repeat(64), of(store), 10 * hour)
    const [a, b] = await store.get([part('a'), part('b')])
    expect([a?.data['count'], b?.data['count']]).toEqual([2, 1])

    await store.put({
      ...part('a'),
      version: (a?.version ?? 0) + 1,
      data: { count: GRANTS_PER_KEY },
    })
    await expect(countGrant(key, 'a'.repeat(64), of(store), 10.5 * hour)).rejects.toMatchObject({
      code: 'LimitExceededException',
      message: `A key has at most ${GRANTS_PER_KEY} grants.`,
    })
    await countGrant(key, 'b'.repeat(64), of(store), 11 * hour)
  })

  test('goes up and down', async () => {
    const store = await storeWithKey()
    const key = await keyIn(store)
    for (let i = 0; i < 3; i++) await countGrant(key, '7'.repeat(64), of(store), 0)
    await uncountGrant(key, '7'.repeat(64), of(store))
    await uncountGrant(key, '8'.repeat(64), of(store))
    const [seven, eight] = await store.get([part('7'), part('8')])
    expect([seven?.data['count'], eight?.data['count']]).toEqual([2, 0])
  })
})
