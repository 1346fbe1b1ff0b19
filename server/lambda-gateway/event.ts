import { randomUUID } from 'node:crypto'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { IamAuthorizer } from './aws-iam.ts'
import type { Incoming } from './incoming.ts'
import type { Match } from './routing.ts'

/** Bodies of these types come as text, all others as base64 (an HTTP API's rule, unlike a REST API's). */
const TEXT = /^(text\/.*|application\/(json|xml|javascript))$/i

/** What the API itself tells functions. */
interface Told {
  readonly authorizer?: IamAuthorizer | undefined
  readonly stageVariables?: Record<string, string> | undefined
}

/**
 * The event an HTTP API makes of a request, payload format 2.0: names of headers in lower case,
 * repeated ones joined by commas, cookies apart, the path decoded.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function eventOf(
  { method, query, httpVersion, headers: sent, sourceIp }: Incoming,
  body: Buffer,
  { routeKey, rawPath, parameters }: Match,
  { authorizer, stageVariables }: Told = {},
): APIGatewayProxyEventV2 {
  const { cookie, ...headers } = sent
  const base64 = !TEXT.test((headers['content-type'] ?? '').split(';')[0]?.trim() ?? '')
  const host = headers['host'] ?? ''
  const before = headers['x-forwarded-for']
  const forwardedFor = before === undefined ? sourceIp : `${before}, ${sourceIp}`
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: query,
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    // in AWS it is always https
    headers: { ...headers, 'x-forwarded-for': forwardedFor, 'x-forwarded-proto': 'http' },
    ...(Object.keys(parameters).length > 0 && { pathParameters: { ...parameters } }),
    ...(stageVariables !== undefined && { stageVariables }),
    requestContext: {
      ...(authorizer !== undefined && { authorizer }),
      accountId: '000000000000',
      apiId: 'local',
      domainName: host,
      domainPrefix: host.split('.')[0] ?? '',
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: new Date().toISOString(),
      timeEpoch: Date.now(),
    },
    ...(body.length > 0 && { body: body.toString(base64 ? 'base64' : 'utf8') }),
    isBase64Encoded: base64 && body.length > 0,
  }
}
