import type { JsonSchema } from '../core/shape/shapes.ts'
import type { Tellings } from './gen-told.ts'

type Json = Record<string, unknown>

/** Which way values of a schema go: REST refuses members of a request that it does not know. */
export type Way = 'request' | 'response'

/** Where a schema stands. */
export interface At {
  /** folder of operations/ whose words tell of its members */
  readonly folder: string
  readonly way: Way
  /** the structures around it, outermost first */
  readonly within: readonly string[]
}

/** A member of a request, with its schema as it is written. */
export interface RequestMember {
  readonly name: string
  readonly required: boolean
  readonly schema: Json
}

/** The document's shared parts, gathered while operations are described. */
export interface Components {
  readonly schemas: Json
  readonly responses: Json
  /** The schema to write where this one is meant: a reference for a named one, else a copy that refers inside. */
  refer(schema: JsonSchema, at: At): Json
  /** The same, with what is said of the member that has it. @param notes beside what told.ts says */
  member(name: string, schema: JsonSchema, at: At, notes?: readonly (string | undefined)[]): Json
  /** Adds a request's structure of members that are described already; answers a reference to it. */
  struct(name: string, members: readonly RequestMember[]): Json
  /** Adds a schema under a name of its own; answers a reference to it. @throws Error for a name taken by another */
  add(name: string, schema: JsonSchema, at: Omit<At, 'within'>): Json
  /** Adds a response, the same for all who use its name; answers a reference to it. */
  respond(name: string, response: unknown): Json
}

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` })

/** Schemas inside stand under these keywords in what core/shape/ writes. */
const INNER: ReadonlySet<string> = new Set(['items', 'additionalProperties'])
const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null
const isStructure = (schema: JsonSchema) => 'properties' in schema

/**
 * @param named shapes that operations share, by identity of their JSON Schema
 * @param answered those that answers have: a request's is one of its own then, which takes no other members
 */
export function componentsOf(
  named: ReadonlyMap<JsonSchema, string>,
  answered: ReadonlySet<JsonSchema>,
  { tell }: Pick<Tellings, 'tell'>,
): Components {
  const schemas: Json = {}
  const responses: Json = {}
  const sources = new Map<string, JsonSchema>()

  function refer(schema: JsonSchema, at: At): Json {
    const name = named.get(schema)
    if (name === undefined) return copy(schema, at)
    const both = at.way === 'request' && isStructure(schema) && answered.has(schema)
    return add(both ? `${name}Input` : name, schema, at)
  }

  function member(
    name: string,
    schema: JsonSchema,
    at: At,
    notes: readonly (string | undefined)[] = [],
  ): Json {
    const { description: _, ...rest } = refer(schema, { ...at, within: [...at.within, name] })
    const texts = [tellOf(name, schema, at), ...notes].filter((text) => text !== undefined)
    return { ...rest, description: texts.join('. ') }
  }

  function struct(name: string, members: readonly RequestMember[]): Json {
    const required = members.filter((one) => one.required).map((one) => one.name)
    schemas[name] = {
      type: 'object',
      properties: Object.fromEntries(members.map((one) => [one.name, one.schema])),
      ...(required.length > 0 && { required }),
      additionalProperties: false,
    }
    return reference(name)
  }

  /** A schema's own words are on this very member, but for a map's, which are on its size. */
  function tellOf(name: string, schema: JsonSchema, { folder, within }: At): string {
    const own = String(schema['description'] ?? '')
    const sized = isSchema(schema['additionalProperties'])
    if (own !== '' && !sized) return own
    const told = tell({ folder, within, member: name })
    return own === '' ? told : `${told}. ${own}`
  }

  function add(name: string, schema: JsonSchema, { folder, way }: Omit<At, 'within'>): Json {
    const taken = sources.get(name)
    if (taken !== undefined && taken !== schema) throw new Error(`two schemas are named ${name}`)
    if (taken === undefined) {
      sources.set(name, schema)
      schemas[name] = copy(schema, { folder, way, within: [name] })
    }
    return reference(name)
  }

  function copy(schema: JsonSchema, at: At): Json {
    const entries = Object.entries(schema).map(([keyword, value]) => {
      if (keyword === 'properties') return [keyword, members(value as Json, at)]
      return [keyword, INNER.has(keyword) && isSchema(value) ? refer(value, at) : value]
    })
    const closed = at.way === 'request' && isStructure(schema) && { additionalProperties: false }
    return { ...Object.fromEntries(entries), ...closed }
  }

  const members = (properties: Json, at: At) =>
    Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [
        name,
        member(name, schema as JsonSchema, at),
      ]),
    )

  function respond(name: string, response: unknown): Json {
    responses[name] = response
    return { $ref: `#/components/responses/${name}` }
  }

  return { schemas, responses, refer, member, struct, add, respond }
}

/** Every schema within some, themselves included. */
export function schemasWithin(schemas: Iterable<JsonSchema>): ReadonlySet<JsonSchema> {
  const found = new Set<JsonSchema>()
  const open = [...schemas]
  for (let schema = open.pop(); schema !== undefined; schema = open.pop()) {
    if (found.has(schema)) continue
    found.add(schema)
    const { properties = {}, items, additionalProperties } = schema
    open.push(
      ...[...Object.values(properties as Json), items, additionalProperties].filter(isSchema),
    )
  }
  return found
}
