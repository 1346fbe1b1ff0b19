import { randomUUID } from 'node:crypto'
import type { Caller } from '../auth/caller.ts'
import type { KmsError } from '../errors.ts'
import type { Call } from '../handle.ts'
import type { Key } from '../key/key.ts'
import type { AuditRecord } from './audit.ts'

const IDENTITY = {
  root: 'Root',
  user: 'IAMUser',
  role: 'Role',
  'assumed-role': 'AssumedRole',
} as const

/** bytes of a caller's text kept in a record */
const MAX_TEXT = 1024

/** The record of one call: what was asked, by whom, of which keys, and what came of it. */
export function auditRecord(call: Call, caller: Caller, refusal?: KmsError): AuditRecord {
  const { request, route, context, input, output } = call
  const { operation } = route
  const shown = operation.mutates && refusal === undefined && output !== undefined
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: IDENTITY[caller.type],
      principalId: caller.userId,
      arn: caller.arn,
      accountId: caller.accountId,
      accessKeyId: caller.accessKeyId,
      ...(caller.name !== undefined && { userName: caller.name }),
    },
    eventTime: new Date(context.now).toISOString(),
    eventSource: operation.docs === undefined ? 'tenkey' : 'kms.amazonaws.com',
    eventName: operation.name,
    awsRegion: context.region,
    sourceIPAddress: request.sourceIp,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, MAX_TEXT),
    ...(refusal !== undefined && { errorCode: refusal.code }),
    ...(refusal !== undefined &&
      refusal.message !== '' && { errorMessage: refusal.message.slice(0, MAX_TEXT) }),
    requestParameters: input === undefined ? null : operation.input.redact(input),
    responseElements: shown ? (operation.output?.redact(output) ?? null) : null,
    requestID: context.requestId,
    eventID: randomUUID(),
    readOnly: !operation.mutates,
    resources: Object.values(call.keys).filter(isKey).map(resource),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: caller.accountId,
    eventCategory: 'Management',
  }
}

const isKey = (key: Key | undefined): key is Key => key !== undefined
const resource = ({ accountId, arn }: Key) =>
  ({ accountId, type: 'AWS::KMS::Key', ARN: arn }) as const
