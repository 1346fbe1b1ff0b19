import { isUtf8 } from 'node:buffer'
import { invalid, KmsError } from './errors.ts'

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
  /** whether a query string's text has to be turned into JSON of another type first */
  readonly text: 'string' | 'number' | 'boolean'
}

/** AWS JSON 1.1 writes times as Unix seconds, REST as RFC 3339 text; all else is alike. */
export type Face = 'aws' | 'rest'
export type JsonSchema = { readonly [keyword: string]: unknown }
export type TypeOf<S> = S extends Shape<infer T> ? T : never

/** Collects constraint violations of one request, worded as AWS words them (recorded answers). */
export class Report {
  readonly violations: string[] = []

  /** @param shown the offending value as AWS echoes it, or undefined where its content is kept back */
  add(shown: string | undefined, at: string, constraint: string): void {
    const value = shown === undefined ? 'Value' : `Value '${shown}'`
    this.violations.push(`${value} at '${at}' failed to satisfy constraint: ${constraint}`)
  }

  missing(at: string): void {
    this.violations.push(
      `Value null at '${at}' failed to satisfy constraint: Member must not be null`,
    )
  }

  /** @throws KmsError ValidationException naming every violation */
  settle(): void {
    const count = this.violations.length
    if (count === 0) return
    const noun = count === 1 ? 'error' : 'errors'
    throw invalid(`${count} validation ${noun} detected: ${this.violations.join('; ')}`)
  }
}

const serialization = (message: string) => new KmsError('SerializationException', message)

/** Names the JSON token as AWS's deserializer does when it can't convert it. */
function mismatch(json: unknown, wanted: string): KmsError {
  if (Array.isArray(json)) return serialization('Start of list found where not expected')
  if (typeof json === 'object') {
    return serialization('Start of structure or map found where not expected.')
  }
  const token =
    typeof json === 'string'
      ? 'STRING_VALUE'
      : typeof json === 'number'
        ? 'NUMBER_VALUE'
        : json === true
          ? 'TRUE_VALUE'
          : 'FALSE_VALUE'
  return serialization(`${token} can not be converted to ${wanted}`)
}

/** Reads JSON text from a body. @throws KmsError SerializationException where it is not UTF-8 JSON */
export function parseJson(body: Uint8Array): unknown {
  if (body.length === 0) return {}
  if (!isUtf8(body)) throw serialization('The request body is not valid UTF-8')
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'))
  } catch {
    throw serialization('Could not parse request body into json')
  }
}

const atLeast = (n: number) => `Member must have length greater than or equal to ${n}`
const atMost = (n: number) => `Member must have length less than or equal to ${n}`

/** Bounds of a text, list or map; characters or entries. */
export interface Bounds {
  readonly min?: number
  readonly max?: number
}

function checkLength(
  length: number,
  { min, max }: Bounds,
  shown: string | undefined,
  at: string,
  report: Report,
) {
  if (max !== undefined && length > max) report.add(shown, at, atMost(max))
  if (min !== undefined && length < min) report.add(shown, at, atLeast(min))
}

const lengthRules = ({ min, max }: Bounds): string[] => [
  ...(max === undefined ? [] : [atMost(max)]),
  ...(min === undefined ? [] : [atLeast(min)]),
]

interface StringOptions extends Bounds {
  /** as the API model writes it; the whole text must match */
  readonly pattern?: string
  /** never echoed nor kept in audit records */
  readonly sensitive?: boolean
  readonly description?: string
}

/** Text of well-formed Unicode; lengths count UTF-16 units, as AWS's (Java) service does. */
export function string(options: StringOptions = {}): Shape<string> {
  const { min, max, pattern, sensitive = false, description } = options
  const patternRule = `Member must satisfy regular expression pattern: ${pattern}`
  const matcher = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`)
  return {
    decode(json, at, report) {
      if (typeof json !== 'string') throw mismatch(json, 'a String')
      if (!json.isWellFormed()) throw serialization('Text holds an unpaired surrogate')
      const shown = sensitive ? undefined : json
      checkLength(json.length, options, shown, at, report)
      if (matcher !== undefined && !matcher.test(json)) report.add(shown, at, patternRule)
      return json
    },
    encode: (value) => value,
    redact: (value) => (sensitive ? undefined : value),
    schema: {
      type: 'string',
      ...(description !== undefined && { description }),
      ...(min !== undefined && { minLength: min }),
      ...(max !== undefined && { maxLength: max }),
      ...(matcher !== undefined && { pattern: matcher.source }),
      ...(sensitive && { format: 'password' }),
    },
    rules: [...lengthRules(options), ...(pattern === undefined ? [] : [patternRule])],
    text: 'string',
  }
}

/** One of a fixed set of names. */
export function oneOf<const V extends readonly string[]>(values: V): Shape<V[number]> {
  const known: ReadonlySet<string> = new Set(values)
  const rule = `Member must satisfy enum value set: [${values.join(', ')}]`
  return {
    decode(json, at, report) {
      if (typeof json !== 'string') throw mismatch(json, 'a String')
      if (!known.has(json)) report.add(json, at, rule)
      return json
    },
    encode: (value) => value,
    redact: (value) => value,
    schema: { type: 'string', enum: values },
    rules: [rule],
    text: 'string',
  }
}

interface BlobOptions extends Bounds {
  /** plaintext or key material: never in an audit record (no blob ever is) */
  readonly sensitive?: boolean
}

/** Bytes, base64 (RFC 4648 §4, padded) on the wire; lengths count bytes. */
export function blob(options: BlobOptions = {}): Shape<Uint8Array> {
  const base64Length = (bytes: number) => Math.ceil(bytes / 3) * 4
  return {
    decode(json, at, report) {
      if (typeof json !== 'string') throw mismatch(json, 'a Blob')
      const bytes = Buffer.from(json, 'base64')
      // Node skips what is not base64; a strict reader compares what came out with what went in
      const padding = json.endsWith('==') ? 2 : json.endsWith('=') ? 1 : 0
      const strict =
        json.length % 4 === 0 &&
        bytes.length === (json.length / 4) * 3 - padding &&
        !json.includes('-') &&
        !json.includes('_')
      if (!strict) throw serialization('A Blob must be base64 text')
      checkLength(bytes.length, options, undefined, at, report)
      return bytes
    },
    encode: (value) =>
      Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'),
    redact: () => undefined,
    schema: {
      type: 'string',
      contentEncoding: 'base64',
      ...(options.min !== undefined && { minLength: base64Length(options.min) }),
      ...(options.max !== undefined && { maxLength: base64Length(options.max) }),
    },
    rules: [],
    text: 'string',
  }
}

/** A 32-bit integer within bounds, both included. */
export function integer(options: Bounds & { readonly default?: number } = {}): Shape<number> {
  const { min, max } = options
  return {
    decode(json, at, report) {
      if (typeof json !== 'number') throw mismatch(json, 'an Integer')
      if (!Number.isInteger(json) || Math.abs(json) > 0x7fffffff) {
        throw serialization('NUMBER_VALUE can not be converted to an Integer')
      }
      if (min !== undefined && json < min) {
        report.add(`${json}`, at, `Member must have value greater than or equal to ${min}`)
      }
      if (max !== undefined && json > max) {
        report.add(`${json}`, at, `Member must have value less than or equal to ${max}`)
      }
      return json
    },
    encode: (value) => value,
    redact: (value) => value,
    schema: {
      type: 'integer',
      ...(min !== undefined && { minimum: min }),
      ...(max !== undefined && { maximum: max }),
    },
    rules: [],
    text: 'number',
  }
}

export const boolean: Shape<boolean> = {
  decode(json) {
    if (typeof json !== 'boolean') throw mismatch(json, 'a Boolean')
    return json
  },
  encode: (value) => value,
  redact: (value) => value,
  schema: { type: 'boolean' },
  rules: [],
  text: 'boolean',
}

/** A moment, in Unix milliseconds inside; a number of Unix seconds or RFC 3339 text outside. */
export const timestamp: Shape<number> = {
  decode(json) {
    const ms =
      typeof json === 'number' ? json * 1000 : typeof json === 'string' ? rfc3339(json) : NaN
    // year 9999: beyond it neither RFC 3339 nor a JavaScript Date can say the time
    if (!Number.isFinite(ms) || Math.abs(ms) > 253402300799999) throw mismatch(json, 'a Timestamp')
    return Math.round(ms)
  },
  encode: (value, face) => (face === 'aws' ? value / 1000 : new Date(value).toISOString()),
  redact: (value) => new Date(value).toISOString(),
  schema: { type: 'string', format: 'date-time' },
  rules: [],
  text: 'string',
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/
const rfc3339 = (text: string) => (RFC3339.test(text) ? Date.parse(text) : NaN)

/** A list; AWS counts positions from 1 and calls an item `member`. */
export function list<T>(item: Shape<T>, bounds: Bounds = {}): Shape<T[]> {
  return {
    decode(json, at, report) {
      if (!Array.isArray(json)) throw serialization('Expected list or null')
      const plain = item.rules.length > 0
      const shown = plain ? `[${json.join(', ')}]` : undefined
      checkLength(json.length, bounds, shown, at, report)
      // Simple items are refused together, at the list: that is how AWS words it
      const inner = plain ? new Report() : report
      const items = json.map((value, index) =>
        item.decode(value, `${at}.${index + 1}.member`, inner),
      )
      if (plain && inner.violations.length > 0) {
        report.add(shown, at, `Member must satisfy constraint: [${item.rules.join(', ')}]`)
      }
      return items
    },
    encode: (values, face) => values.map((value) => item.encode(value, face)),
    redact: (values) => values.map((value) => item.redact(value)),
    schema: {
      type: 'array',
      items: item.schema,
      ...(bounds.min !== undefined && { minItems: bounds.min }),
      ...(bounds.max !== undefined && { maxItems: bounds.max }),
    },
    rules: [],
    text: 'string',
  }
}

/** Text to text. The result has no prototype, so that a key such as `__proto__` is only a key. */
export function map(): Shape<Record<string, string>> {
  const value = string()
  return {
    decode(json, at, report) {
      if (typeof json !== 'object' || json === null || Array.isArray(json)) {
        throw serialization('Unrecognized collection type')
      }
      const result: Record<string, string> = Object.create(null)
      for (const [key, member] of Object.entries(json)) {
        result[value.decode(key, at, report)] = value.decode(member, `${at}.${key}.member`, report)
      }
      return result
    },
    encode: (entries) => entries,
    redact: (entries) => entries,
    schema: { type: 'object', additionalProperties: { type: 'string' } },
    rules: [],
    text: 'string',
  }
}

const OPTIONAL = Symbol('optional')
export interface Optional<T> {
  readonly [OPTIONAL]: Shape<T>
}

/** Marks a struct's member that may be absent (JSON null counts as absent, as at AWS). */
export const optional = <T>(shape: Shape<T>): Optional<T> => ({ [OPTIONAL]: shape })

export type Members = Readonly<Record<string, Shape<unknown> | Optional<unknown>>>
type RequiredNames<M> = { [K in keyof M]: M[K] extends Optional<unknown> ? never : K }[keyof M]
type OptionalNames<M> = { [K in keyof M]: M[K] extends Optional<unknown> ? K : never }[keyof M]
export type StructOf<M> = { [K in RequiredNames<M>]: TypeOf<M[K]> } & {
  [K in OptionalNames<M>]?: (M[K] extends Optional<infer T> ? T : never) | undefined
}

export interface Field {
  readonly name: string
  /** the name AWS uses in validation messages and audit records: lower camel case */
  readonly camel: string
  readonly shape: Shape<unknown>
  readonly required: boolean
}

export interface Struct<T> extends Shape<T> {
  readonly fields: readonly Field[]
}

const camelCase = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)

/** Named members. Unknown ones are ignored, as AWS ignores them. */
export function struct<M extends Members>(members: M): Struct<StructOf<M>> {
  const fields: Field[] = Object.entries(members).map(([name, member]) => {
    const required = !(OPTIONAL in member)
    return { name, camel: camelCase(name), required, shape: required ? member : member[OPTIONAL] }
  })
  type Value = Record<string, unknown>
  return {
    fields,
    decode(json, at, report) {
      if (typeof json !== 'object' || json === null || Array.isArray(json)) {
        throw serialization('Expected structure or null')
      }
      const source = json as Value
      const result: Value = {}
      for (const { name, camel, shape, required } of fields) {
        const value = Object.hasOwn(source, name) ? source[name] : undefined
        const path = at === '' ? camel : `${at}.${camel}`
        if (value !== undefined && value !== null) result[name] = shape.decode(value, path, report)
        else if (required) report.missing(path)
      }
      return result as StructOf<M>
    },
    encode(value, face) {
      const result: Value = {}
      for (const { name, shape } of fields) {
        const member = (value as Value)[name]
        if (member !== undefined) result[name] = shape.encode(member, face)
      }
      return result
    },
    redact(value) {
      const result: Value = {}
      for (const { name, camel, shape } of fields) {
        const member = (value as Value)[name]
        const shown = member === undefined ? undefined : shape.redact(member)
        if (shown !== undefined) result[camel] = shown
      }
      return result
    },
    schema: {
      type: 'object',
      properties: Object.fromEntries(fields.map(({ name, shape }) => [name, shape.schema])),
      ...(fields.some((field) => field.required) && {
        required: fields.filter((field) => field.required).map((field) => field.name),
      }),
    },
    rules: [],
    text: 'string',
  }
}

/** Reads a whole request. @throws KmsError SerializationException, ValidationException */
export function decodeInput<T>(shape: Struct<T>, json: unknown): T {
  const report = new Report()
  const value = shape.decode(json, '', report)
  report.settle()
  return value
}

/** A member that the model leaves optional and this request needs. @param at its camel-case name */
export function requireMember<T>(at: string, value: T | undefined): T {
  if (value !== undefined) return value
  const report = new Report()
  report.missing(at)
  report.settle()
  throw new Error('unreachable: settle throws')
}

/** Any JSON, in answers only: what it holds was checked when it was made. */
export const any: Shape<unknown> = {
  decode: (json) => json,
  encode: (value) => value,
  redact: () => undefined,
  schema: {},
  rules: [],
  text: 'string',
}
