import { hash } from 'node:crypto'
import { KmsError } from '../base/errors.ts'
import type { HttpRequest } from '../base/http-message.ts'
import { type QueryParameter, queryParameters } from './canonical.ts'

export const ALGORITHM = 'AWS4-HMAC-SHA256'
/** seconds; a week, as Amazon S3 and the AWS SDKs bound X-Amz-Expires */
export const MAX_EXPIRES_SECONDS = 604_800

/** characters; bounds the work done before anyone is authenticated (AWS publishes none of these) */
const MAX_AUTHORIZATION = 8192
const MAX_QUERY = 16_384

/** When a request was signed. */
export interface SignedAt {
  /** Unix ms */
  readonly time: number
  /** the same as it is signed, yyyymmddThhmmssZ */
  readonly timestamp: string
}

/**
 * The fields of a signature, which the Authorization header and the query each have in their own
 * way.
 */
export interface SignatureFields {
  readonly credential: string
  readonly signature: string
  /** joined by ';' */
  readonly signedHeaders: string
  readonly signedAt: SignedAt
  /** whether they came in the query */
  readonly presigned: boolean
  readonly sessionToken: string | undefined
  /** seconds; X-Amz-Expires */
  readonly expires: number | undefined
}

const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

const incomplete = (message: string) => new KmsError('IncompleteSignatureException', message)

/** What AWS repeats of a header it could not read: people put secrets in the wrong place. */
export const fingerprint = (text: string): string => hash('sha256', text, 'base64')

/**
 * Finds the signature of a request, in the form of its header or of its query, with the algorithm
 * checked.
 * @throws KmsError MissingAuthenticationTokenException where there is none,
 * IncompleteSignatureException where a   part is missing or malformed, InvalidSignatureException
 * where there are two
 */
export function readFields(request: HttpRequest): SignatureFields {
  const authorization = request.headers['authorization']
  if (request.query !== '') {
    if (request.query.length > MAX_QUERY) throw incomplete('The query string is too long.')
    const parameters = queryParameters(request.query)
    if (parameters.some(([name]) => isAuthentication(name))) {
      if (authorization === undefined) return fieldsInQuery(parameters, request)
      throw new KmsError(
        'InvalidSignatureException',
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
      )
    }
  }
  // Another scheme (Basic, say) is no authentication token in AWS's eyes.
  if (authorization === undefined || !authorization.startsWith('AWS')) {
    throw new KmsError('MissingAuthenticationTokenException', 'Missing Authentication Token')
  }
  return fieldsInHeader(authorization, request)
}

function isAuthentication(name: string): boolean {
  return name === 'X-Amz-Algorithm' || name === 'X-Amz-Signature' || name === 'X-Amz-Credential'
}

function fieldsInHeader(authorization: string, request: HttpRequest): SignatureFields {
  if (authorization.length > MAX_AUTHORIZATION) {
    throw incomplete('The Authorization header is too long.')
  }
  const space = authorization.indexOf(' ')
  const algorithm = space < 0 ? authorization : authorization.slice(0, space)
  const values = space < 0 ? new Map<string, string>() : keyValues(authorization, space + 1)
  const credential = values.get('Credential')
  const signature = values.get('Signature')
  const signedHeaders = values.get('SignedHeaders')
  const date = request.headers['x-amz-date'] ?? request.headers['date']
  if (!credential || !signature || signedHeaders === undefined || !date) {
    const needed = []
    if (!credential) needed.push("Authorization header requires 'Credential' parameter.")
    if (!signature) needed.push("Authorization header requires 'Signature' parameter.")
    if (signedHeaders === undefined) {
      needed.push("Authorization header requires 'SignedHeaders' parameter.")
    }
    if (!date) {
      needed.push(
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
      )
    }
    throw incomplete(
      `${needed.join(' ')} (Hashed with SHA-256 and encoded with Base64) Authorization=${fingerprint(authorization)}`,
    )
  }
  const signedAt = parseDate(date)
  requireAlgorithm(algorithm)
  const sessionToken = request.headers['x-amz-security-token']
  return {
    credential,
    signature,
    signedHeaders,
    signedAt,
    sessionToken,
    presigned: false,
    expires: undefined,
  }
}

const PARAMETERS: ReadonlySet<string> = new Set(['Credential', 'SignedHeaders', 'Signature'])

function keyValues(authorization: string, from: number): Map<string, string> {
  const values = new Map<string, string>()
  for (const part of authorization.slice(from).split(',')) {
    const pair = part.trim()
    const equals = pair.indexOf('=')
    if (equals < 0) {
      throw incomplete(
        `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${fingerprint(authorization)}'.`,
      )
    }
    const name = pair.slice(0, equals)
    // What a second Authorization header, joined by ',', comes to: a name twice, or one of no kind.
    if (!PARAMETERS.has(name)) {
      throw incomplete('Authorization header has a parameter that AWS4-HMAC-SHA256 does not know.')
    }
    if (values.has(name)) throw incomplete('Authorization header has a parameter more than once.')
    values.set(name, pair.slice(equals + 1))
  }
  return values
}

const REQUIRED_IN_QUERY = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
  'X-Amz-Date',
] as const

function fieldsInQuery(
  parameters: readonly QueryParameter[],
  request: HttpRequest,
): SignatureFields {
  const values = new Map<string, string>()
  for (const [name, value] of parameters) {
    if (!name.startsWith('X-Amz-')) continue
    if (values.has(name)) throw incomplete('A query-string parameter of the signature is repeated.')
    values.set(name, value)
  }
  const missing = REQUIRED_IN_QUERY.filter((name) => !values.get(name))
  if (missing.length > 0) {
    const needed = missing.map((name) => `AWS query-string parameters must include '${name}'.`)
    throw incomplete(`${needed.join(' ')} Re-examine the query-string parameters.`)
  }
  const value = (name: string) => values.get(name) ?? ''
  const signedAt = parseDate(value('X-Amz-Date'))
  requireAlgorithm(value('X-Amz-Algorithm'))
  const expires = values.get('X-Amz-Expires')
  return {
    credential: value('X-Amz-Credential'),
    signature: value('X-Amz-Signature'),
    signedHeaders: value('X-Amz-SignedHeaders'),
    signedAt,
    presigned: true,
    sessionToken: values.get('X-Amz-Security-Token') ?? request.headers['x-amz-security-token'],
    expires: expires === undefined ? undefined : parseExpires(expires),
  }
}

function requireAlgorithm(algorithm: string): void {
  if (algorithm !== ALGORITHM) {
    throw incomplete(`Unsupported AWS 'algorithm': '${algorithm.slice(0, 64)}'.`)
  }
}

/** The date that was read last: requests of the same second have the same. */
let lastDate: { readonly text: string; readonly signedAt: SignedAt } | undefined

function parseDate(text: string): SignedAt {
  if (lastDate?.text !== text) lastDate = { text, signedAt: readDate(text) }
  return lastDate.signedAt
}

/** Reads yyyymmddThhmmssZ, or an HTTP-date (RFC 9110 §5.6.7) as a Date header may have it. */
function readDate(text: string): SignedAt {
  if (text.length === 16 && text[8] === 'T' && text[15] === 'Z') {
    const iso = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 11)}:${text.slice(11, 13)}:${text.slice(13)}`
    const time = Date.parse(iso)
    // 30 February would become a day in March.
    if (!Number.isNaN(time) && amzDate(time) === text) return { time, timestamp: text }
  } else if (IMF_FIXDATE.test(text)) {
    const time = Date.parse(text)
    if (!Number.isNaN(time)) return { time, timestamp: amzDate(time) }
  }
  throw incomplete(
    `Date must be in ISO-8601 'basic format'. Got '${text.slice(0, 64)}'. See http://en.wikipedia.org/wiki/ISO_8601`,
  )
}

/** Seconds of X-Amz-Expires; the refusals are Amazon S3's. */
function parseExpires(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw incomplete('X-Amz-Expires should be a number')
  const seconds = Number(text)
  if (seconds < 1) throw incomplete('X-Amz-Expires must be at least 1 second')
  if (seconds > MAX_EXPIRES_SECONDS) {
    throw incomplete(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    )
  }
  return seconds
}

/**
 * A time (Unix ms) in ISO 8601's basic format, yyyymmddThhmmssZ; fractions of a second are cut off.
 */
export function amzDate(time: number): string {
  const iso = new Date(time).toISOString()
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`
}
