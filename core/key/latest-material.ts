import type { ItemKey, Store } from '../store/store.ts'
import type { Key, StoredMaterial } from './key.ts'
import { materialItem, sharedItem, sharedPlace } from './key-items.ts'

/**
 * The material of a multi-Region key that has a place among the former ones, as it is now: what related keys share
 * may be late in a Region, where a ciphertext of another comes by itself.
 * @returns undefined where there is none
 */
export async function latestMaterial(
  { accountId, id }: Pick<Key, 'accountId' | 'id'>,
  place: ItemKey,
  store: Pick<Store, 'get'>,
): Promise<StoredMaterial | undefined> {
  const [former, item] = await store.get([place, sharedPlace(accountId, id)])
  if (former !== undefined) return materialItem.read(former)
  const current = item && sharedItem.read(item).material
  return current !== undefined && place.sk.endsWith(`#${current.id}`) ? current : undefined
}
