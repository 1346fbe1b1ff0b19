import { countItems } from '../../core/identity/count-items.ts'
import { readGroup, readUser } from '../../core/identity/entity.ts'
import {
  createGroup as create,
  deleteGroup as remove,
  updateGroup as update,
} from '../../core/identity/group.ts'
import { quotaExceeded } from '../../core/identity/iam-errors.ts'
import { groupItem, groupPlace } from '../../core/identity/iam-items.ts'
import { IAM_QUOTAS } from '../../core/identity/iam-quotas.ts'
import { addMember, membersOf, removeMember } from '../../core/identity/membership.ts'
import { principalChanges } from '../../core/identity/principal-policies.ts'
import { openMarker, pageMembers } from '../../core/key/paging.ts'
import { removeHistory } from '../../core/key/policy-history.ts'
import { defineOperation } from '../../core/operation.ts'
import { list, optional, struct } from '../../core/shape/shapes.ts'
import { itemPage, listPage, PAGE_ITEMS } from './iam-list.ts'
import {
  group,
  groupName,
  iam,
  page,
  paging,
  path,
  pathPrefix,
  user,
  userName,
} from './iam-members.ts'
import { onGroup, onGroupAndTarget, onGroups, onNewGroup, onUser } from './iam-resources.ts'
import { listedUser, shownGroup } from './iam-shown.ts'

/** Creates a group of users. */
export const createGroup = defineOperation({
  ...iam('CreateGroup'),
  summary: 'Creates a group of users.',
  http: 'POST /iam/v1/groups',
  status: 201,
  administers: onNewGroup,
  input: struct({ GroupName: groupName, Path: optional(path) }),
  output: struct({ Group: group }),
  errors: ['EntityAlreadyExistsException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  async run({ input, caller: { accountId }, context: { now, region } }, ports) {
    const { GroupName: name, Path = '/' } = input
    const count = await countItems(ports.read, accountId, groupItem.prefix(), IAM_QUOTAS.groups)
    if (count >= IAM_QUOTAS.groups) throw quotaExceeded('GroupsPerAccount', IAM_QUOTAS.groups)
    const data = await create(ports, accountId, { name, path: Path }, now)
    return { Group: shownGroup({ accountId, region }, data) }
  },
})

/** Answers a group and the users in it. */
export const getGroup = defineOperation({
  ...iam('GetGroup'),
  summary: 'Answers a group and the users in it.',
  http: 'GET /iam/v1/groups/{GroupName}',
  administers: onGroup,
  input: struct({ GroupName: groupName, ...paging }),
  output: struct({ Group: group, Users: list(user), ...page }),
  errors: ['NoSuchEntityException', 'InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller: { accountId }, context: { region } }, { read, tokens }) {
    const { data } = await readGroup(read, accountId, input.GroupName)
    const home = { accountId, region }
    const request = { accountId, list: `GetGroup/${data.id}`, marker: input.Marker }
    const after = await openMarker(tokens, request)
    const { users, next } = await membersOf(read, accountId, data.id, {
      limit: input.MaxItems ?? PAGE_ITEMS,
      ...(after !== undefined && { after }),
    })
    const { Truncated, NextMarker } = await pageMembers(tokens, request, next)
    return {
      Group: shownGroup(home, data),
      Users: users.map((one) => listedUser(home, one)),
      IsTruncated: Truncated,
      Marker: NextMarker,
    }
  },
})

/** Lists the groups of the caller's account. */
export const listGroups = defineOperation({
  ...iam('ListGroups'),
  summary: "Lists the groups of the caller's account.",
  http: 'GET /iam/v1/groups',
  administers: onGroups,
  input: struct({ PathPrefix: optional(pathPrefix), ...paging }),
  output: struct({ Groups: list(group), ...page }),
  errors: ['InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller: { accountId }, context: { region } }, ports) {
    const { PathPrefix = '/', Marker, MaxItems } = input
    const request = { accountId, list: `ListGroups${PathPrefix}`, Marker, MaxItems }
    const { items, page } = await itemPage(ports, request, groupItem.prefix())
    const Groups = items
      .map((item) => groupItem.read(item))
      .filter((data) => (data.path ?? '/').startsWith(PathPrefix))
      .map((data) => shownGroup({ accountId, region }, data))
    return { Groups, ...page }
  },
})

/** Gives a group another name or path. */
export const updateGroup = defineOperation({
  ...iam('UpdateGroup'),
  summary: 'Gives a group another name or path; its users and policies stay.',
  http: 'PATCH /iam/v1/groups/{GroupName}',
  status: 204,
  administers: onGroupAndTarget,
  input: struct({
    GroupName: groupName,
    NewPath: optional(path),
    NewGroupName: optional(groupName),
  }),
  errors: ['NoSuchEntityException', 'EntityAlreadyExistsException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  async run({ input, caller: { accountId }, context: { now } }, ports) {
    const { GroupName, NewGroupName: name = GroupName, NewPath } = input
    const found = await readGroup(ports.read, accountId, GroupName)
    const path = NewPath ?? found.data.path ?? '/'
    await update(ports, accountId, found, { name, path }, now)
  },
})

/** Deletes a group that has neither users nor policies. */
export const deleteGroup = defineOperation({
  ...iam('DeleteGroup'),
  summary: 'Deletes a group that has neither users nor policies.',
  http: 'DELETE /iam/v1/groups/{GroupName}',
  status: 204,
  administers: onGroup,
  input: struct({ GroupName: groupName }),
  errors: ['NoSuchEntityException', 'DeleteConflictException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  async run({ input: { GroupName }, caller: { accountId }, context: { now } }, ports) {
    const found = await readGroup(ports.read, accountId, GroupName)
    await remove(ports, accountId, found, now)
    await removeHistory(principalChanges(accountId, found.data), ports)
  },
})

/** Puts a user in a group. */
export const addUserToGroup = defineOperation({
  ...iam('AddUserToGroup'),
  summary: 'Puts a user in a group, whose policies are its own from then on.',
  http: 'PUT /iam/v1/groups/{GroupName}/users/{UserName}',
  status: 204,
  administers: onGroup,
  input: struct({ GroupName: groupName, UserName: userName }),
  errors: ['NoSuchEntityException', 'UnsupportedOperationException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  async run({ input, caller: { accountId }, context: { now } }, ports) {
    const into = await readGroup(ports.read, accountId, input.GroupName)
    const who = await readUser(ports.read, accountId, input.UserName)
    await addMember(ports, accountId, into, who, now)
  },
})

/** Takes a user out of a group. */
export const removeUserFromGroup = defineOperation({
  ...iam('RemoveUserFromGroup'),
  summary: 'Takes a user out of a group.',
  http: 'DELETE /iam/v1/groups/{GroupName}/users/{UserName}',
  status: 204,
  administers: onGroup,
  input: struct({ GroupName: groupName, UserName: userName }),
  errors: ['NoSuchEntityException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  async run({ input, caller: { accountId } }, ports) {
    const from = await readGroup(ports.read, accountId, input.GroupName)
    const who = await readUser(ports.read, accountId, input.UserName)
    await removeMember(ports, accountId, from, who)
  },
})

/** Lists the groups that a user is in. */
export const listGroupsForUser = defineOperation({
  ...iam('ListGroupsForUser'),
  summary: 'Lists the groups that a user is in.',
  http: 'GET /iam/v1/users/{UserName}/groups',
  administers: onUser,
  input: struct({ UserName: userName, ...paging }),
  output: struct({ Groups: list(group), ...page }),
  errors: ['NoSuchEntityException', 'InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller: { accountId }, context: { region } }, { read, tokens }) {
    const { UserName, Marker, MaxItems } = input
    const { data } = await readUser(read, accountId, UserName)
    const { groups = [] } = data
    const places = groups.map((id) => groupPlace(accountId, id))
    const found = places.length === 0 ? [] : await read.get(places)
    const all = found.flatMap((item) => (item === undefined ? [] : [groupItem.read(item)]))
    const request = { accountId, list: `ListGroupsForUser/${data.id}`, Marker, MaxItems }
    const { items, page } = await listPage(tokens, request, all, ({ name }) => name)
    return { Groups: items.map((one) => shownGroup({ accountId, region }, one)), ...page }
  },
})
