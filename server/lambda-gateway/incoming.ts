import type { IncomingMessage } from 'node:http'

/** A request as it reaches the gateway: from a caller, or from the router in front. */
export interface Incoming {
  readonly method: string
  /** as sent, without the query */
  readonly path: string
  /** as sent, without the question mark */
  readonly query: string
  readonly httpVersion: string
  /** names in lower case, repeated ones joined by commas */
  readonly headers: Readonly<Record<string, string>>
  readonly sourceIp: string
}

/** headers of the connection, which API Gateway keeps to itself */
const OWN = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'expect'])

/** What node:http received, as a caller's request. */
export function incomingOf(message: IncomingMessage): Incoming {
  const { method = 'GET', url = '/', httpVersion, socket } = message
  const mark = url.indexOf('?')
  return {
    method,
    httpVersion,
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers: headersOf(message),
    sourceIp: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
  }
}

function headersOf({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    if (OWN.has(name)) continue
    const value = rawHeaders[index + 1] ?? ''
    const before = headers[name]
    headers[name] = before === undefined ? value : `${before},${value}`
  }
  return headers
}
