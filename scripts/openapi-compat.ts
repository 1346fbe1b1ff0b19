import { readFileSync } from 'node:fs'
import type {
  Body,
  Document,
  Operation,
  Parameter,
  Reference,
  Response,
  Schema,
} from './openapi-baseline.ts'
import { type Direction, resolve, schemaChanges } from './openapi-schema.ts'
import { unreleasedOf } from './release-changelog.ts'

/** A change that a program which was written for the last release may not survive. */
export interface Incompatibility {
  /** the operation's name, or method and path where it has none */
  readonly operation: string
  readonly what: string
}

/** Every incompatible change of the REST API from a release on. */
export function incompatibilities(released: Document, current: Document): Incompatibility[] {
  return Object.entries(released.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, before]) => {
      const route = `${method.toUpperCase()} ${path}`
      const operation = before.operationId ?? route
      const after = current.paths[path]?.[method]
      const changes =
        after === undefined
          ? [`${route} was removed`]
          : operationChanges(before, after, { released, current })
      return changes.map((what) => ({ operation, what }))
    }),
  )
}

interface Documents {
  readonly released: Document
  readonly current: Document
}

function operationChanges(before: Operation, after: Operation, documents: Documents): string[] {
  return [
    ...(before.operationId === undefined || before.operationId === after.operationId
      ? []
      : [`it is named ${after.operationId ?? 'nothing'} now`]),
    ...(isPublic(before, documents.released) && !isPublic(after, documents.current)
      ? ['it must be signed now']
      : []),
    ...parameterChanges(
      parametersOf(before, documents.released),
      parametersOf(after, documents.current),
      documents,
    ),
    ...bodyChanges(before.requestBody, after.requestBody, documents),
    ...responseChanges(before, after, documents),
  ]
}

const isPublic = ({ security }: Operation, document: Document): boolean =>
  (security ?? (document as { security?: readonly unknown[] }).security ?? []).length === 0

/** Schemas at one place of both documents; one that is not there allows anything. */
const compared = (
  before: Schema | undefined,
  after: Schema | undefined,
  { released, current }: Documents,
  direction: Direction,
  place: string,
): string[] =>
  schemaChanges(
    { schema: before ?? {}, document: released },
    { schema: after ?? {}, document: current },
    direction,
    place,
  )

const parametersOf = ({ parameters = [] }: Operation, document: Document): Parameter[] =>
  parameters.map((parameter) => followed(parameter, document, 'parameters'))

function parameterChanges(
  before: readonly Parameter[],
  after: readonly Parameter[],
  documents: Documents,
): string[] {
  const nameOf = (parameter: Parameter) => `${parameter.in} parameter ${parameter.name}`
  const known = new Map(before.map((parameter) => [nameOf(parameter), parameter]))
  const left = new Map(after.map((parameter) => [nameOf(parameter), parameter]))
  return [
    ...[...known.keys()].filter((name) => !left.has(name)).map((name) => `${name} was removed`),
    ...[...left]
      .filter(([name, { required }]) => required === true && known.get(name)?.required !== true)
      .map(([name]) => `${name} is required now`),
    ...[...known].flatMap(([name, { schema }]) => {
      const now = left.get(name)
      return now === undefined ? [] : compared(schema, now.schema, documents, 'request', name)
    }),
  ]
}

function bodyChanges(
  before: Body | undefined,
  after: Body | undefined,
  documents: Documents,
): string[] {
  const becomesRequired = after?.required === true && before?.required !== true
  return [
    ...(becomesRequired ? ['the request needs a body now'] : []),
    ...contentChanges(before?.content, after?.content, documents, 'request'),
  ]
}

function contentChanges(
  before: Body['content'] | undefined,
  after: Body['content'] | undefined,
  documents: Documents,
  direction: Direction,
  place: string = direction,
): string[] {
  return Object.entries(before ?? {}).flatMap(([type, { schema }]) => {
    const now = after?.[type]
    if (now === undefined) return [`${place}: ${type} was removed`]
    return compared(schema, now.schema, documents, direction, place)
  })
}

function responseChanges(before: Operation, after: Operation, documents: Documents): string[] {
  const changes = Object.entries(before.responses).flatMap(([status, found]) => {
    const now = after.responses[status]
    const place = `response ${status}`
    const direction = isRefusal(status) ? 'refusal' : 'response'
    // a refusal that is no longer answered is missed by nobody
    if (now === undefined) return direction === 'refusal' ? [] : [`${place} was removed`]
    const response = followed(found, documents.released, 'responses')
    const responseNow = followed(now, documents.current, 'responses')
    return [
      ...headerChanges(response, responseNow, documents, place),
      ...contentChanges(response.content, responseNow.content, documents, direction, place),
    ]
  })
  return [...changes, ...movedCodes(before, after, documents)]
}

const isRefusal = (status: string): boolean => status >= '400'

/** Error codes that are answered with another status than before. */
function movedCodes(before: Operation, after: Operation, documents: Documents): string[] {
  const codes = codesOf(before, documents.released)
  const codesNow = codesOf(after, documents.current)
  return [...codes].flatMap(([code, statuses]) => {
    const now = codesNow.get(code) ?? statuses
    const lost = statuses.filter((status) => !now.includes(status))
    return lost.map((status) => `${code} is answered with ${now.join(', ')} now, not ${status}`)
  })
}

/** The statuses that each error code of an operation is answered with. */
function codesOf({ responses }: Operation, document: Document): Map<string, string[]> {
  const codes = new Map<string, string[]>()
  for (const [status, found] of Object.entries(responses)) {
    const { content = {} } = followed(found, document, 'responses')
    for (const { schema = {} } of Object.values(content)) {
      const { properties = {} } = resolve(schema, document)
      const { enum: named = [] } = (properties as Readonly<Record<string, Schema>>)['code'] ?? {}
      for (const code of named as string[]) codes.set(code, [...(codes.get(code) ?? []), status])
    }
  }
  return codes
}

function headerChanges(
  { headers = {} }: Response,
  { headers: headersNow = {} }: Response,
  documents: Documents,
  place: string,
): string[] {
  return Object.entries(headers).flatMap(([name, found]) => {
    const now = headersNow[name]
    if (now === undefined) return [`${place}: header ${name} was removed`]
    const header = followed(found, documents.released, 'headers')
    const headerNow = followed(now, documents.current, 'headers')
    return [
      ...(header.required === true && headerNow.required !== true
        ? [`${place}: header ${name} may be absent now`]
        : []),
      ...compared(header.schema, headerNow.schema, documents, 'response', `${place}: ${name}`),
    ]
  })
}

/** What a reference to a component leads to. */
function followed<T extends object>(value: T | Reference, document: Document, group: string): T {
  if (!('$ref' in value)) return value
  const found = document.components[group]?.[value.$ref.replace(`#/components/${group}/`, '')]
  if (found === undefined) throw new Error(`nothing is at ${value.$ref}`)
  return found as T
}

/** An entry of the changelog that is about all operations. */
const EVERY = /\bevery operation\b/i

/** What such an entry is about alone where it says so: REST refuses members that it does not know. */
const CLOSED = 'no other members are there now'

/**
 * Those that no breaking entry of the changelog names. An entry on every operation covers every change, but where it
 * quotes that of requests which take no other members: that one alone.
 */
export function unannounced(
  found: readonly Incompatibility[],
  breaking: readonly string[],
): Incompatibility[] {
  const said = breaking.join('\n')
  const onAll = breaking.filter((entry) => EVERY.test(entry))
  if (onAll.some((entry) => !entry.includes(CLOSED))) return []
  const words = new Set(said.match(/[A-Za-z0-9]+/g))
  const isSaid = ({ operation, what }: Incompatibility) =>
    (onAll.length > 0 && what.startsWith('request') && what.endsWith(CLOSED)) ||
    (operation.includes(' ') ? said.includes(operation) : words.has(operation))
  return found.filter((one) => !isSaid(one))
}

/**
 * Compares docs/openapi.json with the API of the last release, docs/openapi.released.json, and fails
 * on an incompatible change of an operation which no breaking entry of the changelog names: one under
 * `### Breaking` in `## [Unreleased]`, or one that begins with "Breaking".
 */
if (import.meta.main) {
  const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
  const released = JSON.parse(read('docs/openapi.released.json')) as Document
  const current = JSON.parse(read('docs/openapi.json')) as Document
  const { breaking } = unreleasedOf(read('CHANGELOG.md'))
  const found = unannounced(incompatibilities(released, current), breaking)
  for (const { operation, what } of found) console.error(`${operation}: ${what}`)
  if (found.length > 0) {
    console.error(
      `Incompatible with ${released.info.version}: take it back, or name the operation under "### Breaking" of CHANGELOG.md.`,
    )
    process.exitCode = 1
  }
}
