import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { parseJson } from '../../core/base/json.ts'
import { OPERATORS_PROOF } from '../../functions/middleware/operators-proof.ts'
import { addressOf } from '../http-server.ts'
import { type AwsIam, authorize } from './aws-iam.ts'
import { gatewayCors } from './cors.ts'
import type { Distribution } from './distribution.ts'
import { eventOf } from './event.ts'
import { type Incoming, incomingOf } from './incoming.ts'
import { functionPool, type PoolOptions } from './process-pool.ts'
import { decodedPath, type Reading, routeOf } from './routing.ts'
import type { Result } from './runtime-api.ts'

export interface GatewayOptions extends PoolOptions {
  readonly host: string
  readonly port: number
  /** the router in front, where there is one; callers reach nothing else then */
  readonly router?: Distribution | undefined
  /** how paths are read; `decoded` unless given */
  readonly reading?: Reading
  /** AWS IAM in front of what operators call, as STACK_OPERATORS_BY_IAM deploys it */
  readonly iam?: AwsIam | undefined
  /** origins whose pages may call; CORS is not configured where there are none */
  readonly corsOrigins?: readonly string[]
}

export interface Gateway {
  readonly address: string
  stop(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string | Buffer
}

/** bytes; an HTTP API's own limit */
const MAX_BODY = 10 * 1024 * 1024
/** bytes of a request line and its headers; an HTTP API's own limit */
const MAX_HEADERS = 10_240
/** ms an idle connection is kept: longer than clients pause between two calls */
const KEEP_ALIVE = 65_000

/** What an HTTP API itself answers, in its own shape. */
const own = (status: number, message: string): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
})

/**
 * Starts an HTTP API on this machine: the stack's own routes, each to its function as it is bundled
 * for deployment, in a process of its own behind Lambda's runtime API.
 */
export async function startGateway({
  host,
  port,
  router,
  reading = 'decoded',
  iam,
  corsOrigins = [],
  ...options
}: GatewayOptions): Promise<Gateway> {
  const pool = functionPool(options)
  const cors = gatewayCors(corsOrigins)
  const stageVariables = iam && { [OPERATORS_PROOF.variable]: iam.proof }

  async function exchange(message: IncomingMessage): Promise<Answer> {
    const body = await bodyOf(message)
    const called = incomingOf(message)
    const { origin } = called.headers
    if (cors?.isPreflight(called.method, called.headers) === true) {
      return { status: 204, headers: cors.preflight(origin), body: '' }
    }
    const answer = await answered(called, body)
    return cors === undefined ? answer : { ...answer, headers: cors.marked(answer.headers, origin) }
  }

  async function answered(called: Incoming, body: Buffer | undefined): Promise<Answer> {
    if (body === undefined) return own(413, 'Request Entity Too Large')
    const request = router?.ask(called) ?? called
    const path = reading === 'decoded' ? decodedPath(request.path) : request.path
    if (path === undefined) return own(400, 'Bad Request')
    const match = routeOf(request.method, path, { router: router !== undefined, reading })
    if (match === undefined) return own(404, 'Not Found')
    const { name, handler, size, operation } = match.spec
    const operated = iam !== undefined && operation?.audience === 'operator'
    const authorizer = operated ? authorize(iam, called, body) : undefined
    if (operated && authorizer === undefined) return own(403, 'Forbidden')
    const timeout = Number.parseInt(size.timeout, 10) * 1000
    const event = JSON.stringify(eventOf(request, body, match, { authorizer, stageVariables }))
    return answerOf(await pool.invoke({ name, handler, timeout }, event), options.log)
  }

  const server = createServer(
    { maxHeaderSize: MAX_HEADERS, keepAliveTimeout: KEEP_ALIVE },
    (message, response) => {
      exchange(message).then(
        (answer) => send(response, answer),
        (error: unknown) => {
          options.log(`${String(error)}\n`)
          send(response, own(500, 'Internal Server Error'))
        },
      )
    },
  )
  server.listen(port, host)
  await once(server, 'listening')
  return {
    address: addressOf(server),
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      await pool.stop()
    },
  }
}

async function bodyOf(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of message) {
    length += (chunk as Buffer).length
    if (length <= MAX_BODY) chunks.push(chunk as Buffer)
  }
  return length > MAX_BODY ? undefined : Buffer.concat(chunks)
}

/**
 * What an HTTP API makes of a function's answer. A function that failed, ended, or was too slow for its
 * own limit is one thing to the caller: 500.
 */
function answerOf(result: Result, log: (text: string) => void): Answer {
  if ('failure' in result) {
    log(`${result.failure}\n`)
    return own(500, 'Internal Server Error')
  }
  const answer: unknown = parseJson(result.answer)
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer)) {
    return own(500, 'Internal Server Error')
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = answer as {
    statusCode: number
    headers?: Record<string, string>
    cookies?: string[]
    body?: string
    isBase64Encoded?: boolean
  }
  return {
    status: statusCode,
    headers: { ...headers, ...(cookies !== undefined && { 'set-cookie': cookies }) },
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  }
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (status !== 204) response.setHeader('content-length', Buffer.byteLength(body))
  response.writeHead(status)
  response.end(body)
}
