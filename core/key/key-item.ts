import { keyArn } from '../base/arn.ts'
import type { Item } from '../store/store.ts'
import { type Key, type KeyData, ownState, type Related, type StoredMaterial } from './key.ts'
import { keyItem } from './key-items.ts'
import { dueOf } from './material.ts'
import { actsOnOwn } from './shared-acts.ts'
import { UNDER_WAY } from './state.ts'

export const keyPlace = (accountId: string, region: string, id: string) =>
  keyItem.place({ accountId, region, id })

/**
 * Reads a key from its item; its place in the store, not its content, says whose and which it is. Of a
 * multi-Region key it is only what the key has of its own: `relatedKey` (key/related.ts) adds what is shared.
 */
export function keyFromItem(item: Item): Key {
  const { accountId, region, id } = keyItem.parts(item)
  return {
    accountId,
    region,
    id,
    arn: keyArn(region, accountId, id),
    version: item.version,
    data: keyItem.read(item),
  }
}

/** What a change may say of a member: another value, or undefined to take it away. */
export type KeyChanges = { readonly [N in keyof KeyData]?: KeyData[N] | undefined }

/**
 * The item that replaces a key's present one (or the first, for version 0), due when something of it is. Of a
 * multi-Region key it has what is the key's own: a change of what is shared is for `changeKey`.
 */
export function keyToItem(key: Key, changes: KeyChanges = {}): Item {
  const data = { ...key.data, ...changes } as KeyData
  const place = keyItem.place(key)
  const { related, held } = key
  if (related === undefined) {
    const own = held === undefined ? data : { ...data, state: ownState({ ...key, data }) }
    return keyItem.item(place, key.version + 1, own)
  }
  const due = dueOf({ ...data, acts: actsOnOwn(data.acts) }, related.type)
  return keyItem.item(
    place,
    key.version + 1,
    ownData(data, related),
    due === undefined ? {} : { due },
  )
}

/** What a multi-Region key has of its own, of all that is known of it. */
function ownData(data: KeyData, { state: own }: Related): KeyData {
  const { material, pending, former, rotation, onDemandRotations, imported, state, ...more } = data
  const { acts: all, ...rest } = more
  const acts = actsOnOwn(all)
  const known = bytesOf([...(former ?? []), material, pending])
  // imported again since: the older bytes of that id are nothing any more
  const unknown = (imported ?? []).filter(({ id }) => !known.some((one) => one.id === id))
  const here = data.origin === 'EXTERNAL' ? [...unknown, ...known] : []
  return {
    ...rest,
    // what is under way is no state of its own: it follows from the marks and the shared item
    state: UNDER_WAY.includes(state) ? own : state,
    ...(here.length > 0 && { imported: here }),
    ...(acts.length > 0 && { acts }),
  }
}

/** Imported material that is here, without what the related keys share of it. */
const bytesOf = (materials: readonly (StoredMaterial | undefined)[]): StoredMaterial[] =>
  materials.flatMap((one) => {
    if (one?.wrapped === undefined) return []
    const { rotated: _shared, ...here } = one
    return [here]
  })
