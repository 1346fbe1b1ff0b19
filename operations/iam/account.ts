import { accountEntities, accountSummary } from '../../core/identity/account-entities.ts'
import { awsManagedById, awsManagedPolicies } from '../../core/identity/aws-managed-policies.ts'
import type { AttachedPolicy } from '../../core/identity/credential.ts'
import { nameIn } from '../../core/identity/iam-items.ts'
import { MANAGED_POLICY_CHARACTERS } from '../../core/identity/iam-quotas.ts'
import { allProfiles } from '../../core/identity/instance-profile.ts'
import { versionText } from '../../core/identity/managed-policy.ts'
import { defineOperation } from '../../core/operation.ts'
import {
  integer,
  list,
  map,
  oneOf,
  optional,
  type Shape,
  string,
  struct,
  timestamp,
} from '../../core/shape/shapes.ts'
import { listPage, sizeOf } from './iam-list.ts'
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
import { instanceProfile, shownProfile } from './instance-profiles.ts'
import { ofAws, ofOwn, policy, shown } from './policies.ts'
import { policyVersion, shownAwsVersion, shownVersion } from './policy-versions.ts'

/** Numbers by their names. */
const counts: Shape<Record<string, number>> = {
  ...map(),
  decode: () => ({}),
  encode: (value) => value,
  redact: () => undefined,
  schema: { type: 'object', additionalProperties: integer().schema },
}

/** Answers how much an account has of AWS IAM, and how much it may have. */
export const getAccountSummary = defineOperation({
  ...iam('GetAccountSummary'),
  summary: 'Answers how much an account has of AWS IAM, and how much it may have.',
  http: 'GET /iam/v1/account-summary',
  administers: onEverything,
  input: struct({}),
  output: struct({ SummaryMap: counts }),
  errors: [],
  mutates: false,
  uses: ['read'],
  run: async ({ caller: { accountId } }, { read }) => ({
    SummaryMap: await accountSummary(read, accountId),
  }),
})

const inline = list(struct({ PolicyName: policyName, PolicyDocument: policyDocument }))
const attached = list(struct({ PolicyName: policyName, PolicyArn: arn }))
const ids = { Path: path, Arn: arn, CreateDate: timestamp }

const inlineOf = (policies: Readonly<Record<string, string>>) =>
  Object.entries(policies).map(([PolicyName, PolicyDocument]) => ({ PolicyName, PolicyDocument }))
const attachedOf = (home: Home, all: readonly AttachedPolicy[] = []) =>
  all.map((one) => ({ PolicyName: nameIn(one.policy), PolicyArn: policyArn(home, one) }))

const KINDS = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const

/** Answers all users, groups, roles and policies of an account with all that they say. */
export const getAccountAuthorizationDetails = defineOperation({
  ...iam('GetAccountAuthorizationDetails'),
  summary: 'Answers all users, groups, roles and policies of an account with all that they say.',
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
    const { Filter = [], Marker, MaxItems } = input
    const home = { accountId, region }
    const wanted = (kind: (typeof KINDS)[number]) => Filter.length === 0 || Filter.includes(kind)
    const { users, roles, groups, policies } = await accountEntities(read, accountId)
    const aws = Filter.includes('AWSManagedPolicy')
      ? awsManagedPolicies()
      : usedOf([...users, ...roles, ...groups].flatMap((one) => one.attached ?? []))
    const all = [
      ...(wanted('User')
        ? users.map((data) => ({ kind: 'user', id: data.id, data }) as const)
        : []),
      ...(wanted('Role')
        ? roles.map((data) => ({ kind: 'role', id: data.id, data }) as const)
        : []),
      ...(wanted('Group')
        ? groups.map((data) => ({ kind: 'group', id: data.id, data }) as const)
        : []),
      ...(wanted('LocalManagedPolicy')
        ? policies.map((data) => ({ kind: 'policy', id: data.id, data }) as const)
        : []),
      ...(wanted('AWSManagedPolicy')
        ? aws.map((data) => ({ kind: 'aws', id: data.id, data }) as const)
        : []),
    ]
    const list = `GetAccountAuthorizationDetails/${[...Filter].sort().join(',')}`
    const request = { accountId, list, Marker, MaxItems }
    // of a policy each version is told
    const { items, page } = await listPage(
      tokens,
      request,
      all,
      ({ id }) => id,
      (one) =>
        one.kind === 'policy'
          ? one.data.versions.length * MANAGED_POLICY_CHARACTERS
          : sizeOf(one.data),
    )
    const named = new Map(groups.map(({ id, name }) => [id, name]))
    const of = <K extends (typeof items)[number]['kind']>(kind: K) =>
      items.filter((one): one is Extract<(typeof items)[number], { kind: K }> => one.kind === kind)
    const profiles = of('role').length === 0 ? [] : await allProfiles(read, accountId)
    const told = [
      ...of('policy').map(async ({ data }) => ({
        ...(await shown(read, accountId, ofOwn(home, data))),
        PolicyVersionList: await Promise.all(
          data.versions.map(async (version) => ({
            ...shownVersion(data, version),
            Document: await versionText(read, accountId, data, version.number),
          })),
        ),
      })),
      ...of('aws').map(async ({ data }) => ({
        ...(await shown(read, accountId, ofAws(home, data))),
        PolicyVersionList: [shownAwsVersion(data)],
      })),
    ]
    return {
      UserDetailList: of('user').map(({ data }) => ({
        ...shownUser(home, data),
        UserPolicyList: inlineOf(data.policies),
        GroupList: (data.groups ?? []).flatMap((id) => named.get(id) ?? []),
        AttachedManagedPolicies: attachedOf(home, data.attached),
      })),
      GroupDetailList: of('group').map(({ data }) => ({
        ...shownGroup(home, data),
        GroupPolicyList: inlineOf(data.policies),
        AttachedManagedPolicies: attachedOf(home, data.attached),
      })),
      RoleDetailList: await Promise.all(
        of('role').map(async ({ data }) => ({
          ...(await shownRole(read, home, data)),
          InstanceProfileList: await Promise.all(
            profiles
              .filter(({ role }) => role?.id === data.id)
              .map((one) => shownProfile(read, home, one)),
          ),
          RolePolicyList: inlineOf(data.policies),
          AttachedManagedPolicies: attachedOf(home, data.attached),
        })),
      ),
      Policies: await Promise.all(told),
      ...page,
    }
  },
})

/** Those that AWS manages among what is attached, each once. */
const usedOf = (attached: readonly AttachedPolicy[]) =>
  [...new Set(attached.map(({ id }) => id))].flatMap((id) => awsManagedById(id) ?? [])
