import { randomUUID } from 'node:crypto'
import type { AuditRecord, AuditResource } from '../audit/audit.ts'
import { eventTimeOf } from '../audit/event-time.ts'
import { OPERATOR_ACCOUNT } from '../base/arn.ts'
import type { KmsError } from '../base/errors.ts'
import type { Caller } from '../identity/caller.ts'
import { serviceOf } from '../operation.ts'
import { recordElsewhere } from './elsewhere.ts'
import { EVENT_SOURCES, IDENTITY } from './record-words.ts'
import { tenantOf } from './shared-records.ts'
import type { Attempt } from './stages.ts'

/**
 * What stands in the trail for the records of a call that could not be made: who, what, when and on which
 * keys, in every trail that would have had one. Of each part that can't be said either there is none.
 * Never throws.
 */
export function stubRecords(
  attempt: Attempt,
  caller: Caller,
  refusal: KmsError | undefined,
): AuditRecord[] {
  const own = stubRecord(attempt, caller, refusal)
  if (refusal !== undefined) return [own]
  const { accountId } = caller
  const operated = accountId === OPERATOR_ACCOUNT
  const [principalId] = operated ? [OPERATOR_ACCOUNT] : caller.userId.split(':')
  const others = [...ownersOf(attempt, caller)].map((owner): AuditRecord => {
    return {
      ...own,
      userIdentity: { type: 'AWSAccount', principalId, accountId },
      ...(operated && { sourceIPAddress: 'tenkey', userAgent: 'tenkey' }),
      eventID: randomUUID(),
      resources: own.resources.filter((resource) => resource.accountId === owner),
      recipientAccountId: owner,
    }
  })
  const there = part(() => (attempt.kept === undefined ? recordElsewhere(own, attempt) : undefined))
  if (there !== undefined) others.push(there)
  if (others.length === 0) return [own]
  const sharedEventID = randomUUID()
  return [own, ...others].map((record) => ({ ...record, sharedEventID }))
}

function stubRecord(
  { about, keys, reached: { request, route, context } }: Attempt,
  caller: Caller,
  refusal: KmsError | undefined,
): AuditRecord {
  const { operation } = route
  const code = refusal?.code
  const { mutates, auditedAsRead = false } = operation
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: IDENTITY[caller.type],
      principalId: caller.userId,
      arn: caller.arn,
      accountId: caller.accountId,
      accessKeyId: caller.accessKeyId,
    },
    eventTime: part(() => eventTimeOf(context.now)) ?? eventTimeOf(Date.now()),
    eventSource: EVENT_SOURCES[serviceOf(operation)],
    eventName: operation.name,
    awsRegion: context.region,
    sourceIPAddress: request.sourceIp,
    userAgent: '',
    errorCode: code === 'AccessDeniedException' ? 'AccessDenied' : code,
    requestParameters: null,
    responseElements: null,
    additionalEventData: { recordNotMade: true },
    requestID: context.requestId,
    eventID: randomUUID(),
    readOnly: !mutates || auditedAsRead,
    resources: [...new Set([...about.values(), ...keys.values()])].flatMap(
      (key): AuditResource[] =>
        part(() => [{ accountId: key.accountId, type: 'AWS::KMS::Key', ARN: key.arn }]) ?? [],
    ),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: caller.accountId,
    eventCategory: 'Management',
  }
}

/** Other accounts whose trails have the call. */
function ownersOf(attempt: Attempt, { accountId }: Caller): Set<string> {
  const { foreign, roleAccount } = attempt
  const owners = new Set(foreign.map((key) => key.accountId))
  if (roleAccount !== undefined) owners.add(roleAccount)
  const tenant = accountId === OPERATOR_ACCOUNT ? part(() => tenantOf(attempt)) : undefined
  if (tenant !== undefined) owners.add(tenant)
  return owners
}

function part<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}
