import { commit } from '../base/conflict.ts'
import type { Store } from '../store/store.ts'
import type { Key } from './key.ts'
import { type KeyChanges, keyToItem } from './key-item.ts'

/** Writes a change of a key, of what it shares with related keys too. @throws StoreConflict */
export async function changeKey(
  key: Key,
  changes: KeyChanges,
  write: Pick<Store, 'put'>,
): Promise<void> {
  if (key.related === undefined) return commit(write.put(keyToItem(key, changes)))
  // loaded with the first multi-Region key
  const { changeRelated } = await import('./related.ts')
  return changeRelated(key, key.related, changes, write)
}
