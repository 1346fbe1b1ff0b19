import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KmsError } from '../core/base/errors.ts'
import type { HttpRequest, HttpResponse } from '../core/base/http-message.ts'
import { handle, MAX_BODY } from '../core/pipeline/handle.ts'
import type { Service } from '../core/service.ts'

const LIMITS = {
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
/** RFC 9112 §3.2.2: a server must understand the absolute form; its authority overrules Host */
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]+)(.*)$/i
/** how Node names an IPv4 peer of a socket that listens on IPv6 */
const MAPPED_IPV4 = /^::ffff:(?=\d+\.)/i

const NO_BODY = new Uint8Array(0)

/** Serves a service over HTTP. The caller listens. */
export function httpServer(service: Service): Server {
  const serve = (message: IncomingMessage, response: ServerResponse) => {
    exchange(message, service).then(
      (answer) => (answer === undefined ? response.destroy() : send(server, response, answer)),
      // a header that can't be written, say: nothing that can be answered
      () => response.destroy(),
    )
  }
  const server = createServer(LIMITS, serve)
  // Node drops what is above its count without a word; maxHeaderSize bounds them all
  server.maxHeadersCount = 0
  server.setTimeout(SILENCE)
  server.on('checkContinue', (message, response) => {
    // what is too large is refused before it is sent (RFC 9110 §10.1.1)
    if (!(announced(message) > MAX_BODY)) response.writeContinue()
    serve(message, response)
  })
  return server
}

/** The address a server listens on, e.g. http://127.0.0.1:4599. */
export function addressOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** One request and its answer; undefined where the client went away while it was sending. */
async function exchange(
  message: IncomingMessage,
  service: Service,
): Promise<HttpResponse | undefined> {
  try {
    const request = requestHead(message)
    const body = await readBody(message)
    if (body === undefined) return undefined
    request.body = body
    return await handle(request, service)
  } catch (error) {
    return refuse(message, error, service)
  }
}

/** Answers what never came to the service, in the words of the face that was asked. */
function refuse(message: IncomingMessage, error: unknown, service: Service): HttpResponse {
  const requestId = randomUUID()
  const protocol = message.method === 'POST' && message.url === '/' ? service.awsJson : service.rest
  if (error instanceof KmsError) return protocol.failure(error, { requestId })
  service.log('error', { requestId, error })
  const internal = new KmsError('KMSInternalException', `Internal error. Request id: ${requestId}`)
  return protocol.failure(internal, { requestId })
}

/** bytes of the body as its header says; NaN where it does not */
const announced = (message: IncomingMessage): number =>
  Number(message.headers['content-length'] ?? Number.NaN)

/**
 * The whole body; undefined where the client went away. What comes after a refusal is read and
 * dropped, for as long as a request may take, so that the client gets to read the answer.
 * @throws KmsError RequestEntityTooLargeException
 */
function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const tooLarge = () => {
      message.removeAllListeners('data').resume()
      const words = `A request body has at most ${MAX_BODY} bytes.`
      reject(new KmsError('RequestEntityTooLargeException', words))
    }
    if (announced(message) > MAX_BODY) return tooLarge()
    message.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > MAX_BODY) tooLarge()
      else chunks.push(chunk)
    })
    message.on('end', () => {
      const [only] = chunks
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks))
    })
    message.on('error', () => resolve(undefined))
    // nothing, once the body is there
    message.on('close', () => resolve(undefined))
  })
}

/** The request as it is before its body. */
function requestHead(message: IncomingMessage): HttpRequest {
  const headers = headersOf(message)
  const [, authority, rest = ''] = ABSOLUTE_FORM.exec(message.url ?? '') ?? []
  if (authority !== undefined) headers['host'] = authority
  const target = authority === undefined ? (message.url ?? '/') : rest
  const mark = target.indexOf('?')
  return {
    method: message.method ?? 'GET',
    path: (mark < 0 ? target : target.slice(0, mark)) || '/',
    query: mark < 0 ? '' : target.slice(mark + 1),
    headers,
    body: NO_BODY,
    sourceIp: (message.socket.remoteAddress ?? '').replace(MAPPED_IPV4, ''),
    secure: false,
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
  server: Server,
  response: ServerResponse,
  { status, headers, body }: HttpResponse,
): void {
  if (status !== 204) headers['content-length'] = String(Buffer.byteLength(body))
  // a server that is closing waits for its connections: this is the last answer on this one
  if (!server.listening) response.shouldKeepAlive = false
  response.writeHead(status, headers)
  response.end(body)
}
