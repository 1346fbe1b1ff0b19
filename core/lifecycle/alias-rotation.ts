import { keyArn } from '../base/arn.ts'
import { commit } from '../base/conflict.ts'
import { forgetAlias } from '../key/alias.ts'
import type { Key } from '../key/key.ts'
import { keyFromItem, keyPlace, keyToItem } from '../key/key-item.ts'
import { readPolicy, storePolicy } from '../key/key-policy.ts'
import type { Keyring } from '../key/keyring.ts'
import type { AliasData } from '../key/resolve.ts'
import type { Item, Json, Store } from '../store/store.ts'
import { uuidOf } from './managed-keys.ts'
import { DAY, newMaterial, nextDate } from './rotation.ts'

/** The rotation of an alias: every `days` days it moves to a new key, next at (Unix ms). */
export interface AliasRotation {
  readonly days: number
  readonly next: number
}

export type RotatingAlias = AliasData & { readonly rotation?: AliasRotation }

export const rotationOf = (alias: Item): AliasRotation | undefined =>
  (alias.data as unknown as RotatingAlias).rotation

/** The alias item with its rotation set, changed or (undefined) taken away. */
export function withRotation(alias: Item, rotation: AliasRotation | undefined): Item {
  const { rotation: _former, ...data } = alias.data
  return {
    pk: alias.pk,
    sk: alias.sk,
    version: alias.version + 1,
    ...(rotation !== undefined && { due: rotation.next }),
    data: { ...data, ...(rotation !== undefined && { rotation: { ...rotation } }) },
  }
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
 * @throws StoreConflict where the alias was changed meanwhile
 */
export async function rotateAlias(
  alias: Item,
  { store, keyring }: Reach,
  now: number,
): Promise<boolean> {
  const rotation = rotationOf(alias)
  if (rotation === undefined || rotation.next > now) return false
  const [accountId = '', region = ''] = alias.pk.split('/')
  const { target } = alias.data as unknown as RotatingAlias
  const [item] = await store.get([keyPlace(accountId, region, target)])
  const former = item && keyFromItem(item)
  if (former?.data.state !== 'Enabled') {
    await commit(store.put({ ...alias, version: alias.version + 1, due: now + DAY }))
    return false
  }
  const name = alias.sk.slice('alias#'.length)
  const id = uuidOf(`tenkey/v1/alias-rotation/${alias.pk}/${name}/${target}/${rotation.next}`)
  await createLike(former, { id, name, now }, { store, keyring })
  const moved = withRotation(alias, {
    days: rotation.days,
    next: nextDate(rotation.next, rotation.days, now),
  })
  const data: { [name: string]: Json } = { ...moved.data, target: id, updated: now }
  await commit(store.put({ ...moved, data }))
  await forgetAlias(former, name, store)
  return true
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
  const { spec, usage, description, multiRegion, tags, policy: hash } = former.data
  const policy =
    hash === undefined
      ? undefined
      : await storePolicy(place, await readPolicy(former, store), store)
  const key: Key = {
    ...place,
    arn: keyArn(region, accountId, id),
    version: 0,
    data: {
      ...{ spec, usage, description, multiRegion, tags },
      origin: 'AWS_KMS',
      state: 'Enabled',
      created: now,
      manager: 'CUSTOMER',
      aliases: [name],
      ...(policy !== undefined && { policy }),
    },
  }
  // false: another sweeper made it first
  await store.put(keyToItem(key, { material: await newMaterial(key, keyring, now) }))
}
