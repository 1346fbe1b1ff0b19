import {
  boolean,
  integer,
  list,
  oneOf,
  optional,
  type Shape,
  string,
  struct,
  timestamp,
} from '../../core/shape/shapes.ts'

/** Members of AWS IAM, with the bounds of its API model. */

/** What every record of AWS IAM has. @param name of the action */
export const iam = <const Name extends string>(name: Name) =>
  ({
    name,
    docs: `https://docs.aws.amazon.com/IAM/latest/APIReference/API_${name}.html`,
    service: 'iam',
    audience: 'anyone',
    keys: {},
  }) as const

const NAME = '[\\w+=,.@-]+'
export const userName = string({ min: 1, max: 128, pattern: NAME })
export const newUserName = string({ min: 1, max: 64, pattern: NAME })
export const roleName = string({ min: 1, max: 64, pattern: NAME })
export const groupName = string({ min: 1, max: 128, pattern: NAME })
export const policyName = string({ min: 1, max: 128, pattern: NAME })
export const accessKeyId = string({ min: 16, max: 128, pattern: '[\\w]+' })
/** of the characters that names have, so that an ARN can be taken apart; AWS allows more */
export const path = string({ min: 1, max: 512, pattern: '/([\\w+=,.@-]+/)*' })
export const pathPrefix = string({ min: 1, max: 512, pattern: '/[\\u0021-\\u007E]*' })
export const arn = string({ min: 20, max: 2048 })
export const description = string({
  max: 1000,
  pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*',
})
export const maxSession = integer({ min: 3600, max: 43200 })

/** characters of a policy document of which more are over every quota, white space and all */
const MOST_DOCUMENT = 32_768
const document = string({
  min: 1,
  max: 131_072,
  quota: MOST_DOCUMENT,
  pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+',
})

/** RFC 3986: as AWS IAM answers policies. */
const percentEncoded = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** A policy document, JSON; the query protocol answers it percent-encoded. */
export const policyDocument: Shape<string> = {
  ...document,
  encode: (value, face) => (face === 'query' ? percentEncoded(value) : value),
}

const TAG_CHARACTER = '[\\w .:/=+@\\u00A0-\\uFFFF-]'
export const tagKey = string({ min: 1, max: 128, pattern: `${TAG_CHARACTER}+` })
export const tag = struct({
  Key: tagKey,
  Value: string({ min: 0, max: 256, pattern: `${TAG_CHARACTER}*` }),
})
export const tags = list(tag, { max: 50 })
export const tagKeys = list(tagKey, { max: 50 })

/** A page of a list, asked for and answered. */
export const paging = {
  Marker: optional(string({ min: 1, max: 1024, pattern: '[\\u0020-\\u00FF]+' })),
  MaxItems: optional(integer({ min: 1, max: 1000 })),
}
export const page = { IsTruncated: boolean, Marker: optional(string()) }

export const boundary = optional(
  struct({ PermissionsBoundaryType: string(), PermissionsBoundaryArn: optional(arn) }),
)

export const user = struct({
  Path: path,
  UserName: userName,
  UserId: string(),
  Arn: arn,
  CreateDate: timestamp,
  PermissionsBoundary: boundary,
  Tags: optional(tags),
})

export const role = struct({
  Path: path,
  RoleName: roleName,
  RoleId: string(),
  Arn: arn,
  CreateDate: timestamp,
  AssumeRolePolicyDocument: optional(policyDocument),
  Description: optional(description),
  MaxSessionDuration: optional(maxSession),
  PermissionsBoundary: boundary,
  Tags: optional(tags),
  RoleLastUsed: optional(struct({ LastUsedDate: optional(timestamp), Region: optional(string()) })),
})

export const group = struct({
  Path: path,
  GroupName: groupName,
  GroupId: string(),
  Arn: arn,
  CreateDate: timestamp,
})

export const accessKeyStatus = oneOf(['Active', 'Inactive'])
