import { type ErrorCode, FAULTS } from '../core/base/errors.ts'
import { KEY_STATES } from '../core/key/state.ts'
import { type AnyOperation, actionOf, idOf, serviceOf } from '../core/operation.ts'
import { answersOf } from '../core/pipeline/answers.ts'
import { checksVersion } from '../core/protocol/rest-input.ts'
import { IN_QUERY, memberOf, parseTemplate } from '../core/protocol/rest-path.ts'
import type { Field, JsonSchema } from '../core/shape/shapes.ts'
import { keyId } from '../operations/members.ts'
import type { At, Components } from './gen-components.ts'
import { ETAG_OF_SOME, jsonBody, type SecurityScheme } from './gen-openapi-parts.ts'
import { type Found, subjectOf } from './gen-subjects.ts'
import { type Example, exampleOf } from './openapi-examples.ts'

type Json = Record<string, unknown>
type Use = AnyOperation['keys'][string]

/** codes of a response that is named by them, to be shared */
const MOST_NAMED = 3

/** An operation object of OpenAPI, from the operation's record. */
export function describe(found: Found, components: Components): Json {
  const { operation, folder } = found
  const { name, summary, docs } = operation
  const example = exampleOf(idOf(operation))
  const request = requestOf(operation, folder, components, example)
  return {
    operationId: idOf(operation),
    tags: [subjectOf(found)],
    summary,
    description: [...about(operation), ...request.notes].join(' '),
    ...(docs !== undefined && {
      externalDocs: {
        url: docs,
        description: `${name} in the AWS ${serviceOf(operation).toUpperCase()} API Reference`,
      },
    }),
    security: waysOf(operation).map((way) => ({ [way]: [] })),
    ...(request.parameters.length > 0 && { parameters: request.parameters }),
    ...(request.body !== undefined && { requestBody: request.body }),
    responses: {
      ...success(operation, folder, components, example),
      ...refusals(operation, components),
    },
  }
}

/** How its callers may authenticate; in any other way it is refused to everybody. */
function waysOf({ takes, proven }: AnyOperation): readonly SecurityScheme[] {
  if (takes === 'aws-identity') return ['awsIdentity']
  if (proven === 'token') return ['bearer']
  return proven === 'signature' ? ['sigv4', 'presigned'] : ['sigv4', 'presigned', 'bearer']
}

/** Whom it is for, what must be allowed and hold of its keys, and where it is otherwise than AWS's. */
function about(operation: AnyOperation): string[] {
  const { audience, differs } = operation
  return [
    ...(audience === 'operator' ? ['Answered to the operator alone.'] : []),
    ...(audience === 'anyone' ? ['For tenants and the operator, each in the own account.'] : []),
    ...permissions(operation),
    ...Object.values(operation.keys).flatMap((use) => statesOf(use, operation)),
    ...(differs === undefined ? [] : [ended(differs)]),
  ]
}

/** What is asked of policies, as core/pipeline/admit.ts asks it; what depends on the input is left out. */
function permissions(operation: AnyOperation): string[] {
  const { administers, needs, alias, resource, alsoActions } = operation
  const own = actionOf(operation)
  const onKeys = Object.values(operation.keys).flatMap(({ action = own, from }) =>
    action === false ? [] : [`\`${action}\` on the key of ${from.join(' or ')}`],
  )
  const plain =
    alias === undefined && administers === undefined && onKeys.length === 0 && needs !== 'nothing'
  const asked = [
    ...onKeys,
    ...(alias === undefined ? [] : [`\`${own}\` on the alias`]),
    ...(administers === undefined
      ? []
      : [`\`${administers.action ?? own}\` on ${administers.says}`]),
    ...(plain ? [`\`${own}\`${resource === undefined ? ' on `*`' : ''}`] : []),
    ...(alsoActions?.({}) ?? []).map((action) => `\`${action}\` on \`*\``),
  ]
  if (asked.length === 0) return ['Asks no permission of the caller’s own policies.']
  return [`Asks the permission ${asked.join(', and ')}.`]
}

/** The key states in which it is done, in the shorter of two ways. */
function statesOf({ states, from }: Use, { keys }: AnyOperation): string[] {
  const others = KEY_STATES.filter((state) => !states.includes(state))
  if (others.length === 0) return []
  const key = Object.keys(keys).length === 1 ? 'The key' : `The key of ${from.join(' or ')}`
  return states.length <= others.length
    ? [`${key} must be ${states.join(' or ')}.`]
    : [`${key} must not be ${others.join(' or ')}.`]
}

const ended = (sentence: string): string => (sentence.endsWith('.') ? sentence : `${sentence}.`)

/** Members by where REST carries them (core/protocol/rest-input.ts): in the path, the query or the body. */
function requestOf(
  operation: AnyOperation,
  folder: string,
  components: Components,
  { input }: Example,
) {
  const { method, segments } = parseTemplate(operation.http)
  const inPath = new Set(segments.map(memberOf))
  const { fields } = operation.input
  const path = fields.filter(({ name }) => inPath.has(name))
  const rest = fields.filter(({ name }) => !inPath.has(name))
  const byQuery = method === 'GET' || method === 'DELETE'
  const query = byQuery ? rest.filter(fitsQuery) : []
  const unsaid = byQuery ? rest.filter((field) => !fitsQuery(field)) : []
  const body = byQuery ? [] : rest
  const at: At = { folder, way: 'request', within: [`${idOf(operation)}Request`] }
  const member = (field: Field, note?: string) =>
    components.member(field.name, field.shape.schema, at, [namesKey(field, operation), note])
  return {
    parameters: [
      ...path.map((field) =>
        parameter(
          field,
          'path',
          member(field, PATH_NOTES[field.name]),
          inPlainPath(input[field.name]),
        ),
      ),
      ...path.filter(({ name }) => name in PATH_NOTES).map(insteadOfPath),
      ...query.map((field) => parameter(field, 'query', member(field), input[field.name])),
      ...headerParameters(operation),
    ],
    ...(body.length > 0 && {
      body: {
        description: `The members of ${operation.name} that are not in the path.`,
        required: body.some(({ required }) => required),
        ...jsonBody(
          components.struct(
            `${idOf(operation)}Request`,
            body.map((field) => ({ ...field, schema: member(field) })),
          ),
          { example: membersOf(input, body) },
        ),
      },
    }),
    notes: unsaid.map(({ name }) => `A query has no ${name}; use AWS JSON for it.`),
  }
}

/** A query carries text, numbers, booleans and lists of them (a parameter for each), no structures. */
function fitsQuery({ shape }: Field): boolean {
  const { type, items } = shape.schema
  const inner = type === 'array' ? (items as JsonSchema)['type'] : type
  return inner !== 'array' && inner !== 'object'
}

/** By what a member that names a key may name it; nothing of other members. */
function namesKey({ name, shape }: Field, { keys }: AnyOperation): string | undefined {
  if (shape.schema !== keyId.schema) return undefined
  const use = Object.values(keys).find(({ from }) => (from as readonly string[]).includes(name))
  if (use === undefined) return undefined
  const { alias, whenAlias, crossAccount } = use
  const code = whenAlias === undefined ? 'InvalidArnException' : 'ValidationException'
  return [
    alias
      ? 'A key id, key ARN, alias name or alias ARN'
      : `A key id or key ARN; an alias is refused with ${code}`,
    crossAccount ? 'a key of another account is named by an ARN' : 'a key of the own account',
  ].join('; ')
}

/** @param whole the member's schema, with its description */
function parameter(
  { name, required }: Field,
  place: 'path' | 'query',
  whole: Json,
  example: unknown,
): Json {
  const { description, ...schema } = whole
  return {
    name,
    in: place,
    required: place === 'path' || required,
    description,
    schema,
    ...(example !== undefined && { example }),
  }
}

/** A name with slashes or colons stands in the query, and what says so in the path. */
const inPlainPath = (value: unknown): unknown =>
  typeof value === 'string' && /[/:]/.test(value) ? IN_QUERY : value

const membersOf = (input: Example['input'], fields: readonly Field[]) =>
  Object.fromEntries(
    fields.flatMap(({ name }) => (input[name] === undefined ? [] : [[name, input[name]]])),
  )

const PATH_NOTES: Readonly<Record<string, string>> = {
  AliasName: `With or without \`alias/\` in front; a name with a slash stands in the query instead, and \`${IN_QUERY}\` here`,
  KeyId: `An ARN or alias name stands in the query instead, and \`${IN_QUERY}\` here`,
}

/** A name with slashes gets through every gateway in the query (docs/decisions/0016-names-in-paths.md). */
function insteadOfPath({ name }: Field): Json {
  return {
    name,
    in: 'query',
    required: false,
    description: `What the path would name, where its segment is \`${IN_QUERY}\`.`,
    schema: { type: 'string' },
  }
}

function headerParameters(operation: AnyOperation): Json[] {
  const header = (name: string, description: string, schema: Json) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema,
  })
  const shared = (name: string) => ({ $ref: `#/components/parameters/${name}` })
  return [
    ...(operation.idempotencyKey === true
      ? [
          header(
            'Idempotency-Key',
            'A repetition within 24 hours, by the same credential and with the same input, gets the first answer and makes nothing.',
            { type: 'string', maxLength: 255 },
          ),
        ]
      : []),
    ...(checksVersion(operation)
      ? [
          header('If-Match', 'The ETag the change is based on; 412 where the key has moved on.', {
            type: 'string',
          }),
        ]
      : []),
    shared('Account'),
    shared('Region'),
  ]
}

/** Whether it answers page after page: AWS KMS and AWS IAM name that differently. */
const isList = ({ http, output }: AnyOperation): boolean =>
  http.startsWith('GET ') &&
  (output?.fields ?? []).some(({ name }) => name === 'NextMarker' || name === 'IsTruncated')

function success(
  operation: AnyOperation,
  folder: string,
  components: Components,
  { output: example }: Example,
): Json {
  const { output, status = 200, mutates } = operation
  const headers = {
    ...REQUEST_ID,
    ...(isList(operation) && { Link: { $ref: '#/components/headers/Link' } }),
    ...(!mutates && versionHeader(operation)),
  }
  if (status === 204 || output === undefined) {
    return { 204: { description: 'Done; nothing is answered.', headers } }
  }
  const schema = components.add(`${idOf(operation)}Response`, output.schema, {
    folder,
    way: 'response',
  })
  const description = status === 201 ? 'Created.' : 'Done.'
  return {
    [status]: {
      description,
      headers,
      ...jsonBody(schema, example === undefined ? {} : { example }),
    },
  }
}

/** A read answers the version of its key, where it has one. */
function versionHeader({ versionOf = '', keys }: AnyOperation): Json {
  const use = keys[versionOf]
  if (use === undefined) return {}
  return { ETag: use.optional === true ? ETAG_OF_SOME : { $ref: '#/components/headers/ETag' } }
}

function refusals(operation: AnyOperation, components: Components): Json {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of answersOf(operation)) {
    const status = FAULTS.get(code)?.status ?? 500
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  const entries = [...byStatus].map(([status, codes]) => {
    const name = codes.map((code) => code.replace(/Exception$/, '')).join('Or')
    const response = refusal(status, codes)
    return [status, codes.length > MOST_NAMED ? response : components.respond(name, response)]
  })
  return Object.fromEntries(entries)
}

const REQUEST_ID = { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } }
const CHALLENGE = { 'WWW-Authenticate': { $ref: '#/components/headers/WWW-Authenticate' } }

const refusal = (status: number, codes: readonly ErrorCode[]): Json => ({
  description: `${codes.map((code) => `${code}: ${FAULTS.get(code)?.title}`).join('. ')}.`,
  headers: { ...REQUEST_ID, ...(status === 401 && CHALLENGE) },
  content: {
    'application/problem+json': {
      schema: { $ref: '#/components/schemas/Problem', properties: { code: { enum: codes } } },
      examples: Object.fromEntries(
        codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
      ),
    },
  },
})
