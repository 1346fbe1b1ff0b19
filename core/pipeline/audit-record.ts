import { randomUUID } from 'node:crypto'
import type { Ruling } from '../access/authorize.ts'
import type { AuditRecord, SessionContext } from '../audit/audit.ts'
import type { KmsError } from '../base/errors.ts'
import type { Caller, CallerSession } from '../identity/caller.ts'
import type { Key } from '../key/key.ts'
import { serviceOf } from '../operation.ts'
import { knownTo } from '../policy/decide.ts'
import { attestedEventData } from '../recipient/recipient.ts'
import type { Call } from './call.ts'

const IDENTITY = {
  root: 'Root',
  user: 'IAMUser',
  role: 'Role',
  'assumed-role': 'AssumedRole',
} as const

const EVENT_SOURCES = {
  kms: 'kms.amazonaws.com',
  sts: 'sts.amazonaws.com',
  tenkey: 'tenkey',
} as const

/** bytes of a caller's text kept in a record */
const MAX_TEXT = 1024

/**
 * The records of one call: the caller's account has one, and each other account whose key was asked
 * for, as CloudTrail does it for calls across accounts.
 */
export function auditRecords(call: Call, caller: Caller, refusal?: KmsError): AuditRecord[] {
  const own = auditRecord(call, caller, refusal)
  if (call.foreign.length === 0 && call.roleAccount === undefined) return [own]
  const owners = new Set(call.foreign.map(({ accountId }) => accountId))
  if (call.roleAccount !== undefined) owners.add(call.roleAccount)
  return [own, ...[...owners].map((owner) => ownersRecord(own, call, owner))]
}

/** What the owner of a key sees: which account called, its own keys, and why it was decided so. */
function ownersRecord(record: AuditRecord, call: Call, owner: string): AuditRecord {
  const { accountId, principalId } = record.userIdentity
  const keys = call.foreign.filter((key) => key.accountId === owner)
  return {
    ...record,
    userIdentity: { type: 'AWSAccount', principalId, accountId },
    additionalEventData: {
      decisions: call.rulings
        .filter(({ request }) => request.resourceAccountId === owner)
        .map(({ request, decision }) => ({
          action: request.action,
          ...knownTo('owner', decision),
        })),
    },
    eventID: randomUUID(),
    resources: keys.map(resource),
    recipientAccountId: owner,
  }
}

/** Across accounts each side learns what its own policies said, and no more. */
const decisionOf = ({ request, decision }: Ruling) => ({
  action: request.action,
  ...knownTo('caller', decision),
})

/** The caller's own record: what was asked, by whom, of which keys, and what came of it. */
function auditRecord(call: Call, caller: Caller, refusal?: KmsError): AuditRecord {
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
      userName: caller.name,
      sessionContext: caller.session && sessionContext(caller.session),
    },
    eventTime: new Date(context.now).toISOString(),
    eventSource: EVENT_SOURCES[serviceOf(operation)],
    eventName: operation.name,
    awsRegion: context.region,
    sourceIPAddress: request.sourceIp,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, MAX_TEXT),
    errorCode: refusal?.code,
    errorMessage: refusal?.message.slice(0, MAX_TEXT) || undefined,
    requestParameters: input === undefined ? null : operation.input.redact(input),
    responseElements: shown ? (operation.output?.redact(output) ?? null) : null,
    additionalEventData:
      call.rulings.length === 0
        ? undefined
        : {
            decisions: call.rulings.map(decisionOf),
            ...(call.attestation !== undefined && attestedEventData(call.attestation)),
          },
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

const sessionContext = ({
  issued,
  mfa,
  sourceIdentity,
  provider,
}: CallerSession): SessionContext => ({
  attributes: { creationDate: new Date(issued).toISOString(), mfaAuthenticated: String(mfa) },
  ...(sourceIdentity !== undefined && { sourceIdentity }),
  ...(provider !== undefined && { webIdFederationData: { federatedProvider: provider } }),
})

const isKey = (key: Key | undefined): key is Key => key !== undefined
const resource = ({ accountId, arn }: Key) =>
  ({ accountId, type: 'AWS::KMS::Key', ARN: arn }) as const
