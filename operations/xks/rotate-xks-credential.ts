import { rotateXksAccess } from '../../core/identity/xks-access.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { accountId } from '../administration/admin-members.ts'
import { onXksCredential, xksAccessKeyId, xksCredential } from './xks-admin-members.ts'

/** Makes the second credential of a prefix; both hold until one is deleted. */
export const rotateXksCredential = defineOperation({
  name: 'RotateXksCredential',
  summary:
    'Makes another credential of the same path prefix. Both hold until one is deleted, and there are two at most.',
  http: 'POST /admin/v1/tenants/{AccountId}/xks-credentials/{AccessKeyId}/rotate',
  status: 201,
  audience: 'operator',
  administers: onXksCredential,
  input: struct({ AccountId: accountId, AccessKeyId: xksAccessKeyId }),
  output: xksCredential,
  errors: ['NotFoundException', 'LimitExceededException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'wrapping'],
  run: ({ input: { AccountId, AccessKeyId }, context: { now } }, ports) =>
    rotateXksAccess(ports, AccountId, AccessKeyId, now),
})
