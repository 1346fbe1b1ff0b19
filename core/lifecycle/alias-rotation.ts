import { keyArn, kmsArn } from '../base/arn.ts'
import { commit } from '../base/conflict.ts'
import type { PendingAct } from '../base/service-act.ts'
import { uuidOf } from '../base/uuid.ts'
import { forgetAlias } from '../key/alias.ts'
import type { Key } from '../key/key.ts'
import { keyFromItem, keyPlace, keyToItem } from '../key/key-item.ts'
import { type AliasRotation, aliasItem } from '../key/key-items.ts'
import type { Keyring } from '../key/keyring.ts'
import { newKey, newMaterial } from '../key/new-key.ts'
import { readPolicy, storePolicy } from '../key/stored-policy.ts'
import type { Item, Store } from '../store/store.ts'
import { DAY, nextDate } from './rotation.ts'

export const rotationOf = (alias: Item): AliasRotation | undefined => aliasItem.read(alias).rotation

/** The alias item with its rotation set, changed or (undefined) taken away. */
export function withRotation(alias: Item, rotation: AliasRotation | undefined): Item {
  const { rotation: _former, ...data } = aliasItem.read(alias)
  return aliasItem.next(alias, { ...data, ...(rotation !== undefined && { rotation }) })
}

interface Reach {
  readonly store: Store
  readonly keyring: Keyring
}

/**
 * Moves an alias to a new key like the one it points to: same spec, usage, policy, tags and
 * description. The former key stays, for what was signed or encrypted with it. The new key's id
 * follows from the alias, its target and the date, so that two sweepers, or one that is run again
 * after a crash, make one key. A key that can't be used now is looked at again a day later.
 * @returns the alias as it is now, with an act that is to be put on record (pending-acts.ts); undefined
 *   for nothing done
 * @throws StoreConflict where the alias was changed meanwhile
 */
export async function rotateAlias(
  alias: Item,
  { store, keyring }: Reach,
  now: number,
): Promise<Item | undefined> {
  const data = aliasItem.read(alias)
  const { target, rotation } = data
  if (rotation === undefined || rotation.next > now) return undefined
  const { accountId, region, name } = aliasItem.parts(alias)
  const [item] = await store.get([keyPlace(accountId, region, target)])
  const former = item && keyFromItem(item)
  // a new key would be in one Region alone
  if (former?.data.state !== 'Enabled' || former.data.multiRegion) {
    await commit(store.put(aliasItem.next(alias, data, { due: now + DAY })))
    return undefined
  }
  const id = uuidOf(`tenkey/v1/alias-rotation/${alias.pk}/${name}/${target}/${rotation.next}`)
  await createLike(former, { id, name, now }, { store, keyring })
  const { days } = rotation
  const moved = { days, next: nextDate(rotation.next, days, now) }
  const key = keyArn(region, accountId, id)
  const act: PendingAct = {
    at: now,
    name: 'RotateAlias',
    source: 'tenkey',
    resources: [kmsArn(region, accountId, name), key, former.arn],
    details: { aliasName: name, keyId: key, previousKeyId: former.arn },
    once: id,
  }
  const acts = [...(data.acts ?? []), act]
  const rotated = aliasItem.next(alias, {
    ...data,
    target: id,
    updated: now,
    rotation: moved,
    acts,
  })
  await commit(store.put(rotated))
  await forgetAlias(former, name, store)
  return rotated
}

async function createLike(
  former: Key,
  { id, name, now }: { id: string; name: string; now: number },
  { store, keyring }: Reach,
): Promise<void> {
  const { accountId, region } = former
  const place = { accountId, region, id }
  const [made] = await store.get([keyPlace(accountId, region, id)])
  if (made !== undefined) return
  const { spec, usage, description, tags, policy: hash } = former.data
  const policy =
    hash === undefined
      ? undefined
      : await storePolicy(place, await readPolicy(former, store), store)
  const key = newKey(place, {
    spec,
    usage,
    description,
    tags,
    created: now,
    aliases: [name],
    ...(policy !== undefined && { policy }),
  })
  // false: another sweeper made it first
  await store.put(keyToItem(key, { material: await newMaterial(key, keyring, now) }))
}
