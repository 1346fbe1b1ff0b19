import { commit } from '../base/conflict.ts'
import { grantCountItem, grantItem, grantPlaces } from '../grant/grant-items.ts'
import { regionPartition } from '../item/partition.ts'
import type { Key } from '../key/key.ts'
import { keyToItem } from '../key/key-item.ts'
import {
  aliasItem,
  importItem,
  type KeyName,
  keyItem,
  materialItem,
  policyChangeItem,
  policyItem,
  usageItem,
} from '../key/key-items.ts'
import { aliasPlace } from '../key/resolve.ts'
import type { Item, ItemKey, Store } from '../store/store.ts'
import { tombstoneItem } from './lifecycle-items.ts'

type Removing = Pick<Store, 'get' | 'put' | 'delete' | 'query'>

/** A destroyed key, of which only its emptied item is left. */
export type Husk = KeyName & Pick<Key, 'version'>

/**
 * Destroys a key whose deletion date has come. One conditional write of the key's own item decides:
 * it takes the current material and every member away, so it either comes before a CancelKeyDeletion
 * or loses to it. From then on nobody sees the key. What is left of it elsewhere goes next. Its item
 * stays, due, until the store has forgotten all that (`removeHusk`), so that a crash anywhere is taken
 * up again by the sweeper.
 * @throws StoreConflict where the key was changed meanwhile; nothing is gone then
 */
export async function destroyKey(key: Key, store: Removing, now: number): Promise<Husk> {
  const { state, deletion } = key.data
  if (state !== 'PendingDeletion' || deletion === undefined || deletion.at > now) {
    throw new Error(`key ${key.arn} is not to be deleted`)
  }
  const { spec, usage, origin, created, manager, multiRegion, aliases } = key.data
  const husk = keyToItem({
    ...key,
    data: {
      spec,
      usage,
      origin,
      created,
      manager,
      multiRegion,
      aliases,
      state,
      description: '',
      tags: [],
      destroyed: now,
    },
  })
  await commit(store.put(husk))
  return removeRemains({ ...key, version: husk.version }, key.data.aliases, now, store)
}

/** Removes what is left of a destroyed key, in whatever measure that was done before. */
export async function removeRemains(
  key: Husk,
  aliases: readonly string[],
  destroyed: number,
  store: Removing,
): Promise<Husk> {
  for (const name of aliases) await removeAlias(key, name, store)
  await removeAll(key, grantItem.prefix(key.id), store, (item) =>
    grantPlaces(key, grantItem.read(item)),
  )
  for (const kind of [materialItem, importItem, policyItem, policyChangeItem, grantCountItem]) {
    await removeAll(key, kind.prefix(key.id), store)
  }
  await removeItem(usageItem.place(key), store)
  // false: it is there already
  await store.put(tombstoneItem.item(tombstoneItem.place(key), 1, { destroyed }))
  return key
}

/** Removes the last of a destroyed key, once the store has forgotten the rest. */
export async function removeHusk(key: Husk, store: Pick<Store, 'delete'>): Promise<void> {
  await commit(store.delete(keyItem.place(key), key.version))
}

/** An alias may have been pointed elsewhere while the key was pending deletion: that one stays. */
async function removeAlias(key: KeyName, name: string, store: Removing): Promise<void> {
  const place = aliasPlace(key.accountId, key.region, name)
  const [alias] = await store.get([place])
  if (alias === undefined || aliasItem.read(alias).target !== key.id) return
  await commit(store.delete(place, alias.version))
}

/** Deletes every item of a prefix; each with the places that hang on it, itself last. */
async function removeAll(
  key: Pick<Key, 'accountId' | 'region'>,
  prefix: string,
  store: Removing,
  placesOf: (item: Item) => ItemKey[] = () => [],
): Promise<void> {
  const pk = regionPartition(key.accountId, key.region)
  for (;;) {
    const { items } = await store.query({ pk, prefix, limit: 100 })
    if (items.length === 0) return
    for (const item of items) {
      for (const place of placesOf(item)) {
        if (place.sk !== item.sk) await removeItem(place, store)
      }
      await commit(store.delete(item, item.version))
    }
  }
}

async function removeItem(place: ItemKey, store: Removing): Promise<void> {
  const [item] = await store.get([place])
  if (item !== undefined) await commit(store.delete(place, item.version))
}
