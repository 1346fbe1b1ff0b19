import { commit, StoreConflict } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import type { CustomKeyStore } from '../custom-key-store/custom-key-store.ts'
import { readStores, storeKeyItem } from '../custom-key-store/custom-key-store-items.ts'
import { requireState, requireStore } from '../custom-key-store/refusals.ts'
import type { Item, Store } from '../store/store.ts'
import type { Key, StoreKey } from './key.ts'
import { keyFromItem, keyPlace, keyToItem } from './key-item.ts'
import type { KeyName } from './key-items.ts'

type Storing = Pick<Store, 'get' | 'put'>
type Removing = Pick<Store, 'get' | 'put' | 'delete'>

/** ms after which a claim without its key counts as left */
const LEFT_BEHIND = 60_000

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

/**
 * Stores a key of a custom key store. The external key is claimed first; then the store is looked at again, so
 * that a deletion of it either finds the claim or is found here; then the key is written, and the claim counts
 * for ever. A crash between leaves a claim that the sweeper settles or takes away.
 * @throws KmsError XksKeyAlreadyInUseException, and what `connectedStore` throws; StoreConflict
 */
export async function writeStoreKey(
  key: Key,
  keyStore: StoreKey,
  now: number,
  store: Storing,
): Promise<void> {
  const claim = await newClaim(key, keyStore, now, store)
  try {
    await connectedStore(key, keyStore.store, store)
    await commit(store.put(keyToItem(key)))
  } catch (error) {
    // refused, nothing was written: the claim is nobody's. What became of a write that failed, the sweeper sees
    if (error instanceof KmsError) {
      await store.put(storeKeyItem.next(claim, { key: key.id, making: 0 }))
    }
    throw error
  }
  if (await store.put(storeKeyItem.next(claim, { key: key.id }))) return
  // who took a minute to come here has lost the claim, or the sweeper has settled it
  const [item] = await store.get([claim])
  if (item !== undefined && storeKeyItem.read(item).key === key.id) return
  // nobody has heard of the key: the sweeper removes what is left of it
  const written = { ...key, version: key.version + 1 }
  await store.put(keyToItem(written, { keyStore: undefined, destroyed: now }))
  throw new StoreConflict('the claim of the external key was taken away')
}

/**
 * Claims an external key; a claim that was left without its key is taken over.
 * @throws KmsError XksKeyAlreadyInUseException
 */
async function newClaim(key: Key, keyStore: StoreKey, now: number, store: Storing): Promise<Item> {
  const place = claimPlace(key, keyStore)
  const data = { key: key.id, making: now }
  const first = storeKeyItem.item(place, 1, data)
  if (await store.put(first)) return first
  const [item] = await store.get([place])
  // gone meanwhile: the call is made again
  if (item === undefined) throw new StoreConflict('the claim that was there is gone')
  if (!(await isLeft(item, now, store))) throw taken(keyStore)
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
  const { making } = storeKeyItem.read(item)
  if (making === undefined || making + LEFT_BEHIND > now) return false
  return !(await hasKey(item, store))
}

/** Whether the key that has a claim is there. */
async function hasKey(claim: Item, store: Pick<Store, 'get'>): Promise<boolean> {
  const { accountId, region } = storeKeyItem.parts(claim)
  const [found] = await store.get([keyPlace(accountId, region, storeKeyItem.read(claim).key)])
  return found !== undefined && keyFromItem(found).data.destroyed === undefined
}

/** Settles a claim that was left: it stays where its key is there, and goes where there is none. */
export async function settleClaim(item: Item, store: Removing): Promise<void> {
  const { key } = storeKeyItem.read(item)
  const settled = storeKeyItem.next(item, { key })
  const isThere = await hasKey(item, store)
  await commit(isThere ? store.put(settled) : store.delete(item, item.version))
}

/** Frees the external key of a key that is destroyed. */
export async function removeClaim(
  key: KeyName,
  keyStore: StoreKey,
  store: Removing,
): Promise<void> {
  const place = claimPlace(key, keyStore)
  const [item] = await store.get([place])
  if (item === undefined || storeKeyItem.read(item).key !== key.id) return
  await commit(store.delete(place, item.version))
}
