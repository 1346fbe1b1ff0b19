import { invalid } from '../../core/base/errors.ts'
import type { Administered, AdministeredResource } from '../../core/identity/administered.ts'
import type { Caller } from '../../core/identity/caller.ts'
import {
  credentialItem,
  credentialPlace,
  type PrincipalData,
  principalItem,
  principalPlace,
} from '../../core/identity/credential.ts'
import {
  claimPlace,
  groupItem,
  groupPlace,
  managedPolicyItem,
  managedPolicyPlace,
  nameIn,
  principalNameItem,
} from '../../core/identity/iam-items.ts'
import { userOfKey } from '../../core/identity/key-owner.ts'
import { resourceOf } from '../../core/identity/principal-caller.ts'
import type { ContextValue } from '../../core/policy/request.ts'
import type { Found } from '../../core/store/store.ts'
import { boundaryArn } from './iam-shown.ts'

/**
 * What actions of AWS IAM are asked on, and the condition keys that are about it.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
const ACCOUNT = 'arn:aws:iam::ACCOUNT:'
const USER = `\`${ACCOUNT}user/PATH/NAME\``
const ROLE = `\`${ACCOUNT}role/PATH/NAME\``
const GROUP = `\`${ACCOUNT}group/PATH/NAME\``

type Given = readonly (readonly [name: string, value: ContextValue])[]

/** condition keys without those that are not in the request */
const givenOf = (keys: Given): Pick<AdministeredResource, 'given'> => {
  const there = keys.filter(([, value]) => value !== undefined)
  return there.length === 0 ? {} : { given: new Map(there) }
}

export const BOUNDARY = 'iam:permissionsboundary'
export const POLICY_ARN = 'iam:policyarn'

/** That the boundary it has is a condition key: for the actions alone for which AWS IAM has that key. */
const ITS_BOUNDARY: Given = [[BOUNDARY, undefined]]

/**
 * A user or role that is there, by its own ARN, with its tags. Refusals leave the path out: they are told alike
 * of one that isn't there.
 * @param more condition keys; iam:PermissionsBoundary without a value is the boundary that it has
 */
async function principal(
  type: 'user' | 'role',
  name: string,
  found: Found,
  caller: Caller,
  more: Given = [],
): Promise<AdministeredResource> {
  const { accountId } = caller
  const asked = `${type}/${name}`
  const item = await found(principalPlace(accountId, asked))
  if (item === undefined) return { accountId, name: asked, ...givenOf(more) }
  return ofData(principalItem.read(item), caller, more)
}

const ofData = (
  data: PrincipalData,
  { accountId, arn }: Caller,
  more: Given,
): AdministeredResource => {
  const [, partition = ''] = arn.split(':')
  const bounded = boundaryArn(partition, accountId, data)
  const keys: Given = more.map(([name, value]) => [
    name,
    name === BOUNDARY ? (value ?? bounded) : value,
  ])
  return {
    accountId,
    name: resourceOf(data),
    told: `${data.type}/${data.name}`,
    tags: data.tags,
    ...givenOf(keys),
  }
}

interface PolicyArn {
  readonly PolicyArn: string
}
interface NamedUser {
  readonly UserName: string
}
interface NamedRole {
  readonly RoleName: string
}
interface NamedGroup {
  readonly GroupName: string
}

export const onUser: Administered<NamedUser> = {
  says: USER,
  of: ({ UserName }, found, caller) => principal('user', UserName, found, caller),
}

export const onRole: Administered<NamedRole> = {
  says: ROLE,
  of: ({ RoleName }, found, caller) => principal('role', RoleName, found, caller),
}

/** The user that a request is about which may leave it out. @throws KmsError ValidationException */
export function ownName(
  { UserName }: { readonly UserName?: string | undefined },
  { type, name }: Caller,
): string | undefined {
  if (UserName !== undefined) return UserName
  if (type === 'user' && name !== undefined) return name
  if (type === 'root') return undefined
  throw invalid('Must specify userName when calling with non-User credentials')
}

/** A user that is given another name or path: what it is, and what it will be. */
export const onUserAndTarget: Administered<
  NamedUser & { readonly NewUserName?: string | undefined; readonly NewPath?: string | undefined }
> = {
  says: `${USER}, as it is and as it will be`,
  async of({ UserName, NewUserName = UserName, NewPath }, found, caller) {
    const now = await principal('user', UserName, found, caller)
    const item = await found(principalPlace(caller.accountId, `user/${UserName}`))
    const path = NewPath ?? (item && principalItem.read(item).path) ?? '/'
    const { tags } = now
    const target = { accountId: caller.accountId, name: `user${path}${NewUserName}` }
    return [now, { ...target, ...(tags && { tags }) }]
  },
}

/** The user that is named or else who calls, or the account's root. */
export const onUserOrSelf: Administered<{ readonly UserName?: string | undefined }> = {
  says: `${USER}; without UserName who calls`,
  of(input, found, caller) {
    const name = ownName(input, caller)
    return name === undefined
      ? { accountId: caller.accountId, name: 'root' }
      : principal('user', name, found, caller)
  },
}

/** Of an access key that is named: whose it is. */
export const onAccessKeyUser: Administered<{ readonly AccessKeyId: string }> = {
  says: `${USER}, whose key it is`,
  async of({ AccessKeyId }, found, caller) {
    const { accountId } = caller
    const item = await found(credentialPlace(accountId, AccessKeyId))
    const user = item && (await userOfKey(accountId, credentialItem.read(item), found))
    return user === undefined ? { accountId, name: 'user/*' } : ofData(user, caller, [])
  },
}

interface New {
  readonly Path?: string | undefined
  readonly PermissionsBoundary?: string | undefined
}
const bounds = ({ PermissionsBoundary }: New) => givenOf([[BOUNDARY, PermissionsBoundary]])

export const onNewUser: Administered<NamedUser & New> = {
  says: `${USER}, with the Path of the request`,
  of: ({ UserName, Path = '/', ...more }, _found, { accountId }) => ({
    accountId,
    name: `user${Path}${UserName}`,
    ...bounds(more),
  }),
}

export const onNewRole: Administered<NamedRole & New> = {
  says: `${ROLE}, with the Path of the request`,
  of: ({ RoleName, Path = '/', ...more }, _found, { accountId }) => ({
    accountId,
    name: `role${Path}${RoleName}`,
    ...bounds(more),
  }),
}

/** What changes the policies or the boundary of a user or role: with the boundary that it has. */
export const onBoundedUser: Administered<NamedUser> = {
  says: USER,
  of: ({ UserName }, found, caller) => principal('user', UserName, found, caller, ITS_BOUNDARY),
}
export const onBoundedRole: Administered<NamedRole> = {
  says: ROLE,
  of: ({ RoleName }, found, caller) => principal('role', RoleName, found, caller, ITS_BOUNDARY),
}

/** What is put as boundary is the value of iam:PermissionsBoundary. */
export const onUserToBound: Administered<NamedUser & { readonly PermissionsBoundary: string }> = {
  says: USER,
  of: ({ UserName, PermissionsBoundary }, found, caller) =>
    principal('user', UserName, found, caller, [[BOUNDARY, PermissionsBoundary]]),
}
export const onRoleToBound: Administered<NamedRole & { readonly PermissionsBoundary: string }> = {
  says: ROLE,
  of: ({ RoleName, PermissionsBoundary }, found, caller) =>
    principal('role', RoleName, found, caller, [[BOUNDARY, PermissionsBoundary]]),
}

export const onUserAndPolicy: Administered<NamedUser & PolicyArn> = {
  says: USER,
  of: ({ UserName, PolicyArn }, found, caller) =>
    principal('user', UserName, found, caller, [...ITS_BOUNDARY, [POLICY_ARN, PolicyArn]]),
}
export const onRoleAndPolicy: Administered<NamedRole & PolicyArn> = {
  says: ROLE,
  of: ({ RoleName, PolicyArn }, found, caller) =>
    principal('role', RoleName, found, caller, [...ITS_BOUNDARY, [POLICY_ARN, PolicyArn]]),
}

async function group(
  name: string,
  found: Found,
  { accountId }: Caller,
  more: Given = [],
): Promise<AdministeredResource> {
  const claim = await found(claimPlace(accountId, 'group', name))
  const item = claim && (await found(groupPlace(accountId, principalNameItem.read(claim).id)))
  const data = item && groupItem.read(item)
  const there = data?.name === name ? data : undefined
  return {
    accountId,
    name: `group${there?.path ?? '/'}${name}`,
    told: `group/${name}`,
    ...givenOf(more),
  }
}

export const onGroup: Administered<NamedGroup> = {
  says: GROUP,
  of: ({ GroupName }, found, caller) => group(GroupName, found, caller),
}
export const onNewGroup: Administered<NamedGroup & New> = {
  says: `${GROUP}, with the Path of the request`,
  of: ({ GroupName, Path = '/' }, _found, { accountId }) => ({
    accountId,
    name: `group${Path}${GroupName}`,
  }),
}
export const onGroupAndTarget: Administered<
  NamedGroup & { readonly NewGroupName?: string | undefined; readonly NewPath?: string | undefined }
> = {
  says: `${GROUP}, as it is and as it will be`,
  async of({ GroupName, NewGroupName = GroupName, NewPath }, found, caller) {
    const now = await group(GroupName, found, caller)
    const path = NewPath ?? now.name.slice('group'.length, now.name.lastIndexOf('/') + 1)
    return [now, { accountId: caller.accountId, name: `group${path}${NewGroupName}` }]
  },
}
export const onGroupAndPolicy: Administered<NamedGroup & PolicyArn> = {
  says: GROUP,
  of: ({ GroupName, PolicyArn }, found, caller) =>
    group(GroupName, found, caller, [[POLICY_ARN, PolicyArn]]),
}

/** A list, by the beginning of the ARNs of what it lists. */
export const onList = (
  type: string,
): Administered<{ readonly PathPrefix?: string | undefined }> => ({
  says: `\`${ACCOUNT}${type}/\` with the PathPrefix`,
  of: ({ PathPrefix = '/' }, _found, { accountId }) => ({
    accountId,
    name: `${type}${PathPrefix}`,
  }),
})
export const onUsers = onList('user')
export const onRoles = onList('role')
export const onGroups = onList('group')
export const onPolicies = onList('policy')

const POLICY = `\`${ACCOUNT}policy/PATH/NAME\``

/** A managed policy by its ARN, with its tags where it is the account's own. */
export const onPolicy: Administered<PolicyArn> = {
  says: POLICY,
  async of({ PolicyArn }, found, { accountId }) {
    const [, , , , owner = '', name = ''] = PolicyArn.split(':')
    if (owner !== accountId) return { accountId: owner, name }
    const item = await found(managedPolicyPlace(accountId, nameIn(name)))
    const data = item && managedPolicyItem.read(item)
    const its = data !== undefined && `policy${data.path ?? '/'}${data.name}` === name
    return { accountId, name, ...(its && { tags: data.tags }) }
  },
}

export const onNewPolicy: Administered<New & { readonly PolicyName: string }> = {
  says: `${POLICY}, with the Path of the request`,
  of: ({ PolicyName, Path = '/' }, _found, { accountId }) => ({
    accountId,
    name: `policy${Path}${PolicyName}`,
  }),
}

const SOURCE = /^arn:[a-z-]+:iam::\d{12}:(user|role|group)\/.*?([\w+=,.@-]+)$/

/** The user, role or group that a simulation is about, by its own ARN. */
export const onSource: Administered<{ readonly PolicySourceArn: string }> = {
  says: `${USER}, ${ROLE} or ${GROUP}`,
  of({ PolicySourceArn }, found, caller) {
    const [, type, name = ''] = SOURCE.exec(PolicySourceArn) ?? []
    if (type === 'group') return group(name, found, caller)
    if (type === 'user' || type === 'role') return principal(type, name, found, caller)
    return { accountId: caller.accountId, name: '*' }
  },
}

/** What has no resource. */
export const onEverything: Administered<unknown> = {
  says: '`*`',
  of: (_input, _found, { accountId }) => ({ accountId, name: '*' }),
}
