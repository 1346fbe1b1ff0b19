import middy from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import type { HttpRequest, RequestHead } from '../core/base/http-message.ts'
import { openMark } from '../core/item/formats.ts'
import type { AnyOperation } from '../core/operation.ts'
import { handle } from '../core/pipeline/handle.ts'
import { awsJson } from '../core/protocol/aws-json.ts'
import { awsQuery } from '../core/protocol/aws-query.ts'
import { bodyLimit, refuseLonger } from '../core/protocol/body-limit.ts'
import type { Protocol } from '../core/protocol/protocol.ts'
import { RELEASE } from '../core/release.ts'
import {
  createService,
  openRoot,
  openStores,
  type Service,
  type ServiceParts,
} from '../core/service.ts'
import { forwardOf, functionConfig } from './function-config.ts'
import { functionLog } from './log.ts'
import { callLine } from './middleware/call-line.ts'
import { checkEvent, requestOf } from './middleware/event.ts'
import { answerFailure, faceOf, timeout } from './middleware/failure.ts'
import { asCalled } from './middleware/router.ts'
import { observed, type Seen, seenOf } from './middleware/seen.ts'

/** ms before Lambda would end the function: enough to answer, and to write the call's line */
const RESERVE = 500
/** ms between two looks at the store's mark, of an instance that is called */
const LOOK = 60_000

type Handler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>

/**
 * The Lambda function of an operation: an API Gateway event (HTTP API, payload 2.0) in, through the
 * same pipeline as everywhere. Nothing is opened before the first event.
 */
export function lambda(...operations: readonly AnyOperation[]): Handler {
  return entry(operations, {
    find: async () => (operations.length === 1 ? operations[0] : undefined),
    facing: (service) => service,
  }).handler
}

/**
 * The Lambda function of AWS's own faces, `POST /`: the operation that a request names is loaded when
 * it is first called, so a start costs what one operation does.
 * @param load the operation that a request names; undefined for none
 */
export function awsLambda(
  load: (request: HttpRequest) => Promise<AnyOperation | undefined>,
): Handler {
  return entry([], {
    find: load,
    facing(service, operation) {
      const operations = operation === undefined ? [] : [operation]
      return { ...service, awsJson: awsJson(operations), awsQuery: awsQuery(operations) }
    },
  }).handler
}

export interface Faces {
  /** What a request is for, as far as it can be told; known before anything is opened, which may fail. */
  find(request: HttpRequest): Promise<AnyOperation | undefined>
  /** The service with the faces that answer the operation found. */
  facing(
    service: Service,
    operation: AnyOperation | undefined,
    event: APIGatewayProxyEventV2,
  ): Service
  /** how errors are told that come before any operation; by the API's faces unless given */
  readonly failure?: Protocol['failure']
  /** the face that is asked, where a function has another than those at `/` and REST */
  readonly faceOf?: (head: RequestHead) => Protocol
  /** what its service has beside what every function's has; read at the start */
  readonly more?: () => Partial<ServiceParts>
}

/** What lasts from event to event. */
interface Opened {
  readonly service: Service
  readonly router: readonly string[]
}

/** A handler, and what opens its service before the first event: of a provisioned instance that is nobody's time. */
export interface Entry {
  readonly handler: Handler
  open(): Promise<Service>
}

export function entry(
  operations: readonly AnyOperation[],
  { find, facing, failure, faceOf: asked = faceOf, more }: Faces,
): Entry {
  let opening: Promise<Opened> | undefined
  /** A start that failed is tried again by the next event, not remembered. */
  const opened = async (seen: Seen): Promise<Opened> => {
    if (opening !== undefined) return opening
    opening = open(operations, more?.()).catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return timed(seen, 'openMs', () => opening as Promise<Opened>)
  }
  const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, Context>({
    timeoutEarlyInMillis: RESERVE,
    timeoutEarlyResponse: () => {
      throw timeout()
    },
  })
    .use(callLine())
    .use(answerFailure(failure, asked))
    .use(checkEvent())
    .handler(async (event, context) => {
      const seen = seenOf(context)
      const received = requestOf(event)
      const operation = await find(received)
      seen.operation = operation?.name
      if (operation !== undefined) {
        const { face } = asked(received)
        refuseLonger(received.body.length, bodyLimit(operation, face, received.method))
      }
      const { service, router } = await opened(seen)
      const request = asCalled(received, router)
      const written: Promise<void>[] = []
      const facade = recording(observed(facing(service, operation, event), seen), written)
      const { status, headers, body } = await timed(seen, 'handleMs', () => handle(request, facade))
      await timed(seen, 'flushMs', () => flush(service, written))
      return { statusCode: status, headers, body }
    })
  return { handler, open: async () => (await opened(seenOf({}))).service }
}

/** The same service, each record of which is written at once. @param written those nobody waits for yet */
function recording(service: Service, written: Promise<void>[]): Service {
  const { audit } = service
  return {
    ...service,
    audit: {
      ...audit,
      async record(records, durable, known) {
        const writing = audit.record(records, true, known)
        if (durable) return writing
        // told by flush
        writing.catch(() => {})
        written.push(writing)
      },
    },
  }
}

/**
 * Waits for the call's own records, because the function is frozen once it has answered: no answer
 * without its record. What an earlier call could not write is no matter of this one, and is tried again
 * by itself. What a call began of a key store's connection is at its end then too. When a key was last used is a courtesy, and is tried again with the next call. Meanwhile the
 * store's mark is looked at, now and then.
 */
async function flush(
  { usage, accessKeyUses, mark, keyStores, log }: Service,
  written: readonly Promise<void>[],
): Promise<void> {
  await Promise.all([
    ...written,
    keyStores.settled(),
    mark.refresh(LOOK).catch((error: unknown) => log('error', { mark: 'not to be used', error })),
    ...[usage, accessKeyUses].map((uses) =>
      uses.flush().catch((error: unknown) => log('warn', { usage: 'not written', error })),
    ),
  ])
}

async function timed<T>(
  seen: Seen,
  name: 'openMs' | 'handleMs' | 'flushMs',
  work: () => Promise<T>,
): Promise<T> {
  const began = performance.now()
  try {
    return await work()
  } finally {
    seen[name] = performance.now() - began
  }
}

async function open(
  operations: readonly AnyOperation[],
  more: Partial<ServiceParts> | undefined,
): Promise<Opened> {
  const config = functionConfig(process.env)
  const opening = openStores(config)
  const [{ store, regions }, root, mark] = await Promise.all([
    opening,
    openRoot(config, false),
    opening.then(({ store }) => openMark(store, RELEASE)),
  ])
  // no stack names another than AWS's
  const nitroRoot =
    config.nitroRoot === ''
      ? undefined
      : (await import('../core/nitro-root.ts')).readNitroRoot(config)
  const service = createService({
    operations,
    ...more,
    store,
    storeName: 'dynamodb',
    regions,
    mark,
    root,
    nitroRoot,
    region: config.region,
    partition: config.partition,
    servedRegion: config.servedRegion || undefined,
    issuerNetworks: config.issuerNetworks,
    awsIdentities: { urls: config.urls, sts: config.awsSts },
    xks: config.xks,
    auditRetention: config.auditRetention,
    forward: forwardOf(config),
    log: functionLog,
  })
  return { service, router: config.router }
}
