import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import { KmsError } from '../../core/base/errors.ts'
import type { HttpRequest, RequestHead } from '../../core/base/http-message.ts'
import { ANY_BODY, refuseLonger } from '../../core/protocol/body-limit.ts'
import { pathsOf } from './paths.ts'

/** Refuses what is not an event of an HTTP API, or has too large a body, before anything is opened for it. */
export const checkEvent = (): MiddlewareObj<APIGatewayProxyEventV2, unknown, Error, Context> => ({
  before({ event }) {
    if (!isHttpEvent(event)) {
      throw new KmsError(
        'SerializationException',
        'The event is not one of an API Gateway HTTP API, payload format 2.0.',
      )
    }
    refuseLonger(leastBytes(event), ANY_BODY)
  },
})

/** Bytes that a body has at least, before it is decoded. */
function leastBytes({ body, isBase64Encoded }: APIGatewayProxyEventV2): number {
  const { length } = body ?? ''
  return isBase64Encoded ? Math.floor(length / 4) * 3 - 2 : length
}

/** Whether it has every member that a request is made of, each of its type. */
export function isHttpEvent(event: unknown): event is APIGatewayProxyEventV2 {
  if (!isObject(event) || event['version'] !== '2.0') return false
  const { rawPath, rawQueryString, headers, body, isBase64Encoded, requestContext } = event
  const { http, requestId } = isObject(requestContext) ? requestContext : {}
  return (
    isText(rawPath) &&
    isText(rawQueryString) &&
    isTexts(headers) &&
    isOptionalTexts(event['pathParameters']) &&
    isOptionalList(event['cookies']) &&
    (body === undefined || body === null || isText(body)) &&
    typeof isBase64Encoded === 'boolean' &&
    isText(requestId) &&
    isObject(http) &&
    isText(http['method']) &&
    isText(http['sourceIp'])
  )
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === 'string'
const isTexts = (value: unknown): boolean => isObject(value) && Object.values(value).every(isText)
const isOptionalTexts = (value: unknown): boolean =>
  value === undefined || value === null || isTexts(value)
const isOptionalList = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.every(isText))

/**
 * The request that an event stands for, its body decoded: a signature covers the bytes that were sent.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function requestOf(event: APIGatewayProxyEventV2): HttpRequest {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')
  return { ...headOf(event), body }
}

/** The same without its body. */
export function headOf(event: APIGatewayProxyEventV2): RequestHead {
  const { http, requestId } = event.requestContext
  const headers = headersOf(event)
  return {
    method: http.method,
    ...pathsOf(event),
    query: event.rawQueryString,
    headers,
    sourceIp: http.sourceIp,
    // API Gateway itself writes this header, whatever the caller sent, and takes nothing but TLS
    secure: headers['x-forwarded-proto'] !== 'http',
    requestId,
  }
}

/** Headers with names in lower case; a cookie header is taken out of them by API Gateway. */
function headersOf({ headers, cookies }: APIGatewayProxyEventV2): Record<string, string> {
  const all: Record<string, string> = Object.create(null)
  for (const [name, value = ''] of Object.entries(headers)) all[name.toLowerCase()] = value
  if (cookies && cookies.length > 0) all['cookie'] ??= cookies.join('; ')
  return all
}
