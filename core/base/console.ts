import { parseJson } from './json.ts'

/**
 * What a deployment says to its console, and what browsers are told of the console's pages: a server answers by it,
 * a distribution is configured with it.
 */

/** An OpenID Connect issuer at which people sign in to the console. */
export interface ConsoleIssuer {
  readonly name: string
  /** its URL, exactly as its tokens have it */
  readonly issuer: string
  readonly clientId: string
  readonly scope: string
  /** which of its tokens is the bearer token */
  readonly token: 'access_token' | 'id_token'
  /** the account that its people are of, where it is always the same */
  readonly account?: string
}

export interface ConsoleSettings {
  readonly issuers: readonly ConsoleIssuer[]
  /** origins that the console may call beside its own: those of the issuers, and of their token endpoints */
  readonly origins: readonly string[]
}

export const NO_ISSUERS: ConsoleSettings = { issuers: [], origins: [] }

const MEMBERS: ReadonlySet<string> = new Set([
  'name',
  'issuer',
  'clientId',
  'scope',
  'token',
  'account',
  'origins',
])

/**
 * Reads the settings of a console: `{"issuers": [{"name", "issuer", "clientId", "scope"?, "token"?, "account"?,
 * "origins"?}]}`. `origins` are those of the issuer's other endpoints.
 * @param text JSON
 * @throws Error in one line, for what is no such thing
 */
export function readConsoleSettings(text: string): ConsoleSettings {
  let read: unknown
  try {
    read = parseJson(text)
  } catch {
    throw new Error('is no JSON')
  }
  const { issuers, ...rest } = objectOf(read, 'it')
  for (const name of Object.keys(rest)) throw new Error(`has '${name}'; it can have issuers`)
  if (!Array.isArray(issuers)) throw new Error('must have issuers, a list')
  const all = issuers.map(issuerOf)
  const origins = all.flatMap((one) => one.origins)
  return { issuers: all.map(({ issuer }) => issuer), origins: [...new Set(origins)] }
}

function issuerOf(read: unknown, index: number) {
  const where = `issuers[${index}]`
  const given = objectOf(read, where)
  for (const name of Object.keys(given)) {
    if (!MEMBERS.has(name)) {
      throw new Error(`has ${where}.${name}; there are ${[...MEMBERS].join(', ')}`)
    }
  }
  const textOf = (name: string, initial?: string): string => {
    const value = given[name] ?? initial
    if (typeof value === 'string' && value !== '') return value
    throw new Error(`must have ${where}.${name}, a text`)
  }
  const issuer = textOf('issuer')
  const token = textOf('token', 'access_token')
  if (token !== 'access_token' && token !== 'id_token') {
    throw new Error(`has '${token}' as ${where}.token; it can be access_token, id_token`)
  }
  const account = given['account'] === undefined ? undefined : textOf('account')
  if (account !== undefined && !/^\d{12}$/.test(account)) {
    throw new Error(`has '${account}' as ${where}.account; it must be 12 digits`)
  }
  const more = given['origins'] ?? []
  if (!Array.isArray(more)) throw new Error(`must have ${where}.origins as a list`)
  return {
    issuer: {
      ...{ name: textOf('name'), issuer, clientId: textOf('clientId') },
      ...{ scope: textOf('scope', 'openid'), token },
      ...(account !== undefined && { account }),
    } satisfies ConsoleIssuer,
    origins: [issuer, ...more].map((url) => originOf(url, where)),
  }
}

function objectOf(read: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof read === 'object' && read !== null && !Array.isArray(read)) {
    return read as Record<string, unknown>
  }
  throw new Error(`has no object where ${what} is`)
}

/** @throws Error for what stands in a policy's connect-src as something else than one origin */
function originOf(url: unknown, where: string): string {
  if (typeof url === 'string' && URL.canParse(url)) {
    const { protocol, origin, host } = new URL(url)
    const isWeb = protocol === 'https:' || protocol === 'http:'
    if (isWeb && /^[\w.:[\]-]+$/.test(host)) return origin
  }
  throw new Error(`has '${url}' at ${where}, which is no http or https URL`)
}

/**
 * The headers of the console's pages. Nothing is inline, nothing is of elsewhere, and nobody may frame it; scripts
 * are made of no text (Trusted Types) where a browser has them.
 * @param origins which it may call beside its own
 * @see https://www.w3.org/TR/CSP3/
 * @see https://www.w3.org/TR/trusted-types/
 */
export const consoleHeaders = (origins: readonly string[]): Readonly<Record<string, string>> => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    `connect-src ${["'self'", ...origins].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
})

/** where the console is, below an installation's address */
export const CONSOLE_PATH = '/console'

/**
 * What `config.json` beside the console's pages says.
 * @param region of requests that name none
 * @param regions those that the installation is in; undefined where it serves every one of its partition
 */
export const consoleConfig = (
  region: string,
  { issuers }: ConsoleSettings,
  regions?: readonly string[],
): string => JSON.stringify({ region, ...(regions !== undefined && { regions }), issuers })
