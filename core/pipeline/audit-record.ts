import { randomUUID } from 'node:crypto'
import type { Ruling } from '../access/authorize.ts'
import type { AuditRecord, AuditResource, SessionContext } from '../audit/audit.ts'
import { eventTimeOf } from '../audit/event-time.ts'
import { kmsArn, OPERATOR_ACCOUNT } from '../base/arn.ts'
import type { KmsError } from '../base/errors.ts'
import { loadOnce } from '../base/load-once.ts'
import type { Log } from '../base/log.ts'
import type { Caller, CallerSession } from '../identity/caller.ts'
import type { Key } from '../key/key.ts'
import { type AnyOperation, type AuditDetail, serviceOf } from '../operation.ts'
import { knownTo } from '../policy/decide.ts'
import { attestedEventData } from '../recipient/recipient.ts'
import { EVENT_SOURCES, IDENTITY } from './record-words.ts'
import type { Attempt } from './stages.ts'

/** bytes of a caller's text kept in a record */
const MAX_TEXT = 1024

/**
 * The records of one call: the caller's account has one. Where it was carried out, so has each other
 * account whose key or role was used, as CloudTrail does it, and the tenant that the operator worked on.
 * Never throws: what has been carried out is on record, if need be by a stub (stub-record.ts).
 * @param log told why a stub it is
 */
export async function auditRecords(
  attempt: Attempt,
  caller: Caller,
  refusal: KmsError | undefined,
  log: Log,
): Promise<AuditRecord[]> {
  try {
    const own = auditRecord(attempt, caller, refusal)
    return isAlone(attempt, caller, refusal) ? [own] : await withOthers(own, attempt, refusal)
  } catch (error) {
    const { requestId } = attempt.reached.context
    log('error', { requestId, audit: 'a record could not be made whole', error })
    return (await import('./stub-record.ts')).stubRecords(attempt, caller, refusal)
  }
}

/** Loaded by who acts in two accounts. */
const sharing = loadOnce(() => import('./shared-records.ts'))

/** Whether a call that was carried out is nobody's but its caller's, as nearly all are. */
const isAlone = (
  { foreign, roleAccount, reached }: Attempt,
  { accountId }: Caller,
  refusal: KmsError | undefined,
): boolean =>
  refusal === undefined &&
  reached.route.operation.elsewhere === undefined &&
  foreign.length === 0 &&
  roleAccount === undefined &&
  accountId !== OPERATOR_ACCOUNT

async function withOthers(
  own: AuditRecord,
  attempt: Attempt,
  refusal: KmsError | undefined,
): Promise<AuditRecord[]> {
  // "requests that are rejected because access is denied are logged only in the caller's account"
  if (refusal !== undefined) return [await aboutNamed(own, attempt)]
  const { elsewhere } = attempt.reached.route.operation
  if (elsewhere !== undefined && attempt.kept === undefined) {
    const there = (await import('./elsewhere.ts')).recordElsewhere(own, attempt)
    return there === undefined ? [own] : [own, there]
  }
  return (await sharing()).sharedRecords(own, attempt)
}

/** The record of a call that was refused before its keys were looked at has those of its own account too. */
async function aboutNamed(own: AuditRecord, { reached }: Attempt): Promise<AuditRecord> {
  const { input, named, found } = reached
  if (input !== undefined || named === undefined || found === undefined) return own
  if (named.size === 0) return own
  const { namedResources } = await import('./named-resources.ts')
  const keys = await namedResources(named, own.recipientAccountId, found)
  return { ...own, resources: keys.map(resource) }
}

/** Across accounts each side learns what its own policies said, and no more. */
const decisionOf = ({ request, decision }: Ruling) => ({
  action: request.action,
  ...knownTo('caller', decision),
})

/** The caller's own record: what was asked, by whom, of which keys, and what came of it. */
function auditRecord(attempt: Attempt, caller: Caller, refusal?: KmsError): AuditRecord {
  const { keys, reached } = attempt
  const { request, route, context, input, output } = reached
  const { operation } = route
  const { mutates, auditedAsRead = false } = operation
  const detail =
    input === undefined
      ? undefined
      : operation.audited?.({
          input,
          keys: reached.keys ?? Object.fromEntries(keys),
          output: refusal === undefined ? output : undefined,
        })
  const code = refusal?.code
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: IDENTITY[caller.type],
      principalId: caller.userId,
      arn: caller.arn,
      accountId: caller.accountId,
      accessKeyId: caller.accessKeyId,
      userName: caller.type === 'user' || caller.type === 'role' ? caller.name : undefined,
      sessionContext: caller.session && sessionContext(caller, caller.session),
    },
    eventTime: eventTimeOf(context.now),
    eventSource: EVENT_SOURCES[serviceOf(operation)],
    eventName: operation.name,
    awsRegion: context.region,
    sourceIPAddress: request.sourceIp,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, MAX_TEXT),
    // the one code that CloudTrail writes otherwise than AWS KMS answers it
    errorCode: code === 'AccessDeniedException' ? 'AccessDenied' : code,
    errorMessage: refusal?.message.slice(0, MAX_TEXT) || undefined,
    requestParameters: input === undefined ? null : parametersOf(operation, input, detail),
    responseElements:
      mutates && !auditedAsRead && refusal === undefined ? responseOf(attempt, operation) : null,
    additionalEventData: additionalOf(attempt, caller, detail),
    requestID: context.requestId,
    eventID: randomUUID(),
    readOnly: !mutates || auditedAsRead,
    resources: resourcesOf(attempt, caller, detail),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: caller.accountId,
    eventCategory: 'Management',
  }
}

/** The input as its shapes show it, and what AWS KMS logs though it was not sent; null where that is nothing. */
function parametersOf(operation: AnyOperation, input: unknown, detail: AuditDetail | undefined) {
  const shown = operation.input.redact(input)
  const all = detail?.parameters === undefined ? shown : { ...detail.parameters, ...shown }
  for (const name in all) if (all[name] !== undefined) return all
  return null
}

/** The output as its shapes show it; of a change of a key its ARN, whether or not it is answered. */
function responseOf(
  { keys, reached: { output } }: Attempt,
  operation: AnyOperation,
): Readonly<Record<string, unknown>> | null {
  const shown = output === undefined ? undefined : operation.output?.redact(output)
  const key = serviceOf(operation) === 'kms' ? keys.get('key') : undefined
  // an answer without members is none
  if (key === undefined) return shown && Object.keys(shown).length > 0 ? shown : null
  return { keyId: key.arn, ...shown }
}

function additionalOf(
  { rulings, reached, kept }: Attempt,
  { awsIdentity }: Caller,
  detail: AuditDetail | undefined,
) {
  const { attestation } = reached
  // nothing was made: the answer of the first time was told again
  const first = kept === undefined ? detail?.additional : { ...detail?.additional, repeated: true }
  const additional = awsIdentity === undefined ? first : { ...first, awsIdentity }
  const told =
    rulings.length === 0 ? additional : { ...additional, decisions: rulings.map(decisionOf) }
  return attestation === undefined ? told : { ...told, ...attestedEventData(attestation) }
}

/** Keys, and the alias a call is about: after its key where it is made, before it where it was there. */
function resourcesOf(
  { about, reached: { route, context, input } }: Attempt,
  { accountId }: Caller,
  detail: AuditDetail | undefined,
): AuditResource[] {
  const { operation } = route
  const keys: AuditResource[] = []
  // the key that an alias is pointed to comes before the one it leaves
  if (about.has('former')) for (const key of about.values()) keys.unshift(resource(key))
  else for (const key of about.values()) keys.push(resource(key))
  if (detail?.made !== undefined) keys.push(resource({ accountId, arn: detail.made }))
  const name = input === undefined ? undefined : operation.alias?.(input)
  if (name === undefined) return keys
  const alias = resource({ accountId, arn: kmsArn(context.region, accountId, name) })
  const wasThere = Object.values(operation.keys).some((use) => use.alias)
  return wasThere ? [alias, ...keys] : [...keys, alias]
}

function sessionContext(
  { type, accountId, userId, roleArn = '', name = '' }: Caller,
  { issued, mfa, sourceIdentity, provider, issuer }: CallerSession,
): SessionContext {
  const [principalId = ''] = userId.split(':')
  return {
    ...(issuer !== undefined && { sessionIssuer: issuer }),
    ...(type === 'assumed-role' && {
      sessionIssuer: { type: 'Role', principalId, arn: roleArn, accountId, userName: name },
    }),
    ...(provider !== undefined && {
      webIdFederationData: { federatedProvider: provider, attributes: {} },
    }),
    attributes: { creationDate: eventTimeOf(issued), mfaAuthenticated: String(mfa) },
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  }
}

const resource = ({ accountId, arn }: Pick<Key, 'accountId' | 'arn'>): AuditResource => ({
  accountId,
  type: 'AWS::KMS::Key',
  ARN: arn,
})
