import type { JsonSchema } from '../core/shape/shapes.ts'

/** Values of requests as the text of a language has them, by their JSON Schema: blobs are base64 in JSON. */

type Json = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const isBlob = (schema: JsonSchema): boolean => schema['contentEncoding'] === 'base64'
export const schemaOfMember = (schema: JsonSchema, name: string): JsonSchema =>
  ((schema['properties'] as Record<string, JsonSchema> | undefined)?.[name] ??
    (schema['additionalProperties'] as JsonSchema | undefined) ??
    {}) as JsonSchema
const schemaOfItems = (schema: JsonSchema) => (schema['items'] ?? {}) as JsonSchema

/** Bytes as text, where all of them are printable ASCII. */
export function printable(base64: string): string | undefined {
  const text = Buffer.from(base64, 'base64').toString('latin1')
  return /^[ -~]+$/.test(text) ? text : undefined
}

/** Text within single quotes of a POSIX shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** A word of a shell, in quotes where it needs them. */
export const word = (text: string): string => (/^[\w@%+=:,./~-]+$/.test(text) ? text : quoted(text))

const text = (value: string) =>
  value.includes("'") || /[\\\n]/.test(value) ? JSON.stringify(value) : `'${value}'`
const indented = (lines: readonly string[], indent: string) =>
  lines.map((line) => `${indent}  ${line},\n`).join('')

/** What a language writes otherwise than others. */
interface Language {
  /** @param printable the bytes as text, where they are ASCII */
  blob(base64: string, printable: string | undefined): string
  word(value: boolean | null): string
  /** a member's name and its value */
  member(name: string, value: string): string
  /** stands within the braces of members on a line */
  readonly padding: string
}

const SHORT = 60

function literal(value: unknown, schema: JsonSchema, language: Language, indent: string): string {
  if (Array.isArray(value)) {
    const items = value.map((one) => literal(one, schemaOfItems(schema), language, `${indent}  `))
    return bracketed(['[', ']', ''], items, indent)
  }
  if (isRecord(value)) {
    const members = Object.entries(value).map(([name, one]) =>
      language.member(name, literal(one, schemaOfMember(schema, name), language, `${indent}  `)),
    )
    return bracketed(['{', '}', language.padding], members, indent)
  }
  if (typeof value === 'string')
    return isBlob(schema) ? language.blob(value, printable(value)) : text(value)
  return typeof value === 'number' ? String(value) : language.word(value as boolean | null)
}

function bracketed(
  [open, close, padding]: readonly [string, string, string],
  parts: readonly string[],
  indent: string,
): string {
  if (parts.length === 0) return `${open}${close}`
  const line = parts.join(', ')
  return line.length <= SHORT && !line.includes('\n')
    ? `${open}${padding}${line}${padding}${close}`
    : `${open}\n${indented(parts, indent)}${indent}${close}`
}

const JAVASCRIPT: Language = {
  blob: (base64, printable) =>
    printable === undefined
      ? `Buffer.from(${text(base64)}, 'base64')`
      : `Buffer.from(${text(printable)})`,
  word: String,
  member: (name, value) => `${/^[A-Za-z_]\w*$/.test(name) ? name : text(name)}: ${value}`,
  padding: ' ',
}
const PYTHON: Language = {
  blob: (base64, printable) =>
    printable === undefined ? `b64decode(${text(base64)})` : `b${text(printable)}`,
  word: (value) => (value === null ? 'None' : value ? 'True' : 'False'),
  member: (name, value) => `${text(name)}: ${value}`,
  padding: '',
}

export const inJavaScript = (value: unknown, schema: JsonSchema, indent = ''): string =>
  literal(value, schema, JAVASCRIPT, indent)
export const inPython = (value: unknown, schema: JsonSchema, indent = ''): string =>
  literal(value, schema, PYTHON, indent)
