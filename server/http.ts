import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { handle, MAX_BODY } from '../core/handle.ts'
import type { HttpRequest, HttpResponse } from '../core/http.ts'
import type { Service } from '../core/service.ts'

/** bytes of a request's line and headers; API Gateway's own limit is 10,240 */
const MAX_HEADERS = 32 * 1024
/** ms a client may take to send its headers, and its whole request */
const HEADERS_TIMEOUT = 10_000
const REQUEST_TIMEOUT = 30_000
/** ms an idle connection is kept; longer than the 60 s of common load balancers */
const KEEP_ALIVE = 65_000

/** Serves a service over HTTP. The caller listens. */
export function httpServer(service: Service): Server {
  const options = {
    maxHeaderSize: MAX_HEADERS,
    headersTimeout: HEADERS_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    keepAliveTimeout: KEEP_ALIVE,
  }
  return createServer(options, (message, response) => {
    readBody(message).then(
      async (body) => {
        if (body === undefined) return refuseBody(response)
        send(response, await handle(requestOf(message, body), service))
      },
      // the client went away while sending: there is nobody to answer
      () => response.destroy(),
    )
  })
}

/** The address a server listens on, e.g. http://127.0.0.1:4599. */
export function addressOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** The whole body; undefined where it is larger than allowed. */
function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    message.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= MAX_BODY) chunks.push(chunk)
      else {
        message.removeAllListeners('data').resume()
        resolve(undefined)
      }
    })
    message.on('end', () => {
      const [only] = chunks
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks))
    })
    message.on('error', reject)
    message.on('close', () => {
      if (!message.complete) reject(new Error('aborted'))
    })
  })
}

/** Too large to be read whole, hence to be checked: refused before anything is known of it. */
function refuseBody(response: ServerResponse): void {
  const body = JSON.stringify({
    __type: 'RequestEntityTooLargeException',
    message: `A request body has at most ${MAX_BODY} bytes.`,
    status: 413,
    code: 'RequestEntityTooLargeException',
  })
  send(response, {
    status: 413,
    headers: { 'content-type': 'application/json', connection: 'close' },
    body,
  })
}

function requestOf(message: IncomingMessage, body: Buffer): HttpRequest {
  const url = message.url ?? '/'
  const mark = url.indexOf('?')
  return {
    method: message.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers: headersOf(message),
    body,
    sourceIp: message.socket.remoteAddress ?? '',
    secure: false,
  }
}

/** Headers with repeated ones joined, from the raw list: Node's own object keeps only one of some. */
function headersOf({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = Object.create(null)
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase()
    const value = rawHeaders[i + 1] ?? ''
    const before = headers[name]
    headers[name] = before === undefined ? value : `${before},${value}`
  }
  return headers
}

function send(response: ServerResponse, { status, headers, body }: HttpResponse): void {
  if (status !== 204) headers['content-length'] = String(Buffer.byteLength(body))
  response.writeHead(status, headers)
  response.end(body)
}
