import type { AnyOperation } from '../../core/operation.ts'
import { serviceOf } from '../../core/operation.ts'
import { memberOf, parseTemplate } from '../../core/protocol/rest-path.ts'
import type { Attacker, Case } from './case.ts'

export type FaceName = 'aws' | 'query' | 'rest'

/** Services that speak the query protocol: where, and in which version. */
const QUERIES: Readonly<Record<string, { readonly path: string; readonly version: string }>> = {
  sts: { path: '/', version: '2011-06-15' },
  iam: { path: '/iam', version: '2010-05-08' },
}

/** The faces by which an operation can be called. */
export const facesOf = (operation: AnyOperation): FaceName[] => [
  ...(serviceOf(operation) === 'kms' ? (['aws'] as const) : []),
  ...(serviceOf(operation) in QUERIES ? (['query'] as const) : []),
  'rest',
]

/** A call of an operation, as a face has it. */
export function callOf(
  face: FaceName,
  operation: AnyOperation,
  as: Attacker,
  input: Readonly<Record<string, unknown>>,
): Case {
  if (face === 'aws') {
    return {
      as,
      method: 'POST',
      path: '/',
      query: '',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `TrentService.${operation.name}`,
      },
      body: JSON.stringify(input),
    }
  }
  return face === 'query' ? queryCall(operation, as, input) : restCall(operation, as, input)
}

function restCall(
  operation: AnyOperation,
  as: Attacker,
  input: Readonly<Record<string, unknown>>,
): Case {
  const { method, segments } = parseTemplate(operation.http)
  const rest = new Map(Object.entries(input))
  const path = segments.map((segment) => {
    const member = memberOf(segment)
    if (member === undefined) return segment
    const value = textOf(rest.get(member) ?? '')
    rest.delete(member)
    return encoded(value) || '-'
  })
  const inBody = method !== 'GET' && method !== 'DELETE'
  const query = [...rest].flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map(
      (one) => `${encoded(name)}=${encoded(textOf(one))}`,
    ),
  )
  return {
    as,
    method,
    path: `/${path.join('/')}`,
    query: inBody ? '' : query.join('&'),
    headers: inBody ? { 'content-type': 'application/json' } : {},
    body: inBody ? JSON.stringify(own(rest)) : '',
  }
}

/** `__proto__` is a member like any other. */
function own(members: ReadonlyMap<string, unknown>): object {
  const made = {}
  for (const [name, value] of members) {
    Object.defineProperty(made, name, { value, enumerable: true, configurable: true })
  }
  return made
}

/** Placeholders stay as they are: they are filled in, and encoded, when the request is made. */
export const encoded = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replaceAll('%24', '$')

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '')

function queryCall(
  operation: AnyOperation,
  as: Attacker,
  input: Readonly<Record<string, unknown>>,
): Case {
  const service = serviceOf(operation)
  const { path = '/', version = '' } = QUERIES[service] ?? {}
  const form: [string, string][] = [
    ['Action', operation.name],
    ['Version', version],
    ...Object.entries(input).flatMap(([name, value]) => flat(name, value, 0)),
  ]
  return {
    as,
    method: 'POST',
    path,
    query: '',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&'),
    signing: { service },
  }
}

/** As AWS's query protocol writes lists and structures. */
function flat(name: string, value: unknown, depth: number): [string, string][] {
  if (typeof value !== 'object' || value === null || depth > 12) return [[name, textOf(value)]]
  const inner = Array.isArray(value)
    ? value.map((item, index): [string, unknown] => [`member.${index + 1}`, item])
    : Object.entries(value)
  if (inner.length === 0) return [[name, '']]
  return inner.flatMap(([part, one]) => flat(`${name}.${part}`, one, depth + 1))
}
