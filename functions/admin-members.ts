import { list, map, oneOf, optional, string, struct, timestamp } from '../core/shape.ts'
import { tag } from './members.ts'

/** Members of the operator's operations, under /admin/v1. */
export const accountId = string({ min: 12, max: 12, pattern: '[0-9]{12}' })
export const accessKeyId = string({ min: 16, max: 128, pattern: '[A-Z0-9]+' })
export const secretAccessKey = string({ sensitive: true })
export const tenantName = string({ min: 1, max: 128, pattern: '[^\\u0000-\\u001f]+' })
/** IAM's own bounds (API_CreateUser, API_CreateRole) */
export const principalName = string({ min: 1, max: 64, pattern: '[\\w+=,.@-]+' })
/** IAM's bound of an identity policy of a role, in characters */
export const identityPolicy = string({ min: 1, max: 10240 })

export const accessKey = struct({ AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey })
export const tenant = struct({
  AccountId: accountId,
  Name: tenantName,
  Status: oneOf(['active', 'suspended']),
  CreationDate: timestamp,
})
export const principal = struct({
  Arn: string(),
  Type: oneOf(['user', 'role']),
  Name: principalName,
  PrincipalId: string(),
  Policies: map(),
  TrustPolicy: optional(string()),
  Tags: list(tag),
  CreationDate: timestamp,
})
