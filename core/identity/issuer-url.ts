import type { JwsAlgorithm } from './issuer.ts'

/** What most issuers sign with (OpenID Connect Core §15.1 asks for RS256). */
export const DEFAULT_ALGORITHMS: readonly JwsAlgorithm[] = ['RS256', 'ES256', 'EdDSA']

/** as URL writes the hosts of this machine, whatever was given (WHATWG URL, "host parsing") */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * Whether a text is the URL of an issuer. Condition keys are named by its host: one without a dot could stand
 * for a service's (`aws:…`).
 */
export function isIssuerUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const named = url !== undefined && /[.:]|^localhost$/.test(url.hostname)
  const plain = named && url.search === '' && url.hash === '' && url.username === ''
  const local = url?.protocol === 'http:' && LOOPBACK.test(url.hostname)
  const secure = url?.protocol === 'https:' || local
  return plain && secure
}
