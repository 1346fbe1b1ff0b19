import type { JwsAlgorithm } from './issuer.ts'

/** What most issuers sign with (OpenID Connect Core §15.1 asks for RS256). */
export const DEFAULT_ALGORITHMS: readonly JwsAlgorithm[] = ['RS256', 'ES256', 'EdDSA']

/**
 * Whether a text is the URL of an issuer. Condition keys are named by its host: one without a dot could stand
 * for a service's (`aws:…`).
 */
export function isIssuerUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const named = url !== undefined && /[.:]|^localhost$/.test(url.hostname)
  const plain = named && url.search === '' && url.hash === '' && url.username === ''
  const secure =
    url?.protocol === 'https:' || /^(localhost|127\.|\[::1\]$)/.test(url?.hostname ?? '')
  return plain && secure
}
