import type { JsonSchema } from '../core/shape/shapes.ts'

/** The document's shared parts, gathered while operations are described. */
export interface Components {
  readonly schemas: Record<string, unknown>
  readonly responses: Record<string, unknown>
  /** The schema to write where this one is meant: a reference for a named one, else a copy that refers inside. */
  refer(schema: JsonSchema): Record<string, unknown>
  /** Adds a schema under a name of its own; answers a reference to it. @throws Error for a name taken by another */
  add(name: string, schema: JsonSchema): Record<string, unknown>
  /** Adds a response, the same for all who use its name; answers a reference to it. */
  respond(name: string, response: unknown): Record<string, unknown>
}

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` })

/** @param named shapes that operations share, by identity of their JSON Schema */
export function componentsOf(named: ReadonlyMap<JsonSchema, string>): Components {
  const schemas: Record<string, unknown> = {}
  const responses: Record<string, unknown> = {}
  const sources = new Map<string, JsonSchema>()

  function refer(schema: JsonSchema): Record<string, unknown> {
    const name = named.get(schema)
    return name === undefined ? copy(schema) : add(name, schema)
  }

  function add(name: string, schema: JsonSchema): Record<string, unknown> {
    const taken = sources.get(name)
    if (taken !== undefined && taken !== schema) throw new Error(`two schemas are named ${name}`)
    if (taken === undefined) {
      sources.set(name, schema)
      schemas[name] = copy(schema)
    }
    return reference(name)
  }

  function copy(schema: JsonSchema): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(schema).map(([keyword, value]) => [keyword, inner(keyword, value)]),
    )
  }

  /** Schemas stand under these keywords in what core/shape/shapes.ts writes. */
  function inner(keyword: string, value: unknown): unknown {
    if (keyword === 'properties') {
      const entries = Object.entries(value as Record<string, JsonSchema>)
      return Object.fromEntries(entries.map(([name, schema]) => [name, refer(schema)]))
    }
    return keyword === 'items' || keyword === 'additionalProperties'
      ? refer(value as JsonSchema)
      : value
  }

  function respond(name: string, response: unknown): Record<string, unknown> {
    responses[name] = response
    return { $ref: `#/components/responses/${name}` }
  }

  return { schemas, responses, refer, add, respond }
}
