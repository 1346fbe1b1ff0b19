import { randomUUID } from 'node:crypto'
import type { Ruling } from '../access/authorize.ts'
import type { AuditRecord, SessionContext } from '../audit/audit.ts'
import type { KmsError } from '../base/errors.ts'
import type { Caller, CallerSession } from '../identity/caller.ts'
import type { Key } from '../key/key.ts'
import { serviceOf } from '../operation.ts'
import { knownTo } from '../policy/decide.ts'
import { attestedEventData } from '../recipient/recipient.ts'
import type { Attempt } from './stages.ts'

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
export function auditRecords(attempt: Attempt, caller: Caller, refusal?: KmsError): AuditRecord[] {
  const { foreign, roleAccount } = attempt
  const own = auditRecord(attempt, caller, refusal)
  if (foreign.length === 0 && roleAccount === undefined) return [own]
  const owners = new Set(foreign.map(({ accountId }) => accountId))
  if (roleAccount !== undefined) owners.add(roleAccount)
  return [own, ...[...owners].map((owner) => ownersRecord(own, attempt, owner))]
}

/** What the owner of a key sees: which account called, its own keys, and why it was decided so. */
function ownersRecord(record: AuditRecord, attempt: Attempt, owner: string): AuditRecord {
  const { accountId, principalId } = record.userIdentity
  const keys = attempt.foreign.filter((key) => key.accountId === owner)
  return {
    ...record,
    userIdentity: { type: 'AWSAccount', principalId, accountId },
    additionalEventData: {
      decisions: attempt.rulings
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
function auditRecord(attempt: Attempt, caller: Caller, refusal?: KmsError): AuditRecord {
  const { rulings, keys, reached } = attempt
  const { request, route, context, input, output, attestation } = reached
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
      rulings.length === 0
        ? undefined
        : {
            decisions: rulings.map(decisionOf),
            ...(attestation !== undefined && attestedEventData(attestation)),
          },
    requestID: context.requestId,
    eventID: randomUUID(),
    readOnly: !operation.mutates,
    resources: [...keys.values()].map(resource),
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

const resource = ({ accountId, arn }: Key) =>
  ({ accountId, type: 'AWS::KMS::Key', ARN: arn }) as const
