import type { AttachedPolicy, PrincipalData } from '../../core/identity/credential.ts'
import {
  groupItem,
  groupPlace,
  type InstanceProfileData,
  nameIn,
} from '../../core/identity/iam-items.ts'
import { versionText } from '../../core/identity/managed-policy.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import { defineOperation } from '../../core/operation.ts'
import { list, oneOf, optional, string, struct, timestamp } from '../../core/shape/shapes.ts'
import { KINDS, repeatsTrust, sectionPage } from './account-sections.ts'
import {
  arn,
  boundary,
  iam,
  page,
  paging,
  path,
  policyDocument,
  policyName,
  roleName,
  tags,
  userName,
} from './iam-members.ts'
import { onEverything } from './iam-resources.ts'
import { type Home, policyArn, shownGroup, shownRole, shownUser } from './iam-shown.ts'
import { instanceProfile, listedProfile } from './instance-profiles.ts'
import { ofAws, ofOwn, policy, shown } from './policies.ts'
import { policyVersion, shownAwsVersion, shownVersion } from './policy-versions.ts'

/** items that one look of a store takes (core/store/store.ts, `get`) */
const MOST_READ = 100

const inline = list(struct({ PolicyName: policyName, PolicyDocument: policyDocument }))
const attached = list(struct({ PolicyName: policyName, PolicyArn: arn }))
const ids = { Path: path, Arn: arn, CreateDate: timestamp }

const inlineOf = (policies: Readonly<Record<string, string>>) =>
  Object.entries(policies).map(([PolicyName, PolicyDocument]) => ({ PolicyName, PolicyDocument }))
const attachedOf = (home: Home, all: readonly AttachedPolicy[] = []) =>
  all.map((one) => ({ PolicyName: nameIn(one.policy), PolicyArn: policyArn(home, one) }))

/** Answers all users, groups, roles and policies of an account with all that they say. */
export const getAccountAuthorizationDetails = defineOperation({
  ...iam('GetAccountAuthorizationDetails'),
  summary: 'Answers all users, groups, roles and policies of an account with all that they say.',
  differs:
    'The instance profiles of a role that is in so many that its trust policy, in each of them, would fill half a page have it not: the role has.',
  http: 'GET /iam/v1/account-authorization-details',
  administers: onEverything,
  input: struct({ Filter: optional(list(oneOf(KINDS), { max: 5 })), ...paging }),
  output: struct({
    UserDetailList: list(
      struct({
        ...ids,
        UserName: userName,
        UserId: string(),
        UserPolicyList: inline,
        GroupList: list(string()),
        AttachedManagedPolicies: attached,
        PermissionsBoundary: boundary,
        Tags: optional(tags),
      }),
    ),
    GroupDetailList: list(
      struct({
        ...ids,
        GroupName: string(),
        GroupId: string(),
        GroupPolicyList: inline,
        AttachedManagedPolicies: attached,
      }),
    ),
    RoleDetailList: list(
      struct({
        ...ids,
        RoleName: roleName,
        RoleId: string(),
        AssumeRolePolicyDocument: optional(policyDocument),
        InstanceProfileList: list(instanceProfile),
        RolePolicyList: inline,
        AttachedManagedPolicies: attached,
        PermissionsBoundary: boundary,
        Tags: optional(tags),
        RoleLastUsed: optional(struct({ Region: optional(string()) })),
      }),
    ),
    Policies: list(
      struct({
        ...Object.fromEntries(
          policy.fields
            .filter(({ name }) => name !== 'Tags')
            .map(({ name, shape }) => [name, optional(shape)]),
        ),
        PolicyVersionList: list(policyVersion),
      }),
    ),
    ...page,
  }),
  errors: ['InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller: { accountId }, context: { region } }, { read, tokens }) {
    const home = { accountId, region }
    const { found, page } = await sectionPage({ read, tokens }, accountId, input)
    const { users, roles, groups, policies, aws, profiles } = found
    const named = await groupNames(
      read,
      accountId,
      users.flatMap((one) => one.groups ?? []),
    )
    const told = [
      ...policies.map(async (data) => ({
        ...(await shown(read, accountId, ofOwn(home, data))),
        PolicyVersionList: await Promise.all(
          data.versions.map(async (version) => ({
            ...shownVersion(data, version),
            Document: await versionText(read, accountId, data, version.number),
          })),
        ),
      })),
      ...aws.map(async (data) => ({
        ...(await shown(read, accountId, ofAws(home, data))),
        PolicyVersionList: [shownAwsVersion(data)],
      })),
    ]
    return {
      UserDetailList: users.map((data) => ({
        ...shownUser(home, data),
        UserPolicyList: inlineOf(data.policies),
        GroupList: (data.groups ?? []).flatMap((id) => named.get(id) ?? []),
        AttachedManagedPolicies: attachedOf(home, data.attached),
      })),
      GroupDetailList: groups.map((data) => ({
        ...shownGroup(home, data),
        GroupPolicyList: inlineOf(data.policies),
        AttachedManagedPolicies: attachedOf(home, data.attached),
      })),
      RoleDetailList: await Promise.all(
        roles.map(async (data) => ({
          ...(await shownRole(read, home, data)),
          InstanceProfileList: await profilesWith(read, home, data, profiles),
          RolePolicyList: inlineOf(data.policies),
          AttachedManagedPolicies: attachedOf(home, data.attached),
        })),
      ),
      Policies: await Promise.all(told),
      ...page,
    }
  },
})

/** The profiles that a role is in, which repeat it. */
async function profilesWith(
  read: Pick<DataPorts['read'], 'get'>,
  home: Home,
  role: PrincipalData,
  all: readonly InstanceProfileData[],
) {
  const its = all.filter((one) => one.role?.id === role.id)
  const listed = await Promise.all(its.map((one) => listedProfile(read, home, one)))
  if (repeatsTrust(role, its.length)) return listed
  return listed.map((one) => ({
    ...one,
    Roles: one.Roles.map(({ AssumeRolePolicyDocument: _told, ...rest }) => rest),
  }))
}

/** Names of groups by their ids. */
async function groupNames(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  all: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(all)]
  const names = new Map<string, string>()
  for (let at = 0; at < ids.length; at += MOST_READ) {
    const some = ids.slice(at, at + MOST_READ)
    for (const item of await read.get(some.map((id) => groupPlace(accountId, id)))) {
      const data = item && groupItem.read(item)
      if (data !== undefined) names.set(data.id, data.name)
    }
  }
  return names
}
