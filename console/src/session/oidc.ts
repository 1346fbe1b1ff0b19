import type { IssuerSettings } from './settings.ts'

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
}

/** What the issuer says of itself (OpenID Connect Discovery 1.0 §4). */
async function discovered(issuer: string): Promise<Discovered> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const found = (await (await fetch(url, { credentials: 'omit' })).json()) as Discovered
  if (found.issuer !== issuer) throw new Error(`${issuer} names another issuer`)
  return found
}

/** where issuers send people back to: registered with them, as the console's documentation says */
const returnAddress = () => `${location.origin}${import.meta.env.BASE_URL}sign-in`

/** Goes to the issuer (authorization code with PKCE, RFC 7636). */
export async function goToIssuer(
  { issuer, clientId, scope }: IssuerSettings,
  wanted: Pick<Flow, 'account' | 'region' | 'to'>,
): Promise<void> {
  const { authorization_endpoint } = await discovered(issuer)
  const flow: Flow = { ...wanted, issuer, state: random(), verifier: random() }
  const asked = new URL(authorization_endpoint)
  if (asked.protocol !== 'https:' && asked.protocol !== 'http:') throw new Error(asked.protocol)
  for (const [name, value] of Object.entries({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: returnAddress(),
    scope,
    state: flow.state,
    code_challenge: await sha256(flow.verifier),
    code_challenge_method: 'S256',
  })) {
    asked.searchParams.set(name, value)
  }
  sessionStorage.setItem(FLOW, JSON.stringify(flow))
  location.assign(asked)
}

/** Whether this address is an issuer's answer. */
export const isReturn = (query: URLSearchParams): boolean =>
  query.has('state') && (query.has('code') || query.has('error'))

/**
 * Comes back from the issuer, and changes the code for a token.
 * @throws Error where the answer was not asked for, or the issuer gives none
 */
export async function comeBack(
  query: URLSearchParams,
  issuers: readonly IssuerSettings[],
): Promise<SignedIn> {
  const kept = sessionStorage.getItem(FLOW)
  sessionStorage.removeItem(FLOW)
  const flow = kept === null ? undefined : (JSON.parse(kept) as Flow)
  const settings = issuers.find(({ issuer }) => issuer === flow?.issuer)
  if (flow === undefined || settings === undefined || query.get('state') !== flow.state) {
    throw new Error('this answer was not asked for')
  }
  const code = query.get('code')
  if (code === null) {
    throw new Error([query.get('error'), query.get('error_description')].filter(Boolean).join(': '))
  }
  const { token_endpoint } = await discovered(flow.issuer)
  const response = await fetch(token_endpoint, {
    method: 'POST',
    credentials: 'omit',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: returnAddress(),
      client_id: settings.clientId,
      code_verifier: flow.verifier,
    }),
  })
  if (!response.ok) throw new Error(`${token_endpoint}: HTTP ${response.status}`)
  const answer = (await response.json()) as Readonly<Record<string, unknown>>
  const token = answer[settings.token]
  if (typeof token !== 'string') throw new Error(`${token_endpoint}: no ${settings.token}`)
  const seconds = answer['expires_in']
  return {
    token,
    seconds: typeof seconds === 'number' ? seconds : undefined,
    account: flow.account,
    region: flow.region,
    to: flow.to,
  }
}
