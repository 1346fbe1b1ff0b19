import type { Found, ItemKey, Store } from '../store/store.ts'
import { type PrincipalData, principalItem, principalPlace } from './credential.ts'
import { renamedItem, renamedPlace } from './iam-items.ts'

/**
 * Where the user of an id is who is not found under the name that something has of it: access keys, sessions
 * and policies name users as they were called then. Loaded with the first that is not there.
 * @returns undefined where there is none of that id
 */
export async function followRename(
  accountId: string,
  id: string,
  found: Found,
): Promise<{ readonly data: PrincipalData; readonly place: ItemKey } | undefined> {
  const pointer = await found(renamedPlace(accountId, id))
  if (pointer === undefined) return undefined
  const place = principalPlace(accountId, `user/${renamedItem.read(pointer).name}`)
  const item = await found(place)
  const data = item && principalItem.read(item)
  return data?.id === id ? { data, place } : undefined
}

/** Of the store itself. */
export const foundIn =
  (read: Pick<Store, 'get'>): Found =>
  async (place) =>
    (await read.get([place]))[0]
