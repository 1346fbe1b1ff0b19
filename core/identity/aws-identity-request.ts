import { isRegion } from '../base/arn.ts'
import { KmsError } from '../base/errors.ts'
import { readJson } from '../policy/json.ts'
import type { UnsignedRequest } from '../signature/sign-request.ts'

/**
 * A GetCallerIdentity request as a caller of AWS signs it for us, and the token that tells us of its signature.
 * Both sides make the request of the same few parts: none of its method, path, query, body or Host is ever sent to
 * us, so that whoever presents a token can't have anything else asked than this.
 */

/** What the token of an AWS identity begins with; what follows is base64url of JSON: the headers below. */
export const TOKEN_PREFIX = 'tenkey-aws-v1.'
const BODY = 'Action=GetCallerIdentity&Version=2011-06-15'
/** characters of a token; an HTTP API has 10,240 bytes of headers (API Gateway quotas) */
const MAX_TOKEN = 16_384

/** What a request is bound to. */
export interface Binding {
  /** of the service that it is for, as its operator has it, e.g. `https://keys.example.com` */
  readonly service: string
  /** ARN of the role that is to be assumed, with its account */
  readonly role: string
  /** of the caller's choice, so that two of its requests of one second are two */
  readonly nonce: string
}

/**
 * The request that is signed, but for its date and session token.
 * @param host of AWS STS, e.g. `sts.eu-central-1.amazonaws.com`
 */
export const identityRequest = (host: string, binding: Binding): UnsignedRequest => ({
  method: 'POST',
  path: '/',
  query: '',
  body: Buffer.from(BODY),
  headers: {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    host,
    'x-tenkey-nonce': binding.nonce,
    'x-tenkey-role': binding.role,
    'x-tenkey-service': binding.service,
  },
})

/** Headers that a token has, in lower case; the session token is there with short-lived credentials. */
const CARRIED = [
  'authorization',
  'x-amz-date',
  'x-tenkey-nonce',
  'x-tenkey-role',
  'x-tenkey-service',
]
const SESSION_TOKEN = 'x-amz-security-token'

/** The token that carries a signed request's signature. @param headers as signRequest answers them */
export function identityToken(headers: Readonly<Record<string, string>>): string {
  const carried = [...CARRIED, SESSION_TOKEN].flatMap((name) =>
    headers[name] === undefined ? [] : [[name, headers[name]]],
  )
  const json = JSON.stringify(Object.fromEntries(carried))
  return TOKEN_PREFIX + Buffer.from(json).toString('base64url')
}

/** What a token says, each part of one form alone. Nothing of it is proven. */
export interface IdentityClaim extends Binding {
  readonly accessKeyId: string
  readonly region: string
  /** Unix ms */
  readonly signedAt: number
  /** the same as it is signed, yyyymmddThhmmssZ */
  readonly timestamp: string
  readonly sessionToken: string | undefined
  readonly signature: string
  /** of the role, and its name */
  readonly accountId: string
  readonly roleName: string
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([A-Z0-9]{16,128})\/(\d{8})\/([a-z0-9-]{1,32})\/sts\/aws4_request, ?SignedHeaders=([a-z0-9;-]{1,256}), ?Signature=([0-9a-f]{64})$/
const TIMESTAMP = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
const NONCE = /^[A-Za-z0-9_-]{16,64}$/
const ROLE = /^arn:aws(?:-cn|-us-gov)?:iam::(\d{12}):role\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]{1,64})$/
const MAX_ROLE = 700
const SERVICE = /^https?:\/\/[\w.:[\]/-]{1,255}$/
const TOKEN = /^[A-Za-z0-9+/=_-]{1,12288}$/

/** Why a text is no token of an AWS identity, for the log. */
export class NoIdentityToken extends Error {
  override readonly name = 'NoIdentityToken'
}

/**
 * Reads a token. Each header is there once, under its name in lower case, and of one form that has no white space,
 * no control characters and no second reading; the headers that were signed are those that we send, no fewer and
 * no more.
 * @throws NoIdentityToken
 */
export function readIdentityToken(token: string): IdentityClaim {
  const headers = headersOf(token)
  const header = (name: string, pattern: RegExp): readonly (string | undefined)[] => {
    const value = headers.get(name) ?? ''
    const found = pattern.exec(value)
    if (found === null) throw new NoIdentityToken(`its ${name} is missing or not of its form`)
    return found
  }
  const [, accessKeyId = '', date, region = '', signedHeaders, signature = ''] = header(
    'authorization',
    AUTHORIZATION,
  )
  const [timestamp = '', ...numbers] = header('x-amz-date', TIMESTAMP)
  const [nonce = ''] = header('x-tenkey-nonce', NONCE)
  const [role = '', accountId = '', roleName = ''] = header('x-tenkey-role', ROLE)
  const [service = ''] = header('x-tenkey-service', SERVICE)
  const short = headers.has(SESSION_TOKEN)
  const sessionToken = short ? header(SESSION_TOKEN, TOKEN)[0] : undefined
  const wanted = [
    ...Object.keys(identityRequest('', { service, role, nonce }).headers),
    'x-amz-date',
    ...(short ? [SESSION_TOKEN] : []),
  ]
  if (signedHeaders !== wanted.sort().join(';')) {
    throw new NoIdentityToken('it does not sign the headers that it must, and no others')
  }
  if (headers.size !== CARRIED.length + (short ? 1 : 0)) {
    throw new NoIdentityToken('it has headers that are not looked at')
  }
  const [year, month, day, hour, minute, second] = numbers
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const signedAt = Date.parse(iso)
  // a day that is not in the calendar would be read as another
  if (Number.isNaN(signedAt) || new Date(signedAt).toISOString() !== iso) {
    throw new NoIdentityToken('its x-amz-date is no moment')
  }
  if (date !== timestamp.slice(0, 8)) {
    throw new NoIdentityToken('its credential scope is of another day than its x-amz-date')
  }
  if (!isRegion(region)) throw new NoIdentityToken('its credential scope names no Region')
  if (role.length > MAX_ROLE) throw new NoIdentityToken('the ARN of its role is too long')
  const scope = { accessKeyId, region, signedAt, timestamp, sessionToken, signature }
  return { ...scope, service, role, nonce, accountId, roleName }
}

/** The name of the role that a token is for; undefined for what is no token. */
export function namedRole(token: string): string | undefined {
  try {
    return readIdentityToken(token).roleName
  } catch (error) {
    if (error instanceof NoIdentityToken) return undefined
    throw error
  }
}

/** Its headers by name; texts alone, none twice. */
function headersOf(token: string): ReadonlyMap<string, string> {
  const encoded = token.slice(TOKEN_PREFIX.length)
  const whole = token.startsWith(TOKEN_PREFIX) && /^[\w-]+$/.test(encoded)
  if (!whole || token.length > MAX_TOKEN) throw new NoIdentityToken('it is no token')
  const headers = new Map<string, string>()
  for (const [name, value] of jsonObject(Buffer.from(encoded, 'base64url'))) {
    if (typeof value !== 'string') throw new NoIdentityToken('it has a header that is no text')
    headers.set(name, value)
  }
  return headers
}

function jsonObject(bytes: Buffer) {
  try {
    const json = readJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (json instanceof Map) return json
  } catch (error) {
    // no JSON, or a name that it has twice
    if (!(error instanceof KmsError || error instanceof TypeError)) throw error
  }
  throw new NoIdentityToken('it is no JSON object, or has a name twice')
}
