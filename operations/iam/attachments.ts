import { attachPolicy, detachPolicy } from '../../core/identity/attachment.ts'
import { readEntity } from '../../core/identity/entity.ts'
import type { EntityType } from '../../core/identity/iam-errors.ts'
import { nameIn } from '../../core/identity/iam-items.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import { defineOperation, type Run } from '../../core/operation.ts'
import { list, optional, struct } from '../../core/shape/shapes.ts'
import { type ListRequest, listPage } from './iam-list.ts'
import {
  arn,
  groupName,
  iam,
  page,
  paging,
  pathPrefix,
  policyName,
  roleName,
  userName,
} from './iam-members.ts'
import {
  onGroup,
  onGroupAndPolicy,
  onRole,
  onRoleAndPolicy,
  onUser,
  onUserAndPolicy,
} from './iam-resources.ts'
import { policyArn } from './iam-shown.ts'

/** Managed policies that are attached: as of inline ones, all is the same whoever has them. */

type By = Pick<Run<unknown, unknown>, 'caller' | 'context'>
type Owner = readonly [type: EntityType, name: string]

const attaches = {
  status: 204,
  errors: ['NoSuchEntityException', 'UnsupportedOperationException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
} as const

async function attach(
  ports: Pick<DataPorts, 'read' | 'write' | 'remove'>,
  { caller: { accountId }, context: { now, region } }: By,
  [type, name]: Owner,
  policy: string,
) {
  const entity = await readEntity(ports.read, accountId, type, name)
  await attachPolicy(ports, { accountId, region }, entity, policy, now)
}

const detaches = { ...attaches, errors: ['NoSuchEntityException'] } as const

async function detach(
  ports: Pick<DataPorts, 'read' | 'write' | 'remove'>,
  { caller: { accountId }, context: { region } }: By,
  [type, name]: Owner,
  policy: string,
) {
  const entity = await readEntity(ports.read, accountId, type, name)
  await detachPolicy(ports, { accountId, region }, entity, policy)
}

const listed = { PathPrefix: optional(pathPrefix), ...paging }

const lists = {
  output: struct({
    AttachedPolicies: list(struct({ PolicyName: policyName, PolicyArn: arn })),
    ...page,
  }),
  errors: ['NoSuchEntityException', 'InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
} as const

async function attached(
  { read, tokens }: Pick<DataPorts, 'read' | 'tokens'>,
  { caller: { accountId }, context: { region } }: By,
  [type, name]: Owner,
  action: string,
  {
    PathPrefix,
    Marker,
    MaxItems,
  }: Pick<ListRequest, 'Marker' | 'MaxItems'> & {
    readonly PathPrefix?: string | undefined
  },
) {
  const { data } = await readEntity(read, accountId, type, name)
  const within = (data.attached ?? []).filter(({ policy }) => policy.startsWith(PathPrefix ?? '/'))
  const shown = within.map((one) => ({
    PolicyName: nameIn(one.policy),
    PolicyArn: policyArn({ accountId, region }, one),
  }))
  const request = { accountId, list: `${action}/${data.id}${PathPrefix}`, Marker, MaxItems }
  const { items, page } = await listPage(tokens, request, shown, (one) => one.PolicyArn)
  return { AttachedPolicies: [...items], ...page }
}

/** Attaches a managed policy to a user. */
export const attachUserPolicy = defineOperation({
  ...iam('AttachUserPolicy'),
  ...attaches,
  summary: 'Attaches a managed policy to a user.',
  http: 'PUT /iam/v1/users/{UserName}/attached-policies/{PolicyArn}',
  administers: onUserAndPolicy,
  input: struct({ UserName: userName, PolicyArn: arn }),
  run: ({ input, ...by }, ports) => attach(ports, by, ['user', input.UserName], input.PolicyArn),
})

/** Takes a managed policy from a user. */
export const detachUserPolicy = defineOperation({
  ...iam('DetachUserPolicy'),
  ...detaches,
  summary: 'Takes a managed policy from a user.',
  http: 'DELETE /iam/v1/users/{UserName}/attached-policies/{PolicyArn}',
  administers: onUserAndPolicy,
  input: struct({ UserName: userName, PolicyArn: arn }),
  run: ({ input, ...by }, ports) => detach(ports, by, ['user', input.UserName], input.PolicyArn),
})

/** Lists the managed policies that are attached to a user. */
export const listAttachedUserPolicies = defineOperation({
  ...iam('ListAttachedUserPolicies'),
  ...lists,
  summary: 'Lists the managed policies that are attached to a user.',
  http: 'GET /iam/v1/users/{UserName}/attached-policies',
  administers: onUser,
  input: struct({ UserName: userName, ...listed }),
  run: ({ input, ...by }, ports) =>
    attached(ports, by, ['user', input.UserName], 'ListAttachedUserPolicies', input),
})

/** Attaches a managed policy to a role. */
export const attachRolePolicy = defineOperation({
  ...iam('AttachRolePolicy'),
  ...attaches,
  summary: 'Attaches a managed policy to a role.',
  http: 'PUT /iam/v1/roles/{RoleName}/attached-policies/{PolicyArn}',
  administers: onRoleAndPolicy,
  input: struct({ RoleName: roleName, PolicyArn: arn }),
  run: ({ input, ...by }, ports) => attach(ports, by, ['role', input.RoleName], input.PolicyArn),
})

/** Takes a managed policy from a role. */
export const detachRolePolicy = defineOperation({
  ...iam('DetachRolePolicy'),
  ...detaches,
  summary: 'Takes a managed policy from a role.',
  http: 'DELETE /iam/v1/roles/{RoleName}/attached-policies/{PolicyArn}',
  administers: onRoleAndPolicy,
  input: struct({ RoleName: roleName, PolicyArn: arn }),
  run: ({ input, ...by }, ports) => detach(ports, by, ['role', input.RoleName], input.PolicyArn),
})

/** Lists the managed policies that are attached to a role. */
export const listAttachedRolePolicies = defineOperation({
  ...iam('ListAttachedRolePolicies'),
  ...lists,
  summary: 'Lists the managed policies that are attached to a role.',
  http: 'GET /iam/v1/roles/{RoleName}/attached-policies',
  administers: onRole,
  input: struct({ RoleName: roleName, ...listed }),
  run: ({ input, ...by }, ports) =>
    attached(ports, by, ['role', input.RoleName], 'ListAttachedRolePolicies', input),
})

/** Attaches a managed policy to a group. */
export const attachGroupPolicy = defineOperation({
  ...iam('AttachGroupPolicy'),
  ...attaches,
  summary: 'Attaches a managed policy to a group.',
  http: 'PUT /iam/v1/groups/{GroupName}/attached-policies/{PolicyArn}',
  administers: onGroupAndPolicy,
  input: struct({ GroupName: groupName, PolicyArn: arn }),
  run: ({ input, ...by }, ports) => attach(ports, by, ['group', input.GroupName], input.PolicyArn),
})

/** Takes a managed policy from a group. */
export const detachGroupPolicy = defineOperation({
  ...iam('DetachGroupPolicy'),
  ...detaches,
  summary: 'Takes a managed policy from a group.',
  http: 'DELETE /iam/v1/groups/{GroupName}/attached-policies/{PolicyArn}',
  administers: onGroupAndPolicy,
  input: struct({ GroupName: groupName, PolicyArn: arn }),
  run: ({ input, ...by }, ports) => detach(ports, by, ['group', input.GroupName], input.PolicyArn),
})

/** Lists the managed policies that are attached to a group. */
export const listAttachedGroupPolicies = defineOperation({
  ...iam('ListAttachedGroupPolicies'),
  ...lists,
  summary: 'Lists the managed policies that are attached to a group.',
  http: 'GET /iam/v1/groups/{GroupName}/attached-policies',
  administers: onGroup,
  input: struct({ GroupName: groupName, ...listed }),
  run: ({ input, ...by }, ports) =>
    attached(ports, by, ['group', input.GroupName], 'ListAttachedGroupPolicies', input),
})
