import type { JsonSchema } from './shape.ts'

/** bytes that one UTF-16 unit of text takes at most in JSON: `\u0000`; in a form: three bytes, `%00` each */
const UNIT = 9
/** bytes that a character of base64 takes at most: `%2F` in a form, `\/` in JSON */
const BASE64_UNIT = 3
/** bytes of a number, a boolean or a moment, written at length */
const SCALAR = 64
/** bytes around each member and item: quotes, colon, comma, line break, indentation */
const AROUND = 64

/**
 * The bytes that the largest valid value of a shape takes, as clients write it, with room for escapes and
 * white space; Infinity where the model bounds a text, list or map by nothing.
 */
export function largest(schema: JsonSchema): number {
  const { type, maxLength, contentEncoding, items, maxItems, properties } = schema
  switch (type) {
    case 'string':
      return largestText(schema, bound(maxLength), contentEncoding === 'base64')
    case 'array':
      return bound(maxItems) * (largest((items ?? {}) as JsonSchema) + AROUND)
    case 'object':
      return properties === undefined ? largestMap(schema) : largestStruct(properties)
    case 'integer':
    case 'number':
    case 'boolean':
      return SCALAR
    default:
      return Number.POSITIVE_INFINITY
  }
}

const bound = (limit: unknown): number =>
  typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY

function largestText({ enum: names, format }: JsonSchema, length: number, base64: boolean): number {
  if (format === 'date-time') return SCALAR
  if (Array.isArray(names)) return Math.max(...names.map((name) => String(name).length)) * UNIT
  return length * (base64 ? BASE64_UNIT : UNIT)
}

/** A map is bounded by the bytes of all its names and values together. */
const largestMap = (schema: JsonSchema): number => bound(schema['x-maxBytes']) * UNIT * 2

function largestStruct(properties: unknown): number {
  return Object.entries(properties as Readonly<Record<string, JsonSchema>>).reduce(
    (sum, [name, member]) => sum + name.length + AROUND + largest(member),
    0,
  )
}
