import { createHmac, createSecretKey, hash, KeyObject, timingSafeEqual } from 'node:crypto'
import { isRegion } from '../base/arn.ts'
import { KmsError } from '../base/errors.ts'
import type { HttpRequest } from '../base/http-message.ts'
import {
  canonicalPath,
  canonicalQuery,
  canonicalRequest,
  normalizePath,
  queryParameters,
  uriEncode,
} from './canonical.ts'
import { ALGORITHM, amzDate, fingerprint, MAX_EXPIRES_SECONDS, readFields } from './sigv4-fields.ts'

export const TERMINATOR = 'aws4_request'
/** how far a request's clock may be from ours, in either direction */
const SKEW_MS = 5 * 60_000

/**
 * characters, and headers; bounds the work done before anyone is authenticated (AWS publishes
 * neither)
 */
const MAX_PATH = 8192
const MAX_SIGNED_HEADERS = 100
/** paths that one request may have been signed for; each costs two HMACs at most */
const MAX_SIGNED_PATHS = 8
/** characters of a canonical request that a refusal repeats */
const MAX_SHOWN = 4096
/** characters of what was sent that a refusal repeats */
const MAX_ECHO = 64

/** What a request says about its signature; nothing of it is proven until `verifySignature`. */
export interface Signature {
  readonly accessKeyId: string
  /** the credential scope's date, yyyymmdd; the day of `signedAt` */
  readonly date: string
  /** the credential scope's region: it looks like one, whether AWS has it or not */
  readonly region: string
  readonly service: string
  /** Unix ms */
  readonly signedAt: number
  /** the same instant as it is signed, yyyymmddThhmmssZ */
  readonly timestamp: string
  /** presigned requests only; absent where X-Amz-Expires was not sent */
  readonly expiresInSeconds?: number
  readonly sessionToken?: string
  /** whether the signature came in the query */
  readonly presigned: boolean
  /** as sent; 64 lower-case hex digits if it is to match */
  readonly signature: string
  /** in lower case, in the order of the request */
  readonly signedHeaders: readonly string[]
}

export interface Verification {
  /** Unix ms */
  readonly now: number
  /** the credential scope's services that are accepted; the first is named in the refusal */
  readonly services: readonly string[]
  /** whether the credential scope's Region is one that is answered for; any is unless given */
  readonly serves?: (region: string) => boolean
  /** the longest that a presigned request holds, whatever it says of itself; a week unless given */
  readonly presignedSeconds?: number
}

const ACCESS_KEY_ID = /^\w{1,128}$/
const HEADER_NAMES = /^[a-z0-9!#$%&'*+.^_`|~-]+(;[a-z0-9!#$%&'*+.^_`|~-]+)*$/
const VISIBLE_ASCII = /^[\x21-\x7e]+$/

const incomplete = (message: string) => new KmsError('IncompleteSignatureException', message)
const mismatch = (message: string) => new KmsError('InvalidSignatureException', message)
const echo = (text: string) => text.slice(0, MAX_ECHO)
const notRegion = (region: string) =>
  `Credential should be scoped to a valid region, not '${echo(region)}'.`

/**
 * Reads the signature of a request, from its Authorization header or its query, and refuses what
 * needs neither the secret nor the time to be refused. Requests with a bearer token are not for
 * this function.
 * @throws KmsError MissingAuthenticationTokenException, IncompleteSignatureException,
 * InvalidSignatureException
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
export function readSignature(request: HttpRequest): Signature {
  if (request.path.length > MAX_PATH) throw incomplete('The path is too long.')
  const { credential, signedAt, expires, sessionToken, ...fields } = readFields(request)
  const { time, timestamp } = signedAt
  const signedHeaders = readSignedHeaders(fields.signedHeaders, request)
  const scope = readCredential(credential, timestamp)
  return {
    ...scope,
    signedAt: time,
    timestamp,
    presigned: fields.presigned,
    signature: fields.signature,
    signedHeaders,
    ...(expires === undefined ? {} : { expiresInSeconds: expires }),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  }
}

/** Headers that may go unsigned though their names begin with x-amz-. */
const NEED_NO_SIGNATURE: ReadonlySet<string> = new Set([
  'x-amz-date', // is in the string to sign; plays no part in a presigned request
  'x-amz-content-sha256', // has to equal the hash that is signed
  'x-amz-security-token', // a proof of its own; some signers add it afterwards
  'x-amz-cf-id', // added on the way, by CloudFront
])

function readSignedHeaders(text: string, request: HttpRequest): string[] {
  const joined = text.toLowerCase()
  const names = joined.split(';')
  if (names.length > MAX_SIGNED_HEADERS) throw incomplete('Too many headers are signed.')
  // The host binds the signature to this service; without it a request to another one could be
  // replayed here.
  if (!names.includes('host')) {
    throw mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
  }
  if (!HEADER_NAMES.test(joined)) {
    throw incomplete("'SignedHeaders' has a name that no header can have.")
  }
  for (const name in request.headers) {
    if (needsSignature(name) && !names.includes(name)) {
      throw mismatch(
        `There were headers present in the request which were not signed: '${echo(name)}'.`,
      )
    }
  }
  return names
}

/**
 * "You must include the host header and any x-amz-* headers in the signature" (IAM User Guide):
 * x-amz-target says what is to be done. The service's own headers say under what condition, or how often.
 */
function needsSignature(name: string): boolean {
  if (name.startsWith('x-amz-')) return !NEED_NO_SIGNATURE.has(name)
  return name.startsWith('x-tenkey-') || name === 'if-match' || name === 'idempotency-key'
}

function readCredential(credential: string, timestamp: string) {
  const [accessKeyId = '', date = '', region = '', service = '', terminator = '', ...more] =
    credential.split('/', 6)
  if (terminator === '' || more.length > 0 || !ACCESS_KEY_ID.test(accessKeyId)) {
    throw incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got (hashed with SHA-256 and encoded with Base64): '${fingerprint(credential)}'`,
    )
  }
  const day = timestamp.slice(0, 8)
  if (date === day && terminator === TERMINATOR && isRegion(region)) {
    return { accessKeyId, date, region, service }
  }
  const wrong = []
  if (!isRegion(region)) {
    wrong.push(notRegion(region))
  }
  if (terminator !== TERMINATOR) {
    wrong.push(
      `Credential should be scoped with a valid terminator: '${TERMINATOR}', not '${echo(terminator)}'.`,
    )
  }
  if (date !== day) {
    wrong.push(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${echo(date)}' != '${day}', from '${timestamp}'.`,
    )
  }
  throw mismatch(wrong.join(' '))
}

/**
 * Proves that the request was signed, by the holder of the secret, within the time allowed and for
 * one of the services. `key` is the `signingKey` of the signature's date, region and service.
 * @throws KmsError InvalidSignatureException
 */
export function verifySignature(
  signature: Signature,
  request: HttpRequest,
  key: KeyObject,
  options: Verification,
): void {
  refuseByTime(signature, options)
  refuseByScope(signature, options)
  // A presigned request to a service other than S3 covers the body that is sent, like every other:
  // a GET has an empty one. UNSIGNED-PAYLOAD is refused, because bodies decide what is encrypted
  // and for whom.
  const payloadHash = hash('sha256', request.body, 'hex')
  const declared = request.headers['x-amz-content-sha256']
  if (declared !== undefined && declared !== payloadHash) {
    throw mismatch(
      "The provided 'x-amz-content-sha256' header does not match what was computed. The payload must be signed.",
    )
  }
  const { method, headers } = request
  const { signedHeaders } = signature
  const query = canonicalQuery(queryParameters(request.query))
  const canonicalOf = (path: string) =>
    canonicalRequest({ method, path, query, headers, signedHeaders, payloadHash })
  const proves = (path: string) =>
    matches(signature, key, stringToSign(signature, canonicalOf(path)))
  const paths = request.signedPaths ?? [request.path]
  if (paths.length > MAX_SIGNED_PATHS) throw new Error('too many paths that may have been signed')
  for (const sent of paths) {
    if (proves(canonicalPath(sent)) || (signsAsSent(sent) && proves(sent))) return
  }
  const canonical = canonicalOf(canonicalPath(paths[0] ?? request.path))
  throw mismatch(explain(signature, canonical, stringToSign(signature, canonical)))
}

/** That it was signed for this service, and for a Region it answers for. */
function refuseByScope(signature: Signature, { services, serves }: Verification): void {
  const wrong = []
  if (serves?.(signature.region) === false) wrong.push(notRegion(signature.region))
  if (!services.includes(signature.service)) {
    wrong.push(`Credential should be scoped to correct service: '${services[0]}'.`)
  }
  if (wrong.length > 0) throw mismatch(wrong.join(' '))
}

/**
 * Whether a path may also have been signed as it was sent: some clients (older curl --aws-sigv4)
 * neither encode it twice nor normalize it. This widens nothing: a path without an encoded '%'
 * whose bytes equal another path's canonical form decodes to that path, so one signature still
 * stands for one path. With '%25' it could stand for two ('/a%252Fb' as sent is '/a%2Fb' in
 * canonical form), so there it is not accepted.
 */
function signsAsSent(path: string): boolean {
  if (path.includes('%25') || !VISIBLE_ASCII.test(path)) return false
  return path.includes('%') || normalizePath(path) !== path
}

function refuseByTime(
  signature: Signature,
  { now, presignedSeconds = MAX_EXPIRES_SECONDS }: Verification,
): void {
  const { signedAt, timestamp, expiresInSeconds } = signature
  const lifetime =
    expiresInSeconds === undefined ? SKEW_MS : Math.min(expiresInSeconds, presignedSeconds) * 1000
  if (signedAt < now - lifetime) {
    const minutes = lifetime / 60_000
    const span = Number.isInteger(minutes) ? `${minutes} min.` : `${lifetime / 1000} sec.`
    throw mismatch(
      `Signature expired: ${timestamp} is now earlier than ${amzDate(now - lifetime)} (${amzDate(now)} - ${span})`,
    )
  }
  if (signedAt > now + SKEW_MS) {
    throw mismatch(
      `Signature not yet current: ${timestamp} is still later than ${amzDate(now + SKEW_MS)} (${amzDate(now)} + 5 min.)`,
    )
  }
}

/** StringToSign over a canonical request. */
export function stringToSign(
  scope: Pick<Signature, 'timestamp' | 'date' | 'region' | 'service'>,
  canonical: string,
): string {
  return `${ALGORITHM}\n${scope.timestamp}\n${scope.date}/${scope.region}/${scope.service}/${TERMINATOR}\n${hash('sha256', canonical, 'hex')}`
}

function matches(signature: Signature, key: KeyObject, toSign: string): boolean {
  // Compared as the UTF-8 of hex text: decoding hex would let upper-case digits through.
  const expected = Buffer.from(createHmac('sha256', key).update(toSign).digest('hex'))
  const given = Buffer.from(signature.signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/**
 * AWS's answer shows what should have been signed; the session token in it is a credential and is
 * left out.
 */
function explain(signature: Signature, canonical: string, toSign: string): string {
  const refusal =
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'
  if (canonical.length > MAX_SHOWN) return refusal
  const token = signature.sessionToken
  const shown = token
    ? canonical.replaceAll(token, '…').replaceAll(uriEncode(token), '…')
    : canonical
  return `${refusal}\n\nThe Canonical String for this request should have been\n'${shown}'\n\nThe String-to-Sign should have been\n'${toSign}'\n`
}

/**
 * Derives the key that signs one day's requests to one service in one region (32 bytes); callers
 * cache it.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signingKey(
  secretAccessKey: KeyObject | string,
  date: string,
  region: string,
  service: string,
): KeyObject {
  const secret =
    secretAccessKey instanceof KeyObject ? secretAccessKey.export() : Buffer.from(secretAccessKey)
  const prefixed = Buffer.concat([Buffer.from('AWS4'), secret])
  secret.fill(0)
  let key = secretKey(prefixed)
  for (const message of [date, region, service, TERMINATOR]) {
    key = secretKey(createHmac('sha256', key).update(message).digest())
  }
  return key
}

/** A key of these bytes, which are wiped. */
function secretKey(bytes: Buffer): KeyObject {
  try {
    return createSecretKey(bytes)
  } finally {
    bytes.fill(0)
  }
}
