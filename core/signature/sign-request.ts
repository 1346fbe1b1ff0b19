import { createHmac, hash, type KeyObject } from 'node:crypto'
import type { HttpRequest } from '../base/http-message.ts'
import {
  canonicalPath,
  canonicalQuery,
  canonicalRequest,
  type QueryParameter,
  queryParameters,
} from './canonical.ts'
import { signingKey, stringToSign, TERMINATOR } from './sigv4.ts'
import { ALGORITHM, amzDate, MAX_EXPIRES_SECONDS } from './sigv4-fields.ts'

/**
 * A request before it is signed. Every header in it is signed; names in lower case, `host` among
 * them.
 */
export type UnsignedRequest = Pick<HttpRequest, 'method' | 'path' | 'query' | 'body'> & {
  readonly headers: Readonly<Record<string, string>>
}

export interface SigningCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: KeyObject | string
  /** of short-lived credentials */
  readonly sessionToken?: string
}

export interface SigningScope {
  readonly region: string
  /** e.g. kms */
  readonly service: string
  /** Unix ms */
  readonly now: number
}

/**
 * Signs a request in its headers (Signature Version 4) and returns all headers to send: those
 * given, x-amz-date, x-amz-security-token where there is a session token, and authorization.
 * @throws TypeError where there is no host header
 */
export function signRequest(
  request: UnsignedRequest,
  credentials: SigningCredentials,
  scope: SigningScope,
): Record<string, string> {
  const { sessionToken } = credentials
  const headers: Record<string, string> = {
    ...request.headers,
    'x-amz-date': amzDate(scope.now),
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  }
  const signed = sign({ ...request, headers }, queryParameters(request.query), credentials, scope)
  const authorization = `${ALGORITHM} Credential=${credentials.accessKeyId}/${signed.credentialScope}, SignedHeaders=${signed.signedHeaders}, Signature=${signed.signature}`
  return { ...headers, authorization }
}

/**
 * Signs a request in its query (presigned) and returns the query to send, without the question
 * mark; the request's own headers and body have to be sent unchanged with it.
 * @param expiresInSeconds 1 to 604,800
 * @throws TypeError where there is no host header
 * @throws RangeError for another lifetime
 */
export function presignRequest(
  request: UnsignedRequest,
  credentials: SigningCredentials,
  scope: SigningScope & { readonly expiresInSeconds: number },
): string {
  const { expiresInSeconds } = scope
  if (
    !Number.isInteger(expiresInSeconds) ||
    expiresInSeconds < 1 ||
    expiresInSeconds > MAX_EXPIRES_SECONDS
  ) {
    throw new RangeError(`expiresInSeconds must be 1 to ${MAX_EXPIRES_SECONDS}`)
  }
  const { accessKeyId, sessionToken } = credentials
  const timestamp = amzDate(scope.now)
  const parameters: QueryParameter[] = [
    ...queryParameters(request.query),
    ['X-Amz-Algorithm', ALGORITHM],
    [
      'X-Amz-Credential',
      `${accessKeyId}/${timestamp.slice(0, 8)}/${scope.region}/${scope.service}/${TERMINATOR}`,
    ],
    ['X-Amz-Date', timestamp],
    ['X-Amz-Expires', String(expiresInSeconds)],
    ['X-Amz-SignedHeaders', Object.keys(request.headers).sort().join(';')],
  ]
  if (sessionToken !== undefined) parameters.push(['X-Amz-Security-Token', sessionToken])
  const { signature } = sign(request, parameters, credentials, scope)
  return `${canonicalQuery(parameters)}&X-Amz-Signature=${signature}`
}

function sign(
  request: UnsignedRequest,
  parameters: readonly QueryParameter[],
  credentials: SigningCredentials,
  scope: SigningScope,
) {
  const { method, headers } = request
  if (headers['host'] === undefined) throw new TypeError('a request to sign needs a host header')
  const { region, service } = scope
  const timestamp = amzDate(scope.now)
  const date = timestamp.slice(0, 8)
  const signedHeaders = Object.keys(headers).sort()
  const canonical = canonicalRequest({
    method,
    path: canonicalPath(request.path),
    query: canonicalQuery(parameters),
    headers,
    signedHeaders,
    payloadHash: hash('sha256', request.body, 'hex'),
  })
  const key = signingKey(credentials.secretAccessKey, date, region, service)
  const toSign = stringToSign({ timestamp, date, region, service }, canonical)
  return {
    credentialScope: `${date}/${region}/${service}/${TERMINATOR}`,
    signedHeaders: signedHeaders.join(';'),
    signature: createHmac('sha256', key).update(toSign).digest('hex'),
  }
}
