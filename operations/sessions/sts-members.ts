import type { SecondFactor } from '../../core/identity/second-factor.ts'
import { integer, list, optional, string, struct, timestamp } from '../../core/shape/shapes.ts'

/** Members of AWS STS, with the bounds of its API model. */
export const roleArn = string({
  min: 20,
  max: 2048,
  pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD]+',
})
export const roleSessionName = string({ min: 2, max: 64, pattern: '[\\w+=,.@-]*' })
export const sourceIdentity = string({ min: 2, max: 64, pattern: '[\\w+=,.@-]*' })
export const externalId = string({ min: 2, max: 1224, pattern: '[\\w+=,.@:\\/-]*' })
/** seconds; how long a role's session may last (API_AssumeRole) */
export const roleDuration = integer({ min: 900, max: 43200 })
/** seconds (API_GetSessionToken) */
export const userDuration = integer({ min: 900, max: 129600 })
/** of an MFA device: the ARN of a virtual one */
export const serialNumber = string({ min: 9, max: 256, pattern: '[\\w+=/:,.@-]*' })
export const tokenCode = string({ min: 6, max: 6, pattern: '[\\d]*', sensitive: true })

/** The second factor that a request shows; undefined where it shows neither part of one. */
export const secondFactorOf = ({
  SerialNumber,
  TokenCode,
}: SecondFactor): SecondFactor | undefined =>
  SerialNumber === undefined && TokenCode === undefined ? undefined : { SerialNumber, TokenCode }

/** managed policies that are to limit a session */
export const policyArns = list(struct({ arn: optional(string({ min: 20, max: 2048 })) }), {
  quota: 10,
})
export const sessionPolicy = string({ min: 1, max: 2048 })
/** Of ASCII, AWS's `[\p{L}\p{Z}\p{N}_.:/=+\-@]`; beyond it any character. */
const TAG_CHARACTER = '[\\w .:/=+@\\u00A0-\\uFFFF-]'
export const sessionTag = struct({
  Key: string({ min: 1, max: 128, pattern: `${TAG_CHARACTER}+` }),
  Value: string({ min: 0, max: 256, pattern: `${TAG_CHARACTER}*` }),
})
export const sessionTags = list(sessionTag, { max: 50 })
export const tagKeys = list(string({ min: 1, max: 128 }), { max: 50 })

export const credentials = struct({
  AccessKeyId: string({ min: 16, max: 128 }),
  SecretAccessKey: string({ sensitive: true }),
  SessionToken: string({ sensitive: true }),
  Expiration: timestamp,
})
export const assumedRoleUser = struct({ AssumedRoleId: string(), Arn: string() })
