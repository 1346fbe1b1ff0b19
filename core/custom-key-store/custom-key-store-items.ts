import { commit } from '../base/conflict.ts'
import { type LaterFormat, regionItem, WaitsForUpgrade } from '../item/item-kind.ts'
import { regionPartition } from '../item/partition.ts'
import type { Found, Item, ItemKey, Store } from '../store/store.ts'
import type { CustomKeyStore, CustomKeyStoreName } from './custom-key-store.ts'

/** ms after which a connection that was begun, or a key, counts as left behind by who made it */
const LEFT_BEHIND = 60_000

/** Older releases know no custom key store, and so nothing of one is written while they use the store. */
const SINCE_2: readonly LaterFormat[] = [
  {
    since: 2,
    upgrade: (data) => data,
    lower() {
      throw new WaitsForUpgrade('Custom key stores are not made')
    },
  },
]

/** All custom key stores of an account in a Region, ten at most, oldest first. */
export interface CustomKeyStores {
  readonly stores: readonly CustomKeyStore[]
}

/**
 * One item for all of an account's stores in a Region: that their names and addresses are unique, and their
 * number bounded, is decided by the one conditional write that makes or changes a store.
 */
export const customKeyStoresItem = regionItem<CustomKeyStores, []>({
  name: 'custom-key-stores',
  sort: [],
  due: {
    of: ({ stores }) => {
      const times = stores.flatMap(({ underWay }) => (underWay === undefined ? [] : [underWay.at]))
      return times.length === 0 ? undefined : Math.min(...times) + LEFT_BEHIND
    },
  },
  later: SINCE_2,
})

/** That a key of a store has an external key, or one in a cluster: no two keys of one store have the same. */
export interface StoreKeyData {
  /** id of the key */
  readonly key: string
  /** Unix ms since which the key is being made; GIVEN_UP where it was refused; absent once it is there */
  readonly making?: number
  /** it is a cluster's: what is claimed is destroyed there once it has no key */
  readonly cluster?: true
  /** the key is gone: Unix ms at which the cluster is asked, again, to destroy what it had there */
  readonly destroying?: number
}

/** `making` of a claim that who made it has given up: it counts as left behind from then on */
export const GIVEN_UP = 0

/** ms in which a cluster has made a key or will not: two logins and two tries, each of 20 s at most */
export const CLUSTER_LEFT_BEHIND = 5 * 60_000

/** Unix ms from which on a claim that is being made counts as left behind; undefined for one that is not. */
export function claimLeftAt({ making, cluster }: StoreKeyData): number | undefined {
  if (making === undefined) return undefined
  return making + (cluster === true ? CLUSTER_LEFT_BEHIND : LEFT_BEHIND)
}

export const storeKeyItem = regionItem<StoreKeyData, ['store', 'external']>({
  name: 'custom-key-store-key',
  sort: ['store', 'external'],
  due: {
    of: (claim) => claimLeftAt(claim) ?? claim.destroying,
  },
  later: SINCE_2,
})

export const customKeyStoresPlace = ({
  accountId,
  region,
}: Pick<CustomKeyStoreName, 'accountId' | 'region'>): ItemKey =>
  customKeyStoresItem.place({ accountId, region })

/** The stores of an account in a Region, as they are now, with the version that the next write follows. */
export interface ReadStores {
  readonly stores: readonly CustomKeyStore[]
  readonly version: number
}

const storesIn = (item: Item | undefined): ReadStores => ({
  stores: item === undefined ? [] : customKeyStoresItem.read(item).stores,
  version: item?.version ?? 0,
})

type Home = Pick<CustomKeyStoreName, 'accountId' | 'region'>

export async function readStores(home: Home, { get }: Pick<Store, 'get'>): Promise<ReadStores> {
  const [item] = await get([customKeyStoresPlace(home)])
  return storesIn(item)
}

/** One store, from what was read along with a call; undefined where there is none of the id. */
export async function findStore(
  name: CustomKeyStoreName,
  found: Found,
): Promise<CustomKeyStore | undefined> {
  const { stores } = storesIn(await found(customKeyStoresPlace(name)))
  return stores.find(({ id }) => id === name.id)
}

/** Whether a store has keys, or one is being made in it. */
export async function hasKeys(
  { accountId, region, id }: CustomKeyStoreName,
  { query }: Pick<Store, 'query'>,
): Promise<boolean> {
  const range = { pk: regionPartition(accountId, region), prefix: storeKeyItem.prefix(id) }
  for (let after: string | undefined; ; ) {
    const page = await query({ ...range, limit: 100, ...(after !== undefined && { after }) })
    if (page.items.some((item) => isOfKey(storeKeyItem.read(item)))) return true
    after = page.items.at(-1)?.sk
    if (!page.more) return false
  }
}

/** What is left in a cluster of a key that is gone is no key. */
const isOfKey = ({ making, destroying }: StoreKeyData): boolean =>
  making !== GIVEN_UP && destroying === undefined

/** Replaces the stores that were read. @throws StoreConflict where another writer was first */
export async function writeStores(
  home: Home,
  { version }: ReadStores,
  stores: readonly CustomKeyStore[],
  { put }: Pick<Store, 'put'>,
): Promise<void> {
  const place = customKeyStoresPlace(home)
  await commit(put(customKeyStoresItem.item(place, version + 1, { stores })))
}

/** The same stores, one of them exchanged. */
export const withStore = (
  stores: readonly CustomKeyStore[],
  changed: CustomKeyStore,
): readonly CustomKeyStore[] => stores.map((one) => (one.id === changed.id ? changed : one))
