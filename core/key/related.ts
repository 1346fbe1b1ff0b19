import { commit, LateRead } from '../base/conflict.ts'
import type { Found, Item, Store } from '../store/store.ts'
import type { Key, KeyData, Related, SharedData, StoredMaterial } from './key.ts'
import { type KeyChanges, keyFromItem, keyPlace, keyToItem } from './key-item.ts'
import { sharedItem, sharedPlace } from './key-items.ts'
import { keyAt, settled } from './material.ts'
import { actsOnShared } from './shared-acts.ts'

/*
 * Multi-Region keys. Each has an item in its Region for what is its own, and all related keys have one together
 * for what they share, which the primary writes: so there is one primary, and rotation is one write.
 */

/**
 * A multi-Region key with what it shares, as it was read in its own item; undefined for what a crash left of a
 * replica whose related keys are gone.
 * @throws LateRead where the shared item was not there yet when it was looked for
 */
export async function relatedKey(key: Key, found: Found): Promise<Key | undefined> {
  const item = await found(sharedPlace(key.accountId, key.id))
  if (item === undefined && key.data.creating !== undefined) return undefined
  // written before the first key is and removed after the last: read too soon, or too late
  if (item === undefined) throw new LateRead('what the key shares is not there')
  return joined(key, item)
}

/**
 * The related key in another Region as it is at `now`, read anew; undefined where there is none. What related keys do
 * not list is none of them, but one that is being made: it was left in a Region that was forgotten.
 */
export async function relatedIn(
  { accountId, id }: Pick<Key, 'accountId' | 'id'>,
  region: string,
  store: Pick<Store, 'get'>,
  now: number,
): Promise<Key | undefined> {
  const [own, shared] = await store.get([
    keyPlace(accountId, region, id),
    sharedPlace(accountId, id),
  ])
  const key = own && keyFromItem(own)
  if (key === undefined || key.data.destroyed !== undefined || shared === undefined)
    return undefined
  const { primary, replicas } = sharedItem.read(shared)
  const listed = region === primary || replicas.includes(region)
  if (!listed && key.data.creating === undefined) return undefined
  return keyAt(joined(key, shared), now)
}

/** What related keys share, and its version; undefined where nothing is left of them. */
export async function sharedBy(
  { accountId, id }: Pick<Key, 'accountId' | 'id'>,
  store: Pick<Store, 'get'>,
): Promise<{ readonly item: Item; readonly shared: SharedData } | undefined> {
  const [item] = await store.get([sharedPlace(accountId, id)])
  return item && { item, shared: sharedItem.read(item) }
}

/** A key's own data and what it shares, and the state that follows from both. */
export function joined(key: Key, item: Item): Key {
  const shared = sharedItem.read(item)
  const { region } = key
  const { creating, updating, imported, acts = [], ...own } = key.data
  const type = shared.primary === region ? 'PRIMARY' : 'REPLICA'
  const all = [...acts, ...(type === 'PRIMARY' ? (shared.acts ?? []) : [])]
  const making = creating !== undefined && type === 'REPLICA' && !shared.replicas.includes(region)
  // a mark that is newer than what was read of the shared item: that one was read too early
  const marked = updating !== undefined && updating > item.version
  const inMove = shared.moving !== undefined && (type === 'PRIMARY' || shared.moving.to === region)
  const data: KeyData = {
    ...own,
    ...materialsOf(shared, imported ?? [], own.origin),
    ...(shared.rotation !== undefined && { rotation: shared.rotation }),
    ...(shared.onDemandRotations !== undefined && { onDemandRotations: shared.onDemandRotations }),
    ...(all.length > 0 && { acts: all }),
    ...(making && { creating }),
    ...(updating !== undefined && (marked || inMove) && { updating }),
  }
  const related: Related = { type, version: item.version, shared, state: own.state }
  return { ...key, data: underWay(settled(data), related, making, marked || inMove), related }
}

/** The state that a key has because of its related keys. */
function underWay(data: KeyData, related: Related, making: boolean, moving: boolean): KeyData {
  const { state } = data
  const natural = state === 'Enabled' || state === 'PendingImport'
  if (making && natural) return { ...data, state: 'Creating' }
  if (moving && state === 'Enabled') return { ...data, state: 'Updating' }
  const waits = related.type === 'PRIMARY' && related.shared.replicas.length > 0
  if (state !== 'PendingDeletion' || !waits || data.deletion === undefined) return data
  return { ...data, state: 'PendingReplicaDeletion', deletion: { days: data.deletion.days } }
}

/** Material as a Region has it: of imported keys its own bytes, by the ids that are shared. */
function materialsOf(
  { material, pending, former }: SharedData,
  imported: readonly StoredMaterial[],
  origin: KeyData['origin'],
): Pick<KeyData, 'material' | 'pending' | 'former' | 'imported'> {
  const here = (one: StoredMaterial): StoredMaterial => {
    const bytes = origin === 'EXTERNAL' ? imported.find(({ id }) => id === one.id) : undefined
    return bytes === undefined ? one : { ...bytes, ...(one.rotated && { rotated: one.rotated }) }
  }
  const shared = [material, pending, ...(former ?? [])]
  // bytes whose id is not known to be shared yet
  const unknown = imported.filter(({ id }) => !shared.some((one) => one?.id === id))
  return {
    ...(material !== undefined && { material: here(material) }),
    ...(pending !== undefined && { pending: here(pending) }),
    ...(former !== undefined && { former: former.map(here) }),
    ...(unknown.length > 0 && { imported: unknown }),
  }
}

/** What related keys share once a key's data are these. */
function sharedOf(data: KeyData, { shared }: Related): SharedData {
  const named = (one: StoredMaterial): StoredMaterial =>
    data.origin === 'EXTERNAL'
      ? { id: one.id, created: one.created, ...(one.rotated && { rotated: one.rotated }) }
      : one
  const { primary, replicas, moving } = shared
  const { material, pending, former, rotation, onDemandRotations } = data
  const acts = actsOnShared(data.acts)
  return {
    primary,
    replicas,
    ...(material !== undefined && { material: named(material) }),
    ...(pending !== undefined && { pending: named(pending) }),
    ...(former !== undefined && { former: former.map(named) }),
    ...(rotation !== undefined && { rotation }),
    ...(onDemandRotations !== undefined && { onDemandRotations }),
    ...(moving !== undefined && { moving }),
    ...(acts.length > 0 && { acts }),
  }
}

/** A key that is about to be made, as the primary of no replicas. Its shared item is written before its own. */
export function asPrimary(key: Key): { readonly key: Key; readonly shared: Item } {
  const alone = { primary: key.region, replicas: [] }
  const related: Related = { type: 'PRIMARY', version: 0, shared: alone, state: key.data.state }
  const shared = sharedOf(key.data, related)
  return {
    key: { ...key, related: { ...related, version: 1, shared } },
    shared: nextShared(key, related, shared),
  }
}

/** The item that replaces the shared one that was read. */
export const nextShared = (
  { accountId, id }: Pick<Key, 'accountId' | 'id'>,
  { version }: Pick<Item, 'version'>,
  shared: SharedData,
): Item => sharedItem.item(sharedPlace(accountId, id), version + 1, shared)

/**
 * Writes a change of a multi-Region key. What falls due sooner and what is its own goes first, then what is
 * shared, then a date that is later now: a crash between leaves a look too many, never one too few.
 * @returns the key as it is then
 * @throws StoreConflict
 */
export async function changeRelated(
  key: Key,
  related: Related,
  changes: KeyChanges,
  write: Pick<Store, 'put'>,
): Promise<Key> {
  const data = { ...key.data, ...changes } as KeyData
  const before = keyToItem(key)
  const own = keyToItem(key, changes)
  const shared = sharedOf(data, related)
  const never = Number.POSITIVE_INFINITY
  const sooner = (own.due ?? never) < (before.due ?? never)
  const first = sooner || !same(own.data, before.data)
  if (first) await commit(write.put(own))
  let { version } = first ? own : key
  let now = related
  if (!same(shared, sharedOf(key.data, related))) {
    if (related.type === 'REPLICA') throw new Error(`replica ${key.arn} changes what is shared`)
    const item = nextShared(key, related, shared)
    await commit(write.put(item))
    now = { ...related, version: item.version, shared }
  }
  // false: another writer was first, and wrote the date that it is now
  if (!first && own.due !== before.due && (await write.put(own))) version = own.version
  return { ...key, version, data, related: now }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
