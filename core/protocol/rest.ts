import { KmsError } from '../base/errors.ts'
import type { HttpRequest, HttpResponse } from '../base/http-message.ts'
import { bearerClaim, KMS_SERVICES, signatureClaim } from '../identity/claim.ts'
import type { AnyOperation } from '../operation.ts'
import { parseJson, type Shape } from '../shape/shapes.ts'
import { ANY_BODY, WITHOUT_BODY } from './body-limit.ts'
import { readParameters } from './parameters.ts'
import type { AnswerContext, Protocol, Route } from './protocol.ts'

/** The path has other methods; RFC 9110 §15.5.6 wants them named in a header. */
class MethodNotAllowed extends KmsError {
  readonly allow: string

  constructor(allow: string) {
    super('MethodNotAllowedException', `This path answers ${allow}.`)
    this.allow = allow
  }
}

/** A level of the tree of paths: literal segments before the one that stands for a member. */
interface Node {
  readonly literal: Map<string, Node>
  member?: { readonly name: string; readonly node: Node }
  readonly methods: Map<string, AnyOperation>
}
const node = (): Node => ({ literal: new Map(), methods: new Map() })

/** A member in a path may leave its constant beginning out: `/v1/aliases/app` names `alias/app`. */
const PREFIXES: ReadonlyMap<string, string> = new Map([['AliasName', 'alias/']])

/**
 * A segment of a path that says: this member is in the query. An encoded slash does not pass gateways
 * that decode a path before they match it, a query does; no name of anything is `~`.
 */
export const IN_QUERY = '~'

/** REST: nouns in the path, JSON bodies with AWS's member names, RFC 9457 problems. */
export function rest(operations: Iterable<AnyOperation>): Protocol {
  const root = node()
  for (const operation of operations) {
    const { method, segments } = parseTemplate(operation.http)
    let at = root
    for (const segment of segments) at = descend(at, segment)
    if (at.methods.has(method)) throw new Error(`two operations at ${operation.http}`)
    at.methods.set(method, operation)
  }
  const protocol: Protocol = {
    face: 'rest',
    mostBody: ANY_BODY,

    route(request) {
      const params: Record<string, string> = {}
      const found = find(root, request.path, params)
      if (found === undefined || found.methods.size === 0) {
        throw new KmsError('UnknownOperationException', 'There is nothing at this path.')
      }
      const operation = found.methods.get(request.method)
      if (operation === undefined) {
        const allowed = [...found.methods.keys()].join(', ')
        throw new MethodNotAllowed(allowed)
      }
      for (const name in params) {
        if (params[name] === IN_QUERY) params[name] = memberInQuery(name, request.query)
      }
      return { protocol, operation, params }
    },

    claim: (_route, request, home) =>
      bearerClaim(request, home) ?? signatureClaim(request, KMS_SERVICES),

    input(route, request) {
      const json = WITHOUT_BODY.has(request.method)
        ? queryInput(route, request)
        : bodyInput(request)
      return { ...json, ...route.params }
    },

    success(operation, output, context) {
      const status = operation.status ?? 200
      const empty = status === 204 || output === undefined
      return {
        status: empty ? 204 : status,
        headers: {
          ...headers(context),
          ...(!empty && { 'content-type': 'application/json' }),
          ...(context.version !== undefined && { etag: `"${context.version}"` }),
        },
        body: empty ? '' : JSON.stringify(output),
      }
    },

    failure: problem,
  }
  return protocol
}

/** @param http e.g. `GET /v1/keys/{KeyId}` */
export function parseTemplate(http: string): { method: string; segments: string[] } {
  const [method = '', path = ''] = http.split(' ')
  return { method, segments: path.slice(1).split('/') }
}

/** The member a segment of a template stands for; undefined for a literal one. */
export const memberOf = (segment: string): string | undefined =>
  segment.startsWith('{') ? segment.slice(1, -1) : undefined

function descend(at: Node, segment: string): Node {
  const name = memberOf(segment)
  if (name === undefined) {
    const next = at.literal.get(segment) ?? node()
    at.literal.set(segment, next)
    return next
  }
  at.member ??= { name, node: node() }
  if (at.member.name !== name) throw new Error(`paths disagree on {${name}}`)
  return at.member.node
}

/** Segments are split before they are decoded, so an encoded slash stays part of its member. */
function find(root: Node, path: string, params: Record<string, string>): Node | undefined {
  let at: Node | undefined = root
  for (const raw of path.slice(1).split('/')) {
    const literal: Node | undefined = at.literal.get(raw)
    if (literal !== undefined) {
      at = literal
      continue
    }
    if (at.member === undefined || raw === '') return undefined
    const { name, node }: NonNullable<Node['member']> = at.member
    const value = decode(raw)
    params[name] = value === IN_QUERY ? value : withPrefix(name, value)
    at = node
  }
  return at
}

function withPrefix(name: string, value: string): string {
  const prefix = PREFIXES.get(name) ?? ''
  return value.startsWith(prefix) ? value : prefix + value
}

/** @throws KmsError SerializationException unless the query has it once */
function memberInQuery(name: string, query: string): string {
  const [value, ...more] = readParameters(query).getAll(name)
  if (value !== undefined && more.length === 0) return withPrefix(name, value)
  throw new KmsError(
    'SerializationException',
    `Where the path has ${IN_QUERY} for ${name}, the query has ${name} once.`,
  )
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new KmsError('SerializationException', 'The path is not valid percent-encoded UTF-8.')
  }
}

/** Whether a Content-Type is that of JSON. */
export const isJson = (contentType: string | undefined): boolean =>
  contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json'

function bodyInput(request: HttpRequest): object {
  if (request.body.length > 0 && !isJson(request.headers['content-type'])) {
    throw new KmsError('UnsupportedMediaTypeException', 'The body must be application/json.')
  }
  const json = parseJson(request.body)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new KmsError('SerializationException', 'The body must be a JSON object.')
  }
  return json
}

function queryInput({ operation }: Route, { query }: HttpRequest): object {
  const json: Record<string, unknown> = {}
  if (query === '') return json
  const parameters = readParameters(query)
  for (const { name, shape } of operation.input.fields) {
    const [text, ...more] = parameters.getAll(name)
    if (text === undefined) continue
    // a list is a parameter given once for each item
    if (shape.text === 'list') json[name] = [text, ...more]
    else if (more.length === 0) json[name] = fromText(text, shape)
    else throw new KmsError('SerializationException', `The query has ${name} more than once.`)
  }
  return json
}

/** A query's text as JSON of the member's type; text that is not of it stays text, to be refused. */
function fromText(text: string, { text: type }: Shape<unknown>): unknown {
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  if (type === 'number' && /^-?\d{1,15}$/.test(text)) return Number(text)
  return text
}

const headers = ({ requestId }: AnswerContext) => ({
  'x-request-id': requestId,
  'cache-control': 'no-store',
})

/** RFC 9457: what kind of problem it is, and this one's detail; `code` is AWS's name for it. */
function problem(error: KmsError, context: AnswerContext): HttpResponse {
  const { status, title } = error.fault
  const detail = error.message === '' ? undefined : error.message
  const body = { title, status, detail, code: error.code, requestId: context.requestId }
  return {
    status,
    headers: {
      ...headers(context),
      'content-type': 'application/problem+json',
      ...(error instanceof MethodNotAllowed && { allow: error.allow }),
    },
    body: JSON.stringify(body),
  }
}
