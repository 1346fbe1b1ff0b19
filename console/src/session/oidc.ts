/** An OpenID Connect issuer at which people sign in, as the deployment's settings have it. */
export interface IssuerSettings {
  /** what people call it */
  readonly name: string
  /** its URL, exactly as its tokens have it */
  readonly issuer: string
  readonly clientId: string
  readonly scope: string
  /** which of its tokens is the bearer token */
  readonly token: 'access_token' | 'id_token'
  /** the account that its people are of, 12 digits; asked, or told by the link, where it is not set */
  readonly account?: string
}

/** What must come back with the issuer's answer. The verifier is worth nothing without the code. */
interface Flow {
  readonly state: string
  readonly verifier: string
  readonly issuer: string
  readonly account: string
  readonly region: string
  /** the page that was asked for */
  readonly to: string
}

/** What a sign-in at an issuer ended with. */
export interface SignedIn {
  readonly token: string
  readonly seconds: number | undefined
  readonly account: string
  readonly region: string
  readonly to: string
}

const FLOW = 'tenkey.flow'

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)))
const sha256 = async (text: string) =>
  base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))

interface Discovered {
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly authorization_response_iss_parameter_supported?: boolean
}

/**
 * Asks an issuer.
 * @throws Error with its address, and what it says was wrong (RFC 6749 §5.2)
 */
async function answerOf(url: string, init: RequestInit = {}): Promise<object> {
  const failed = (words: unknown) => new Error(`${url}: ${words}`)
  const response = await fetch(url, { ...init, credentials: 'omit' }).catch((cause: unknown) => {
    throw failed(cause)
  })
  const told: unknown = await response.json().catch(() => undefined)
  if (typeof told !== 'object' || told === null) throw failed(`HTTP ${response.status}, no JSON`)
  if (response.ok) return told
  const said = new Map<string, unknown>(Object.entries(told))
  throw failed(wordsOf((name) => said.get(name)) || `HTTP ${response.status}`)
}

/** What an issuer says was wrong; empty where it says nothing. */
const wordsOf = (said: (name: string) => unknown): string =>
  [said('error'), said('error_description')].filter(Boolean).join(': ')

/** What the issuer says of itself (OpenID Connect Discovery 1.0 §4). */
async function discovered(issuer: string): Promise<Discovered> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const found = (await answerOf(url)) as Discovered
  if (found.issuer !== issuer) throw new Error(`${issuer} names another issuer`)
  return found
}

/**
 * Begins a sign-in at an issuer (authorization code with PKCE, RFC 7636).
 * @param back where it is to send people back to
 * @returns its address for that
 */
export async function begin(
  { issuer, clientId, scope }: IssuerSettings,
  wanted: Pick<Flow, 'account' | 'region' | 'to'>,
  back: string,
): Promise<URL> {
  const { authorization_endpoint } = await discovered(issuer)
  const flow: Flow = { ...wanted, issuer, state: random(), verifier: random() }
  const asked = new URL(authorization_endpoint)
  // http for an issuer of this machine alone, which is one of http itself
  if (asked.protocol !== 'https:' && asked.protocol !== new URL(issuer).protocol) {
    throw new Error(`${authorization_endpoint} is no https URL`)
  }
  for (const [name, value] of Object.entries({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: back,
    scope,
    state: flow.state,
    code_challenge: await sha256(flow.verifier),
    code_challenge_method: 'S256',
  })) {
    asked.searchParams.set(name, value)
  }
  sessionStorage.setItem(FLOW, JSON.stringify(flow))
  return asked
}

/** Whether this address is an issuer's answer. */
export const isReturn = (query: URLSearchParams): boolean =>
  query.has('state') && (query.has('code') || query.has('error'))

/**
 * Comes back from the issuer, and changes the code for a token.
 * @param back where it sent people back to
 * @throws Error where the answer was not asked for, or the issuer gives none
 */
export async function comeBack(
  query: URLSearchParams,
  issuers: readonly IssuerSettings[],
  back: string,
): Promise<SignedIn> {
  const kept = sessionStorage.getItem(FLOW)
  sessionStorage.removeItem(FLOW)
  const flow = kept === null ? undefined : (JSON.parse(kept) as Flow)
  const settings = issuers.find(({ issuer }) => issuer === flow?.issuer)
  if (flow === undefined || settings === undefined || query.get('state') !== flow.state) {
    throw new Error('this answer was not asked for')
  }
  const found = await discovered(flow.issuer)
  const by = query.get('iss')
  const isNamed = by !== null || found.authorization_response_iss_parameter_supported === true
  // of an issuer that answers in another's place, a code goes to none (RFC 9207 §2.4)
  if (isNamed && by !== flow.issuer) throw new Error('this answer was not asked for')
  const code = query.get('code')
  if (code === null) throw new Error(wordsOf((name) => query.get(name)))
  const { token_endpoint } = found
  const answered = await answerOf(token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: back,
      client_id: settings.clientId,
      code_verifier: flow.verifier,
    }),
  })
  const answer = new Map<string, unknown>(Object.entries(answered))
  const token = answer.get(settings.token)
  if (typeof token !== 'string') throw new Error(`${token_endpoint}: no ${settings.token}`)
  // some say it in a text
  const seconds = Number(answer.get('expires_in'))
  return {
    token,
    seconds: seconds > 0 ? seconds : undefined,
    account: flow.account,
    region: flow.region,
    to: flow.to,
  }
}
