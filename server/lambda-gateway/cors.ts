import { CORS_EXPOSED, CORS_HEADERS, CORS_MAX_AGE, CORS_METHODS } from '../../core/base/cors.ts'

/** Headers of an answer, as a gateway sends them. */
type Headers = Readonly<Record<string, string | readonly string[]>>

/** The CORS of an HTTP API (stacks/http-api.ts). */
export interface GatewayCors {
  /** Whether the API answers a request itself, whatever its path: that of a browser that asks before a page calls. */
  isPreflight(method: string, headers: Readonly<Record<string, string>>): boolean
  /** The headers of that answer; none for an origin that is not listed. */
  preflight(origin: string | undefined): Headers
  /** An answer's headers: what a function says of CORS itself is not sent on. */
  marked(headers: Headers, origin: string | undefined): Headers
}

/**
 * CORS as an HTTP API has it where it is configured.
 * @returns undefined where it isn't: then preflights go the way of all requests
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function gatewayCors(origins: readonly string[]): GatewayCors | undefined {
  if (origins.length === 0) return undefined
  const allowed = (origin: string | undefined) =>
    origin !== undefined && origins.includes(origin)
      ? {
          'access-control-allow-origin': origin,
          'access-control-expose-headers': CORS_EXPOSED.join(','),
        }
      : undefined
  return {
    isPreflight: (method, headers) =>
      method === 'OPTIONS' &&
      headers['origin'] !== undefined &&
      headers['access-control-request-method'] !== undefined,

    preflight(origin) {
      const own = allowed(origin)
      return own === undefined
        ? {}
        : {
            ...own,
            'access-control-allow-methods': CORS_METHODS.join(','),
            'access-control-allow-headers': CORS_HEADERS.join(','),
            'access-control-max-age': String(CORS_MAX_AGE),
          }
    },

    marked(headers, origin) {
      const others = Object.entries(headers).filter(
        ([name]) => !name.toLowerCase().startsWith('access-control-'),
      )
      return { ...Object.fromEntries(others), ...allowed(origin) }
    },
  }
}
