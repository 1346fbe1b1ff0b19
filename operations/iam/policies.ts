import { type NamedPolicy, usersOf } from '../../core/identity/attachment.ts'
import {
  type AwsManagedPolicy,
  attachedAws,
  awsManagedById,
  awsManagedPolicies,
} from '../../core/identity/aws-managed-policies.ts'
import { countItems } from '../../core/identity/count-items.ts'
import { quotaExceeded } from '../../core/identity/iam-errors.ts'
import { type ManagedPolicyData, managedPolicyItem } from '../../core/identity/iam-items.ts'
import { IAM_QUOTAS } from '../../core/identity/iam-quotas.ts'
import { withIamTags } from '../../core/identity/iam-tags.ts'
import {
  admitManaged,
  allPolicies,
  createManagedPolicy,
  deleteManagedPolicy,
} from '../../core/identity/managed-policy.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import { defineOperation } from '../../core/operation.ts'
import {
  boolean,
  integer,
  list,
  oneOf,
  optional,
  string,
  struct,
  timestamp,
} from '../../core/shape/shapes.ts'
import { listPage } from './iam-list.ts'
import {
  arn,
  description,
  iam,
  page,
  paging,
  path,
  pathPrefix,
  policyDocument,
  policyName,
  tags,
} from './iam-members.ts'
import { onNewPolicy, onPolicies, onPolicy } from './iam-resources.ts'
import { type Home, policyArn, shownTags } from './iam-shown.ts'
import { ownPolicy, policyNamed } from './named-policy.ts'

export const policy = struct({
  PolicyName: policyName,
  PolicyId: string(),
  Arn: arn,
  Path: path,
  DefaultVersionId: string(),
  AttachmentCount: integer(),
  PermissionsBoundaryUsageCount: integer(),
  IsAttachable: boolean,
  Description: optional(description),
  CreateDate: timestamp,
  UpdateDate: timestamp,
  Tags: optional(tags),
})

/** A policy of either kind, before who has it is counted. */
export interface Known {
  readonly id: string
  readonly name: string
  readonly path: string
  readonly arn: string
  readonly version: number
  readonly description?: string | undefined
  readonly created: number
  readonly updated: number
  readonly tags: Readonly<Record<string, string>>
}

export const ofAws = (home: Home, aws: AwsManagedPolicy): Known => ({
  ...aws,
  path: '/',
  arn: policyArn(home, attachedAws(aws)),
  tags: {},
})

export const ofOwn = (home: Home, data: ManagedPolicyData): Known => {
  const { id, name, path = '/', description, default: version, created, updated, tags } = data
  const arn = policyArn(home, { id, policy: `${path}${name}` })
  return { id, name, path, arn, version, description, created, updated, tags }
}

function known(home: Home, { attached, data }: NamedPolicy): Known | undefined {
  if (data !== undefined) return ofOwn(home, data)
  const aws = awsManagedById(attached.id)
  return aws && ofAws(home, aws)
}

/** With the number of those who have it. */
export async function shown(read: DataPorts['read'], accountId: string, one: Known) {
  const { users } = await usersOf(read, accountId, one.id)
  const bounded = users.filter(({ as }) => as === 'boundary').length
  return {
    PolicyName: one.name,
    PolicyId: one.id,
    Arn: one.arn,
    Path: one.path,
    DefaultVersionId: `v${one.version}`,
    AttachmentCount: users.length - bounded,
    PermissionsBoundaryUsageCount: bounded,
    IsAttachable: true,
    CreateDate: one.created,
    UpdateDate: one.updated,
  }
}

/** Creates a customer-managed policy. */
export const createPolicy = defineOperation({
  ...iam('CreatePolicy'),
  summary: 'Creates a customer-managed policy, to be attached to users, groups and roles.',
  http: 'POST /iam/v1/policies',
  status: 201,
  administers: {
    ...onNewPolicy,
    also: ({ Tags = [] }) => (Tags.length > 0 ? ['iam:TagPolicy'] : []),
  },
  input: struct({
    PolicyName: policyName,
    PolicyDocument: policyDocument,
    Path: optional(path),
    Description: optional(string({ max: 1000 })),
    Tags: optional(tags),
  }),
  output: struct({ Policy: policy }),
  errors: [
    'EntityAlreadyExistsException',
    'InvalidInputException',
    'MalformedPolicyDocumentException',
  ],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  validate({ PolicyDocument, Tags = [] }) {
    admitManaged(PolicyDocument)
    withIamTags({}, Tags)
  },
  async run({ input, caller: { accountId }, context: { now, region } }, ports) {
    const { PolicyName: name, PolicyDocument, Path = '/', Description, Tags = [] } = input
    const prefix = managedPolicyItem.prefix()
    if (
      (await countItems(ports.read, accountId, prefix, IAM_QUOTAS.policies)) >= IAM_QUOTAS.policies
    ) {
      throw quotaExceeded('PoliciesPerAccount', IAM_QUOTAS.policies)
    }
    const data = await createManagedPolicy(
      ports,
      accountId,
      {
        name,
        ...(Path !== '/' && { path: Path }),
        ...(Description !== undefined && { description: Description }),
        document: PolicyDocument,
        tags: withIamTags({}, Tags),
      },
      now,
    )
    const made = await shown(ports.read, accountId, ofOwn({ accountId, region }, data))
    return { Policy: { ...made, Tags: shownTags(data.tags) } }
  },
})

/** Answers a managed policy; its text is answered by GetPolicyVersion. */
export const getPolicy = defineOperation({
  ...iam('GetPolicy'),
  summary: 'Answers a managed policy, but for its text: GetPolicyVersion answers that.',
  http: 'GET /iam/v1/policies/{PolicyArn}',
  administers: onPolicy,
  input: struct({ PolicyArn: arn }),
  output: struct({ Policy: policy }),
  errors: ['NoSuchEntityException'],
  mutates: false,
  uses: ['read'],
  async run({ input, caller: { accountId }, context: { region } }, { read }) {
    const named = await policyNamed(read, { accountId, region }, input.PolicyArn)
    const one = known({ accountId, region }, named)
    if (one === undefined) throw new Error('a policy that was found is known')
    const told = await shown(read, accountId, one)
    return {
      Policy: { ...told, Description: one.description, Tags: shownTags(one.tags) },
    }
  },
})

/** Lists managed policies: the account's own, and those that AWS manages. */
export const listPolicies = defineOperation({
  ...iam('ListPolicies'),
  summary: "Lists managed policies: the account's own, and those that AWS manages.",
  differs: 'Of the policies that AWS manages there are those which docs/iam.md names.',
  http: 'GET /iam/v1/policies',
  administers: onPolicies,
  input: struct({
    Scope: optional(oneOf(['All', 'AWS', 'Local'])),
    OnlyAttached: optional(boolean),
    PathPrefix: optional(pathPrefix),
    PolicyUsageFilter: optional(oneOf(['PermissionsPolicy', 'PermissionsBoundary'])),
    ...paging,
  }),
  output: struct({ Policies: list(policy), ...page }),
  errors: ['InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller: { accountId }, context: { region } }, { read, tokens }) {
    const { Scope = 'All', OnlyAttached = false, PathPrefix = '/', PolicyUsageFilter } = input
    const home = { accountId, region }
    const own = Scope === 'AWS' ? [] : await allPolicies(read, accountId)
    const aws = Scope === 'Local' ? [] : awsManagedPolicies()
    const all = [...own.map((data) => ofOwn(home, data)), ...aws.map((one) => ofAws(home, one))]
    const within = all.filter((one) => one.path.startsWith(PathPrefix))
    const list = `ListPolicies/${Scope}/${OnlyAttached}/${PolicyUsageFilter}${PathPrefix}`
    const request = { accountId, list, Marker: input.Marker, MaxItems: input.MaxItems }
    const { items, page } = await listPage(tokens, request, within, (one) => one.arn)
    const told = await Promise.all(items.map((one) => shown(read, accountId, one)))
    const counts = (one: (typeof told)[number]) =>
      PolicyUsageFilter === 'PermissionsBoundary'
        ? one.PermissionsBoundaryUsageCount
        : PolicyUsageFilter === 'PermissionsPolicy'
          ? one.AttachmentCount
          : one.AttachmentCount + one.PermissionsBoundaryUsageCount
    const wanted = OnlyAttached || PolicyUsageFilter !== undefined
    return { Policies: wanted ? told.filter((one) => counts(one) > 0) : told, ...page }
  },
})

/** Deletes a customer-managed policy that nobody has. */
export const deletePolicy = defineOperation({
  ...iam('DeletePolicy'),
  summary: 'Deletes a customer-managed policy that nobody has and of which one version is left.',
  http: 'DELETE /iam/v1/policies/{PolicyArn}',
  status: 204,
  administers: onPolicy,
  input: struct({ PolicyArn: arn }),
  errors: ['NoSuchEntityException', 'DeleteConflictException', 'AccessDeniedException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  async run({ input, caller, context: { now, region } }, ports) {
    const own = await ownPolicy(ports.read, caller, region, 'DeletePolicy', input.PolicyArn)
    await deleteManagedPolicy(ports, caller.accountId, own, now)
  },
})
