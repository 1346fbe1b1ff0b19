import { commit } from '../base/conflict.ts'
import type { DataPorts } from '../key/ports.ts'
import { type PrincipalData, principalItem } from './credential.ts'
import { type Entity, type Principal, settled } from './entity.ts'
import { noSuch, quotaExceeded } from './iam-errors.ts'
import { groupItem, groupPlace, memberItem } from './iam-items.ts'
import { IAM_QUOTAS } from './iam-quotas.ts'
import { resolveHaving } from './resolve-having.ts'

type Ports = Pick<DataPorts, 'read' | 'write' | 'remove'>
type Group = Entity & { readonly type: 'group' }

/** ms, as of attachments */
const LEFT_BEHIND = 60_000

const memberPlace = (accountId: string, group: string, user: string) =>
  memberItem.place({ accountId, group, user })

/** The user's groups; absent where there is none. */
function withGroups(
  { movedFrom: _former, groups: _groups, ...data }: PrincipalData,
  groups: readonly string[],
): PrincipalData {
  return { ...data, ...(groups.length > 0 && { groups }) }
}

/**
 * Puts a user in a group; nothing is done where it is in it.
 * @throws KmsError LimitExceededException, NoSuchEntityException for a group that is being deleted
 */
export async function addMember(
  ports: Ports,
  accountId: string,
  group: Group,
  user: Principal,
  now: number,
): Promise<void> {
  const { id } = group.data
  const { groups = [] } = user.data
  if (groups.includes(id)) return
  if (groups.length >= IAM_QUOTAS.groupsPerUser) {
    throw quotaExceeded('GroupsPerUser', IAM_QUOTAS.groupsPerUser)
  }
  const place = memberPlace(accountId, id, user.data.id)
  const [there] = await ports.read.get([place])
  const having = { type: 'user', name: user.data.name, at: now } as const
  const member = memberItem.item(place, (there?.version ?? 0) + 1, having)
  await commit(ports.write.put(member))
  const [item] = await ports.read.get([groupPlace(accountId, id)])
  const deleting = item && groupItem.read(item).deleting
  if (item === undefined || (deleting !== undefined && now - deleting < LEFT_BEHIND)) {
    await ports.remove.delete(member, member.version)
    throw noSuch('group', group.data.name)
  }
  await settled(ports, accountId, user)
  const changed = principalItem.next(user.item, withGroups(user.data, [...groups, id]))
  await commit(ports.write.put(changed))
}

/**
 * Takes a user out of a group; nothing is done where it is not in it.
 * @throws StoreConflict where another writer was first
 */
export async function removeMember(
  ports: Ports,
  accountId: string,
  { data: { id } }: Group,
  user: Principal,
): Promise<void> {
  const { groups = [] } = user.data
  if (!groups.includes(id)) return
  await settled(ports, accountId, user)
  // as it is before: one that is written anew meanwhile is of a user who is in the group again
  const [member] = await ports.read.get([memberPlace(accountId, id, user.data.id)])
  const left = groups.filter((one) => one !== id)
  await commit(ports.write.put(principalItem.next(user.item, withGroups(user.data, left))))
  if (member !== undefined) await ports.remove.delete(member, member.version)
}

/**
 * The users of a group, from one on.
 * @param after sort key of the last item that was read
 */
export async function membersOf(
  read: DataPorts['read'],
  accountId: string,
  group: string,
  { limit, after, now = Number.POSITIVE_INFINITY }: { limit: number; after?: string; now?: number },
) {
  const prefix = memberItem.prefix(group)
  const page = await read.query({
    pk: accountId,
    prefix,
    limit,
    ...(after !== undefined && { after: prefix + after }),
  })
  const list = page.items.map((item) => ({
    ...memberItem.read(item),
    id: memberItem.parts(item).user,
  }))
  const users: PrincipalData[] = []
  let pending = false
  for (const [index, holder] of (await resolveHaving(read, accountId, list)).entries()) {
    const isMember = holder?.type === 'user' && (holder.data.groups ?? []).includes(group)
    if (isMember) users.push(holder.data)
    else if (now - (list[index]?.at ?? 0) < LEFT_BEHIND) pending = true
  }
  const last = page.items.at(-1)
  return { users, pending, next: page.more && last ? last.sk.slice(prefix.length) : undefined }
}
