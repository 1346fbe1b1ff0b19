import { refusePolicies } from '../../core/identity/attachment.ts'
import { principalItem, tenantItem } from '../../core/identity/credential.ts'
import { changeEntity, readUser } from '../../core/identity/entity.ts'
import { deleteConflict } from '../../core/identity/iam-errors.ts'
import { withIamTags } from '../../core/identity/iam-tags.ts'
import { accessKeysOf } from '../../core/identity/key-owner.ts'
import { mfaDevicesOf } from '../../core/identity/mfa-devices.ts'
import { newPrincipal } from '../../core/identity/new-principal.ts'
import { removePrincipal } from '../../core/identity/remove-principal.ts'
import { formerNames, renameUser, withoutMoving } from '../../core/identity/rename.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { defineOperation } from '../../core/operation.ts'
import { list, optional, string, struct, timestamp } from '../../core/shape/shapes.ts'
import { eraseSoon } from '../../core/store/store.ts'
import { itemPage } from './iam-list.ts'
import {
  arn,
  boundary,
  iam,
  newUserName,
  page,
  paging,
  path,
  pathPrefix,
  tags,
  user,
  userName,
} from './iam-members.ts'
import {
  onNewUser,
  onUser,
  onUserAndTarget,
  onUserOrSelf,
  onUsers,
  ownName,
} from './iam-resources.ts'
import { listedUser, shownUser } from './iam-shown.ts'

/** Creates a user of the caller's account. */
export const createUser = defineOperation({
  ...iam('CreateUser'),
  summary: "Creates a user of the caller's account.",
  http: 'POST /iam/v1/users',
  status: 201,
  administers: {
    ...onNewUser,
    also: ({ Tags = [] }) => (Tags.length > 0 ? ['iam:TagUser'] : []),
  },
  input: struct({
    UserName: newUserName,
    Path: optional(path),
    PermissionsBoundary: optional(arn),
    Tags: optional(tags),
  }),
  output: struct({ User: user }),
  errors: [
    'EntityAlreadyExistsException',
    'InvalidInputException',
    'NoSuchEntityException',
    'UnsupportedOperationException',
  ],
  mutates: true,
  uses: ['read', 'write', 'remove', 'wrapping'],
  validate: ({ Tags = [] }) => void withIamTags({}, Tags),
  async run({ input, caller: { accountId }, context: { now, region } }, ports) {
    const { UserName, Path = '/', PermissionsBoundary, Tags = [] } = input
    const data = await newPrincipal(
      ports,
      { accountId, region },
      {
        type: 'user',
        name: UserName,
        ...(Path !== '/' && { path: Path }),
        policies: {},
        tags: withIamTags({}, Tags),
        created: now,
      },
      PermissionsBoundary,
    )
    return { User: shownUser({ accountId, region }, data) }
  },
})

/** Answers a user; without UserName the one who asks, or the account's root. */
export const getUser = defineOperation({
  ...iam('GetUser'),
  summary: 'Answers a user; without UserName the one who asks.',
  http: 'GET /iam/v1/user',
  administers: onUserOrSelf,
  input: struct({ UserName: optional(userName) }),
  output: struct({
    User: struct({
      Path: optional(path),
      UserName: optional(userName),
      UserId: string(),
      Arn: arn,
      CreateDate: timestamp,
      PermissionsBoundary: boundary,
      Tags: optional(tags),
    }),
  }),
  errors: ['NoSuchEntityException'],
  mutates: false,
  uses: ['read'],
  async run({ input, caller, context: { region } }, { read }) {
    const { accountId } = caller
    const name = ownName(input, caller)
    if (name === undefined) {
      const { created } = tenantItem.read(await readTenant(read, accountId))
      return { User: { UserId: accountId, Arn: caller.arn, CreateDate: created } }
    }
    const { data } = await readUser(read, accountId, name)
    return { User: shownUser({ accountId, region }, data) }
  },
})

/** Lists the users of the caller's account. */
export const listUsers = defineOperation({
  ...iam('ListUsers'),
  summary: "Lists the users of the caller's account.",
  http: 'GET /iam/v1/users',
  administers: onUsers,
  input: struct({ PathPrefix: optional(pathPrefix), ...paging }),
  output: struct({ Users: list(user), ...page }),
  errors: ['InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller: { accountId }, context: { region } }, ports) {
    const { PathPrefix = '/', Marker, MaxItems } = input
    const request = { accountId, list: `ListUsers${PathPrefix}`, Marker, MaxItems }
    const { items, page } = await itemPage(ports, request, `${principalItem.prefix()}user/`)
    const users = items.map((item) => principalItem.read(item))
    const within = users.filter((data) => (data.path ?? '/').startsWith(PathPrefix))
    const shown = await withoutMoving(ports.read, accountId, within)
    return { Users: shown.map((data) => listedUser({ accountId, region }, data)), ...page }
  },
})

/** Gives a user another name or path. Its access keys, policies and groups follow, and what names it. */
export const updateUser = defineOperation({
  ...iam('UpdateUser'),
  summary: 'Gives a user another name or path; all it has follows.',
  http: 'PATCH /iam/v1/users/{UserName}',
  status: 204,
  administers: onUserAndTarget,
  input: struct({
    UserName: userName,
    NewPath: optional(path),
    NewUserName: optional(newUserName),
  }),
  errors: [
    'NoSuchEntityException',
    'EntityAlreadyExistsException',
    'UnsupportedOperationException',
  ],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  async run({ input, caller: { accountId }, context: { now } }, ports) {
    const { UserName, NewPath, NewUserName = UserName } = input
    const found = await readUser(ports.read, accountId, UserName)
    const path = NewPath ?? found.data.path ?? '/'
    if (NewUserName === UserName) {
      const former = formerNames(found.data, { name: NewUserName, path })
      return changeEntity(ports, accountId, found, {
        path: path === '/' ? undefined : path,
        former: former.length === 0 ? undefined : former,
      })
    }
    await renameUser(ports, accountId, found.item, NewUserName, path, now)
  },
})

/** Deletes a user that has nothing any more. */
export const deleteUser = defineOperation({
  ...iam('DeleteUser'),
  summary: 'Deletes a user that has no policies, groups, access keys and MFA devices any more.',
  http: 'DELETE /iam/v1/users/{UserName}',
  status: 204,
  administers: onUser,
  input: struct({ UserName: userName }),
  errors: ['NoSuchEntityException', 'DeleteConflictException'],
  mutates: true,
  uses: ['read', 'write', 'remove', 'forget'],
  async run({ input: { UserName }, caller: { accountId } }, ports) {
    const { item, data } = await readUser(ports.read, accountId, UserName)
    if (data.groups !== undefined) {
      throw deleteConflict('Cannot delete entity, must remove users from group first.')
    }
    refusePolicies(data)
    if ((await accessKeysOf(ports.read, accountId, data)).length > 0) {
      throw deleteConflict('Cannot delete entity, must delete access keys first.')
    }
    const devices = await mfaDevicesOf(ports.read, accountId, { principalId: data.id })
    if (devices.length > 0) {
      throw deleteConflict('Cannot delete entity, must delete MFA device first.')
    }
    await removePrincipal(ports, accountId, item)
    await eraseSoon(ports.forget)
  },
})
