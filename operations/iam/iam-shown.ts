import { partitionOf } from '../../core/base/arn.ts'
import { awsManagedById } from '../../core/identity/aws-managed-policies.ts'
import type { AttachedPolicy, PrincipalData } from '../../core/identity/credential.ts'
import type { GroupData } from '../../core/identity/iam-items.ts'
import { shownTrust } from '../../core/identity/principal.ts'
import { principalArn, resourceOf } from '../../core/identity/principal-caller.ts'
import type { DataPorts } from '../../core/key/ports.ts'

/** An account, and a Region of its partition. */
export interface Home {
  readonly accountId: string
  readonly region: string
}

/** Of a boundary that the operator put as text: a name that no policy has. */
export const OPERATORS_BOUNDARY = '/tenkey/OperatorsBoundary'

const arnOf = (partition: string, accountId: string, { id, policy }: AttachedPolicy): string =>
  `arn:${partition}:iam::${awsManagedById(id) === undefined ? accountId : 'aws'}:policy${policy}`

/** The ARN of a managed policy that somebody has. */
export const policyArn = ({ accountId, region }: Home, policy: AttachedPolicy): string =>
  arnOf(partitionOf(region), accountId, policy)

/** The ARN of what bounds a user or role; undefined where nothing does. */
export function boundaryArn(
  partition: string,
  accountId: string,
  { boundary, boundaryPolicy }: Pick<PrincipalData, 'boundary' | 'boundaryPolicy'>,
): string | undefined {
  if (boundaryPolicy !== undefined) return arnOf(partition, accountId, boundaryPolicy)
  return boundary === undefined
    ? undefined
    : `arn:${partition}:iam::aws:policy${OPERATORS_BOUNDARY}`
}

const shownBoundary = ({ accountId, region }: Home, data: PrincipalData) => {
  const PermissionsBoundaryArn = boundaryArn(partitionOf(region), accountId, data)
  return PermissionsBoundaryArn === undefined
    ? undefined
    : { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn }
}

export const shownTags = (tags: Readonly<Record<string, string>>) => {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  return list.length === 0 ? undefined : list
}

/** A user as lists have it. */
export const listedUser = (home: Home, data: PrincipalData) => ({
  Path: data.path ?? '/',
  UserName: data.name,
  UserId: data.id,
  Arn: principalArn(home.region, home.accountId, resourceOf(data)),
  CreateDate: data.created,
})

/** A user with its tags and boundary. */
export const shownUser = (home: Home, data: PrincipalData) => ({
  ...listedUser(home, data),
  PermissionsBoundary: shownBoundary(home, data),
  Tags: shownTags(data.tags),
})

/** A role as lists have it; who is gone stands in its trust policy by the unique id. */
export const listedRole = async (
  read: Pick<DataPorts['read'], 'get'>,
  home: Home,
  data: PrincipalData,
) => ({
  Path: data.path ?? '/',
  RoleName: data.name,
  RoleId: data.id,
  Arn: principalArn(home.region, home.accountId, resourceOf(data)),
  CreateDate: data.created,
  AssumeRolePolicyDocument: await shownTrust(read, home.region, home.accountId, data),
  Description: data.description,
  MaxSessionDuration: data.maxSession ?? 3600,
})

/** A role with its tags and boundary. */
export const shownRole = async (
  read: Pick<DataPorts['read'], 'get'>,
  home: Home,
  data: PrincipalData,
) => ({
  ...(await listedRole(read, home, data)),
  PermissionsBoundary: shownBoundary(home, data),
  Tags: shownTags(data.tags),
  RoleLastUsed: {},
})

export const shownGroup = (home: Home, { name, path = '/', id, created }: GroupData) => ({
  Path: path,
  GroupName: name,
  GroupId: id,
  Arn: principalArn(home.region, home.accountId, `group${path}${name}`),
  CreateDate: created,
})
