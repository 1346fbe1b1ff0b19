import { randomUUID } from 'node:crypto'
import { auditRecord } from './audit/event.ts'
import { type Claim, readClaim } from './auth/authenticate.ts'
import { accessDenied, actionOf, admitAudience } from './auth/authorize.ts'
import type { Caller } from './auth/caller.ts'
import { KmsError } from './errors.ts'
import type { HttpRequest, HttpResponse } from './http.ts'
import { once } from './idempotency.ts'
import { keyArn, kmsArn } from './key/id.ts'
import type { Key } from './key/key.ts'
import {
  type NamedKey,
  namedKeys,
  placesOf,
  resolveKey,
  unknownCiphertextKey,
} from './key/resolve.ts'
import { stateRefusal } from './key/state.ts'
import { type CallContext, type KeyUses, type Run, StoreConflict } from './operation.ts'
import type { Protocol, Route } from './protocol/protocol.ts'
import { RootKeyUnavailable } from './root/root.ts'
import type { Service } from './service.ts'
import { decodeInput } from './shape.ts'
import { type Item, type ItemKey, StoreUnavailable } from './store/store.ts'

/** bytes of a body; AWS KMS's own largest request is far below */
export const MAX_BODY = 1024 * 1024
/** times a call is made again after another writer was first */
const MAX_TRIES = 10

/** What is learnt of a call on its way, for the answer and for the audit record. */
export interface Call {
  readonly request: HttpRequest
  readonly route: Route
  readonly context: CallContext
  input: unknown
  caller?: Caller
  keys: Record<string, Key | undefined>
  output?: unknown
}

/**
 * One request from its bytes to its answer. Every face and every runtime comes through here.
 * Never throws: what is not a refusal is logged and answered as KMSInternalException.
 */
export async function handle(request: HttpRequest, service: Service): Promise<HttpResponse> {
  const page = service.pages.get(`${request.method} ${request.path}`)
  if (page !== undefined) return page()
  const protocol =
    request.path === '/' && request.method === 'POST' ? service.awsJson : service.rest
  const requestId = request.requestId ?? randomUUID()
  try {
    const route = openRoute(protocol, request)
    return await answer(route, requestId, request, service)
  } catch (error) {
    return protocol.failure(refusalOf(error, requestId, service), { requestId })
  }
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
  const claim = readClaim(request)
  const { protocol } = route
  const context = { requestId, face: protocol.face, region: claim.region, now: service.now() }
  const call: Call = { request, route, context, input: undefined, keys: {} }
  try {
    const response = await attempt(call, claim, service)
    await recordCall(call, undefined, service)
    return response
  } catch (error) {
    const refusal = refusalOf(error, requestId, service)
    await recordCall(call, refusal, service)
    return protocol.failure(refusal, { requestId })
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
      ? namedKeys(operation, decoded.input, { accountId: claim.accountId, region: claim.region })
      : new Map<string, NamedKey>()
  const found = await gather(claim, named, service)

  const caller = await service.authenticator.authenticate(claim, call.request, found, context.now)
  call.caller = caller
  admitAudience(operation, caller)
  if (decoded.refusal !== undefined) throw decoded.refusal
  const { input } = decoded
  call.input = input
  operation.validate?.(input)

  const keys: Record<string, Key | undefined> = {}
  call.keys = keys
  for (const [name, key] of named) keys[name] = await admitKey(name, key, call, found, service)
  ifMatch(call)
  const run = { input, keys, caller, context } as Run<unknown, KeyUses<unknown>>
  operation.check?.(run)
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

type Found = (place: ItemKey) => Promise<Item | undefined>

/** Reads all that is known to be needed in one consistent round trip, and the rest when asked. */
async function gather(
  claim: Claim,
  named: Map<string, NamedKey>,
  service: Service,
): Promise<Found> {
  const places = service.authenticator.places(claim)
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

/** Resolves one key and checks, in AWS's order: who may, its state, its usage. */
async function admitKey(
  name: string,
  named: NamedKey,
  call: Call,
  found: Found,
  service: Service,
): Promise<Key> {
  const { operation } = call.route
  const { use, reference } = named
  const caller = call.caller as Caller
  if (reference !== undefined && reference.accountId !== caller.accountId) {
    throw named.byCiphertext
      ? unknownCiphertextKey()
      : accessDenied(caller, use.action ?? actionOf(operation), namedArn(named))
  }
  const key = await resolveKey(named, call.context.region, found, service.aliasHints)
  call.keys[name] = key
  const { state, usage } = key.data
  if (!use.states.includes(state)) throw stateRefusal(key.arn, state, operation.errors)
  if (use.usage !== undefined && usage !== use.usage) {
    throw new KmsError(
      'InvalidKeyUsageException',
      `${key.arn} key usage is ${usage} which is not valid for ${operation.name}.`,
    )
  }
  return key
}

function namedArn({ reference }: NamedKey): string {
  const { region = '', accountId = '', keyId, aliasName = '' } = reference ?? {}
  return keyId === undefined
    ? kmsArn(region, accountId, aliasName)
    : keyArn(region, accountId, keyId)
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
  await service.audit.record(
    auditRecord(call, caller, refusal),
    call.route.operation.mutates && refusal === undefined,
  )
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
