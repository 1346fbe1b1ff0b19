import { KmsError } from '../base/errors.ts'

/** A query parameter, decoded. */
export type QueryParameter = readonly [name: string, value: string]

/** What a canonical request is made of; path and query in canonical form already. */
export interface CanonicalParts {
  readonly method: string
  readonly path: string
  readonly query: string
  /** names in lower case */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** in lower case, in the order in which they are signed */
  readonly signedHeaders: readonly string[]
  /** SHA-256 of the body, 64 lower-case hex digits */
  readonly payloadHash: string
}

const UNRESERVED = /^[A-Za-z0-9._~-]*$/
const UNRESERVED_PATH = /^[A-Za-z0-9._~/-]*$/
const LEFT_BY_ENCODE_URI_COMPONENT = /[!'()*]/g
const UNTIDY_WHITE_SPACE = /[\t\r\n]| {2}|^ | $/
const WHITE_SPACE = /[ \t\r\n]+/g

/**
 * `UriEncode` of the SigV4 specification: everything but RFC 3986's unreserved characters becomes
 * UTF-8 `%XX`.
 */
export function uriEncode(text: string): string {
  if (UNRESERVED.test(text)) return text
  // A lone surrogate has no UTF-8, and encodeURIComponent would throw on it.
  return encodeURIComponent(text.toWellFormed()).replace(
    LEFT_BY_ENCODE_URI_COMPONENT,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/**
 * Resolves '.' and '..' and drops empty segments, as the AWS SDKs do before they sign ('/a/b/..'
 * gives '/a', where RFC 3986 §5.2.4 would keep the slash).
 */
export function normalizePath(path: string): string {
  if (path === '' || path === '/') return '/'
  if (!path.includes('//') && !path.includes('/.')) return path
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') segments.pop()
    else segments.push(segment)
  }
  return `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`
}

/**
 * CanonicalUri for every service but S3: the path as sent (percent-encoded) is normalized and
 * encoded once more.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function canonicalPath(path: string): string {
  const normalized = normalizePath(path)
  if (UNRESERVED_PATH.test(normalized)) return normalized
  return normalized.split('/').map(uriEncode).join('/')
}

/**
 * The parameters of a query string, decoded, in the order sent. '+' is a space, as URLSearchParams
 * has it and AWS reads it; whoever acts on the query must read it in the same way, since '+' and
 * '%20' sign alike.
 * @throws KmsError IncompleteSignatureException where percent-encoding or UTF-8 is malformed
 */
export function queryParameters(query: string): QueryParameter[] {
  if (query === '') return []
  const parameters: QueryParameter[] = []
  for (const part of query.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    parameters.push(
      equals < 0
        ? [decode(part), '']
        : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))],
    )
  }
  return parameters
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (cause) {
    // Keeping what does not decode as it is would let '%FF' and '%25FF' sign alike.
    throw new KmsError(
      'IncompleteSignatureException',
      'The query string is not properly percent-encoded.',
      { cause },
    )
  }
}

/**
 * CanonicalQueryString: encoded and sorted by name, then value; X-Amz-Signature itself is left out.
 */
export function canonicalQuery(parameters: readonly QueryParameter[]): string {
  if (parameters.length === 0) return ''
  const encoded: QueryParameter[] = []
  for (const [name, value] of parameters) {
    if (name !== 'X-Amz-Signature') encoded.push([uriEncode(name), uriEncode(value)])
  }
  // Encoded text is ASCII, so comparing code units compares bytes.
  encoded.sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
  return encoded.map(([name, value]) => `${name}=${value}`).join('&')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A header's value without white space around it, runs of white space within it made one space. */
function canonicalHeaderValue(value: string): string {
  return UNTIDY_WHITE_SPACE.test(value) ? value.replace(WHITE_SPACE, ' ').trim() : value
}

/**
 * The canonical request, whose SHA-256 is signed. A signed header that was not sent counts as
 * empty.
 */
export function canonicalRequest(parts: CanonicalParts): string {
  let headers = ''
  for (const name of parts.signedHeaders) {
    // hasOwn, because the names come from the caller and 'constructor' is one of them.
    const value = Object.hasOwn(parts.headers, name) ? parts.headers[name] : undefined
    headers += `${name}:${value === undefined ? '' : canonicalHeaderValue(value)}\n`
  }
  return `${parts.method}\n${parts.path}\n${parts.query}\n${headers}\n${parts.signedHeaders.join(';')}\n${parts.payloadHash}`
}
