import { randomUUID } from 'node:crypto'
import type { AuditRecord } from '../audit/audit.ts'
import type { CallContext } from '../base/call-context.ts'
import { LateRead, StoreConflict } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import type { HttpRequest, HttpResponse } from '../base/http-message.ts'
import type { Caller } from '../identity/caller.ts'
import type { Claim } from '../identity/claim.ts'
import { tenantItem, tenantPlace } from '../identity/credential.ts'
import { type AnyOperation, serviceOf } from '../operation.ts'
import { isForm } from '../protocol/aws-query.ts'
import { bodyLimit, refuseLonger } from '../protocol/body-limit.ts'
import { isIamPath } from '../protocol/iam-path.ts'
import type { AnswerContext, Protocol, Route } from '../protocol/protocol.ts'
import { RootKeyUnavailable } from '../root/root.ts'
import type { Service } from '../service.ts'
import { type Found, ItemTooLarge, StoreUnavailable } from '../store/store.ts'
import { auditRecords } from './audit-record.ts'
import { carryOut } from './carry-out.ts'
import { type Addressed, type Attempt, type Body, newAttempt, type Received } from './stages.ts'

/** tries after which what Regions share is read where it is written, whatever the conflict was about */
const PATIENT = 5
/** times a call is made again after another writer was first */
const MAX_TRIES = 10

/**
 * One request from its bytes to its answer. Every face and every runtime comes through here.
 * Never throws: what is not a refusal is logged and answered as KMSInternalException.
 * @param addressed what judgeHead read of this very head; read here unless given
 */
export async function handle(
  request: HttpRequest,
  service: Service,
  addressed?: Addressed,
): Promise<HttpResponse> {
  const protocol = protocolOf(request, service)
  const requestId = request.requestId ?? randomUUID()
  try {
    const { length } = request.body
    refuseLonger(length, protocol.mostBody)
    const route = addressed?.route ?? protocol.route(request)
    refuseLonger(length, bodyLimit(route.operation, protocol.face, request.method))
    if (protocol.load !== undefined) await protocol.load()
    return await answer(route, addressed?.claim, requestId, request, service)
  } catch (error) {
    return refused(protocol, refusalOf(error, requestId, service), { requestId }, request)
  }
}

export type Faces = Pick<Service, 'awsJson' | 'awsQuery' | 'rest' | 'xks' | 'iam'>

/** in every path of an external key store's proxy, whatever its prefix, and in no other */
const XKS_PATH = '/kms/xks/'

/** Which face a request is for: the query protocol has forms, or an Action in the query. */
export function protocolOf(
  { method, path, query, headers }: Pick<HttpRequest, 'method' | 'path' | 'query' | 'headers'>,
  { awsJson, awsQuery, rest, xks, iam }: Faces,
): Protocol {
  if (path !== '/') {
    if (iam !== undefined && isIamPath(path)) return iam
    return xks !== undefined && path.includes(XKS_PATH) ? xks : rest
  }
  if (method === 'GET') return /(^|&)Action=/.test(query) ? awsQuery : rest
  if (method !== 'POST') return rest
  return isForm(headers['content-type']) ? awsQuery : awsJson
}

/** Whether an operation is about what Regions share: accounts, and who is in them. */
const changesAccount = ({ audience, service }: AnyOperation): boolean =>
  audience === 'operator' || service === 'iam'

/**
 * A service for one call that changes something, or may: over what Regions share as it is, where that may be late.
 * @returns undefined where it never is
 */
function latestOf(service: Service) {
  const changing = service.changing?.()
  if (changing === undefined) return undefined
  const { store, ports, arrived } = changing
  return { over: { ...service, store, ports, changing: undefined }, arrived }
}

async function answer(
  route: Route,
  claimed: Claim | undefined,
  requestId: string,
  request: HttpRequest,
  service: Service,
): Promise<HttpResponse> {
  const began = performance.now()
  const { protocol, operation } = route
  const claim = claimed ?? protocol.claim(route, request, service.region)
  const context = contextOf(request, requestId, protocol, claim, service)
  const received: Received = { request, route, claim, context, body: bodyOf(route, request, claim) }
  let attempt = newAttempt(received)
  // tenants, principals and credentials are changed by what is, wherever it was written
  const administers = operation.mutates && changesAccount(operation)
  let latest = operation.mutates ? latestOf(service) : undefined
  let using = (administers ? latest?.over : undefined) ?? service
  let code: string | undefined
  let carriedOut = false
  try {
    for (let tries = 1; ; tries++) {
      try {
        const response = await carryOut(received, attempt, using)
        carriedOut = true
        await recordCall(attempt, undefined, service)
        // a change that is answered holds in this Region
        if (operation.mutates) await latest?.arrived()
        return response
      } catch (error) {
        if (!(error instanceof StoreConflict) || tries === MAX_TRIES) throw error
        attempt = newAttempt(received)
        // others who write the same do so in this Region, so this one is read again; unless it stays behind
        if (error instanceof LateRead || tries >= PATIENT) {
          latest ??= latestOf(service)
          using = latest?.over ?? service
        }
      }
    }
  } catch (error) {
    const plain = refusalOf(error, requestId, service)
    // its record has the words that its caller is told
    const found = (await protocol.explain?.(plain, route, request)) ?? plain
    // one that can't be written now is kept, and says what was done: it is the only one of its call
    if (!carriedOut) await recordCall(attempt, found, service)
    // what home’s truth refuses is so in this Region too; of who is proven alone: strangers hold nobody up
    const judged = using !== service && error instanceof KmsError && attempt.reached.caller
    const tooLate = operation.mutates && judged ? await latest?.arrived().catch(asItIs) : undefined
    const told = tooLate === undefined ? found : refusalOf(tooLate, requestId, service)
    code = told.code
    return refused(protocol, told, { requestId, operation }, request)
  } finally {
    service.meter(operation.name, code, performance.now() - began)
  }
}

/** A refusal in the words of its face; what 401 says besides is loaded with the first. */
const refused = async (
  protocol: Protocol,
  error: KmsError,
  context: AnswerContext,
  request: HttpRequest,
): Promise<HttpResponse> =>
  error.fault.status === 401
    ? (await import('../protocol/challenge.ts')).refusal(protocol, error, context, request)
    : protocol.failure(error, context)

const asItIs = (error: unknown): unknown => error

/** What a call knows beside its request. */
export function contextOf(
  request: HttpRequest,
  requestId: string,
  { face }: Protocol,
  { region }: Claim,
  { now, wallTime, signatureTime, servedRegion, otherRegions }: Service,
): CallContext {
  return {
    requestId,
    face,
    region,
    servedRegion,
    otherRegions,
    now: now(),
    wallTime: wallTime(),
    signatureTime: signatureTime(),
    sourceIp: request.sourceIp,
    userAgent: request.headers['user-agent'] ?? '',
    secure: request.secure,
    signal: request.signal,
  }
}

/** Only taken apart: what it holds is judged once its sender is proven. */
function bodyOf(route: Route, request: HttpRequest, claim: Claim): Body {
  try {
    return { json: route.protocol.input(route, request, claim) }
  } catch (error) {
    if (error instanceof KmsError) return { refusal: error }
    throw error
  }
}

async function recordCall(attempt: Attempt, refusal: KmsError | undefined, service: Service) {
  const { route, caller, context, found } = attempt.reached
  // Who is not proven leaves no record: a stranger could fill a tenant's trail otherwise
  if (caller === undefined || found === undefined) return
  const durable = route.operation.mutates && refusal === undefined
  const records = await auditRecords(attempt, caller, refusal, service.log)
  const retention = await retentionOf(caller, found, service)
  try {
    noteAccessKey(caller, route, context, service)
    if (refusal === undefined) noteUse(attempt, records, service)
  } catch (error) {
    service.log('error', { requestId: context.requestId, usage: 'not noted', error })
  }
  await service.audit.record(records, durable, { at: context.now, retention })
}

/** Days that the caller's account keeps records; nothing where that can't be told now: the trail asks later. */
async function retentionOf({ accountId }: Caller, found: Found, service: Service) {
  try {
    // read with the call
    const tenant = await found(tenantPlace(accountId))
    const days = tenant && tenantItem.read(tenant).auditRetention
    return { accountId, days: days ?? service.auditRetention }
  } catch (error) {
    service.log('error', { audit: 'retention unknown', accountId, error })
    return undefined
  }
}

/** Notes the use of an access key that was made for good: of temporary ones AWS IAM tells none either. */
function noteAccessKey(
  { accountId, accessKeyId }: Caller,
  { operation }: Route,
  { now, region }: CallContext,
  { accessKeyUses }: Service,
): void {
  if (accessKeyId?.startsWith('AKIA') !== true) return
  accessKeyUses.note({ accountId, accessKeyId }, { at: now, service: serviceOf(operation), region })
}

/** Notes the use of each key, under the event that its own account's trail has of it. */
function noteUse(
  { reached: { route, context }, keys }: Attempt,
  records: AuditRecord[],
  service: Service,
): void {
  for (const key of keys.values()) {
    const event = records.find(({ recipientAccountId }) => recipientAccountId === key.accountId)
    if (event === undefined) continue
    service.usage.note(key, {
      operation: route.operation.usedAs ?? route.operation.name,
      at: context.now,
      requestId: context.requestId,
      eventId: event.eventID,
    })
  }
}

/** What a caller is told of an error; all that is not a refusal is logged with the request's id. */
function refusalOf(error: unknown, requestId: string, service: Service): KmsError {
  if (error instanceof KmsError) return error
  // bounds of inputs keep items far below; what they let through all the same is no fault of ours
  if (error instanceof ItemTooLarge) {
    return new KmsError(
      'LimitExceededException',
      'The request would store more than an item holds.',
    )
  }
  service.log('error', { requestId, error })
  const busy = error instanceof StoreConflict || isUnavailable(error)
  return busy
    ? new KmsError('DependencyTimeoutException', 'A dependency did not answer in time. Try again.')
    : new KmsError('KMSInternalException', `Internal error. Request id: ${requestId}`)
}

const isUnavailable = (error: unknown): boolean =>
  error instanceof StoreUnavailable || error instanceof RootKeyUnavailable
