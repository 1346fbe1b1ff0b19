import { commit } from '../base/conflict.ts'
import type { Store } from '../store/store.ts'
import type { Key } from './key.ts'
import { type KeyChanges, keyFromItem, keyToItem } from './key-item.ts'

/**
 * Writes a change of a key, of what it shares with related keys too.
 * @returns the key as it is then
 * @throws StoreConflict
 */
export async function changeKey(
  key: Key,
  changes: KeyChanges,
  write: Pick<Store, 'put'>,
): Promise<Key> {
  if (key.related !== undefined) {
    // loaded with the first multi-Region key
    const { changeRelated } = await import('./related.ts')
    return changeRelated(key, key.related, changes, write)
  }
  const item = keyToItem(key, changes)
  await commit(write.put(item))
  return keyFromItem(item)
}
