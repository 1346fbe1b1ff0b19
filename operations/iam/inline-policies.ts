import { readEntity } from '../../core/identity/entity.ts'
import type { EntityType } from '../../core/identity/iam-errors.ts'
import {
  admitInline,
  deleteInline,
  inlinePolicy,
  putInline,
} from '../../core/identity/inline-policies.ts'
import { changedBy } from '../../core/key/policy-history.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import { defineOperation, type Run } from '../../core/operation.ts'
import { list, struct } from '../../core/shape/shapes.ts'
import { auditedChange } from '../administration/admin-members.ts'
import { type ListRequest, listPage } from './iam-list.ts'
import {
  groupName,
  iam,
  page,
  paging,
  policyDocument,
  policyName,
  roleName,
  userName,
} from './iam-members.ts'
import { onBoundedRole, onBoundedUser, onGroup, onRole, onUser } from './iam-resources.ts'

/** Inline policies: what is done to one, and what its records share, is the same whoever has the policy. */

type By = Pick<Run<unknown, unknown>, 'caller' | 'context'>
type Owner = readonly [type: EntityType, name: string]

const naming = { PolicyName: policyName }
const document = { PolicyDocument: policyDocument }

const puts = {
  status: 204,
  errors: ['NoSuchEntityException', 'MalformedPolicyDocumentException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  audited: auditedChange,
} as const

async function put(
  ports: Pick<DataPorts, 'read' | 'write' | 'remove'>,
  { caller, context }: By,
  [type, name]: Owner,
  input: { readonly PolicyName: string; readonly PolicyDocument: string },
) {
  const entity = await readEntity(ports.read, caller.accountId, type, name)
  const policy = { name: input.PolicyName, document: input.PolicyDocument }
  return putInline(ports, caller.accountId, entity, policy, changedBy(caller, context))
}

const gets = { errors: ['NoSuchEntityException'], mutates: false, uses: ['read'] } as const

async function get<Input extends { readonly PolicyName: string }>(
  { read }: Pick<DataPorts, 'read'>,
  { caller }: By,
  [type, name]: Owner,
  input: Input,
) {
  const entity = await readEntity(read, caller.accountId, type, name)
  return { ...input, PolicyDocument: inlinePolicy(entity, input.PolicyName) }
}

const lists = {
  output: struct({ PolicyNames: list(policyName), ...page }),
  errors: ['NoSuchEntityException', 'InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
} as const

async function names(
  { read, tokens }: Pick<DataPorts, 'read' | 'tokens'>,
  { caller: { accountId } }: By,
  [type, name]: Owner,
  action: string,
  { Marker, MaxItems }: Pick<ListRequest, 'Marker' | 'MaxItems'>,
) {
  const { data } = await readEntity(read, accountId, type, name)
  const request = { accountId, list: `${action}/${data.id}`, Marker, MaxItems }
  const all = Object.keys(data.policies)
  const { items, page } = await listPage(tokens, request, all, (name) => name)
  return { PolicyNames: [...items], ...page }
}

const deletes = {
  status: 204,
  errors: ['NoSuchEntityException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  audited: auditedChange,
} as const

async function remove(
  ports: Pick<DataPorts, 'read' | 'write' | 'remove'>,
  { caller, context }: By,
  [type, name]: Owner,
  { PolicyName }: { readonly PolicyName: string },
) {
  const entity = await readEntity(ports.read, caller.accountId, type, name)
  return deleteInline(ports, caller.accountId, entity, PolicyName, changedBy(caller, context))
}

/** Adds an inline policy to a user, or replaces the one of that name. */
export const putUserPolicy = defineOperation({
  ...iam('PutUserPolicy'),
  ...puts,
  summary: 'Adds an inline policy to a user, or replaces the one of that name.',
  http: 'PUT /iam/v1/users/{UserName}/policies/{PolicyName}',
  administers: onBoundedUser,
  input: struct({ UserName: userName, ...naming, ...document }),
  validate: ({ PolicyDocument }) => admitInline(PolicyDocument),
  run: ({ input, ...by }, ports) => put(ports, by, ['user', input.UserName], input),
})

/** Answers an inline policy of a user. */
export const getUserPolicy = defineOperation({
  ...iam('GetUserPolicy'),
  ...gets,
  summary: 'Answers an inline policy of a user.',
  http: 'GET /iam/v1/users/{UserName}/policies/{PolicyName}',
  administers: onUser,
  input: struct({ UserName: userName, ...naming }),
  output: struct({ UserName: userName, ...naming, ...document }),
  run: ({ input, ...by }, ports) => get(ports, by, ['user', input.UserName], input),
})

/** Lists the names of the inline policies of a user. */
export const listUserPolicies = defineOperation({
  ...iam('ListUserPolicies'),
  ...lists,
  summary: 'Lists the names of the inline policies of a user.',
  http: 'GET /iam/v1/users/{UserName}/policies',
  administers: onUser,
  input: struct({ UserName: userName, ...paging }),
  run: ({ input, ...by }, ports) =>
    names(ports, by, ['user', input.UserName], 'ListUserPolicies', input),
})

/** Takes an inline policy from a user. */
export const deleteUserPolicy = defineOperation({
  ...iam('DeleteUserPolicy'),
  ...deletes,
  summary: 'Takes an inline policy from a user.',
  http: 'DELETE /iam/v1/users/{UserName}/policies/{PolicyName}',
  administers: onBoundedUser,
  input: struct({ UserName: userName, ...naming }),
  run: ({ input, ...by }, ports) => remove(ports, by, ['user', input.UserName], input),
})

/** Adds an inline policy to a role, or replaces the one of that name. */
export const putRolePolicy = defineOperation({
  ...iam('PutRolePolicy'),
  ...puts,
  summary: 'Adds an inline policy to a role, or replaces the one of that name.',
  http: 'PUT /iam/v1/roles/{RoleName}/policies/{PolicyName}',
  administers: onBoundedRole,
  input: struct({ RoleName: roleName, ...naming, ...document }),
  validate: ({ PolicyDocument }) => admitInline(PolicyDocument),
  run: ({ input, ...by }, ports) => put(ports, by, ['role', input.RoleName], input),
})

/** Answers an inline policy of a role. */
export const getRolePolicy = defineOperation({
  ...iam('GetRolePolicy'),
  ...gets,
  summary: 'Answers an inline policy of a role.',
  http: 'GET /iam/v1/roles/{RoleName}/policies/{PolicyName}',
  administers: onRole,
  input: struct({ RoleName: roleName, ...naming }),
  output: struct({ RoleName: roleName, ...naming, ...document }),
  run: ({ input, ...by }, ports) => get(ports, by, ['role', input.RoleName], input),
})

/** Lists the names of the inline policies of a role. */
export const listRolePolicies = defineOperation({
  ...iam('ListRolePolicies'),
  ...lists,
  summary: 'Lists the names of the inline policies of a role.',
  http: 'GET /iam/v1/roles/{RoleName}/policies',
  administers: onRole,
  input: struct({ RoleName: roleName, ...paging }),
  run: ({ input, ...by }, ports) =>
    names(ports, by, ['role', input.RoleName], 'ListRolePolicies', input),
})

/** Takes an inline policy from a role. */
export const deleteRolePolicy = defineOperation({
  ...iam('DeleteRolePolicy'),
  ...deletes,
  summary: 'Takes an inline policy from a role.',
  http: 'DELETE /iam/v1/roles/{RoleName}/policies/{PolicyName}',
  administers: onBoundedRole,
  input: struct({ RoleName: roleName, ...naming }),
  run: ({ input, ...by }, ports) => remove(ports, by, ['role', input.RoleName], input),
})

/** Adds an inline policy to a group, or replaces the one of that name. */
export const putGroupPolicy = defineOperation({
  ...iam('PutGroupPolicy'),
  ...puts,
  summary: 'Adds an inline policy to a group, or replaces the one of that name.',
  http: 'PUT /iam/v1/groups/{GroupName}/policies/{PolicyName}',
  administers: onGroup,
  input: struct({ GroupName: groupName, ...naming, ...document }),
  validate: ({ PolicyDocument }) => admitInline(PolicyDocument),
  run: ({ input, ...by }, ports) => put(ports, by, ['group', input.GroupName], input),
})

/** Answers an inline policy of a group. */
export const getGroupPolicy = defineOperation({
  ...iam('GetGroupPolicy'),
  ...gets,
  summary: 'Answers an inline policy of a group.',
  http: 'GET /iam/v1/groups/{GroupName}/policies/{PolicyName}',
  administers: onGroup,
  input: struct({ GroupName: groupName, ...naming }),
  output: struct({ GroupName: groupName, ...naming, ...document }),
  run: ({ input, ...by }, ports) => get(ports, by, ['group', input.GroupName], input),
})

/** Lists the names of the inline policies of a group. */
export const listGroupPolicies = defineOperation({
  ...iam('ListGroupPolicies'),
  ...lists,
  summary: 'Lists the names of the inline policies of a group.',
  http: 'GET /iam/v1/groups/{GroupName}/policies',
  administers: onGroup,
  input: struct({ GroupName: groupName, ...paging }),
  run: ({ input, ...by }, ports) =>
    names(ports, by, ['group', input.GroupName], 'ListGroupPolicies', input),
})

/** Takes an inline policy from a group. */
export const deleteGroupPolicy = defineOperation({
  ...iam('DeleteGroupPolicy'),
  ...deletes,
  summary: 'Takes an inline policy from a group.',
  http: 'DELETE /iam/v1/groups/{GroupName}/policies/{PolicyName}',
  administers: onGroup,
  input: struct({ GroupName: groupName, ...naming }),
  run: ({ input, ...by }, ports) => remove(ports, by, ['group', input.GroupName], input),
})
