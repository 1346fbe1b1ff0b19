import { invalid } from '../base/errors.ts'
import { type Bounds, checkLength } from './bounds.ts'
import { largestList, largestMap, largestStruct } from './largest.ts'
import { MAX_ECHO, nameInPath, Report, serialization } from './report.ts'
import { string } from './scalar.ts'
import type { Shape, TypeOf } from './shape.ts'

export { parseJson, Report } from './report.ts'
export { any, blob, boolean, integer, oneOf, string, timestamp } from './scalar.ts'
export { described, type JsonSchema, type Shape, type TypeOf } from './shape.ts'

/** Text that is echoed nowhere, not in a list either. */
const isSecret = ({ schema }: Shape<unknown>) => schema['format'] === 'password'

/**
 * A list's items as a refusal repeats them. They are what was decoded, never what was sent: to make text of
 * a caller's object would call what the object says.
 */
function shownList(items: readonly unknown[], length: number): string {
  const shown: string[] = []
  let size = 0
  for (const item of items) {
    if (size > MAX_ECHO) break
    const text = String(item)
    size += text.length
    shown.push(text)
  }
  if (items.length < length) shown.push('…')
  return `[${shown.join(', ')}]`
}

interface ListOptions extends Bounds {
  /** items of which more are never valid, though it is a quota that refuses them and no bound of the list */
  readonly quota?: number
}

/** A list; AWS counts positions from 1 and calls an item `member`. Items above its bound are not read. */
export function list<T>(item: Shape<T>, bounds: ListOptions = {}): Shape<T[]> {
  return {
    decode(json, at, report) {
      if (!Array.isArray(json)) throw serialization('Expected list or null', at)
      const plain = item.rules.length > 0
      // Simple items are refused together, at the list: that is how AWS words it
      const inner = plain ? new Report() : report
      const items: T[] = json
        .slice(0, bounds.max)
        .map((value, index) => item.decode(value, `${at}.${index + 1}.member`, inner))
      const shown = plain && !isSecret(item) ? shownList(items, json.length) : undefined
      checkLength(json.length, bounds, shown, at, report)
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
    largest: largestList(item.largest, bounds.quota ?? bounds.max),
    text: 'list',
  }
}

interface MapOptions {
  readonly value?: Shape<string>
  /** bytes of UTF-8 in all names and values together, and what is answered where there are more */
  readonly atMost?: { readonly bytes: number; readonly refusal: string }
}

/**
 * Text to text. The result has no prototype, so that a key such as `__proto__` is only a key.
 * @throws KmsError ValidationException, with the refusal alone, beyond the bytes it may have
 */
export function map({ value = string(), atMost }: MapOptions = {}): Shape<Record<string, string>> {
  const name = string()
  return {
    decode(json, at, report) {
      if (typeof json !== 'object' || json === null || Array.isArray(json)) {
        throw serialization('Unrecognized collection type', at)
      }
      const result: Record<string, string> = Object.create(null)
      let bytes = 0
      for (const [key, member] of Object.entries(json)) {
        const text = value.decode(member, `${at}.${nameInPath(key)}.member`, report)
        result[name.decode(key, at, report)] = text
        bytes += Buffer.byteLength(key) + Buffer.byteLength(text)
        if (atMost !== undefined && bytes > atMost.bytes) throw invalid(atMost.refusal)
      }
      return result
    },
    encode: (entries) => entries,
    redact: (entries) => entries,
    schema: {
      type: 'object',
      ...(atMost !== undefined && {
        description: `At most ${atMost.bytes} bytes of UTF-8 in all names and values together`,
      }),
      additionalProperties: value.schema,
    },
    rules: [],
    largest: largestMap(atMost?.bytes),
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
  /** by names in lower camel case */
  redact(value: T): Readonly<Record<string, unknown>>
}

const camelCase = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)

/** Named members. Unknown ones are ignored, as AWS ignores them; REST refuses them (core/protocol/rest-input.ts). */
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
        throw serialization('Expected structure or null', at)
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
    largest: largestStruct(fields.map(({ name, shape }) => ({ name, largest: shape.largest }))),
    text: 'string',
  }
}

/** An answer that AWS gives without members, made of what the audit record alone is told. */
export const noMembers = <T>(): Struct<T> => ({
  ...struct({}),
  decode() {
    throw new Error('an answer is not read')
  },
  encode: () => ({}),
  redact: () => ({}),
})

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
