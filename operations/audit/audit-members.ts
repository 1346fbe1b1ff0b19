import {
  any,
  boolean,
  integer,
  type JsonSchema,
  list,
  map,
  oneOf,
  optional,
  type Shape,
  string,
  struct,
} from '../../core/shape/shapes.ts'

/** Any JSON object, or null. */
const json: Shape<unknown> = {
  ...any,
  schema: { type: ['object', 'null'], additionalProperties: true } as JsonSchema,
}

const sessionContext = struct({
  sessionIssuer: optional(
    struct({
      type: oneOf(['Role', 'IAMUser', 'Root']),
      principalId: string(),
      arn: string(),
      accountId: string(),
      userName: optional(string()),
    }),
  ),
  webIdFederationData: optional(
    struct({ federatedProvider: string(), attributes: optional(map()) }),
  ),
  attributes: struct({ creationDate: string(), mfaAuthenticated: oneOf(['true', 'false']) }),
  sourceIdentity: optional(string()),
})

const userIdentity = struct({
  type: optional(oneOf(['Root', 'IAMUser', 'Role', 'AssumedRole', 'FederatedUser', 'AWSAccount'])),
  principalId: optional(string()),
  arn: optional(string()),
  accountId: string(),
  accessKeyId: optional(string()),
  userName: optional(string()),
  sessionContext: optional(sessionContext),
  invokedBy: optional(string()),
})

const policyChange = struct({
  policyType: optional(oneOf(['identity', 'boundary', 'trust'])),
  policyName: optional(string()),
  changeNumber: optional(integer()),
  formerPolicySha256: optional(string()),
  policySha256: optional(string()),
})

const additionalEventData = struct({
  keyMaterialId: optional(string()),
  sourceKeyMaterialId: optional(string()),
  destinationKeyMaterialId: optional(string()),
  grantId: optional(string()),
  customKeyStoreName: optional(string()),
  policyChange: optional(policyChange),
  repeated: optional(boolean),
  decisions: optional(
    list(struct({ action: string(), allowed: boolean, reason: optional(string()) })),
  ),
  recipient: optional(map()),
  awsIdentity: optional(struct({ account: string(), arn: string(), userId: string() })),
  recordNotKept: optional(struct({ reason: string(), originalSize: integer() })),
  recordNotMade: optional(boolean),
})

const resource = struct({
  accountId: string(),
  type: oneOf(['AWS::KMS::Key']),
  ARN: string(),
})

const members = struct({
  eventVersion: oneOf(['1.11']),
  userIdentity,
  eventTime: string(),
  eventSource: string(),
  eventName: string(),
  awsRegion: string(),
  sourceIPAddress: string(),
  userAgent: string(),
  errorCode: optional(string()),
  errorMessage: optional(string()),
  requestParameters: json,
  responseElements: json,
  additionalEventData: optional(additionalEventData),
  requestID: optional(string()),
  eventID: string(),
  readOnly: boolean,
  resources: list(resource),
  eventType: oneOf(['AwsApiCall', 'AwsServiceEvent']),
  managementEvent: boolean,
  recipientAccountId: string(),
  sharedEventID: optional(string()),
  serviceEventDetails: optional(json),
  eventCategory: oneOf(['Management']),
})

/** A record of the audit trail, in CloudTrail's shape: answered as it was stored. */
export const auditEvent: Shape<unknown> = { ...any, schema: members.schema }
