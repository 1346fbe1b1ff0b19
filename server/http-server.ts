import { randomUUID } from 'node:crypto'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, BlockList, type Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import { KmsError } from '../core/base/errors.ts'
import type { HttpRequest, HttpResponse, PageResponse } from '../core/base/http-message.ts'
import { handle, protocolOf } from '../core/pipeline/handle.ts'
import { hasBody, judgeHead } from '../core/pipeline/head.ts'
import type { Service } from '../core/service.ts'
import { CONNECTION_LIMITS, type ConnectionLimits, connections, type Via } from './connections.ts'
import type { Cors } from './cors.ts'
import { directOrigin, isListed, originOf, plainAddress } from './forwarded.ts'
import type { Shown } from './static-files.ts'
import { TLS_RULES, type TlsFiles } from './tls.ts'
import { TooSlow, UPLOAD_LIMITS, type UploadLimits, uploads } from './upload.ts'

const LIMITS: ServerOptions = {
  /** bytes of a request's line and headers; API Gateway's own limit is 10,240 */
  maxHeaderSize: 32 * 1024,
  /** ms a client may take to send its headers, and its whole request */
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  /** ms between two looks for clients that took longer */
  connectionsCheckingInterval: 5_000,
  /** ms an idle connection is kept; longer than the 60 s of common load balancers */
  keepAliveTimeout: 65_000,
}
/** ms without a byte in either direction: a client that does not read its answer is let go */
const SILENCE = 120_000
/** requests after which a connection is closed, so that long-lived clients spread over workers anew */
const MAX_REQUESTS = 10_000
/** ms between two looks for bodies that come too slowly, and for what idle connections hold */
const SWEEP_INTERVAL = 1_000
/** RFC 9112 §3.2.2: a server must understand the absolute form; its authority overrules Host */
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]+)(.*)$/i

const NO_BODY = new Uint8Array(0)

export interface EdgeOptions {
  /** who is believed what it says of its callers; nobody unless given */
  readonly proxies?: BlockList
  /** certificate and key, in PEM; plain HTTP unless given */
  readonly tls?: TlsFiles | undefined
  /** how pages of other origins are answered; not at all unless given */
  readonly cors?: Cors | undefined
  /** what is shown to people beside the API: the console, the documentation */
  readonly sites?: readonly Shown[]
  readonly connections?: Partial<ConnectionLimits>
  readonly uploads?: Partial<UploadLimits>
}

type Answer = HttpResponse | PageResponse

/** What requests of node:http come to, whoever's server took them. */
export interface Edge {
  /** Takes a connection; one that `take` knows nothing of is not answered. */
  open(socket: Socket): void
  readonly take: RequestListener
  /** Takes a request whose client waits to be told that its body is wanted. */
  readonly takeExpecting: RequestListener
  close(): void
}

/** @param listening whether more connections are taken: else an answer is the last on its own */
export function edgeOf(service: Service, options: EdgeOptions, listening: () => boolean): Edge {
  const { sites = [], cors, proxies = new BlockList() } = options
  const bodies = uploads({ ...UPLOAD_LIMITS, ...options.uploads }, () => performance.now())

  const open = connections({ ...CONNECTION_LIMITS, ...options.connections }, serve)

  async function serve(message: IncomingMessage, response: ServerResponse, via: Via) {
    try {
      const answer = await exchange(message, via)
      if (answer === undefined) response.destroy()
      else {
        cors?.mark(answer.headers, message.url ?? '', message.headers.origin)
        send(response, answer, listening())
      }
    } catch {
      // a header that can't be written, say: nothing that can be answered
      response.destroy()
    }
  }

  /** One request and its answer; undefined where the client went away while it was sending. */
  async function exchange(message: IncomingMessage, via: Via): Promise<Answer | undefined> {
    let head: HttpRequest | undefined
    try {
      head = requestHead(message, via, proxies)
      const preflight = cors?.preflight(head)
      if (preflight !== undefined) {
        bodies.drain(message)
        return preflight
      }
      const page = service.pages.get(`${head.method} ${head.path}`)
      if (page !== undefined) {
        if (hasBody(head)) bodies.drain(message)
        return await page(head, service)
      }
      for (const site of sites) {
        const shown = site(head)
        if (shown === undefined) continue
        if (hasBody(head)) bodies.drain(message)
        return await shown
      }
      if (!hasBody(head)) return await handle(head, service)
      const judged = judgeHead(head, service)
      if (judged.refusal !== undefined) {
        bodies.drain(message)
        return judged.refusal
      }
      const body = await bodies.read(message, head.sourceIp, judged.limit, judged.length)
      if (body === undefined) return undefined
      try {
        head.body = body.bytes
        return await handle(head, service, judged.addressed)
      } finally {
        body.release()
      }
    } catch (error) {
      bodies.drain(message)
      return refuse(message, head, error, service)
    }
  }

  const sweeping = setInterval(() => {
    bodies.sweep()
    open.sweep()
  }, SWEEP_INTERVAL).unref()
  return {
    open(socket) {
      open.open(socket, isListed(proxies, plainAddress(socket.remoteAddress ?? '')))
    },
    take: open.take,
    takeExpecting(message, response) {
      // what is refused by its head is refused before it is sent (RFC 9110 §10.1.1)
      if (!isRefused(message)) response.writeContinue()
      open.take(message, response)
    },
    close: () => clearInterval(sweeping),
  }

  function isRefused(message: IncomingMessage): boolean {
    const via = open.via(message)
    if (via === undefined) return true
    try {
      return judgeHead(requestHead(message, via, proxies), service).refusal !== undefined
    } catch {
      return true
    }
  }
}

/** Serves a service over HTTP, or HTTPS. The caller listens. */
export function httpServer(service: Service, options: EdgeOptions = {}): Server {
  const edge = edgeOf(service, options, () => server.listening)
  const server = createFor(options.tls, edge.take)
  // Node drops what is above its count without a word; maxHeaderSize bounds them all
  server.maxHeadersCount = 0
  server.maxRequestsPerSocket = MAX_REQUESTS
  server.setTimeout(SILENCE)
  server.on('connection', edge.open)
  server.on('checkContinue', edge.takeExpecting)
  server.on('close', edge.close)
  return server
}

function createFor(tls: TlsFiles | undefined, listener: RequestListener): Server {
  if (tls === undefined) return createServer(LIMITS, listener)
  return createTlsServer({ ...LIMITS, ...TLS_RULES, ...tls }, listener)
}

/** The address a server listens on, e.g. http://127.0.0.1:4599. */
export function addressOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo
  const scheme = server instanceof TlsServer ? 'https' : 'http'
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** Answers what never came to the service, in the words of the face that was asked. */
function refuse(
  message: IncomingMessage,
  head: HttpRequest | undefined,
  error: unknown,
  service: Service,
): HttpResponse {
  // as Node answers heads that come too slowly
  if (error instanceof TooSlow) return { status: 408, headers: { connection: 'close' }, body: '' }
  const requestId = randomUUID()
  const root = message.method === 'POST' && message.url === '/'
  const unread = root ? service.awsJson : service.rest
  const protocol = head === undefined ? unread : protocolOf(head, service)
  if (error instanceof KmsError) {
    const answer = protocol.failure(error, { requestId })
    // memory is short: nothing more of it is read
    if (error.code === 'ThrottlingException') answer.headers['connection'] = 'close'
    return answer
  }
  service.log('error', { requestId, error })
  const internal = new KmsError('KMSInternalException', `Internal error. Request id: ${requestId}`)
  return protocol.failure(internal, { requestId })
}

/** The request as it is before its body. */
function requestHead(message: IncomingMessage, via: Via, proxies: BlockList): HttpRequest {
  const headers = headersOf(message)
  const [, authority, rest = ''] = ABSOLUTE_FORM.exec(message.url ?? '') ?? []
  if (authority !== undefined) headers['host'] = authority
  const target = authority === undefined ? (message.url ?? '/') : rest
  const mark = target.indexOf('?')
  const { peer, proxy, gone } = via
  const { sourceIp, secure } = proxy ? originOf(peer, headers, proxies) : directOrigin(peer)
  return {
    method: message.method ?? 'GET',
    path: (mark < 0 ? target : target.slice(0, mark)) || '/',
    query: mark < 0 ? '' : target.slice(mark + 1),
    headers,
    body: NO_BODY,
    sourceIp,
    secure,
    signal: gone,
  }
}

/**
 * Headers with repeated ones joined, from the raw list: Node's own object keeps only one of some.
 * @throws KmsError SerializationException for two Host headers (RFC 9112 §3.2)
 */
function headersOf({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = Object.create(null)
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase()
    const value = rawHeaders[i + 1] ?? ''
    const before = headers[name]
    if (before !== undefined && name === 'host') {
      throw new KmsError('SerializationException', 'A request has one Host header.')
    }
    headers[name] = before === undefined ? value : `${before},${value}`
  }
  return headers
}

function send(
  response: ServerResponse,
  { status, headers, body }: Answer,
  listening: boolean,
): void {
  if (status !== 204 && status !== 304) headers['content-length'] = String(Buffer.byteLength(body))
  // a server that is closing waits for its connections: this is the last answer on this one
  if (!listening) response.shouldKeepAlive = false
  response.writeHead(status, headers)
  response.end(body)
}
