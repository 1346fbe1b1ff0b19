import { randomUUID } from 'node:crypto'
import type { AuditRecord } from '../audit/audit.ts'
import type { CallContext } from '../base/call-context.ts'
import { StoreConflict } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import type { HttpRequest, HttpResponse } from '../base/http-message.ts'
import type { Claim } from '../identity/claim.ts'
import type { KeyUses } from '../key/key-use.ts'
import { type NamedKey, namedKeys, placesOf } from '../key/resolve.ts'
import type { Run } from '../operation.ts'
import { isForm } from '../protocol/aws-query.ts'
import type { Protocol, Route } from '../protocol/protocol.ts'
import type { RecipientInfo } from '../recipient/recipient.ts'
import { RootKeyUnavailable } from '../root/root.ts'
import type { Service } from '../service.ts'
import { decodeInput } from '../shape/shapes.ts'
import type { Found } from '../store/store.ts'
import { StoreUnavailable } from '../store/store.ts'
import { admitKeys, admitPlain, admitRole } from './admit.ts'
import { admitAudience } from './audience.ts'
import { auditRecords } from './audit-record.ts'
import type { Call } from './call.ts'
import { once } from './idempotency.ts'

/** bytes of a body; AWS KMS's own largest request is far below */
export const MAX_BODY = 1024 * 1024
/** times a call is made again after another writer was first */
const MAX_TRIES = 10

/**
 * One request from its bytes to its answer. Every face and every runtime comes through here.
 * Never throws: what is not a refusal is logged and answered as KMSInternalException.
 */
export async function handle(request: HttpRequest, service: Service): Promise<HttpResponse> {
  const page = service.pages.get(`${request.method} ${request.path}`)
  if (page !== undefined) return page()
  const protocol = protocolOf(request, service)
  const requestId = request.requestId ?? randomUUID()
  try {
    const route = openRoute(protocol, request)
    return await answer(route, requestId, request, service)
  } catch (error) {
    return protocol.failure(refusalOf(error, requestId, service), { requestId })
  }
}

/** Which face a request is for: the query protocol has forms, or an Action in the query. */
export function protocolOf(
  { method, path, query, headers }: Pick<HttpRequest, 'method' | 'path' | 'query' | 'headers'>,
  { awsJson, awsQuery, rest }: Pick<Service, 'awsJson' | 'awsQuery' | 'rest'>,
): Protocol {
  if (path !== '/') return rest
  if (method === 'GET') return /(^|&)Action=/.test(query) ? awsQuery : rest
  if (method !== 'POST') return rest
  return isForm(headers['content-type']) ? awsQuery : awsJson
}

function openRoute(protocol: Protocol, request: HttpRequest): Route {
  if (request.body.length > MAX_BODY) {
    throw new KmsError(
      'RequestEntityTooLargeException',
      `A request body has at most ${MAX_BODY} bytes.`,
    )
  }
  return protocol.route(request)
}

async function answer(
  route: Route,
  requestId: string,
  request: HttpRequest,
  service: Service,
): Promise<HttpResponse> {
  const began = performance.now()
  const { protocol } = route
  const claim = protocol.claim(route, request, service.region)
  const call: Call = {
    request,
    route,
    context: contextOf(request, requestId, protocol, claim, service),
    input: undefined,
    keys: {},
    rulings: [],
    foreign: [],
  }
  let code: string | undefined
  try {
    const response = await attempt(call, claim, service)
    await recordCall(call, undefined, service)
    return response
  } catch (error) {
    const refusal = refusalOf(error, requestId, service)
    code = refusal.code
    await recordCall(call, refusal, service)
    return protocol.failure(refusal, { requestId })
  } finally {
    service.meter(route.operation.name, code, performance.now() - began)
  }
}

function contextOf(
  request: HttpRequest,
  requestId: string,
  { face }: Protocol,
  { region }: Claim,
  { now, wallTime }: Service,
): CallContext {
  return {
    requestId,
    face,
    region,
    now: now(),
    wallTime: wallTime(),
    sourceIp: request.sourceIp,
    userAgent: request.headers['user-agent'] ?? '',
    secure: request.secure,
  }
}

async function attempt(call: Call, claim: Claim, service: Service): Promise<HttpResponse> {
  for (let tries = 1; ; tries++) {
    try {
      return await carryOut(call, claim, service)
    } catch (error) {
      const again = error instanceof StoreConflict && tries < MAX_TRIES
      if (!again) throw error
    }
  }
}

/** The flow. Input is decoded first so that all is read in one round trip, but judged in AWS's order. */
async function carryOut(call: Call, claim: Claim, service: Service): Promise<HttpResponse> {
  const { operation, protocol } = call.route
  const { context } = call
  const decoded = decode(call)
  const named =
    decoded.refusal === undefined
      ? namedKeys(operation.keys, decoded.input, {
          accountId: claim.accountId,
          region: claim.region,
        })
      : new Map<string, NamedKey>()
  const found = await gather(claim, named, service)

  const { request } = call
  const caller = await service.authenticator.authenticate(claim, found, { request, context })
  call.caller = caller
  admitAudience(operation, caller)
  if (decoded.refusal !== undefined) throw decoded.refusal
  const { input } = decoded
  call.input = input
  operation.validate?.(input)
  const { Recipient } = input as { Recipient?: RecipientInfo }
  // before any key is looked at: policies may ask what the document says
  if (Recipient !== undefined) {
    if (operation.attest === undefined) throw new Error(`${operation.name} attests nobody`)
    const { nitroRoot } = service
    call.attestation = await operation.attest(Recipient, context.wallTime, nitroRoot)
  }

  call.rulings = []
  call.foreign = []
  const keys = await admitKeys(named, call, found, service)
  await admitPlain(call, named, service)
  const role = await admitRole(call, found, service)
  ifMatch(call)
  const { attestation } = call
  const run = { input, keys, caller, context, attestation, role } as Run<unknown, KeyUses<unknown>>
  await operation.check?.(run, service.ports)
  refuseDryRun(input)

  const output = await once(call, service, async () => {
    call.output = await operation.run(run, service.ports)
    return operation.output?.encode(call.output, protocol.face)
  })
  return protocol.success(operation, output, {
    requestId: context.requestId,
    version: operation.mutates ? undefined : Object.values(keys)[0]?.version,
  })
}

function decode(call: Call): { input?: unknown; refusal?: KmsError } {
  try {
    const { operation, protocol } = call.route
    return { input: decodeInput(operation.input, protocol.input(call.route, call.request)) }
  } catch (error) {
    if (error instanceof KmsError) return { refusal: error }
    throw error
  }
}

/** Reads all that is known to be needed in one consistent round trip, and the rest when asked. */
async function gather(
  claim: Claim,
  named: Map<string, NamedKey>,
  service: Service,
): Promise<Found> {
  const places = await service.authenticator.places(claim)
  for (const key of named.values()) {
    for (const place of placesOf(key, service.aliasHints)) {
      if (!places.some(({ pk, sk }) => pk === place.pk && sk === place.sk)) places.push(place)
    }
  }
  const items = await service.store.get(places)
  return async ({ pk, sk }) => {
    const index = places.findIndex((place) => place.pk === pk && place.sk === sk)
    if (index >= 0) return items[index]
    const place = { pk, sk }
    const [item] = await service.store.get([place])
    places.push(place)
    items.push(item)
    return item
  }
}

/** RFC 9110 §13.1.1, for writers who must not overwrite what they haven't seen. */
function ifMatch({ request, route, keys }: Call): void {
  const wanted = route.protocol.face === 'rest' ? request.headers['if-match'] : undefined
  if (wanted === undefined || wanted === '*' || !route.operation.mutates) return
  const [key] = Object.values(keys)
  const tags = wanted.split(',').map((tag) => tag.trim())
  if (key === undefined || tags.includes(`"${key.version}"`)) return
  throw new KmsError('PreconditionFailedException', `The key is at version "${key.version}".`)
}

function refuseDryRun(input: unknown): void {
  if ((input as { DryRun?: boolean }).DryRun === true) {
    throw new KmsError(
      'DryRunOperationException',
      'The request would have succeeded, but the DryRun option is set.',
    )
  }
}

async function recordCall(call: Call, refusal: KmsError | undefined, service: Service) {
  const { caller } = call
  // Who is not proven leaves no record: a stranger could fill a tenant's trail otherwise
  if (caller === undefined) return
  const durable = call.route.operation.mutates && refusal === undefined
  const records = auditRecords(call, caller, refusal)
  if (refusal === undefined) noteUse(call, records, service)
  await service.audit.record(records, durable)
}

/** Notes the use of each key, under the event that its own account's trail has of it. */
function noteUse({ route, context, keys }: Call, records: AuditRecord[], service: Service): void {
  for (const key of Object.values(keys)) {
    const event = records.find(({ recipientAccountId }) => recipientAccountId === key?.accountId)
    if (key === undefined || event === undefined) continue
    service.usage.note(key, {
      operation: route.operation.name,
      at: context.now,
      requestId: context.requestId,
      eventId: event.eventID,
    })
  }
}

/** What a caller is told of an error; all that is not a refusal is logged with the request's id. */
function refusalOf(error: unknown, requestId: string, service: Service): KmsError {
  if (error instanceof KmsError) return error
  service.log('error', { requestId, error })
  const busy = error instanceof StoreConflict || isUnavailable(error)
  return busy
    ? new KmsError('DependencyTimeoutException', 'A dependency did not answer in time. Try again.')
    : new KmsError('KMSInternalException', `Internal error. Request id: ${requestId}`)
}

const isUnavailable = (error: unknown): boolean =>
  error instanceof StoreUnavailable || error instanceof RootKeyUnavailable
