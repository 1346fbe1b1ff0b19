import { commit, StoreConflict } from '../base/conflict.ts'
import type { DataPorts } from '../key/ports.ts'
import { refusePolicies } from './attachment.ts'
import type { Entity } from './entity.ts'
import { deleteConflict, exists } from './iam-errors.ts'
import {
  claimPlace,
  type GroupData,
  groupItem,
  groupPlace,
  type NameClaim,
  principalNameItem,
} from './iam-items.ts'
import { membersOf } from './membership.ts'
import { confirmName, nameClaim, takeName } from './principal-name.ts'
import { newUniqueId } from './unique-id.ts'

type Ports = Pick<DataPorts, 'read' | 'write' | 'remove'>
type Group = Entity & { readonly type: 'group' }

const isThere =
  ({ read }: Pick<DataPorts, 'read'>, accountId: string) =>
  async ({ id, name }: NameClaim): Promise<boolean> => {
    const [item] = await read.get([groupPlace(accountId, id)])
    return item !== undefined && groupItem.read(item).name === name
  }

/** @throws KmsError EntityAlreadyExistsException; StoreConflict where another wanted the name at once */
export async function createGroup(
  ports: Ports,
  accountId: string,
  { name, path }: { readonly name: string; readonly path: string },
  now: number,
): Promise<GroupData> {
  const data: GroupData = {
    id: newUniqueId('AGPA'),
    name,
    ...(path !== '/' && { path }),
    policies: {},
    created: now,
  }
  const place = claimPlace(accountId, 'group', name)
  const wanted = { name, id: data.id, at: now }
  const claim = await takeName(ports, place, wanted, isThere(ports, accountId))
  if (claim === undefined) throw exists('group', name)
  const item = groupItem.item(groupPlace(accountId, data.id), 1, data)
  await commit(ports.write.put(item))
  if (await confirmName(ports, claim)) return data
  await ports.remove.delete(item, item.version)
  throw new StoreConflict('another took the name')
}

/**
 * Gives a group another name or path. Its members and what it is attached to know it by its id.
 * @throws KmsError EntityAlreadyExistsException; StoreConflict
 */
export async function updateGroup(
  ports: Ports,
  accountId: string,
  { item, data }: Group,
  { name, path }: { readonly name: string; readonly path: string },
  now: number,
): Promise<void> {
  const { path: _path, ...rest } = data
  const changed = groupItem.next(item, { ...rest, name, ...(path !== '/' && { path }) })
  if (name === data.name) return commit(ports.write.put(changed))
  const place = claimPlace(accountId, 'group', name)
  const own = { type: 'group', name: data.name, id: data.id } as const
  if (name.toLowerCase() === data.name.toLowerCase()) {
    const claim = await nameClaim(ports.read, accountId, own)
    await commit(ports.write.put(changed))
    if (claim !== undefined) {
      const respelled = { ...principalNameItem.read(claim), name }
      await ports.write.put(principalNameItem.next(claim, respelled))
    }
    return
  }
  const wanted = { name, id: data.id, at: now }
  const claim = await takeName(ports, place, wanted, isThere(ports, accountId))
  if (claim === undefined) throw exists('group', name)
  await commit(ports.write.put(changed))
  if (!(await confirmName(ports, claim))) {
    await ports.write.put(groupItem.next(changed, data))
    throw new StoreConflict('another took the name')
  }
  const former = await nameClaim(ports.read, accountId, own)
  if (former !== undefined) await ports.remove.delete(former, former.version)
}

/**
 * Deletes a group that has neither users nor policies. It is marked before users are looked for, so that
 * nobody comes to be in it unseen.
 * @throws KmsError DeleteConflictException; StoreConflict
 */
export async function deleteGroup(
  ports: Ports,
  accountId: string,
  { item, data }: Group,
  now: number,
): Promise<void> {
  refusePolicies(data)
  const marked = groupItem.next(item, { ...data, deleting: now })
  await commit(ports.write.put(marked))
  for (let after: string | undefined, more = true; more; ) {
    const start = after === undefined ? {} : { after }
    const page = await membersOf(ports.read, accountId, data.id, { limit: 100, now, ...start })
    if (page.users.length > 0 || page.pending) {
      const { deleting: _mark, ...unmarked } = data
      await ports.write.put(groupItem.next(marked, unmarked))
      throw deleteConflict('Cannot delete entity, must remove users from group first.')
    }
    after = page.next
    more = after !== undefined
  }
  await commit(ports.remove.delete(marked, marked.version))
  const claim = await nameClaim(ports.read, accountId, {
    type: 'group',
    name: data.name,
    id: data.id,
  })
  if (claim !== undefined) await ports.remove.delete(claim, claim.version)
}
