/**
 * What the console knows of the API, made of docs/openapi.json alone: each operation's route with where its members
 * go, and the types of what it takes and answers.
 */

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly allOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
}

interface Parameter {
  readonly name?: string
  readonly in?: string
  readonly required?: boolean
  readonly schema?: Schema
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content?: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

const METHODS: ReadonlySet<string> = new Set(['get', 'post', 'put', 'patch', 'delete'])
const HEAD = '/** Written by npm run gen from docs/openapi.json. */\n'

const indented = (text: string) => text.replaceAll('\n', '\n  ')

/** The TypeScript type of a schema. */
function typeOf(schema: Schema): string {
  const { $ref, enum: values, type, items, properties, additionalProperties } = schema
  if ($ref !== undefined) return $ref.slice($ref.lastIndexOf('/') + 1)
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ')
  const [joined, by] =
    schema.allOf === undefined ? [schema.oneOf ?? schema.anyOf, ' | '] : [schema.allOf, ' & ']
  if (joined !== undefined) return `(${joined.map(typeOf).join(by)})`
  if (type === 'array') return `readonly (${items === undefined ? 'unknown' : typeOf(items)})[]`
  if (type === 'object' || properties !== undefined) {
    if (properties === undefined) {
      const value =
        typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown'
      return `Readonly<Record<string, ${value}>>`
    }
    const needed = new Set(schema.required)
    return members(Object.entries(properties).map(([name, one]) => [name, needed.has(name), one]))
  }
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'boolean' || type === 'string') return type
  return 'unknown'
}

function members(all: readonly (readonly [string, boolean, Schema])[]): string {
  if (all.length === 0) return 'object'
  const lines = all.map(([name, needed, one]) => {
    const key = /^[\w$]+$/.test(name) ? name : JSON.stringify(name)
    return `  readonly ${key}${needed ? '' : '?'}: ${indented(typeOf(one))}`
  })
  return `{\n${lines.join('\n')}\n}`
}

/** Every operation of the API, by its name. */
const operationsOf = ({ paths }: OpenApi) =>
  Object.entries(paths)
    .filter(([path]) => /^\/(v1|iam\/v1|admin\/v1)\//.test(path))
    .flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([method]) => METHODS.has(method))
        .map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
    )
    .filter(({ operation }) => operation.operationId !== 'OpenApi')
    .sort((a, b) => (a.operation.operationId < b.operation.operationId ? -1 : 1))

/** Those of the members in path and query that the body does not have. */
function inputOf({ parameters = [], requestBody }: Operation): string {
  const given = new Map<string, readonly [string, boolean, Schema]>()
  for (const { name = '', in: place, required = false, schema = {} } of parameters) {
    if ((place !== 'path' && place !== 'query') || given.has(name)) continue
    given.set(name, [name, required, schema])
  }
  const body = requestBody?.content?.['application/json']?.schema
  const parts = [
    ...(given.size === 0 ? [] : [members([...given.values()])]),
    ...(body === undefined ? [] : [typeOf(body)]),
  ]
  return parts.join(' & ') || 'object'
}

function outputOf({ responses }: Operation): string {
  const [, answer] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? []
  const schema = answer?.content?.['application/json']?.schema
  return schema === undefined ? 'undefined' : typeOf(schema)
}

const withQueries = (path: string, { parameters = [] }: Operation): string =>
  path.replace(/\{(\w+)\}/g, (member, name) =>
    parameters.some((one) => one.name === name && one.in === 'query') ? `{${name}~}` : member,
  )

/** console/src/api/routes.ts */
export function consoleRoutes(openapi: OpenApi): string {
  const lines = operationsOf(openapi).map(
    ({ method, path, operation }) =>
      `  ${operation.operationId}: '${method} ${withQueries(path, operation)}',`,
  )
  return `${HEAD}/** \`{Name~}\` may stand in the query instead, and \`~\` in the path. */\nexport const ROUTES = {\n${lines.join('\n')}\n} as const\n`
}

/** console/src/api/types.ts */
export function consoleTypes(openapi: OpenApi): string {
  const shapes = Object.entries(openapi.components.schemas).map(
    ([name, schema]) => `export type ${name} = ${typeOf(schema)}\n`,
  )
  const calls = operationsOf(openapi).map(
    ({ operation }) =>
      `  readonly ${operation.operationId}: {\n    readonly input: ${indented(indented(inputOf(operation)))}\n    readonly output: ${indented(indented(outputOf(operation)))}\n  }`,
  )
  return `${HEAD}\n${shapes.join('\n')}\nexport interface Calls {\n${calls.join('\n')}\n}\n`
}
