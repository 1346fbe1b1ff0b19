import type { Face } from '../base/call-context.ts'
import type { Largest } from './largest.ts'
import type { Report } from './report.ts'

/**
 * A shape describes one type of the API once: how it is read from a caller's JSON and checked in
 * AWS's words, how it is written back, its JSON Schema, and what of it an audit record may hold.
 */
export interface Shape<T> {
  /** JSON → validated copy; constraint violations are collected, a wrong JSON type throws at once */
  decode(json: unknown, at: string, report: Report): T
  /** value → JSON of the given face */
  encode(value: T, face: Face): unknown
  /** the part that may be shown in an audit record; undefined for nothing */
  redact(value: T): unknown
  /** JSON Schema 2020-12, as OpenAPI 3.1 embeds it (REST face) */
  readonly schema: JsonSchema
  /** what a list says of its items in `Member must satisfy constraint: […]` */
  readonly rules: readonly string[]
  /** how long the largest valid value is on the wire */
  readonly largest: Largest
  /** what a query string's text has to be turned into first; a list's parameter is repeated */
  readonly text: 'string' | 'number' | 'boolean' | 'list'
}

/** The same shape, with a sentence on it for readers of OpenAPI. */
export const described = <T>(description: string, shape: Shape<T>): Shape<T> => ({
  ...shape,
  schema: { ...shape.schema, description },
})

export type JsonSchema = { readonly [keyword: string]: unknown }
export type TypeOf<S> = S extends Shape<infer T> ? T : never
