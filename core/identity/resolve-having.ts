import type { DataPorts } from '../key/ports.ts'
import { type PrincipalData, principalItem, principalPlace } from './credential.ts'
import { type GroupData, groupItem, groupPlace, type Having } from './iam-items.ts'
import { followRename, foundIn } from './renamed.ts'

/** Who an item of the other direction is about, as it is now. */
export type Holder =
  | { readonly type: 'user' | 'role'; readonly data: PrincipalData }
  | { readonly type: 'group'; readonly data: GroupData }

/**
 * Whom items of the other direction are about, in their order; undefined for who is gone. A user is found by
 * its id where it has another name now.
 */
export async function resolveHaving(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  list: readonly (Pick<Having, 'type' | 'name'> & { readonly id: string })[],
): Promise<(Holder | undefined)[]> {
  if (list.length === 0) return []
  const items = await read.get(
    list.map(({ type, name, id }) =>
      type === 'group' ? groupPlace(accountId, id) : principalPlace(accountId, `${type}/${name}`),
    ),
  )
  return Promise.all(
    list.map(async ({ type, id }, index): Promise<Holder | undefined> => {
      const item = items[index]
      if (type === 'group') return item && { type, data: groupItem.read(item) }
      const data = item && principalItem.read(item)
      if (data?.id === id) return { type, data }
      const moved = type === 'user' ? await followRename(accountId, id, foundIn(read)) : undefined
      return moved && { type, data: moved.data }
    }),
  )
}
