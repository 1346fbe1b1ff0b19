import { commit } from '../base/conflict.ts'
import type { Key } from '../key/key.ts'
import { keyToItem } from '../key/key-item.ts'
import { emptied } from '../key/material.ts'
import { relatedIn } from '../key/related.ts'
import type { Store } from '../store/store.ts'

/**
 * Whether a multi-Region key's pending material was imported into every one of its related keys: only then can
 * it become the current one (AWS KMS Developer Guide, "Rotate imported key material").
 * @param key any of the related keys
 */
export async function isPendingEverywhere(
  key: Key,
  store: Pick<Store, 'get'>,
  now: number,
): Promise<boolean> {
  const { related } = key
  if (related === undefined) return true
  const { primary, replicas } = related.shared
  for (const region of [primary, ...replicas]) {
    const one = region === key.region ? key : await relatedIn(key, region, store, now)
    if (one?.data.pending?.wrapped === undefined) return false
  }
  return true
}

/**
 * Takes away what replicas have of pending material that their primary is about to give up.
 * @throws StoreConflict where another writer was first
 */
export async function dropPending(
  key: Key,
  id: string,
  store: Pick<Store, 'get' | 'put'>,
  now: number,
): Promise<void> {
  for (const region of key.related?.shared.replicas ?? []) {
    const one = await relatedIn(key, region, store, now)
    const pending = one?.data.pending
    if (one === undefined || pending?.id !== id || pending.wrapped === undefined) continue
    await commit(store.put(keyToItem(one, { pending: emptied(pending) })))
  }
}
