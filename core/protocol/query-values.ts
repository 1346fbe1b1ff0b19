import { KmsError } from '../base/errors.ts'
import type { JsonSchema } from '../shape/shapes.ts'
import { escaped } from './query-xml.ts'

/** levels of a name, `Tags.member.1.Key` having four; no operation's go deeper */
const MAX_DEPTH = 8

type Tree = { [name: string]: string | Tree }

/** `Tags.member.1.Key=a` as JSON: a name's dots are levels, `member` and a number an element of a list. */
export function treeOf(parameters: Readonly<Record<string, string>>): Record<string, unknown> {
  const root: Tree = Object.create(null)
  for (const [name, value] of Object.entries(parameters)) {
    const path = name.split('.')
    if (path.length > MAX_DEPTH) throw malformed()
    const last = path.pop() ?? ''
    let at = root
    for (const part of path) {
      const next = at[part] ?? (Object.create(null) as Tree)
      if (typeof next === 'string') throw malformed()
      at[part] = next
      at = next
    }
    if (last in at) throw malformed()
    at[last] = value
  }
  return withLists(root) as Record<string, unknown>
}

const malformed = () =>
  new KmsError('SerializationException', 'Unexpected list or structure in the parameters.')

function withLists(node: string | Tree): unknown {
  if (typeof node === 'string') return node
  const { member } = node
  if (typeof member === 'object' && Object.keys(node).length === 1) {
    const places = Object.keys(member)
    if (!places.every((place) => /^[1-9]\d{0,3}$/.test(place))) throw malformed()
    return places.sort((a, b) => Number(a) - Number(b)).map((at) => withLists(member[at] ?? ''))
  }
  const entries = Object.entries(node).map(([name, inner]) => [name, withLists(inner)])
  return Object.assign(Object.create(null), Object.fromEntries(entries))
}

/** Texts as JSON of their members' types; an empty list is sent as an empty text. */
export function ofType(value: unknown, schema: JsonSchema): unknown {
  const { type, items, properties } = schema as SchemaParts
  if (typeof value === 'string') {
    if (type === 'array' && value === '') return []
    if (type === 'integer' && /^-?\d{1,15}$/.test(value)) return Number(value)
    if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
    return value
  }
  if (Array.isArray(value)) {
    return items === undefined ? value : value.map((item) => ofType(item, items))
  }
  if (typeof value !== 'object' || value === null || properties === undefined) return value
  const typed = Object.entries(value).map(([name, inner]) => {
    const member = Object.hasOwn(properties, name) ? properties[name] : undefined
    return [name, member === undefined ? inner : ofType(inner, member)]
  })
  return Object.assign(Object.create(null), Object.fromEntries(typed))
}

/** What is looked at of a shape's schema. */
interface SchemaParts {
  readonly type?: string
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema
}

/**
 * Members as elements, items of lists as `member`, of maps as `entry` with `key` and `value`.
 * @param schema of the value's shape
 */
export function xmlOf(value: unknown, schema: JsonSchema | undefined): string {
  if (value === undefined || value === null) return ''
  const { items, properties, additionalProperties } = (schema ?? {}) as SchemaParts
  if (Array.isArray(value)) {
    return value.map((item) => `<member>${xmlOf(item, items)}</member>`).join('')
  }
  if (typeof value !== 'object') return escaped(String(value))
  const entries = Object.entries(value)
  if (additionalProperties !== undefined) {
    return entries
      .map(
        ([key, inner]) =>
          `<entry><key>${escaped(key)}</key><value>${xmlOf(inner, additionalProperties)}</value></entry>`,
      )
      .join('')
  }
  return entries
    .map(([name, inner]) => `<${name}>${xmlOf(inner, properties?.[name])}</${name}>`)
    .join('')
}
