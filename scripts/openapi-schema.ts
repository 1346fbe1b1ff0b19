import type { Document, Schema } from './openapi-baseline.ts'

/**
 * Which way a value goes: what callers may send must not shrink, what they count on getting must stay.
 * Of a refusal they miss no code that is not answered any more.
 */
export type Direction = 'request' | 'response' | 'refusal'

/** A schema of the released document and what it has become. */
interface Pair {
  readonly before: Schema
  readonly after: Schema
}

/** Keywords that say nothing about which values are valid. */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  'description',
  'title',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
])
/** Lower and upper bounds. */
const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'] as const
const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'] as const
/** Keywords that are compared by themselves below; any other must stay as it is. */
const COMPARED: ReadonlySet<string> = new Set([
  ...LOWER,
  ...UPPER,
  'type',
  'enum',
  'const',
  'pattern',
  'format',
  'properties',
  'required',
  'items',
  'additionalProperties',
])

/** Follows references, and joins what stands beside one with what it leads to. */
export function resolve(schema: Schema, document: Document): Schema {
  const { $ref, ...beside } = schema
  if (typeof $ref !== 'string') return schema
  const target = document.components['schemas']?.[$ref.replace('#/components/schemas/', '')]
  if (target === undefined) throw new Error(`nothing is at ${$ref}`)
  return joined(resolve(target as Schema, document), beside)
}

function joined(one: Schema, other: Schema): Schema {
  const [mine, theirs] = [membersOf(one), membersOf(other)]
  const names = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])]
  const properties = names.map((name) => [name, joined(mine[name] ?? {}, theirs[name] ?? {})])
  return {
    ...one,
    ...other,
    ...(names.length > 0 && { properties: Object.fromEntries(properties) }),
  }
}

const membersOf = ({ properties = {} }: Schema): Record<string, Schema> =>
  properties as Record<string, Schema>
const listOf = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value].flat())
const quoted = (value: unknown): string => JSON.stringify(value)

/** A schema and the document that its references lead into. */
export interface Placed {
  readonly schema: Schema
  readonly document: Document
}

/**
 * What a program that was written for one schema can't do with another. A keyword that is not
 * understood here counts when it changes.
 * @param place where it is, for people
 */
export function schemaChanges(
  released: Placed,
  current: Placed,
  direction: Direction,
  place: string,
): string[] {
  const open = new Set<string>()

  function compare(pair: Pair, place: string): string[] {
    // a structure that holds itself is compared once
    const key = `${quoted(pair.before)} ${quoted(pair.after)}`
    if (open.has(key)) return []
    open.add(key)
    const whole = {
      before: resolve(pair.before, released.document),
      after: resolve(pair.after, current.document),
    }
    const found = [
      ...valueChanges(whole, direction).map((what) => `${place}: ${what}`),
      ...memberChanges(whole, direction).map((what) => `${place}.${what}`),
      ...innerOf(whole).flatMap(({ name, ...inner }) => compare(inner, `${place}${name}`)),
    ]
    open.delete(key)
    return found
  }

  return compare({ before: released.schema, after: current.schema }, place)
}

/** Schemas inside that both have; where only one says something, the other allows anything. */
function innerOf({ before, after }: Pair): (Pair & { name: string })[] {
  const [known, left] = [membersOf(before), membersOf(after)]
  const members = Object.entries(known).flatMap(([name, schema]) => {
    const now = left[name]
    return now === undefined ? [] : [{ name: `.${name}`, before: schema, after: now }]
  })
  const others = OTHER_VALUES.flatMap(([keyword, name]) => {
    const [one, two] = [before[keyword], after[keyword]]
    if (one === false || two === false || (!isSchema(one) && !isSchema(two))) return []
    return [{ name, before: isSchema(one) ? one : {}, after: isSchema(two) ? two : {} }]
  })
  return [...members, ...others]
}

/** Keywords that hold the schema of values without a name of their own. */
const OTHER_VALUES = [
  ['items', '[]'],
  ['additionalProperties', '.*'],
] as const
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null

function memberChanges({ before, after }: Pair, direction: Direction): string[] {
  const left = membersOf(after)
  const [required, requiredNow] = [before, after].map(({ required }) => listOf(required))
  const lost = (from: readonly unknown[] = [], to: readonly unknown[] = []) =>
    from.filter((name) => !to.includes(name) && String(name) in left)
  return [
    ...Object.keys(membersOf(before))
      .filter((name) => !(name in left))
      .map((name) => `${name} was removed`),
    ...(direction === 'request'
      ? lost(requiredNow, required).map((name) => `${name} is required now`)
      : lost(required, requiredNow).map((name) => `${name} may be absent now`)),
  ]
}

function valueChanges(pair: Pair, direction: Direction): string[] {
  return [
    ...typeChanges(pair, direction),
    ...(direction === 'refusal' ? [] : removedValues(pair)),
    ...(direction === 'request' ? narrowed(pair) : []),
    ...otherChanges(pair),
    ...(closed(pair, direction) ? ['no other members are there now'] : []),
  ]
}

/** Another type, or another meaning of the same text. */
function typeChanges({ before, after }: Pair, direction: Direction): string[] {
  // what is sent must be taken as before, what is answered must be what was promised
  const [given, taken] = direction === 'request' ? [before, after] : [after, before]
  const types = listOf(taken['type'])
  const isTaken = (type: unknown) =>
    types.includes(type) || (type === 'integer' && types.includes('number'))
  const all = listOf(given['type'])
  const fits = types.length === 0 || (all.length > 0 && all.every(isTaken))
  const sameFormat = formatOf(taken) === undefined || formatOf(taken) === formatOf(given)
  return [
    ...(fits ? [] : [change('type', before, after)]),
    ...(sameFormat ? [] : [change('format', before, after)]),
  ]
}

/** A format that is only a hint for forms means nothing. */
const formatOf = ({ format }: Schema): unknown => (format === 'password' ? undefined : format)

const change = (name: string, before: Schema, after: Schema): string =>
  `${name} ${quoted(before[name])} became ${quoted(after[name])}`

/** What callers could send and can't any more. */
function narrowed({ before, after }: Pair): string[] {
  const bound = (schema: Schema, name: string, otherwise: number) =>
    Number(schema[name] ?? otherwise)
  const listed = valuesOf(after)
  return [
    ...(listed !== undefined && valuesOf(before) === undefined
      ? [`only ${quoted(listed)} are taken now`]
      : []),
    ...[
      ...LOWER.filter((name) => bound(after, name, -Infinity) > bound(before, name, -Infinity)),
      ...UPPER.filter((name) => bound(after, name, Infinity) < bound(before, name, Infinity)),
      // which of two patterns takes more is not decided here
      ...['pattern'].filter((name) => name in after && after[name] !== before[name]),
    ].map((name) => change(name, before, after)),
  ]
}

/** Whether members without a name of their own were allowed, or promised, and no longer are. */
const closed = ({ before, after }: Pair, direction: Direction): boolean =>
  after['additionalProperties'] === false &&
  (direction === 'request'
    ? before['additionalProperties'] !== false
    : isSchema(before['additionalProperties']))

/** Values that were listed and no longer are. A list that is gone allows all. */
function removedValues({ before, after }: Pair): string[] {
  const left = valuesOf(after)
  if (left === undefined) return []
  return (valuesOf(before) ?? [])
    .filter((value) => !left.includes(value))
    .map((value) => `value ${quoted(value)} was removed`)
}

function valuesOf({ enum: values, const: value }: Schema): readonly unknown[] | undefined {
  if (values !== undefined) return listOf(values)
  return value === undefined ? undefined : [value]
}

function otherChanges({ before, after }: Pair): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names]
    .filter((name) => !COMPARED.has(name) && !ANNOTATIONS.has(name))
    .filter((name) => quoted(before[name]) !== quoted(after[name]))
    .map((name) => change(name, before, after))
}
