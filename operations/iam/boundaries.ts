import { deleteBoundary, putBoundary } from '../../core/identity/boundary-policy.ts'
import { readRoleOf, readUser } from '../../core/identity/entity.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { arn, iam, roleName, userName } from './iam-members.ts'
import { onBoundedRole, onBoundedUser, onRoleToBound, onUserToBound } from './iam-resources.ts'

/** Makes a managed policy the permissions boundary of a user. */
export const putUserPermissionsBoundary = defineOperation({
  ...iam('PutUserPermissionsBoundary'),
  summary: 'Makes a managed policy the permissions boundary of a user.',
  http: 'PUT /iam/v1/users/{UserName}/permissions-boundary',
  status: 204,
  administers: onUserToBound,
  input: struct({ UserName: userName, PermissionsBoundary: arn }),
  errors: ['NoSuchEntityException', 'UnmodifiableEntityException', 'UnsupportedOperationException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  async run({ input, caller: { accountId }, context: { now, region } }, ports) {
    const found = await readUser(ports.read, accountId, input.UserName)
    await putBoundary(ports, { accountId, region }, found, input.PermissionsBoundary, now)
  },
})

/** Takes the permissions boundary from a user. */
export const deleteUserPermissionsBoundary = defineOperation({
  ...iam('DeleteUserPermissionsBoundary'),
  summary: 'Takes the permissions boundary from a user.',
  http: 'DELETE /iam/v1/users/{UserName}/permissions-boundary',
  status: 204,
  administers: onBoundedUser,
  input: struct({ UserName: userName }),
  errors: ['NoSuchEntityException', 'UnmodifiableEntityException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  async run({ input, caller: { accountId } }, ports) {
    await deleteBoundary(ports, accountId, await readUser(ports.read, accountId, input.UserName))
  },
})

/** Makes a managed policy the permissions boundary of a role. */
export const putRolePermissionsBoundary = defineOperation({
  ...iam('PutRolePermissionsBoundary'),
  summary: 'Makes a managed policy the permissions boundary of a role.',
  http: 'PUT /iam/v1/roles/{RoleName}/permissions-boundary',
  status: 204,
  administers: onRoleToBound,
  input: struct({ RoleName: roleName, PermissionsBoundary: arn }),
  errors: ['NoSuchEntityException', 'UnmodifiableEntityException', 'UnsupportedOperationException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  async run({ input, caller: { accountId }, context: { now, region } }, ports) {
    const found = await readRoleOf(ports.read, accountId, input.RoleName)
    await putBoundary(ports, { accountId, region }, found, input.PermissionsBoundary, now)
  },
})

/** Takes the permissions boundary from a role. */
export const deleteRolePermissionsBoundary = defineOperation({
  ...iam('DeleteRolePermissionsBoundary'),
  summary: 'Takes the permissions boundary from a role.',
  http: 'DELETE /iam/v1/roles/{RoleName}/permissions-boundary',
  status: 204,
  administers: onBoundedRole,
  input: struct({ RoleName: roleName }),
  errors: ['NoSuchEntityException', 'UnmodifiableEntityException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  async run({ input, caller: { accountId } }, ports) {
    await deleteBoundary(ports, accountId, await readRoleOf(ports.read, accountId, input.RoleName))
  },
})
