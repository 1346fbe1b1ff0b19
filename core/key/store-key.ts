import { randomInt } from 'node:crypto'
import { commit, StoreConflict } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { DestroyInCluster } from '../custom-key-store/cluster.ts'
import type { CustomKeyStore } from '../custom-key-store/custom-key-store.ts'
import {
  CLUSTER_LEFT_BEHIND,
  claimLeftAt,
  GIVEN_UP,
  readStores,
  type StoreKeyData,
  storeKeyItem,
} from '../custom-key-store/custom-key-store-items.ts'
import { isSame, requireState, requireStore } from '../custom-key-store/refusals.ts'
import type { Item, Store } from '../store/store.ts'
import type { Key, StoreKey } from './key.ts'
import { keyFromItem, keyPlace, keyToItem } from './key-item.ts'
import type { KeyName } from './key-items.ts'

type Storing = Pick<Store, 'get' | 'put'>
type Removing = Pick<Store, 'get' | 'put' | 'delete'>

/** ms after which a cluster that was away is asked again to destroy a key */
const RETRY = 10 * 60_000

/** Where it stands that a key of a store has an external key. */
const claimPlace = (
  { accountId, region }: Pick<KeyName, 'accountId' | 'region'>,
  { store, external }: StoreKey,
) => storeKeyItem.place({ accountId, region, store, external })

/** A custom key store in which a key can be made. @throws KmsError CustomKeyStoreNotFoundException, CustomKeyStoreInvalidStateException */
export async function connectedStore(
  home: Pick<KeyName, 'accountId' | 'region'>,
  id: string,
  store: Pick<Store, 'get'>,
): Promise<CustomKeyStore> {
  const found = requireStore((await readStores(home, store)).stores, id)
  requireState(found, 'CONNECTED')
  return found
}

/** A key that is to be made, and what was found out for it. */
export interface NewStoreKey {
  readonly key: Key
  readonly keyStore: StoreKey
  /** the store as it was when its proxy was asked about the external key, or its cluster chosen */
  readonly asked: CustomKeyStore
  /** has the cluster make its key; absent for external keys */
  readonly generate?: (() => Promise<void>) | undefined
  /** Unix ms, and the id of the call */
  readonly at: number
  readonly by: string
}

/**
 * Stores a key of a custom key store. The external key, or the name of the one in a cluster, is claimed first; then
 * the store is looked at again, so that a deletion of it either finds the claim or is found here, and that the proxy
 * or cluster is still the one that was asked. Then the cluster makes its key, the key is written, in state Creating,
 * the claim is made to count for ever, and the key is enabled: one that turns out to have lost its claim was never
 * used. A crash between leaves what the sweeper ends, with what the cluster had made.
 * @throws KmsError XksKeyAlreadyInUseException, and what `connectedStore` and `generate` throw; StoreConflict
 */
export async function writeStoreKey(wanted: NewStoreKey, store: Storing): Promise<void> {
  const { keyStore, asked, at, by, generate } = wanted
  const claimed = { key: wanted.key.id, ...(generate !== undefined && { cluster: true as const }) }
  const claim = await newClaim(wanted.key, keyStore, { ...claimed, making: at }, store)
  const givenUp = { ...claimed, making: GIVEN_UP }
  try {
    const found = await connectedStore(wanted.key, keyStore.store, store)
    if (!isSameService(found, asked)) throw new StoreConflict('another proxy or cluster was asked')
  } catch (error) {
    // nothing was written for the key: the claim is nobody's, and the sweeper removes it
    await store.put(storeKeyItem.next(claim, givenUp)).catch(() => false)
    throw error
  }
  try {
    await generate?.()
  } catch (error) {
    // the cluster may be making the key still: the sweeper has it destroyed once that is over
    const left = { ...claimed, destroying: at + CLUSTER_LEFT_BEHIND }
    await store.put(storeKeyItem.next(claim, left)).catch(() => false)
    throw error
  }
  const making = { state: 'Creating', creating: { at, by } } as const
  const key = { ...wanted.key, data: { ...wanted.key.data, ...making } }
  const written = keyToItem(key)
  await commit(store.put(written))
  const mine = { ...key, version: written.version }
  if ((await settledFor(mine, claim, store)) && (await enable(mine, store))) return
  // who took a minute to come here has lost the claim; nobody has heard of the key: the sweeper removes the rest
  await store.put(keyToItem(mine, { keyStore: undefined, creating: undefined, destroyed: at }))
  if (generate !== undefined) {
    // what the cluster made is not forgotten with the claim
    await store.put(storeKeyItem.item(claim, 1, { ...claimed, destroying: at }))
  }
  throw new StoreConflict('the claim of the external key was taken away')
}

/** Whether a store is still at the proxy or cluster that was asked. */
const isSameService = (found: CustomKeyStore, asked: CustomKeyStore): boolean =>
  found.type === 'AWS_CLOUDHSM'
    ? asked.type === found.type && found.cluster.id === asked.cluster.id
    : asked.type === found.type && isSame(found.proxy, asked.proxy)

/** Makes a claim of a key count for ever. @returns false where it is another's, is to be destroyed, or gone */
async function settledFor({ id }: KeyName, claim: Item, store: Storing): Promise<boolean> {
  const { making: _making, ...settled } = storeKeyItem.read(claim)
  if (settled.key !== id || settled.destroying !== undefined) return false
  if (await store.put(storeKeyItem.next(claim, settled))) return true
  // the sweeper may have settled it
  const [item] = await store.get([claim])
  const found = item && storeKeyItem.read(item)
  return found?.key === id && found.destroying === undefined
}

/** Enables a key that was being made. @returns false where it is gone */
async function enable(key: Key, store: Storing): Promise<boolean> {
  const done = { state: 'Enabled', creating: undefined } as const
  if (await store.put(keyToItem(key, done))) return true
  // the sweeper may have done it, or somebody has changed what may be changed of such a key
  const [item] = await store.get([keyPlace(key.accountId, key.region, key.id)])
  const now = item && keyFromItem(item)
  if (now === undefined || now.data.destroyed !== undefined) return false
  return now.data.creating === undefined || enable(now, store)
}

/** Ends the making of a key that a crash cut short. @returns false where it has no claim, and is to go */
export async function finishStoreKey(
  key: Key,
  keyStore: StoreKey,
  store: Storing,
): Promise<boolean> {
  const [claim] = await store.get([claimPlace(key, keyStore)])
  if (claim === undefined || storeKeyItem.read(claim).key !== key.id) return false
  return (await settledFor(key, claim, store)) && (await enable(key, store))
}

/**
 * Claims an external key; a claim that was left without its key is taken over.
 * @throws KmsError XksKeyAlreadyInUseException
 */
async function newClaim(
  key: Key,
  keyStore: StoreKey,
  data: StoreKeyData & { readonly making: number },
  store: Storing,
): Promise<Item> {
  const place = claimPlace(key, keyStore)
  const first = storeKeyItem.item(place, 1, data)
  if (await store.put(first)) return first
  const [item] = await store.get([place])
  // gone meanwhile: the call is made again
  if (item === undefined) throw new StoreConflict('the claim that was there is gone')
  if (!(await isLeft(item, data.making, store))) throw taken(keyStore)
  const next = storeKeyItem.next(item, data)
  await commit(store.put(next))
  return next
}

/** That no key of the store has an external key, as it is now. @throws KmsError XksKeyAlreadyInUseException */
export async function requireFree(
  home: Pick<KeyName, 'accountId' | 'region'>,
  keyStore: StoreKey,
  now: number,
  store: Pick<Store, 'get'>,
): Promise<void> {
  const [item] = await store.get([claimPlace(home, keyStore)])
  if (item !== undefined && !(await isLeft(item, now, store))) throw taken(keyStore)
}

const taken = ({ external }: StoreKey) =>
  new KmsError(
    'XksKeyAlreadyInUseException',
    `The external key ${external} is that of another KMS key in this external key store.`,
  )

/** Whether a claim was left by who made it, and has no key. */
async function isLeft(item: Item, now: number, store: Pick<Store, 'get'>): Promise<boolean> {
  const leftAt = claimLeftAt(storeKeyItem.read(item))
  if (leftAt === undefined || leftAt > now) return false
  return !(await hasKey(item, store))
}

/** Whether the key that has a claim is there. */
async function hasKey(claim: Item, store: Pick<Store, 'get'>): Promise<boolean> {
  const { accountId, region } = storeKeyItem.parts(claim)
  const [found] = await store.get([keyPlace(accountId, region, storeKeyItem.read(claim).key)])
  return found !== undefined && keyFromItem(found).data.destroyed === undefined
}

/** What a sweep has for claims beside the store. */
export interface Settling {
  readonly now: number
  readonly log: Log
  readonly destroy: DestroyInCluster
}

/**
 * Settles a claim that was left: it stays where its key is there, and goes where there is none. With that of a
 * cluster goes what the cluster made: the claim says so before, so that who is about to write the key after all
 * finds it.
 */
export async function settleClaim(item: Item, store: Removing, settling: Settling): Promise<void> {
  const { making: _making, ...claim } = storeKeyItem.read(item)
  if (claim.destroying !== undefined) return destroyClaimed(item, claim, store, settling)
  if (await hasKey(item, store)) return commit(store.put(storeKeyItem.next(item, claim)))
  if (claim.cluster !== true) return commit(store.delete(item, item.version))
  return commit(store.put(storeKeyItem.next(item, { ...claim, destroying: settling.now })))
}

async function destroyClaimed(
  item: Item,
  claim: StoreKeyData,
  store: Removing,
  { now, log, destroy }: Settling,
): Promise<void> {
  const { accountId, region, store: id, external } = storeKeyItem.parts(item)
  const home = { accountId, region }
  const found = (await readStores(home, store)).stores.find((one) => one.id === id)
  if (found?.type !== 'AWS_CLOUDHSM') {
    // who deleted the store took the password along
    log('warn', { customKeyStore: id, object: external, message: 'left in its cluster' })
    return commit(store.delete(item, item.version))
  }
  const done = await destroy(home, found, external)
  if (done === 'destroyed') return commit(store.delete(item, item.version))
  // of a cluster that is not registered here another machine's sweeper may know: not always the same is first
  const wait = done === 'later' ? RETRY : RETRY + randomInt(RETRY)
  await commit(store.put(storeKeyItem.next(item, { ...claim, destroying: now + wait })))
}

/**
 * Frees the external key of a key that is destroyed; what it had in a cluster is destroyed by who sweeps next, as
 * soon as the cluster can be asked.
 * @param destroyed Unix ms
 */
export async function removeClaim(
  key: KeyName,
  keyStore: StoreKey,
  destroyed: number,
  store: Removing,
): Promise<void> {
  const place = claimPlace(key, keyStore)
  const [item] = await store.get([place])
  if (item === undefined) return
  const claim = storeKeyItem.read(item)
  if (claim.key !== key.id || claim.destroying !== undefined) return
  if (claim.cluster !== true) return commit(store.delete(place, item.version))
  const { making: _making, ...left } = claim
  await commit(store.put(storeKeyItem.next(item, { ...left, destroying: destroyed })))
}
