import { findStore } from '../custom-key-store/custom-key-store-items.ts'
import type { Found } from '../store/store.ts'
import type { Key } from './key.ts'

/**
 * A key of a custom key store with what is known of the store: while that is not connected the key is
 * Unavailable, whatever it is of its own (KMS Developer Guide, "Key states"). One that is to be deleted stays
 * so, and its deletion can be cancelled.
 */
export async function heldKey(key: Key, found: Found): Promise<Key> {
  const { accountId, region, data } = key
  const store = await findStore({ accountId, region, id: data.keyStore?.store ?? '' }, found)
  const held = { store, state: data.state }
  const follows = data.state === 'Enabled' || data.state === 'Disabled'
  if (!follows || store?.state === 'CONNECTED') return { ...key, held }
  return { ...key, held, data: { ...data, state: 'Unavailable' } }
}
