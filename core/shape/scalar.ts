import { type Bounds, checkLength, lengthRules } from './bounds.ts'
import {
  BOUNDLESS,
  LARGEST_MOMENT,
  LARGEST_NUMBER,
  largestBlob,
  largestName,
  largestText,
} from './largest.ts'
import { mismatch, serialization } from './report.ts'
import type { Shape } from './shape.ts'

interface StringOptions extends Bounds {
  /** as the API model writes it; the whole text must match */
  readonly pattern?: string
  /** never echoed nor kept in audit records */
  readonly sensitive?: boolean
  /** UTF-16 units of which more are never valid, though it is no bound of the text that refuses them */
  readonly quota?: number
  /** whether what is valid is of letters, digits and `-._` alone, which nobody escapes on the wire */
  readonly plain?: boolean
  readonly description?: string
}

/** Text of well-formed Unicode; lengths count UTF-16 units, as AWS's (Java) service does. */
export function string(options: StringOptions = {}): Shape<string> {
  const { min, max, pattern, sensitive = false, description } = options
  const patternRule = `Member must satisfy regular expression pattern: ${pattern}`
  const matcher = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`)
  return {
    decode(json, at, report) {
      if (typeof json !== 'string') throw mismatch(json, 'a String', at)
      if (!json.isWellFormed()) throw serialization('Text holds an unpaired surrogate', at)
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
      ...(pattern !== undefined && { pattern: `^(?:${pattern})$` }),
      ...(sensitive && { format: 'password' }),
    },
    rules: [...lengthRules(options), ...(pattern === undefined ? [] : [patternRule])],
    largest: largestText(options.quota ?? max, options.plain),
    text: 'string',
  }
}

/** One of a fixed set of names. */
export function oneOf<const V extends readonly string[]>(values: V): Shape<V[number]> {
  const known: ReadonlySet<string> = new Set(values)
  const rule = `Member must satisfy enum value set: [${values.join(', ')}]`
  return {
    decode(json, at, report) {
      if (typeof json !== 'string') throw mismatch(json, 'a String', at)
      if (!json.isWellFormed()) throw serialization('Text holds an unpaired surrogate', at)
      if (!known.has(json)) report.add(json, at, rule)
      return json
    },
    encode: (value) => value,
    redact: (value) => value,
    schema: { type: 'string', enum: values },
    rules: [rule],
    largest: largestName(values),
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
      if (typeof json !== 'string') throw mismatch(json, 'a Blob', at)
      const bytes = Buffer.from(json, 'base64')
      // Node skips what is not base64; a strict reader compares what came out with what went in
      const padding = json.endsWith('==') ? 2 : json.endsWith('=') ? 1 : 0
      const strict =
        json.length % 4 === 0 &&
        bytes.length === (json.length / 4) * 3 - padding &&
        !json.includes('-') &&
        !json.includes('_')
      if (!strict) throw serialization('A Blob must be base64 text', at)
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
    largest: largestBlob(options.max),
    text: 'string',
  }
}

/** A 32-bit integer within bounds, both included. */
export function integer(options: Bounds = {}): Shape<number> {
  const { min, max } = options
  return {
    decode(json, at, report) {
      if (typeof json !== 'number') throw mismatch(json, 'an Integer', at)
      if (!Number.isInteger(json) || Math.abs(json) > 0x7fffffff) {
        throw serialization('NUMBER_VALUE can not be converted to an Integer', at)
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
    largest: LARGEST_NUMBER,
    text: 'number',
  }
}

export const boolean: Shape<boolean> = {
  decode(json, at) {
    if (typeof json !== 'boolean') throw mismatch(json, 'a Boolean', at)
    return json
  },
  encode: (value) => value,
  redact: (value) => value,
  schema: { type: 'boolean' },
  rules: [],
  largest: LARGEST_NUMBER,
  text: 'boolean',
}

/** A moment, in Unix milliseconds inside; a number of Unix seconds or RFC 3339 text outside. */
export const timestamp: Shape<number> = {
  decode(json, at) {
    const ms =
      typeof json === 'number' ? json * 1000 : typeof json === 'string' ? rfc3339(json) : NaN
    // year 9999: beyond it neither RFC 3339 nor a JavaScript Date can say the time
    if (!Number.isFinite(ms) || Math.abs(ms) > 253402300799999)
      throw mismatch(json, 'a Timestamp', at)
    return Math.round(ms)
  },
  encode: (value, face) =>
    face === 'aws'
      ? value / 1000
      : face === 'query'
        ? `${new Date(value).toISOString().slice(0, -5)}Z`
        : new Date(value).toISOString(),
  redact: (value) => new Date(value).toISOString(),
  schema: { type: 'string', format: 'date-time' },
  rules: [],
  largest: LARGEST_MOMENT,
  text: 'string',
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/
const rfc3339 = (text: string) => (RFC3339.test(text) ? Date.parse(text) : NaN)

/** Any JSON, in answers only: what it holds was checked when it was made. */
export const any: Shape<unknown> = {
  decode: (json) => json,
  encode: (value) => value,
  redact: () => undefined,
  schema: {},
  rules: [],
  largest: BOUNDLESS,
  text: 'string',
}
