import { type RouteSpec, routes } from '../../stacks/routes.ts'

/** A route that was found: its parameters are decoded, as an HTTP API hands them over. */
export interface Match {
  readonly spec: RouteSpec
  readonly parameters: Readonly<Record<string, string>>
}

const table = routes.map((spec) => {
  const [method = '', path = ''] = spec.route.split(' ')
  return { spec, method, segments: path.split('/') }
})

const PARAMETER = /^\{(\w+)\}$/

/**
 * The route an HTTP API chooses: the method and every segment must match, and a literal segment goes
 * before a parameter. Undefined where there is none: the answer is 404 whatever the reason.
 * @param path as it was sent
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function routeOf(method: string, path: string): Match | undefined {
  const sent = path.split('/')
  const found = table
    .filter((one) => one.method === method && fits(one.segments, sent))
    .sort((a, b) => parametersIn(a.segments) - parametersIn(b.segments))[0]
  if (found === undefined) return undefined
  const parameters: Record<string, string> = {}
  for (const [index, segment] of found.segments.entries()) {
    const [, name] = PARAMETER.exec(segment) ?? []
    if (name !== undefined) parameters[name] = decoded(sent[index] ?? '')
  }
  return { spec: found.spec, parameters }
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
