type Json = { readonly [name: string]: unknown }

/** A JSON Schema as core/shape.ts writes it, or a reference to one. */
export type Schema = Json

export interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema?: Schema
}
type Content = Readonly<Record<string, { readonly schema?: Schema }>>
interface Header {
  readonly required?: boolean
  readonly schema?: Schema
}
export interface Response {
  readonly headers?: Readonly<Record<string, Header | Reference>>
  readonly content?: Content
}
export interface Body {
  readonly required?: boolean
  readonly content: Content
}
export interface Reference {
  readonly $ref: string
}
export interface Operation {
  readonly operationId?: string
  readonly parameters?: readonly (Parameter | Reference)[]
  readonly requestBody?: Body
  readonly responses: Readonly<Record<string, Response | Reference>>
  readonly security?: readonly unknown[]
}

/** What of an OpenAPI document programs rely on. */
export interface Document {
  readonly info: { readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** What is for people to read. */
const PROSE: ReadonlySet<string> = new Set([
  'description',
  'summary',
  'externalDocs',
  'tags',
  'title',
  'license',
  'example',
  'examples',
  'servers',
])
/** Under these, names are not keywords. */
const NAMES: ReadonlySet<string> = new Set([
  'properties',
  'schemas',
  'responses',
  'parameters',
  'headers',
  'securitySchemes',
])

function withoutProse(value: unknown, names = false): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutProse(one))
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name]) => names || !PROSE.has(name))
  return Object.fromEntries(
    kept.map(([name, inner]) => [name, withoutProse(inner, !names && NAMES.has(name))]),
  )
}

/**
 * The text of docs/openapi.released.json: the document of a release without its prose, a line for each
 * path and component, so that a difference between two releases can be read.
 */
export function baselineSource(document: Document): string {
  const { paths, components, ...rest } = withoutProse(document) as Document
  const head = Object.entries(rest).map(([name, value]) => `${text(name)}: ${text(value)}`)
  const groups = Object.entries(components).map(([name, group]) => `${text(name)}: ${lines(group)}`)
  return `{\n${[...head, `"paths": ${lines(paths)}`, `"components": {\n${groups.join(',\n')}\n}`].join(',\n')}\n}\n`
}

const text = (value: unknown): string => JSON.stringify(value)
const lines = (group: Json): string =>
  `{\n${Object.entries(group)
    .map(([name, value]) => `${text(name)}: ${text(value)}`)
    .join(',\n')}\n}`
