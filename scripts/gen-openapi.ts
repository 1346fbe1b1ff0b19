import { type ErrorCode, FAULTS } from '../core/base/errors.ts'
import { type AnyOperation, idOf, serviceOf } from '../core/operation.ts'
import { answersOf } from '../core/pipeline/answers.ts'
import { checksVersion } from '../core/protocol/rest-input.ts'
import { IN_QUERY, memberOf, parseTemplate } from '../core/protocol/rest-path.ts'
import type { Field, JsonSchema } from '../core/shape/shapes.ts'
import { type Components, componentsOf } from './gen-components.ts'
import { bySubject, type Found, subjectOf } from './gen-subjects.ts'

type Json = Record<string, unknown>

/** codes of a response that is named by them, to be shared */
const MOST_NAMED = 3

const AUTHORIZATION = `AWS Signature Version 4 for service \`kms\` (or \`execute-api\`) in any Region: \`AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…\`. Sign the path as it is sent.`
const PRESIGNED =
  'AWS Signature Version 4 in the query: X-Amz-Algorithm, X-Amz-Credential, X-Amz-Date, X-Amz-Expires, X-Amz-SignedHeaders, X-Amz-Signature. It holds for fifteen minutes at most where it changes something.'

/**
 * The OpenAPI 3.1 document of the REST face, as JSON text.
 * @param named shapes that become components of their own, by their JSON Schema
 */
export function openapiSource(
  found: readonly Found[],
  named: ReadonlyMap<JsonSchema, string>,
  { version }: { version: string },
): string {
  const components = componentsOf(named)
  const paths: Record<string, Json> = {}
  for (const one of found) {
    const { operation } = one
    const { method, segments } = parseTemplate(operation.http)
    const path = `/${segments.join('/')}`
    const item = paths[path] ?? {}
    item[method.toLowerCase()] = describe(one, components)
    paths[path] = item
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'tenkey',
      version,
      summary: 'A key management service for many tenants, in the terms of AWS KMS.',
      description: INTRODUCTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://127.0.0.1:4599', description: 'npm start' }],
    security: [{ sigv4: [] }, { presigned: [] }],
    tags: [...bySubject(found).map(({ subject }) => ({ name: subject })), { name: 'Service' }],
    paths: { ...sorted(paths), ...OPEN_PATHS },
    components: {
      schemas: sorted({ Problem: PROBLEM, ...components.schemas }),
      responses: sorted(components.responses),
      headers: HEADERS,
      securitySchemes: {
        sigv4: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: AUTHORIZATION,
          'x-amazon-apigateway-authtype': 'awsSigv4',
        },
        presigned: {
          type: 'apiKey',
          in: 'query',
          name: 'X-Amz-Signature',
          description: PRESIGNED,
          'x-amazon-apigateway-authtype': 'awsSigv4',
        },
      },
    },
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

const INTRODUCTION = `Member names, bounds and error codes are those of the AWS KMS API. Bytes are base64 text, times RFC 3339 text. AWS's own clients speak AWS JSON 1.1 at \`POST /\` instead, which this document does not describe.

Every request is signed with AWS Signature Version 4 but those under "Service". A path or method that is not listed is answered with 404 or 405 (UnknownOperationException, MethodNotAllowedException).

Names are exact: a member, parameter or header of ours that is not known, that is there twice or stands where it is not looked for is refused with ValidationException, and the problem's \`errors\` say which and what was meant.

Lists come in pages. \`NextMarker\` (\`Marker\` in AWS IAM's) of one is the parameter \`Marker\` of the next, which the header \`Link\` leads to; the order is that of the ids or names, of records and changes newest first.

Where a segment of a path is \`~\`, the member that would stand there is a parameter of the query, by its name. Names with slashes go so; the deployed service reads paths decoded, and takes one encoded slash for two segments.`

const PROBLEM: Json = {
  type: 'object',
  description: 'RFC 9457 problem details; `code` is the error code of AWS KMS.',
  properties: {
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'absent where AWS KMS says nothing either' },
    code: { type: 'string' },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      description:
        'What is wrong with the request, each thing by itself; absent where it is not about parts of it.',
      maxItems: 10,
      items: {
        type: 'object',
        properties: {
          detail: { type: 'string' },
          in: { type: 'string', enum: ['body', 'path', 'query', 'header'] },
          pointer: { type: 'string', description: 'RFC 6901, into the body.' },
          name: {
            type: 'string',
            description: 'of the path’s member, the parameter or the header',
          },
        },
        required: ['detail', 'in'],
      },
    },
  },
  required: ['title', 'status', 'code', 'requestId'],
}

const HEADERS: Json = {
  'X-Request-Id': {
    description: 'Names the call in the audit trail and the log.',
    required: true,
    schema: { type: 'string' },
  },
  Link: {
    description:
      'Where the list goes on, with `rel="next"` (RFC 8288): a query for the same path, to be signed anew. Absent at its end.',
    schema: { type: 'string' },
  },
  ETag: {
    description: 'Version of the key that was read, for If-Match.',
    schema: { type: 'string' },
  },
}

const page = (tag: string, summary: string, responses: Json) => ({
  get: { tags: [tag], summary, security: [], responses },
})
const jsonBody = (schema: Json) => ({ content: { 'application/json': { schema } } })
const health = (statuses: readonly string[], trail: readonly string[]) => ({
  type: 'object',
  properties: { status: { enum: statuses }, auditTrail: { enum: trail } },
  required: ['status'],
})
const OPEN_PATHS = {
  '/health': page(
    'Service',
    'Whether the service and its store answer, and audit records are written.',
    {
      200: {
        description:
          'They do. `degraded` where records of some tenants can’t be written (`behind`) or were given up (`lost`).',
        ...jsonBody(health(['ok', 'degraded'], ['behind', 'lost'])),
      },
      503: {
        description: 'The store does not answer, or no audit record can be written.',
        ...jsonBody(health(['unavailable'], ['unavailable'])),
      },
    },
  ),
  '/v1/openapi.json': page('Service', 'This document.', {
    200: { description: 'OpenAPI 3.1.', ...jsonBody({ type: 'object' }) },
  }),
}

function describe(found: Found, components: Components): Json {
  const { operation } = found
  const { name, summary, docs, audience } = operation
  const request = requestOf(operation, components)
  const notes = [
    ...(audience === 'operator' ? ['Answered to the operator alone.'] : []),
    ...request.notes,
  ]
  return {
    operationId: idOf(operation),
    tags: [subjectOf(found)],
    summary,
    ...(notes.length > 0 && { description: notes.join(' ') }),
    ...(docs !== undefined && {
      externalDocs: {
        url: docs,
        description: `${name} in the AWS ${serviceOf(operation).toUpperCase()} API Reference`,
      },
    }),
    ...(request.parameters.length > 0 && { parameters: request.parameters }),
    ...(request.body !== undefined && { requestBody: request.body }),
    responses: { ...success(operation, components), ...refusals(operation, components) },
  }
}

/** Members by where REST carries them (core/protocol/rest-input.ts): in the path, the query or the body. */
function requestOf(operation: AnyOperation, components: Components) {
  const { method, segments } = parseTemplate(operation.http)
  const inPath = new Set(segments.map(memberOf))
  const { fields } = operation.input
  const path = fields.filter(({ name }) => inPath.has(name))
  const rest = fields.filter(({ name }) => !inPath.has(name))
  const byQuery = method === 'GET' || method === 'DELETE'
  const query = byQuery ? rest.filter(fitsQuery) : []
  const unsaid = byQuery ? rest.filter((field) => !fitsQuery(field)) : []
  const body = byQuery ? [] : rest
  return {
    parameters: [
      ...path.map((field) => parameter(field, 'path', components)),
      ...path.filter(({ name }) => name in PATH_NOTES).map(insteadOfPath),
      ...query.map((field) => parameter(field, 'query', components)),
      ...headerParameters(operation),
    ],
    ...(body.length > 0 && {
      body: {
        required: body.some(({ required }) => required),
        ...jsonBody(components.add(`${idOf(operation)}Request`, structSchema(body))),
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

const structSchema = (fields: readonly Field[]): JsonSchema => {
  const required = fields.filter((field) => field.required).map(({ name }) => name)
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(({ name, shape }) => [name, shape.schema])),
    ...(required.length > 0 && { required }),
  }
}

function parameter(field: Field, place: 'path' | 'query', components: Components): Json {
  return {
    name: field.name,
    in: place,
    required: place === 'path' || field.required,
    ...(place === 'path' &&
      PATH_NOTES[field.name] !== undefined && {
        description: PATH_NOTES[field.name],
      }),
    schema: components.refer(field.shape.schema),
  }
}

const PATH_NOTES: Readonly<Record<string, string>> = {
  AliasName: `With or without \`alias/\` in front; a name with a slash stands in the query instead, and \`${IN_QUERY}\` here.`,
  KeyId: `A key id; an ARN or alias name stands in the query instead, and \`${IN_QUERY}\` here.`,
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
    description,
    schema,
  })
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
  ]
}

/** Whether it answers page after page: AWS KMS and AWS IAM name that differently. */
const isList = ({ http, output }: AnyOperation): boolean =>
  http.startsWith('GET ') &&
  (output?.fields ?? []).some(({ name }) => name === 'NextMarker' || name === 'IsTruncated')

function success(operation: AnyOperation, components: Components): Json {
  const { output, status = 200, mutates } = operation
  const headers = {
    'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' },
    ...(isList(operation) && { Link: { $ref: '#/components/headers/Link' } }),
    ...(!mutates &&
      operation.versionOf !== undefined && { ETag: { $ref: '#/components/headers/ETag' } }),
  }
  if (status === 204 || output === undefined) {
    return { 204: { description: 'Done.', headers } }
  }
  const schema = components.add(`${idOf(operation)}Response`, output.schema)
  const description = status === 201 ? 'Created.' : 'Done.'
  return { [status]: { description, headers, ...jsonBody(schema) } }
}

function refusals(operation: AnyOperation, components: Components): Json {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of answersOf(operation)) {
    const status = FAULTS.get(code)?.status ?? 500
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  const entries = [...byStatus].map(([status, codes]) => {
    const name = codes.map((code) => code.replace(/Exception$/, '')).join('Or')
    const response = refusal(codes)
    return [status, codes.length > MOST_NAMED ? response : components.respond(name, response)]
  })
  return Object.fromEntries(entries)
}

const refusal = (codes: readonly ErrorCode[]): Json => ({
  description: codes.map((code) => `${code}: ${FAULTS.get(code)?.title}`).join('. '),
  headers: { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } },
  content: {
    'application/problem+json': {
      schema: { $ref: '#/components/schemas/Problem', properties: { code: { enum: codes } } },
    },
  },
})

const sorted = <V>(record: Record<string, V>): Record<string, V> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
