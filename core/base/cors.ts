/**
 * What browsers are told of the service (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol): the server
 * answers by it, an HTTP API is configured with it. Nothing here is a credential that a browser sends by itself,
 * so there is no mode with credentials.
 */

/** Methods of REST, and of AWS's own faces, which are POST and GET. */
export const CORS_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Headers that requests of REST, AWS STS and AWS JSON have, those that AWS's SDK for browsers adds among them. */
export const CORS_HEADERS: readonly string[] = [
  'amz-sdk-invocation-id',
  'amz-sdk-request',
  'authorization',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-target',
  'x-amz-user-agent',
  'x-tenkey-account',
  'x-tenkey-region',
]

/** Headers of answers that a page may read beside those that every page may. */
export const CORS_EXPOSED: readonly string[] = [
  'allow',
  'etag',
  'link',
  'location',
  'retry-after',
  'www-authenticate',
  'x-amzn-requestid',
  'x-request-id',
]

/** s for which a browser need not ask again; two hours are the most that Chromium remembers. */
export const CORS_MAX_AGE = 7200

/**
 * Reads the origins whose pages may call, separated by commas: each as a browser writes it in `Origin`
 * (https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin).
 * @returns each once; none for ''
 * @throws Error that begins with `has`, for what is no such origin
 */
export function originsOf(text: string): readonly string[] {
  if (text.trim() === '') return []
  const all = text.split(',').map((origin) => origin.trim())
  for (const origin of all) {
    if (isOrigin(origin)) continue
    throw new Error(
      `has '${origin}'; it must be exact origins as browsers send them, e.g. https://app.example.com,http://localhost:5173: scheme and host in lower case, a port unless it is the scheme's own, no path, no *, not null`,
    )
  }
  return [...new Set(all)]
}

/** `URL` reads far more than one writing of an origin; its own writing is the browsers'. */
const isOrigin = (text: string): boolean =>
  /^https?:\/\/[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text
