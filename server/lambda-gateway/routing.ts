import { type RouteSpec, routes } from '../../stacks/routes.ts'

/** A route that was found: its parameters are decoded, as an HTTP API hands them over. */
export interface Match {
  readonly spec: RouteSpec
  /** the route's key: one function may have several */
  readonly routeKey: string
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
const own = tableOf(routes, ({ route, also }) => known(route, also))
/** with a router in front, which asks at its own paths */
const routed = tableOf(routes, ({ route, also, target }) => known(route, also, target))

const PARAMETER = /^\{(\w+)\}$/

/**
 * The route an HTTP API chooses: the method and every segment must match, and a literal segment goes
 * before a parameter. Undefined where there is none: the answer is 404 whatever the reason.
 * @param path as it was sent
 * @param router whether there is a router in front
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function routeOf(method: string, path: string, router: boolean): Match | undefined {
  const sent = path.split('/')
  const found = (router ? routed : own)
    .filter((one) => one.method === method && fits(one.segments, sent))
    .sort((a, b) => parametersIn(a.segments) - parametersIn(b.segments))[0]
  if (found === undefined) return undefined
  const parameters: Record<string, string> = {}
  for (const [index, segment] of found.segments.entries()) {
    const [, name] = PARAMETER.exec(segment) ?? []
    if (name !== undefined) parameters[name] = decoded(sent[index] ?? '')
  }
  return { spec: found.spec, routeKey: found.routeKey, parameters }
}

const fits = (segments: readonly string[], sent: readonly string[]): boolean =>
  segments.length === sent.length &&
  segments.every((segment, index) => {
    const one = sent[index] ?? ''
    return PARAMETER.test(segment) ? one !== '' : segment === one
  })

const parametersIn = (segments: readonly string[]): number =>
  segments.filter((segment) => PARAMETER.test(segment)).length

/** Percent-decoded; as it is where it can't be. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
