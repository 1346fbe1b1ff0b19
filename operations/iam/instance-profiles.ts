import type { Administered } from '../../core/identity/administered.ts'
import {
  type PrincipalData,
  principalItem,
  principalPlace,
} from '../../core/identity/credential.ts'
import { readRoleOf } from '../../core/identity/entity.ts'
import {
  type InstanceProfileData,
  instanceProfileItem,
  instanceProfilePlace,
} from '../../core/identity/iam-items.ts'
import { withIamTags, withoutIamTags } from '../../core/identity/iam-tags.ts'
import {
  changeInstanceProfile,
  createInstanceProfile as create,
  deleteProfile,
  profilesOf,
  putRoleIn,
  readInstanceProfile,
  roleIn,
  takeRoleOut,
} from '../../core/identity/instance-profile.ts'
import { principalArn } from '../../core/identity/principal-caller.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import { defineOperation } from '../../core/operation.ts'
import { list, optional, string, struct, timestamp } from '../../core/shape/shapes.ts'
import type { Item } from '../../core/store/store.ts'
import { itemPage, listPage, sizeOf } from './iam-list.ts'
import {
  arn,
  iam,
  page,
  paging,
  path,
  pathPrefix,
  role,
  roleName,
  tagKeys,
  tags,
} from './iam-members.ts'
import { onList, onRole } from './iam-resources.ts'
import { type Home, listedRole, shownRole, shownTags } from './iam-shown.ts'
import { tagPage } from './tags.ts'

/** Instance profiles: tools make one beside a role. Nothing here takes a role from one. */

const profileName = string({ min: 1, max: 128, pattern: '[\\w+=,.@-]+' })
export const instanceProfile = struct({
  Path: path,
  InstanceProfileName: profileName,
  InstanceProfileId: string(),
  Arn: arn,
  CreateDate: timestamp,
  Roles: list(role),
  Tags: optional(tags),
})

interface Named {
  readonly InstanceProfileName: string
}
const PROFILE = '`arn:aws:iam::ACCOUNT:instance-profile/PATH/NAME`'

const onProfile: Administered<Named> = {
  says: PROFILE,
  async of({ InstanceProfileName: name }, found, { accountId }) {
    const item = await found(instanceProfilePlace(accountId, name))
    const data = item && instanceProfileItem.read(item)
    const its = data?.name === name ? data : undefined
    return {
      accountId,
      name: `instance-profile${its?.path ?? '/'}${name}`,
      told: `instance-profile/${name}`,
      ...(its && { tags: its.tags }),
    }
  },
}

type Read = Pick<DataPorts['read'], 'get'>

const ownMembers = (
  { accountId, region }: Home,
  { name, id, path = '/', created }: InstanceProfileData,
) => ({
  Path: path,
  InstanceProfileName: name,
  InstanceProfileId: id,
  Arn: principalArn(region, accountId, `instance-profile${path}${name}`),
  CreateDate: created,
})

/** A profile as lists have it: neither its tags nor those of its role. */
export async function listedProfile(read: Read, home: Home, data: InstanceProfileData) {
  const its = await roleIn(read, home.accountId, data)
  const Roles = its === undefined ? [] : [await listedRole(read, home, its)]
  return { ...ownMembers(home, data), Roles }
}

/** A profile with its tags, and its role with all that GetRole tells. */
async function shownProfile(read: Read, home: Home, data: InstanceProfileData) {
  const its = await roleIn(read, home.accountId, data)
  const Roles = its === undefined ? [] : [await shownRole(read, home, its)]
  return { ...ownMembers(home, data), Roles, Tags: shownTags(data.tags) }
}

/** Characters in which a role's trust policy is told, in each profile that it is in. */
export const trustSize = ({ trust = '' }: Pick<PrincipalData, 'trust'>): number => sizeOf(trust)

/** Characters in which lists tell profiles, of which a store is asked at once: each has its role's trust policy. */
async function listedSizes(read: Read, accountId: string, items: readonly Item[]) {
  const all = items.map((item) => instanceProfileItem.read(item))
  const named = all.flatMap(({ role }) => role?.name ?? [])
  const names = [...new Set(named)]
  const found = await read.get(names.map((name) => principalPlace(accountId, `role/${name}`)))
  const trusts = new Map(
    found.map((item, at) => [
      names[at],
      item === undefined ? 0 : trustSize(principalItem.read(item)),
    ]),
  )
  return all.map((data) => sizeOf(data) + (trusts.get(data.role?.name ?? '') ?? 0))
}

/** Creates an instance profile with no role in it. */
export const createInstanceProfile = defineOperation({
  ...iam('CreateInstanceProfile'),
  summary: 'Creates an instance profile with no role in it.',
  differs: 'Nothing here takes a role from one: they are kept for tools that make one for a role.',
  http: 'POST /iam/v1/instance-profiles',
  status: 201,
  administers: {
    says: `${PROFILE}, with the Path of the request`,
    of: ({ InstanceProfileName, Path = '/' }, _found, { accountId }) => ({
      accountId,
      name: `instance-profile${Path}${InstanceProfileName}`,
    }),
    also: ({ Tags = [] }) => (Tags.length > 0 ? ['iam:TagInstanceProfile'] : []),
  },
  input: struct({
    InstanceProfileName: profileName,
    Path: optional(path),
    Tags: optional(tags),
  }),
  output: struct({ InstanceProfile: instanceProfile }),
  errors: ['EntityAlreadyExistsException', 'InvalidInputException'],
  mutates: true,
  uses: ['read', 'write'],
  validate: ({ Tags = [] }) => void withIamTags({}, Tags),
  async run({ input, caller: { accountId }, context: { now, region } }, ports) {
    const { InstanceProfileName: name, Path = '/', Tags = [] } = input
    const data = await create(ports, accountId, {
      name,
      ...(Path !== '/' && { path: Path }),
      tags: withIamTags({}, Tags),
      created: now,
    })
    return { InstanceProfile: await shownProfile(ports.read, { accountId, region }, data) }
  },
})

/** Answers an instance profile with the role in it. */
export const getInstanceProfile = defineOperation({
  ...iam('GetInstanceProfile'),
  summary: 'Answers an instance profile with the role in it.',
  http: 'GET /iam/v1/instance-profiles/{InstanceProfileName}',
  administers: onProfile,
  input: struct({ InstanceProfileName: profileName }),
  output: struct({ InstanceProfile: instanceProfile }),
  errors: ['NoSuchEntityException'],
  mutates: false,
  uses: ['read'],
  async run({ input, caller: { accountId }, context: { region } }, { read }) {
    const { data } = await readInstanceProfile(read, accountId, input.InstanceProfileName)
    return { InstanceProfile: await shownProfile(read, { accountId, region }, data) }
  },
})

/** Lists the instance profiles of the caller's account. */
export const listInstanceProfiles = defineOperation({
  ...iam('ListInstanceProfiles'),
  summary: "Lists the instance profiles of the caller's account.",
  http: 'GET /iam/v1/instance-profiles',
  administers: onList('instance-profile'),
  input: struct({ PathPrefix: optional(pathPrefix), ...paging }),
  output: struct({ InstanceProfiles: list(instanceProfile), ...page }),
  errors: ['InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller: { accountId }, context: { region } }, ports) {
    const { PathPrefix = '/', Marker, MaxItems } = input
    const request = { accountId, list: `ListInstanceProfiles${PathPrefix}`, Marker, MaxItems }
    const { items, page } = await itemPage(ports, request, instanceProfileItem.prefix(), (some) =>
      listedSizes(ports.read, accountId, some),
    )
    const within = items
      .map((item) => instanceProfileItem.read(item))
      .filter((data) => (data.path ?? '/').startsWith(PathPrefix))
    const InstanceProfiles = await Promise.all(
      within.map((data) => listedProfile(ports.read, { accountId, region }, data)),
    )
    return { InstanceProfiles, ...page }
  },
})

/** Lists the instance profiles that a role is in. */
export const listInstanceProfilesForRole = defineOperation({
  ...iam('ListInstanceProfilesForRole'),
  summary: 'Lists the instance profiles that a role is in.',
  http: 'GET /iam/v1/roles/{RoleName}/instance-profiles',
  administers: onRole,
  input: struct({ RoleName: roleName, ...paging }),
  output: struct({ InstanceProfiles: list(instanceProfile), ...page }),
  errors: ['NoSuchEntityException', 'InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller: { accountId }, context: { region } }, { read, tokens }) {
    const { RoleName, Marker, MaxItems } = input
    const { data } = await readRoleOf(read, accountId, RoleName)
    const all = await profilesOf(read, accountId, data)
    const asked = { accountId, list: `ListInstanceProfilesForRole/${data.id}`, Marker, MaxItems }
    const { items, page } = await listPage(
      tokens,
      asked,
      all,
      ({ name }) => name.toLowerCase(),
      (one) => sizeOf(one) + trustSize(data),
    )
    const InstanceProfiles = await Promise.all(
      items.map((one) => listedProfile(read, { accountId, region }, one)),
    )
    return { InstanceProfiles, ...page }
  },
})

/** Puts a role in an instance profile, which has room for one. */
export const addRoleToInstanceProfile = defineOperation({
  ...iam('AddRoleToInstanceProfile'),
  summary: 'Puts a role in an instance profile, which has room for one.',
  differs: 'iam:PassRole is not asked: no service takes the role.',
  http: 'PUT /iam/v1/instance-profiles/{InstanceProfileName}/roles/{RoleName}',
  status: 204,
  administers: onProfile,
  input: struct({ InstanceProfileName: profileName, RoleName: roleName }),
  errors: ['NoSuchEntityException'],
  mutates: true,
  uses: ['read', 'write'],
  async run({ input: { InstanceProfileName, RoleName }, caller: { accountId } }, ports) {
    const found = await readInstanceProfile(ports.read, accountId, InstanceProfileName)
    const { data } = await readRoleOf(ports.read, accountId, RoleName)
    await putRoleIn(ports, accountId, found, data)
  },
})

/** Takes a role out of an instance profile. */
export const removeRoleFromInstanceProfile = defineOperation({
  ...iam('RemoveRoleFromInstanceProfile'),
  summary: 'Takes a role out of an instance profile.',
  http: 'DELETE /iam/v1/instance-profiles/{InstanceProfileName}/roles/{RoleName}',
  status: 204,
  administers: onProfile,
  input: struct({ InstanceProfileName: profileName, RoleName: roleName }),
  errors: ['NoSuchEntityException'],
  mutates: true,
  uses: ['read', 'write'],
  async run({ input: { InstanceProfileName, RoleName }, caller: { accountId } }, ports) {
    const found = await readInstanceProfile(ports.read, accountId, InstanceProfileName)
    const { data } = await readRoleOf(ports.read, accountId, RoleName)
    await takeRoleOut(ports, found, data)
  },
})

/** Deletes an instance profile that no role is in. */
export const deleteInstanceProfile = defineOperation({
  ...iam('DeleteInstanceProfile'),
  summary: 'Deletes an instance profile that no role is in.',
  http: 'DELETE /iam/v1/instance-profiles/{InstanceProfileName}',
  status: 204,
  administers: onProfile,
  input: struct({ InstanceProfileName: profileName }),
  errors: ['NoSuchEntityException', 'DeleteConflictException'],
  mutates: true,
  uses: ['read', 'remove'],
  async run({ input: { InstanceProfileName }, caller: { accountId } }, ports) {
    const found = await readInstanceProfile(ports.read, accountId, InstanceProfileName)
    await deleteProfile(ports, accountId, found)
  },
})

/** Adds tags to an instance profile, or gives them new values. */
export const tagInstanceProfile = defineOperation({
  ...iam('TagInstanceProfile'),
  summary: 'Adds tags to an instance profile, or gives them new values.',
  http: 'POST /iam/v1/instance-profiles/{InstanceProfileName}/tags',
  status: 204,
  administers: onProfile,
  input: struct({ InstanceProfileName: profileName, Tags: tags }),
  errors: ['NoSuchEntityException', 'InvalidInputException'],
  mutates: true,
  uses: ['read', 'write'],
  async run({ input, caller: { accountId } }, ports) {
    const found = await readInstanceProfile(ports.read, accountId, input.InstanceProfileName)
    await changeInstanceProfile(ports, found, { tags: withIamTags(found.data.tags, input.Tags) })
  },
})

/** Takes tags from an instance profile. */
export const untagInstanceProfile = defineOperation({
  ...iam('UntagInstanceProfile'),
  summary: 'Takes tags from an instance profile.',
  http: 'DELETE /iam/v1/instance-profiles/{InstanceProfileName}/tags',
  status: 204,
  administers: onProfile,
  input: struct({ InstanceProfileName: profileName, TagKeys: tagKeys }),
  errors: ['NoSuchEntityException', 'InvalidInputException'],
  mutates: true,
  uses: ['read', 'write'],
  async run({ input, caller: { accountId } }, ports) {
    const found = await readInstanceProfile(ports.read, accountId, input.InstanceProfileName)
    const left = withoutIamTags(found.data.tags, input.TagKeys)
    await changeInstanceProfile(ports, found, { tags: left })
  },
})

/** Lists the tags of an instance profile. */
export const listInstanceProfileTags = defineOperation({
  ...iam('ListInstanceProfileTags'),
  summary: 'Lists the tags of an instance profile.',
  http: 'GET /iam/v1/instance-profiles/{InstanceProfileName}/tags',
  administers: onProfile,
  input: struct({ InstanceProfileName: profileName, ...paging }),
  output: struct({ Tags: tags, ...page }),
  errors: ['NoSuchEntityException', 'InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller: { accountId } }, { read, tokens }) {
    const { InstanceProfileName, ...asked } = input
    const { data } = await readInstanceProfile(read, accountId, InstanceProfileName)
    const list = `ListInstanceProfileTags/${data.id}`
    return tagPage(tokens, { ...asked, accountId, list }, data.tags)
  },
})
