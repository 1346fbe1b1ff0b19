import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

/** docs/openapi.json as tests read it: what it says of each operation, and whether values are as it says. */

export type Json = { readonly [name: string]: unknown }
export type Schema = Json & {
  readonly description?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}
export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description: string
  readonly schema: Schema
  readonly example?: unknown
}
interface Reference {
  readonly $ref: string
}
interface Header {
  readonly required?: boolean
  readonly description?: string
}
export interface Content {
  readonly schema: Schema
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { readonly value: unknown } | Reference>>
}
export interface Response {
  readonly description: string
  readonly headers?: Readonly<Record<string, Header | Reference>>
  readonly content?: Readonly<Record<string, Content>>
}
export interface Described {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description: string
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly (Parameter | Reference)[]
  readonly requestBody?: {
    readonly required: boolean
    readonly content: { readonly 'application/json': Content }
  }
  readonly responses: Readonly<Record<string, Response | Reference>>
}

export const text = readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')
export const document = JSON.parse(text) as {
  readonly tags: readonly { readonly name: string; readonly description?: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>
    readonly responses: Readonly<Record<string, Response>>
    readonly headers: Readonly<Record<string, Header>>
    readonly securitySchemes: Readonly<Record<string, Json>>
  }
}

/** An operation of the document, and where it is. */
export interface Api {
  readonly title: string
  readonly method: string
  readonly path: string
  readonly details: Described
}

const all: readonly Api[] = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, details]) => ({
    title: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    details,
  })),
)
const isPage = ({ details }: Api) => details.security.length === 0
/** what anybody may read */
export const openPages: readonly Api[] = all.filter(isPage)
/** the operations */
export const api: readonly Api[] = all.filter((one) => !isPage(one))

/** What a reference leads to, within the document. @throws Error where it leads nowhere */
export function followed<T extends object>(value: T | Reference): T {
  if (!('$ref' in value)) return value
  const found = value.$ref
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>((at, name) => (at as Json | undefined)?.[name], document)
  if (found === undefined) throw new Error(`nothing is at ${value.$ref}`)
  return found as T
}

export const parametersOf = ({ parameters = [] }: Described): readonly Parameter[] =>
  parameters.map((parameter) => followed(parameter))

/** A schema, where it is one of the components that one, with what is said beside the reference. */
export function resolved(schema: Schema): Schema {
  const { $ref, ...beside } = schema
  return typeof $ref === 'string' ? { ...followed<Schema>({ $ref }), ...beside } : schema
}

/** The members that a request can't do without. */
export function requiredOf(details: Described): readonly string[] {
  const body = details.requestBody?.content['application/json'].schema
  return [
    ...parametersOf(details)
      .filter(({ required }) => required)
      .map(({ name }) => name),
    ...(body === undefined ? [] : (resolved(body).required ?? [])),
  ]
}

export const ajv = new Ajv2020({ strict: false, validateFormats: false })
ajv.addSchema(document, 'openapi.json')
const compiled = new Map<string, ValidateFunction>()

/** A schema as it stands in the document, checked against a value; the errors, or nothing. */
export function errorsOf(schema: Json, value: unknown): unknown {
  const text = JSON.stringify(schema).replaceAll('"#/', '"openapi.json#/')
  const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text))
  compiled.set(text, validate)
  return validate(value) ? undefined : validate.errors
}

/** What was answered, by whatever way it came. */
export interface Answered {
  readonly status: number
  /** names in lower case */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** headers that the document tells of wherever they are */
const TOLD = ['x-request-id', 'link', 'etag', 'www-authenticate', 'location', 'retry-after']

/** In what an answer is otherwise than its operation's description says; nothing where it is as described. */
export function otherwise({ status, headers, body }: Answered, details: Described): string[] {
  const found = details.responses[status]
  if (found === undefined) return [`${details.operationId} answered ${status}: ${body}`]
  const { content, headers: told = {} } = followed(found)
  const known = new Map(
    Object.entries(told).map(([name, header]) => [name.toLowerCase(), followed(header)]),
  )
  return [
    ...TOLD.filter((name) => headers[name] !== undefined && !known.has(name)).map(
      (name) => `${details.operationId} answered ${status} with ${name}`,
    ),
    ...[...known]
      .filter(([name, { required = false }]) => required && headers[name] === undefined)
      .map(([name]) => `${details.operationId} answered ${status} without ${name}`),
    ...wrongBody(content, headers['content-type'], body),
  ]
}

function wrongBody(content: Response['content'], type = '', body: string): string[] {
  if (content === undefined) return body === '' ? [] : [`a body where there is none: ${body}`]
  const schema = content[type]?.schema
  if (schema === undefined) return [`${type} is not what is answered: ${body}`]
  const errors = errorsOf(schema, JSON.parse(body))
  return errors === undefined ? [] : [`${JSON.stringify(errors)}: ${body}`]
}

const byId = new Map(api.map((one) => [one.details.operationId, one]))

/** An operation of the document by its id. @throws Error where it has none */
export function documented(operationId: string): Api {
  const found = byId.get(operationId)
  if (found === undefined) throw new Error(`the document has no ${operationId}`)
  return found
}
