import { KmsError } from '../base/errors.ts'
import type { HttpRequest } from '../base/http-message.ts'
import type { Stray } from '../base/wrong.ts'
import type { Claim } from '../identity/claim.ts'
import type { AnyOperation } from '../operation.ts'
import type { JsonSchema, Shape } from '../shape/shapes.ts'
import type { Route } from './protocol.ts'

export { linkToNext } from './rest-link.ts'

/** strays that a refusal names */
const MAX_TOLD = 10

/** What its members are read from that are not in the path: a JSON body, or the query where the method has none. */
export interface Carried {
  /** undefined where the method has no body */
  readonly json: object | undefined
  /** @throws KmsError SerializationException beyond what a query may have */
  readParameters(query: string): URLSearchParams
}

/**
 * The input of a REST request as JSON, its values not yet checked. What would have no effect is refused,
 * because a caller who sends it means something by it: members, parameters and headers of ours that are not
 * known, those that stand where they are not looked for, and those that are there twice.
 * @throws KmsError ValidationException, worded by rest-words.ts
 */
export function readInput(
  route: Route,
  request: HttpRequest,
  claim: Claim,
  { json, readParameters }: Carried,
): object {
  const { query } = request
  const parameters = query === '' ? NONE : readParameters(query)
  const known = knownOf(route.operation)
  const strays: Stray[] = []
  strayHeaders(route.operation, request, claim, strays)
  if (query !== '') {
    strayParameters(route, request, claim, known, parameters, json === undefined, strays)
  }
  if (json !== undefined) strayBody(json, request, known, strays)
  else if (request.body.length > 0) strays.push({ kind: 'no-body', in: 'body' })
  if (strays.length > 0) {
    const wrong = strays.slice(0, MAX_TOLD)
    throw new KmsError('ValidationException', 'Something is not known here.', { wrong })
  }
  return { ...(json ?? queryInput(route.operation, parameters)), ...route.params }
}

const NONE = new URLSearchParams()

/** The names that a value may have within; undefined for one without names of its own, such as a map. */
interface Names {
  readonly members?: ReadonlyMap<string, Names | undefined>
  readonly item?: Names
}

/** What is looked at of a shape's schema. */
interface SchemaParts {
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
}

/** What an operation takes, by where: built with its first call. */
interface Known {
  /** members by their places in the path, split at its slashes */
  readonly path: ReadonlyMap<string, number>
  /** all others: in the body, or the query of methods without one */
  readonly rest: Required<Pick<Names, 'members'>>
}

const byOperation = new WeakMap<AnyOperation, Known>()

function knownOf(operation: AnyOperation): Known {
  const kept = byOperation.get(operation)
  if (kept !== undefined) return kept
  const path = new Map<string, number>()
  // `GET /v1/keys/{KeyId}`: what stands before the first slash is none of the path's
  for (const [at, segment] of operation.http.split('/').entries()) {
    if (segment.startsWith('{')) path.set(segment.slice(1, -1), at)
  }
  const rest = operation.input.fields.filter(({ name }) => !path.has(name))
  const members = new Map(rest.map(({ name, shape }) => [name, namesOf(shape.schema)]))
  const known = { path, rest: { members } }
  byOperation.set(operation, known)
  return known
}

function namesOf(schema: JsonSchema): Names | undefined {
  const { items, properties } = schema as SchemaParts
  if (items !== undefined) {
    const item = namesOf(items)
    return item && { item }
  }
  if (properties === undefined) return undefined
  const members = Object.entries(properties).map(([name, inner]) => [name, namesOf(inner)] as const)
  return { members: new Map(members) }
}

const ACCOUNT = 'x-tenkey-account'
const REGION = 'x-tenkey-region'
const OURS: readonly string[] = [ACCOUNT, REGION]

/** Whether an operation compares the version that If-Match names. */
export const checksVersion = ({ mutates, versionOf }: AnyOperation): boolean =>
  mutates && versionOf !== undefined

function strayHeaders(
  operation: AnyOperation,
  { headers }: HttpRequest,
  { accountId, region }: Claim,
  strays: Stray[],
): void {
  for (const name in headers) {
    const value = headers[name]
    if (name.startsWith('x-tenkey-')) {
      if (!OURS.includes(name)) {
        strays.push({ kind: 'unknown', in: 'header', pointer: '', name, known: OURS })
      } else if (value !== (name === ACCOUNT ? accountId : region)) {
        strays.push({ kind: 'contrary', in: 'header', name })
      }
    } else if (name === 'idempotency-key') {
      if (operation.idempotencyKey !== true) strays.push({ kind: 'idle', in: 'header', name })
      // two of one name are joined so (RFC 9110 §5.3)
      else if (value?.includes(',')) strays.push({ kind: 'repeated', in: 'header', name })
    } else if (name === 'if-match' && !checksVersion(operation)) {
      strays.push({ kind: 'idle', in: 'header', name })
    }
  }
}

/** The signature's own, where it stands in the query: it is AWS's to say what they are. */
const isSignatures = (name: string): boolean => /^x-amz-/i.test(name)

function strayParameters(
  { operation }: Route,
  { path }: HttpRequest,
  { proof }: Claim,
  known: Known,
  parameters: URLSearchParams,
  inQuery: boolean,
  strays: Stray[],
): void {
  const presigned = proof.kind === 'signature' && proof.signature.presigned
  const segments = path.split('/')
  const seen = new Set<string>()
  for (const name of parameters.keys()) {
    if (presigned && isSignatures(name)) continue
    const at = known.path.get(name)
    const named = at !== undefined && isInQuery(segments[at])
    const shape = operation.input.fields.find((field) => field.name === name)?.shape
    if (at !== undefined && !named) {
      strays.push({ kind: 'misplaced', in: 'query', name, taken: 'path' })
    } else if (at === undefined && shape !== undefined && !inQuery) {
      strays.push({ kind: 'misplaced', in: 'query', name, taken: 'body' })
    } else if (shape === undefined) {
      const names = [
        ...(inQuery ? known.rest.members.keys() : []),
        ...[...known.path].filter(([, place]) => isInQuery(segments[place])).map(([one]) => one),
      ]
      strays.push({ kind: 'unknown', in: 'query', pointer: '', name, known: names })
    } else if (seen.has(name) && (named || shape.text !== 'list')) {
      strays.push({ kind: 'repeated', in: 'query', name })
    }
    seen.add(name)
  }
}

/** Whether a segment says that its member is in the query, however it is encoded. */
export const isInQuery = (segment: string | undefined): boolean =>
  segment === '~' || segment === '%7E' || segment === '%7e'

/** @param json that the body was read as */
function strayBody(json: object, { body }: HttpRequest, known: Known, strays: Stray[]): void {
  for (const name of known.path.keys()) {
    if (Object.hasOwn(json, name)) {
      strays.push({ kind: 'misplaced', in: 'body', name, taken: 'path' })
    }
  }
  strayMembers(json, known.rest, '', known.path, strays)
  // of members with one name a parser keeps one
  if (body.length > 0 && namesIn(body) !== membersOf(json)) {
    strays.push({ kind: 'twice', in: 'body', body })
  }
}

function strayMembers(
  json: unknown,
  { members, item }: Names,
  pointer: string,
  elsewhere: ReadonlyMap<string, unknown> | undefined,
  strays: Stray[],
): void {
  if (strays.length >= MAX_TOLD) return
  if (Array.isArray(json)) {
    if (item === undefined) return
    json.forEach((one, at) => {
      strayMembers(one, item, `${pointer}/${at}`, undefined, strays)
    })
    return
  }
  if (members === undefined || typeof json !== 'object' || json === null) return
  for (const [name, value] of Object.entries(json)) {
    const inner = members.get(name)
    if (inner !== undefined) strayMembers(value, inner, `${pointer}/${name}`, undefined, strays)
    else if (!members.has(name) && elsewhere?.has(name) !== true) {
      strays.push({ kind: 'unknown', in: 'body', pointer, name, known: [...members.keys()] })
      if (strays.length >= MAX_TOLD) return
    }
  }
}

const [QUOTE, ESCAPE, COLON, SPACE] = [0x22, 0x5c, 0x3a, 0x20]

/** bytes after which a search by the runtime is faster than one by hand, whose start costs nothing */
const SHORT = 48

/** Where the next quote is; the end where there is none. */
function nextQuote(json: Uint8Array, from: number): number {
  const near = Math.min(json.length, from + SHORT)
  let at = from
  while (at < near && json[at] !== QUOTE) at++
  if (at < near) return at
  const far = json.indexOf(QUOTE, at)
  return far < 0 ? json.length : far
}

/** How many names of members JSON text has: they are the texts that a colon follows. */
function namesIn(json: Uint8Array): number {
  let names = 0
  let start = nextQuote(json, 0)
  while (start < json.length) {
    let end = nextQuote(json, start + 1)
    while (isEscaped(json, end)) end = nextQuote(json, end + 1)
    let after = end + 1
    while ((json[after] ?? QUOTE) <= SPACE) after++
    if (json[after] === COLON) names++
    start = nextQuote(json, after)
  }
  return names
}

/** Whether an odd number of backslashes stands before a place. */
function isEscaped(json: Uint8Array, place: number): boolean {
  let first = place
  while (json[first - 1] === ESCAPE) first--
  return (place - first) % 2 === 1
}

/** How many members JSON has, at all depths. */
function membersOf(json: object): number {
  let count = 0
  const open: object[] = [json]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const values = Object.values(at)
    if (!Array.isArray(at)) count += values.length
    for (const value of values) if (typeof value === 'object' && value !== null) open.push(value)
  }
  return count
}

function queryInput({ input }: AnyOperation, parameters: URLSearchParams): object {
  const json: Record<string, unknown> = {}
  for (const { name, shape } of input.fields) {
    const [text, ...more] = parameters.getAll(name)
    if (text === undefined) continue
    // a list is a parameter given once for each item
    json[name] = shape.text === 'list' ? [text, ...more] : fromText(text, shape)
  }
  return json
}

/** A query's text as JSON of the member's type; text that is not of it stays text, to be refused. */
function fromText(text: string, { text: type }: Shape<unknown>): unknown {
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  if (type === 'number' && /^-?\d{1,15}$/.test(text)) return Number(text)
  return text
}
