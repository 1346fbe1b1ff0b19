import {
  any,
  boolean,
  type JsonSchema,
  list,
  oneOf,
  optional,
  type Shape,
  string,
  struct,
} from '../../core/shape/shapes.ts'

/** Any JSON, with what OpenAPI says of it. */
const json = (description: string): Shape<unknown> => ({
  ...any,
  schema: { description, type: ['object', 'null'], additionalProperties: true } as JsonSchema,
})
const text = (description: string) => string({ description })

const userIdentity = struct({
  type: optional(oneOf(['Root', 'IAMUser', 'Role', 'AssumedRole', 'FederatedUser', 'AWSAccount'])),
  principalId: optional(text('Unique id; of a session `AROA…:<session name>`')),
  arn: optional(text('ARN of who called')),
  accountId: text('Account of who called'),
  accessKeyId: optional(
    text('Access key that signed the request, or was named by one that failed'),
  ),
  userName: optional(text('Name of a user, or of a role that calls as itself')),
  sessionContext: optional(
    json(
      'Of short-lived credentials: sessionIssuer, webIdFederationData, attributes, sourceIdentity',
    ),
  ),
  invokedBy: optional(text('`AWS Internal` for acts of the service’s own')),
})

const resource = struct({
  accountId: string(),
  type: oneOf(['AWS::KMS::Key']),
  ARN: text('ARN of a key or an alias'),
})

const members = struct({
  eventVersion: oneOf(['1.11']),
  userIdentity,
  eventTime: text('RFC 3339, whole seconds (older records: milliseconds)'),
  eventSource: text('kms.amazonaws.com, sts.amazonaws.com or tenkey'),
  eventName: text('The operation, or an act of the service’s own'),
  awsRegion: string(),
  sourceIPAddress: string(),
  userAgent: string(),
  errorCode: optional(text('Absent where the call succeeded')),
  errorMessage: optional(string()),
  requestParameters: json('The input without secrets and blobs, names in lower camel case'),
  responseElements: json('The output of a change, without secrets and blobs'),
  additionalEventData: optional(
    json('keyMaterialId, grantId, recipient; decisions: what allowed or denied the call'),
  ),
  requestID: optional(text('Absent for acts of the service’s own')),
  eventID: string(),
  readOnly: boolean,
  resources: list(resource),
  eventType: oneOf(['AwsApiCall', 'AwsServiceEvent']),
  managementEvent: boolean,
  recipientAccountId: text('The account whose trail this is'),
  sharedEventID: optional(text('The same in the records that several accounts have of one call')),
  serviceEventDetails: optional(json('Of acts of the service’s own')),
  eventCategory: oneOf(['Management']),
})

/** A record of the audit trail, in CloudTrail's shape: answered as it was stored. */
export const auditEvent: Shape<unknown> = { ...any, schema: members.schema }
