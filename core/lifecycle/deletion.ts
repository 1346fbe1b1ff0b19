import { isMultiRegionKeyId, keyArn } from '../base/arn.ts'
import { commit } from '../base/conflict.ts'
import type { ServiceAct } from '../base/service-act.ts'
import { grantCountItem, grantItem, grantPlaces } from '../grant/grant-items.ts'
import { regionPartition } from '../item/partition.ts'
import { type Key, type KeyData, ownState, type Related } from '../key/key.ts'
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
import { GLOBAL } from '../key/keyring.ts'
import { nextShared, relatedIn, sharedBy } from '../key/related.ts'
import { aliasPlace } from '../key/resolve.ts'
import { removeClaim } from '../key/store-key.ts'
import type { Item, ItemKey, Store } from '../store/store.ts'
import { tombstoneItem } from './lifecycle-items.ts'
import { DAY } from './rotation.ts'

type Removing = Pick<Store, 'get' | 'put' | 'delete' | 'query'>

/** A destroyed key, of which only its emptied item is left. */
export type Husk = KeyName & Pick<Key, 'version'> & { readonly data: Pick<KeyData, 'keyStore'> }

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
  if (state !== 'PendingDeletion' || deletion?.at === undefined || deletion.at > now) {
    throw new Error(`key ${key.arn} is not to be deleted`)
  }
  if (key.related !== undefined) await closeRelated(key, key.related, store, now)
  return destroy(key, store, now)
}

/** What is said to a primary whose last replica is destroyed: nothing where it is destroyed too, and may be out of reach. */
export type ToPrimary = 'window begins' | 'nothing'

/** As destroyKey, whatever the key's state. */
export async function destroy(
  key: Key,
  store: Removing,
  now: number,
  told: ToPrimary = 'window begins',
): Promise<Husk> {
  const { spec, usage, origin, created, manager, multiRegion, aliases, keyStore } = key.data
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
      state: ownState(key),
      description: '',
      tags: [],
      ...(keyStore !== undefined && {
        keyStore: { store: keyStore.store, external: keyStore.external },
      }),
      destroyed: now,
    },
  })
  await commit(store.put(husk))
  return removeRemains({ ...key, version: husk.version }, key.data.aliases, now, store, told)
}

/** Removes what is left of a destroyed key, in whatever measure that was done before. */
export async function removeRemains(
  key: Husk,
  aliases: readonly string[],
  destroyed: number,
  store: Removing,
  told: ToPrimary = 'window begins',
): Promise<Husk> {
  for (const name of aliases) await removeAlias(key, name, store)
  await removeAll(key, grantItem.prefix(key.id), store, (item) =>
    grantPlaces(key, grantItem.read(item)),
  )
  for (const kind of [materialItem, importItem, policyItem, policyChangeItem, grantCountItem]) {
    await removeAll(key, kind.prefix(key.id), store)
  }
  await removeItem(usageItem.place(key), store)
  if (key.data.keyStore !== undefined) {
    await removeClaim(key, key.data.keyStore, destroyed, store)
  }
  if (isMultiRegionKeyId(key.id)) await leaveRelated(key, destroyed, store, told)
  // false: it is there already
  await store.put(tombstoneItem.item(tombstoneItem.place(key), 1, { destroyed }))
  return key
}

/**
 * Before the last of related keys is destroyed nobody may replicate it: who began before loses to this write.
 * The primary with replicas is never destroyed: it is PendingReplicaDeletion, whatever it has of its own.
 */
async function closeRelated(
  key: Key,
  related: Related,
  { put }: Pick<Store, 'put'>,
  now: number,
): Promise<void> {
  if (related.type === 'REPLICA') return
  await commit(put(nextShared(key, related, { ...related.shared, closed: now })))
}

/**
 * Takes a destroyed key out of its related keys. The last of them takes along what they shared, their material
 * first. With the last replica the waiting period of a primary begins that is to be deleted too.
 */
async function leaveRelated(
  key: Husk,
  destroyed: number,
  store: Removing,
  told: ToPrimary,
): Promise<void> {
  const known = await sharedBy(key, store)
  if (known === undefined) return
  const { item, shared } = known
  if (shared.primary === key.region) {
    const home = { ...key, region: GLOBAL }
    await removeAll(home, materialItem.prefix(key.id), store)
    await commit(store.delete(item, item.version))
    return
  }
  const replicas = shared.replicas.filter((region) => region !== key.region)
  // written in any case: who is about to list a replica that a crash had left half made loses to this
  await commit(store.put(nextShared(key, item, { ...shared, replicas })))
  if (replicas.length > 0 || told === 'nothing') return
  await beginWindow(key, shared.primary, destroyed, store)
}

/**
 * The primary is written in any case: who reads its state, and its replicas before, to schedule its deletion,
 * then finds that it has moved on.
 */
export async function beginWindow(
  key: Pick<KeyName, 'accountId' | 'id'>,
  region: string,
  destroyed: number,
  store: Pick<Store, 'get' | 'put'>,
): Promise<void> {
  const primary = await relatedIn(key, region, store, destroyed)
  if (primary === undefined) return
  const { deletion } = primary.data
  if (deletion === undefined) return commit(store.put(keyToItem(primary)))
  const { days } = deletion
  const at = Math.max(deletion.at ?? 0, destroyed + days * DAY)
  const changes = { state: 'PendingDeletion', deletion: { days, at } } as const
  await commit(store.put(keyToItem(primary, changes)))
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

/** What the audit trail has of a destroyed key. @param at Unix ms: when it was destroyed */
export function deletionAct({ accountId, region, id }: Husk, at: number): ServiceAct {
  const arn = keyArn(region, accountId, id)
  const response = { keyId: arn }
  const once = String(at)
  const name = 'DeleteKey'
  return { accountId, region, at, name, resources: [arn], details: { keyId: id }, response, once }
}
