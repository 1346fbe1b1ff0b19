import { KmsError } from '../base/errors.ts'
import type { HttpResponse } from '../base/http-message.ts'
import { loadOnce } from '../base/load-once.ts'
import type { Caller } from '../identity/caller.ts'
import { askerOf } from '../operation.ts'
import type { RecipientInfo } from '../recipient/recipient.ts'
import type { Service } from '../service.ts'
import { decodeInput } from '../shape/shapes.ts'
import { admitKeys, admitPlain } from './admit.ts'
import { admitAudience } from './audience.ts'
import { gather, peekKeys } from './gather.ts'
import type { Admitted, Attempt, Done, Proven, Received, Understood } from './stages.ts'

/** Loaded by who uses it: AWS's own clients never do. */
const idempotency = loadOnce(() => import('./idempotency.ts'))
/** Loaded by who assumes a role. */
const assuming = loadOnce(() => import('./admit-role.ts'))
/** Loaded by who may show a second factor. */
const showing = loadOnce(() => import('./second-factor.ts'))
/** Loaded by who calls AWS STS or AWS IAM with a session. */
const limiting = loadOnce(() => import('./session-limits.ts'))

/**
 * One attempt at a call, stage by stage, judged in AWS's order.
 * @param attempt notes how far it came
 * @throws KmsError what refuses it; StoreConflict where it is to be made again
 */
export async function carryOut(
  received: Received,
  attempt: Attempt,
  service: Service,
): Promise<HttpResponse> {
  const proven = await prove(received, service)
  attempt.reached = proven
  const { operation, protocol } = received.route
  admitAudience(operation, proven.caller)
  if (operation.service === 'sts') await admitSession(proven)
  const input = decode(proven)
  const decoded: Understood = {
    ...proven,
    input,
    attestation: undefined,
    newKeyId: operation.newKeyId?.(input, service.ports.random) ?? '',
  }
  attempt.reached = decoded
  operation.validate?.(decoded.input)
  // before any key is looked at: policies may ask what the document says
  const given = operation.recipient?.of(input)
  const attesting =
    given === undefined
      ? decoded
      : { ...decoded, attestation: await attested(decoded, given, service) }
  const understood =
    operation.secondFactor === undefined
      ? attesting
      : await (await showing()).withSecondFactor(attesting, service)
  attempt.reached = understood
  const admitted = await admit(understood, attempt, service)
  attempt.reached = admitted
  await service.intercept?.(admitted)
  await operation.check?.(admitted, service.ports)
  if (operation.dryRun?.(admitted.input) === true) throw dryRun()

  const run = async () => {
    ifMatch(admitted)
    const done: Done = { ...admitted, output: await operation.run(admitted, service.ports) }
    attempt.reached = done
    return operation.output?.encode(done.output, protocol.face)
  }
  const repeated = idempotencyKeyOf(admitted)
  const output =
    repeated === undefined
      ? await run()
      : await (await idempotency()).once(admitted, service, repeated, run, attempt)
  return protocol.success(operation, output, {
    requestId: received.context.requestId,
    query: received.request.query,
    version: operation.mutates ? undefined : versionOf(admitted),
  })
}

/** Reads everything in one round trip, then checks who sent it: nothing of the input is judged before. */
async function prove(received: Received, service: Service): Promise<Proven> {
  const { claim, request, context, route } = received
  const named = peekKeys(received)
  const found = await gather(received, named, service)
  const { mutates, service: face } = route.operation
  const consequential = mutates || face === 'sts' || face === 'iam'
  const circumstances = { request, context, consequential }
  let caller: Caller | undefined
  try {
    caller = await service.authenticator.authenticate(claim, found, circumstances)
    const proven = { ...received, caller, named, found }
    // to AWS IAM some sessions are no credentials
    if (face === 'iam') await admitSession(proven)
    return proven
  } catch (error) {
    if (error instanceof KmsError) {
      const { noteFailedProof } = await import('./failed-proof.ts')
      await noteFailedProof(
        received,
        { code: error.code, held: caller !== undefined },
        found,
        service,
      )
    }
    throw error
  }
}

async function admitSession({ caller, route }: Proven): Promise<void> {
  if (caller.session === undefined) return
  const { admitSession: admit } = await limiting()
  admit(route.operation, caller)
}

function decode({ route, body }: Proven): unknown {
  if ('refusal' in body) throw body.refusal
  return decodeInput(route.operation.input, body.json)
}

async function attested(call: Understood, given: RecipientInfo, { nitroRoot }: Service) {
  const { recipient } = call.route.operation
  return recipient?.attest(given, call.context.wallTime, nitroRoot, askerOf(call))
}

async function admit(
  understood: Understood,
  attempt: Attempt,
  service: Service,
): Promise<Admitted> {
  await admitKeys(understood, attempt, service)
  await admitPlain(understood, attempt, service)
  if (understood.route.operation.elsewhere !== undefined) {
    // loaded by who acts in two Regions
    await (await import('./elsewhere.ts')).admitElsewhere(understood, attempt, service)
  }
  const { role, account: roleAccount } =
    understood.route.operation.assumes === undefined
      ? {}
      : await (await assuming()).admitRole(understood, attempt, service)
  const admitted = { ...understood, keys: Object.fromEntries(attempt.keys), role, roleAccount }
  // a repetition is answered what was answered first, whatever became of the key since
  if (idempotencyKeyOf(admitted) === undefined) ifMatch(admitted)
  return admitted
}

/** By what a create may be a repetition of one that was answered. */
function idempotencyKeyOf({ request, route }: Understood): string | undefined {
  const { protocol, operation } = route
  if (protocol.face !== 'rest' || operation.idempotencyKey !== true) return undefined
  return request.headers['idempotency-key']
}

/** RFC 9110 §8.8.3: the version of the one key that an answer shows or changes. */
function versionOf({ route, keys }: Admitted): number | undefined {
  const { versionOf: name } = route.operation
  const key = name === undefined ? undefined : keys[name]
  // of a multi-Region key what it shares counts too: both only grow
  return key && key.version + (key.related?.version ?? 0)
}

/** RFC 9110 §13.1.1, for writers who must not overwrite what they haven't seen. */
function ifMatch(admitted: Admitted): void {
  const { request, route } = admitted
  const wanted = route.protocol.face === 'rest' ? request.headers['if-match'] : undefined
  if (wanted === undefined || wanted === '*' || !route.operation.mutates) return
  const version = versionOf(admitted)
  const tags = wanted.split(',').map((tag) => tag.trim())
  if (version === undefined || tags.includes(`"${version}"`)) return
  throw new KmsError('PreconditionFailedException', `The key is at version "${version}".`)
}

const dryRun = () =>
  new KmsError(
    'DryRunOperationException',
    'The request would have succeeded, but the DryRun option is set.',
  )
