import { type RouteSpec, routes } from '../../stacks/routes.ts'

/** A route that was found: its parameters are decoded, as an HTTP API hands them over. */
export interface Match {
  readonly spec: RouteSpec
  /** the route's key: one function may have several */
  readonly routeKey: string
  /** the path as the event has it */
  readonly rawPath: string
  readonly parameters: Readonly<Record<string, string>>
}

const tableOf = (specs: readonly RouteSpec[], keysOf: (spec: RouteSpec) => readonly string[]) =>
  specs.flatMap((spec) =>
    keysOf(spec).map((routeKey) => {
      const [method = '', path = ''] = routeKey.split(' ')
      return { spec, routeKey, method, segments: path.split('/') }
    }),
  )
const known = (...keys: (string | undefined)[]) => keys.filter((key) => key !== undefined)
const own = tableOf(routes, ({ route, also = [] }) => known(route, ...also))
/** with a router in front, which asks at its own paths */
const routed = tableOf(routes, ({ route, also = [], target }) => known(route, ...also, target))

const PARAMETER = /^\{(\w+)\}$/

/**
 * How a gateway reads a path: `decoded`, as HTTP APIs were seen to, before it looks for a route; or
 * `sent`, its segments as they were sent, each decoded when its route is found.
 */
export type Reading = 'decoded' | 'sent'

/**
 * The route an HTTP API chooses: the method and every segment must match, and a literal segment goes
 * before a parameter, both before one that takes all that follows. Undefined where there is none: the answer is 404 whatever the reason.
 * @param path as it was sent; with `decoded` what `decodedPath` made of it
 * @param router whether there is a router in front
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function routeOf(
  method: string,
  path: string,
  { router, reading }: { readonly router: boolean; readonly reading: Reading },
): Match | undefined {
  const sent = path.split('/')
  const read = reading === 'decoded' ? (text: string) => text : decoded
  const found = (router ? routed : own)
    .filter((one) => [method, 'ANY'].includes(one.method) && fits(one.segments, sent))
    .sort((a, b) => rank(a.segments) - rank(b.segments))[0]
  if (found === undefined) return undefined
  const parameters: Record<string, string> = {}
  for (const [index, segment] of found.segments.entries()) {
    const [, name] = PARAMETER.exec(segment) ?? []
    if (name !== undefined) parameters[name] = read(sent[index] ?? '')
  }
  return { spec: found.spec, routeKey: found.routeKey, rawPath: read(path), parameters }
}

/** the last segment of a route that takes all that follows */
const GREEDY = /^\{\w+\+\}$/
const isGreedy = (segments: readonly string[]) => GREEDY.test(segments.at(-1) ?? '')

const fits = (segments: readonly string[], sent: readonly string[]): boolean =>
  (segments.length === sent.length || (isGreedy(segments) && segments.length < sent.length)) &&
  segments.every((segment, index) => {
    const one = sent[index] ?? ''
    if (GREEDY.test(segment)) return sent.slice(index).join('/') !== ''
    return PARAMETER.test(segment) ? one !== '' : segment === one
  })

/** What goes before what: literal segments before parameters, and all of them before one that is greedy. */
const rank = (segments: readonly string[]): number =>
  segments.filter((segment) => PARAMETER.test(segment)).length + (isGreedy(segments) ? 100 : 0)

/**
 * What an HTTP API makes of a path before it looks for a route, as was seen on AWS in July 2026: it
 * decodes it, cuts it at a question mark that then stands in it, and decodes it again.
 * @returns undefined where it can't be decoded: the API answers 400
 * @see ../../docs/decisions/0016-names-in-paths.md
 */
export function decodedPath(path: string): string | undefined {
  try {
    const [once = ''] = decodeURIComponent(path).split('?')
    return decodeURIComponent(once)
  } catch {
    return undefined
  }
}

/** Percent-decoded; as it is where it can't be. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
