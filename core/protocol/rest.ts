import { KmsError } from '../base/errors.ts'
import type { HttpRequest, HttpResponse } from '../base/http-message.ts'
import { loadOnce } from '../base/load-once.ts'
import { bearerClaim, KMS_SERVICES, signatureClaim } from '../identity/claim.ts'
import type { AnyOperation } from '../operation.ts'
import { parseJson } from '../shape/shapes.ts'
import { ANY_BODY, WITHOUT_BODY } from './body-limit.ts'
import { readParameters } from './parameters.ts'
import type { AnswerContext, Protocol } from './protocol.ts'
import { IN_QUERY, isJson, memberOf, parseTemplate } from './rest-path.ts'

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

/** What its calls alone need: AWS's own clients make none. */
const loadReading = loadOnce(() => import('./rest-input.ts'))
type Reading = Awaited<ReturnType<typeof loadReading>>
const loadWords = loadOnce(() => import('./rest-words.ts'))

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
  let reading: Reading | undefined
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

    claim: ({ operation }, request, home) =>
      bearerClaim(request, home, operation.takes) ?? signatureClaim(request, KMS_SERVICES),

    async load() {
      reading ??= await loadReading()
    },

    input(route, request, claim) {
      if (reading === undefined) throw new Error('not loaded')
      const json = WITHOUT_BODY.has(request.method) ? undefined : bodyJson(request)
      return reading.readInput(route, request, claim, { json, readParameters })
    },

    async explain(error, route, request) {
      if (error.wrong === undefined) return error
      return (await loadWords()).inRestWords(error, route, request)
    },

    success(operation, output, context) {
      const status = operation.status ?? 200
      const empty = status === 204 || output === undefined
      return {
        status: empty ? 204 : status,
        headers: {
          ...headers(context),
          ...(!empty && { 'content-type': 'application/json' }),
          ...reading?.linkToNext(operation, output, context.query ?? ''),
          ...(context.version !== undefined && { etag: `"${context.version}"` }),
        },
        body: empty ? '' : JSON.stringify(output),
      }
    },

    failure: problem,
  }
  return protocol
}

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

/** @throws KmsError SerializationException unless the query has it; once, sees rest-input.ts to */
function memberInQuery(name: string, query: string): string {
  const value = readParameters(query).get(name)
  if (value !== null) return withPrefix(name, value)
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

function bodyJson({ body, headers }: HttpRequest): object {
  if (body.length > 0 && !isJson(headers['content-type'])) {
    throw new KmsError('UnsupportedMediaTypeException', 'The body must be application/json.')
  }
  const json = parseJson(body)
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json
  throw new KmsError('SerializationException', 'The body must be a JSON object.')
}

const headers = ({ requestId }: AnswerContext) => ({
  'x-request-id': requestId,
  'cache-control': 'no-store',
})

/** RFC 9457: what kind of problem it is, and this one's detail; `code` is AWS's name for it. */
function problem(error: KmsError, context: AnswerContext): HttpResponse {
  const { status, title } = error.fault
  const detail = error.message === '' ? undefined : error.message
  const { requestId } = context
  const body = { title, status, detail, code: error.code, requestId, errors: error.wrong }
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
