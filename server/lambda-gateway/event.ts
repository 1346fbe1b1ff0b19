import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { decoded, type Match } from './router.ts'

/** Bodies of these types come as text, all others as base64 (an HTTP API's rule, unlike a REST API's). */
const TEXT = /^(text\/.*|application\/(json|xml|javascript))$/i
/** headers of the connection, which API Gateway keeps to itself */
const OWN = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'expect'])

/**
 * The event an HTTP API makes of a request, payload format 2.0: names of headers in lower case,
 * repeated ones joined by commas, cookies apart, the path decoded.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function eventOf(
  message: IncomingMessage,
  body: Buffer,
  { spec, parameters }: Match,
): APIGatewayProxyEventV2 {
  const { method = 'GET', url = '/', httpVersion } = message
  const [path = '/', query = ''] = split(url)
  const { cookie, ...headers } = headersOf(message)
  const base64 = !TEXT.test((headers['content-type'] ?? '').split(';')[0]?.trim() ?? '')
  const sourceIp = (message.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  const host = headers['host'] ?? ''
  return {
    version: '2.0',
    routeKey: spec.route,
    rawPath: decoded(path),
    rawQueryString: query,
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    // in AWS it is always https
    headers: { ...headers, 'x-forwarded-for': sourceIp, 'x-forwarded-proto': 'http' },
    ...(Object.keys(parameters).length > 0 && { pathParameters: { ...parameters } }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: host,
      domainPrefix: host.split('.')[0] ?? '',
      http: {
        method,
        path: decoded(path),
        protocol: `HTTP/${httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: spec.route,
      stage: '$default',
      time: new Date().toISOString(),
      timeEpoch: Date.now(),
    },
    ...(body.length > 0 && { body: body.toString(base64 ? 'base64' : 'utf8') }),
    isBase64Encoded: base64 && body.length > 0,
  }
}

/** Path and query of a request line's target. */
export function split(target: string): [path: string, query: string] {
  const mark = target.indexOf('?')
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)]
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
