import type { AuditedPolicyChange } from '../../core/identity/principal-policies.ts'
import { DELETION_STATES } from '../../core/identity/tenant-deletion.ts'
import type { AuditDetail } from '../../core/operation.ts'
import {
  integer,
  list,
  map,
  oneOf,
  optional,
  string,
  struct,
  timestamp,
} from '../../core/shape/shapes.ts'
import { tag, tags } from '../members.ts'

/** Members of the operator's operations, under /admin/v1. */
export const accountId = string({ min: 12, max: 12, pattern: '[0-9]{12}' })
export const accessKeyId = string({ min: 16, max: 128, pattern: '[A-Z0-9]+' })
export const secretAccessKey = string({ sensitive: true })
/** no control characters, and none that change the direction of writing: such texts are shown to people */
const SHOWN =
  '[^\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]+'
/** a text of our own that is shown to people, of at most `max` characters */
export const shownText = (max: number) => string({ min: 1, max, pattern: SHOWN })
/** the same, or none at all where it is to be taken away */
export const shownOrEmpty = (max: number) => string({ max, pattern: `(${SHOWN})?` })
export const tenantName = shownText(128)
/** what the operator's own systems call a tenant: AWS STS's characters of an external id, and none for none */
export const externalId = string({ min: 0, max: 256, pattern: '[\\w+=,.@:/-]*' })
/** IAM's own bounds (API_CreateUser, API_CreateRole) */
export const principalName = string({ min: 1, max: 64, pattern: '[\\w+=,.@-]+' })
/** IAM's own bound (API_CreateUser, API_CreateRole), of the characters that names have */
export const principalPath = string({ min: 1, max: 512, pattern: '/([\\w+=,.@-]+/)*' })
/** IAM's bound of an identity policy of a role, in characters */
export const identityPolicy = string({ min: 1, max: 10240 })

/** days that audit records are kept */
export const auditRetentionDays = integer({ min: 1, max: 3653 })

export const accessKey = struct({ AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey })
export const tenant = struct({
  AccountId: accountId,
  Name: tenantName,
  Status: oneOf(['active', 'suspended']),
  ExternalId: optional(externalId),
  Tags: optional(tags),
  SessionsValidAfter: optional(timestamp),
  DeletionState: optional(oneOf(DELETION_STATES)),
  DeletionDate: optional(timestamp),
  CreationDate: timestamp,
})
/** seconds a role's session may last (API_CreateRole) */
export const maxSession = integer({ min: 3600, max: 43200 })
export const principalType = oneOf(['user', 'role'])
export const policyName = string({ min: 1, max: 128, pattern: '[\\w+=,.@-]+' })
/** Names a user or role of a tenant, in the path. */
export const principalMembers = { AccountId: accountId, Type: principalType, Name: principalName }
export const principal = struct({
  Arn: string(),
  Type: principalType,
  Name: principalName,
  Path: principalPath,
  PrincipalId: string(),
  Policies: map(),
  PermissionsBoundary: optional(string()),
  TrustPolicy: optional(string()),
  MaxSessionDuration: optional(maxSession),
  Tags: list(tag),
  SessionsValidAfter: optional(timestamp),
  CreationDate: timestamp,
})

/** An operation whose audit record names the policy as it was and as it is. */
export const auditedChange = ({
  output,
}: {
  readonly output: AuditedPolicyChange | undefined
}): AuditDetail => ({ additional: output && { policyChange: output } })

/** The time a test clock shows, and how far that is ahead of the machine's. */
export const clockMembers = { Now: timestamp, AheadSeconds: integer({ min: 0 }) }
