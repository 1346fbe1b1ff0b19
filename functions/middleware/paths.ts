import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { HttpRequest } from '../../core/base/http-message.ts'
import { IAM_PATH } from '../../core/protocol/iam-path.ts'
import { TARGET_PATH } from './router.ts'

type Paths = Pick<HttpRequest, 'path' | 'signedPaths'>
type Texts = Readonly<Record<string, string | undefined>>

/**
 * The path of a request, and as what it may have been signed. An HTTP API hands over what is left when
 * it has decoded the path, and its parameters; the signature covers what was sent. So the members are
 * encoded again, in every way that common clients encode. The address of a stage that is not the
 * default one has the stage's name in front, which is signed but no part of the API's paths. A function
 * URL hands the path over as it was sent: it has no parameters.
 * @see ../../docs/decisions/0016-names-in-paths.md
 */
export function pathsOf(event: APIGatewayProxyEventV2): Paths {
  // the router in front sent it here; the caller asked for, and signed, the root
  if (event.routeKey?.startsWith(`POST ${TARGET_PATH}`)) return { path: '/' }
  const { stage } = event.requestContext
  const prefix = stage === undefined || stage === '$default' ? '' : `/${stage}`
  const staged = prefix !== '' && `${event.rawPath}/`.startsWith(`${prefix}/`)
  const raw = (staged ? event.rawPath.slice(prefix.length) : event.rawPath) || '/'
  const sent = isUnder(raw)
    ? respelled(raw)
    : (rebuilt(event.routeKey, event.pathParameters ?? {}) ?? [raw])
  const [path = raw] = sent
  if (!staged) return sent.length > 1 ? { path, signedPaths: sent } : { path }
  return { path, signedPaths: sent.map((one) => prefix + one) }
}

/** Whether one route takes it with whatever follows: no name in such a path has a slash (`~` stands for it). */
const isUnder = (path: string): boolean => path.startsWith(`${IAM_PATH}/`)

/** The paths that a path can have come from whose segments are decoded, the strictest encoding first. */
function respelled(path: string): string[] {
  const segments = path.split('/')
  const encoders = segments.every((one) => UNRESERVED.test(one)) ? [strict] : ENCODERS
  return [...new Set(encoders.map((encode) => segments.map(encode).join('/')))]
}

const PARAMETER = /\{(\w+)\}/g

/** The paths that a route's parameters can have come from, the strictest encoding first. */
function rebuilt(routeKey: string | undefined, parameters: Texts): string[] | undefined {
  const [, template = ''] = (routeKey ?? '').split(' ')
  if (template.endsWith('+}')) return undefined
  const names = [...template.matchAll(PARAMETER)].map(([, name = '']) => name)
  if (names.length === 0 || names.some((name) => parameters[name] === undefined)) return undefined
  const plain = names.every((name) => UNRESERVED.test(parameters[name] ?? ''))
  const encoders = plain ? [strict] : ENCODERS
  const paths = encoders.map((encode) =>
    template.replace(PARAMETER, (_, name: string) => encode(parameters[name] ?? '')),
  )
  return [...new Set(paths)]
}

/** What every client leaves as it is; some encode the tilde, which RFC 3986 §2.3 has too. */
const UNRESERVED = /^[\w.-]*$/

type Encoder = (text: string) => string

/** RFC 3986 §2.3: all but unreserved characters; JavaScript's own leaves five more. */
const strict: Encoder = (text) =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** As `strict`, but for some characters that stay. @param left what stays, each one of ASCII */
const leaving = (left: string): Encoder => {
  const kept = new Map([...left].map((character) => [strict(character), character]))
  return (text) => strict(text).replace(/%[0-9A-F]{2}/g, (coded) => kept.get(coded) ?? coded)
}

const inLowerCase: Encoder = (coded) => coded.replace(/%[0-9A-F]{2}/g, (one) => one.toLowerCase())
const withoutTilde: Encoder = (coded) => coded.replaceAll('~', '%7E')

/**
 * How clients encode a segment. Each is undone by decoding once, so what is signed for one path is
 * never taken for another; what an HTTP API decodes twice is in none of them.
 */
const ENCODERS: readonly Encoder[] = [
  // AWS's own clients, Python's quote(safe='')
  strict,
  // the same in lower-case hex: .NET's UrlEncode
  (text) => inLowerCase(strict(text)),
  // RFC 1738 had the tilde encoded: Java's URLEncoder
  (text) => withoutTilde(strict(text)),
  (text) => inLowerCase(withoutTilde(strict(text))),
  // JavaScript's encodeURIComponent
  leaving("!'()*"),
  // Go's url.PathEscape
  leaving('$&+=:@'),
  // all that RFC 3986 §3.3 allows in a segment: Java's URI, what people type
  leaving("!$&'()*+,;=:@"),
]
