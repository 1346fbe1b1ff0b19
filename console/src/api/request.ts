import { ROUTES } from './routes.ts'
import type { Calls } from './types.ts'

export type OperationName = keyof Calls & keyof typeof ROUTES
export type Input<N extends OperationName> = Calls[N]['input']
export type Output<N extends OperationName> = Calls[N]['output']

/** A call as it is sent, before anybody has signed it. */
export interface ApiRequest {
  readonly method: string
  /** percent-encoded */
  readonly path: string
  /** decoded, as signers want it */
  readonly query: Readonly<Record<string, string | string[]>>
  readonly body: string | undefined
}

/** what may stand in a path as it is; ARNs, aliases and dots go to the query where the route lets them */
const PLAIN = /^(?!\.{1,2}$)[\w.+=@,-]+$/

/** The request of an operation: members in the path, the rest in the query or, with a method that has one, in the body. */
export function requestOf<N extends OperationName>(name: N, input: Input<N>): ApiRequest {
  const [method = '', template = ''] = ROUTES[name].split(' ')
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined))
  const query: Record<string, string | string[]> = {}
  const path = template.replace(/\{(\w+)(~?)\}/g, (_, member: string, other: string) => {
    const value = String(rest.get(member) ?? '')
    rest.delete(member)
    if (other === '' || PLAIN.test(value)) return encodeURIComponent(value)
    query[member] = value
    return '~'
  })
  if (method !== 'GET' && method !== 'DELETE') {
    const body = rest.size === 0 ? undefined : JSON.stringify(Object.fromEntries(rest))
    return { method, path, query, body }
  }
  for (const [member, value] of rest) {
    query[member] = Array.isArray(value) ? value.map(String) : String(value)
  }
  return { method, path, query, body: undefined }
}

/** The query as it stands in a URL, `?` included where there is one. */
export function queryText(query: ApiRequest['query']): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`),
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}
