import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { baselineSource, type Document, type Operation } from '../../scripts/openapi-baseline.ts'
import { incompatibilities, unannounced } from '../../scripts/openapi-compat.ts'

type Json = Record<string, unknown>

const object = (properties: Json, required: string[] = [], more: Json = {}): Json => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
  ...more,
})
const json = (schema: Json) => ({ 'application/json': { schema } })

/** A document of one operation, MakeThing, and what is changed in it. */
function api(
  operation: Partial<Operation> | Json = {},
  components: Json = {},
  more: Json = {},
): Document {
  const made: Json = {
    operationId: 'MakeThing',
    parameters: [{ name: 'Limit', in: 'query', schema: { type: 'integer', maximum: 100 } }],
    responses: { 200: { content: json(object({ Id: { type: 'string' } }, ['Id'])) } },
    ...operation,
  }
  return {
    openapi: '3.1.0',
    info: { version: '1.0.0' },
    security: [{ sigv4: [] }],
    paths: { '/things': { post: made } },
    components,
    ...more,
  } as unknown as Document
}

const sent = (schema: Json) => api({ requestBody: { content: json(object({ Value: schema })) } })
const answered = (schema: Json) =>
  api({ responses: { 200: { content: json(object({ Value: schema })) } } })
const takes = (...members: Parameters<typeof object>) =>
  api({ requestBody: { content: json(object(...members)) } })
const gives = (...members: Parameters<typeof object>) =>
  api({ responses: { 200: { content: json(object(...members)) } } })
const parameters = (...list: Json[]) => api({ parameters: list })
const responds = (...statuses: number[]) =>
  api({ responses: Object.fromEntries(statuses.map((status) => [status, {}])) })
const headers = (list: Json) =>
  api(
    { responses: { 200: { headers: { ETag: { $ref: '#/components/headers/ETag' } } } } },
    {
      headers: list,
    },
  )

const text = { type: 'string' }
const letters = (pattern: string) => ({ type: 'string', pattern })
const query = (name: string, more: Json = {}) => ({ name, in: 'query', schema: text, ...more })
const of = (...values: unknown[]) => ({ type: 'string', enum: values })

interface Case {
  readonly title: string
  readonly before: Document
  readonly after: Document
  /** part of what is said */
  readonly says?: string
}

const INCOMPATIBLE: readonly (Case & { says: string })[] = [
  {
    title: 'a path is gone',
    before: api(),
    after: api({}, {}, { paths: {} }),
    says: 'POST /things was removed',
  },
  {
    title: 'a method is gone',
    before: api(),
    after: api({}, {}, { paths: { '/things': { put: api().paths['/things']?.['post'] } } }),
    says: 'POST /things was removed',
  },
  {
    title: 'an operation has another name',
    before: api(),
    after: api({ operationId: 'CreateThing' }),
    says: 'it is named CreateThing now',
  },
  {
    title: 'a parameter that is a component is needed now',
    before: api(
      { parameters: [{ $ref: '#/components/parameters/Marker' }] },
      { parameters: { Marker: query('Marker') } },
    ),
    after: api(
      { parameters: [{ $ref: '#/components/parameters/Marker' }] },
      { parameters: { Marker: query('Marker', { required: true }) } },
    ),
    says: 'query parameter Marker is required now',
  },
  {
    title: 'what was public must be signed',
    before: api({ security: [] }),
    after: api(),
    says: 'it must be signed now',
  },
  {
    title: 'a response status is gone',
    before: responds(200, 201),
    after: responds(200),
    says: 'response 201 was removed',
  },
  {
    title: 'a response has another content type',
    before: api({ responses: { 200: { content: { 'application/json': {} } } } }),
    after: api({ responses: { 200: { content: { 'text/plain': {} } } } }),
    says: 'response 200: application/json was removed',
  },
  {
    title: 'a response header is gone',
    before: headers({ ETag: { schema: text } }),
    after: api({ responses: { 200: {} } }),
    says: 'response 200: header ETag was removed',
  },
  {
    title: 'a response header is no longer always there',
    before: headers({ ETag: { required: true, schema: text } }),
    after: headers({ ETag: { schema: text } }),
    says: 'response 200: header ETag may be absent now',
  },
  {
    title: 'a response header has another type',
    before: headers({ ETag: { schema: text } }),
    after: headers({ ETag: { schema: { type: 'integer' } } }),
    says: 'response 200: ETag: type "string" became "integer"',
  },
  {
    title: 'a response member is gone',
    before: gives({ Value: text, Note: text }),
    after: gives({ Value: text }),
    says: 'response 200.Note was removed',
  },
  {
    title: 'a response member that was always there may be absent',
    before: gives({ Value: text }, ['Value']),
    after: gives({ Value: text }),
    says: 'response 200.Value may be absent now',
  },
  {
    title: 'a response member has another type',
    before: answered(text),
    after: answered({ type: 'integer' }),
    says: 'response 200.Value: type "string" became "integer"',
  },
  {
    title: 'a response member may be of a further type',
    before: answered(text),
    after: answered({ type: ['string', 'null'] }),
    says: 'type "string" became ["string","null"]',
  },
  {
    title: 'a response member has no type any more',
    before: answered(text),
    after: answered({}),
    says: 'type "string" became undefined',
  },
  {
    title: 'a response member is no longer a time',
    before: answered({ type: 'string', format: 'date-time' }),
    after: answered(text),
    says: 'format "date-time" became undefined',
  },
  {
    title: 'a value of a response is gone',
    before: answered(of('A', 'B')),
    after: answered(of('A')),
    says: 'response 200.Value: value "B" was removed',
  },
  {
    title: 'a constant of a response is another',
    before: answered({ const: 'ok' }),
    after: answered({ const: 'fine' }),
    says: 'value "ok" was removed',
  },
  {
    title: 'a response member is encoded in another way',
    before: answered({ type: 'string', contentEncoding: 'base64' }),
    after: answered({ type: 'string', contentEncoding: 'base64url' }),
    says: 'contentEncoding "base64" became "base64url"',
  },
  {
    title: 'a member of the elements of a list is gone',
    before: answered({ type: 'array', items: object({ Id: text, Name: text }) }),
    after: answered({ type: 'array', items: object({ Id: text }) }),
    says: 'response 200.Value[].Name was removed',
  },
  {
    title: 'the elements of a list may be anything',
    before: answered({ type: 'array', items: text }),
    after: answered({ type: 'array' }),
    says: 'response 200.Value[]: type "string" became undefined',
  },
  {
    title: 'the values of a map have another type',
    before: answered({ type: 'object', additionalProperties: text }),
    after: answered({ type: 'object', additionalProperties: { type: 'integer' } }),
    says: 'response 200.Value.*: type "string" became "integer"',
  },
  {
    title: 'a map that was answered is closed',
    before: answered({ type: 'object', additionalProperties: text }),
    after: answered({ type: 'object', additionalProperties: false }),
    says: 'no other members are there now',
  },
  {
    title: 'a member is gone behind a reference',
    before: api(
      { responses: { 200: { content: json({ $ref: '#/components/schemas/Thing' }) } } },
      { schemas: { Thing: object({ Id: text, Inner: { $ref: '#/components/schemas/Thing' } }) } },
    ),
    after: api(
      { responses: { 200: { content: json({ $ref: '#/components/schemas/Thing' }) } } },
      { schemas: { Thing: object({ Inner: { $ref: '#/components/schemas/Thing' } }) } },
    ),
    says: 'response 200.Id was removed',
  },
  {
    title: 'an error code has another status',
    before: refuses({ 404: ['NotFoundException', 'GoneException'] }),
    after: refuses({ 404: ['NotFoundException'], 410: ['GoneException'] }),
    says: 'GoneException is answered with 410 now, not 404',
  },
  {
    title: 'an error code has another status, and nothing has the first',
    before: refuses({ 404: ['GoneException'] }),
    after: refuses({ 400: ['GoneException'], 410: ['GoneException'] }),
    says: 'GoneException is answered with 400, 410 now, not 404',
  },
  {
    title: 'a refusal no longer has a member',
    before: refuses({ 404: ['GoneException'] }),
    after: refuses({ 404: ['GoneException'] }, object({ code: text }, ['code'])),
    says: 'response 404.detail was removed',
  },
  {
    title: 'a parameter is gone',
    before: parameters(query('Limit'), query('Marker')),
    after: parameters(query('Limit')),
    says: 'query parameter Marker was removed',
  },
  {
    title: 'a parameter is elsewhere',
    before: parameters(query('Limit')),
    after: parameters({ ...query('Limit'), in: 'header' }),
    says: 'query parameter Limit was removed',
  },
  {
    title: 'a parameter becomes required',
    before: parameters(query('Limit')),
    after: parameters(query('Limit', { required: true })),
    says: 'query parameter Limit is required now',
  },
  {
    title: 'there is a new required parameter',
    before: parameters(),
    after: parameters(query('Limit', { required: true })),
    says: 'query parameter Limit is required now',
  },
  {
    title: 'a parameter takes less',
    before: parameters(query('Limit', { schema: { type: 'integer', maximum: 100 } })),
    after: parameters(query('Limit', { schema: { type: 'integer', maximum: 50 } })),
    says: 'query parameter Limit: maximum 100 became 50',
  },
  {
    title: 'a body becomes required',
    before: api({ requestBody: { content: json(object({})) } }),
    after: api({ requestBody: { required: true, content: json(object({})) } }),
    says: 'the request needs a body now',
  },
  {
    title: 'a body is no longer taken',
    before: takes({ Value: text }),
    after: api(),
    says: 'request: application/json was removed',
  },
  {
    title: 'a request member is gone',
    before: takes({ Value: text, Note: text }),
    after: takes({ Value: text }),
    says: 'request.Note was removed',
  },
  {
    title: 'a request member becomes required',
    before: takes({ Value: text }),
    after: takes({ Value: text }, ['Value']),
    says: 'request.Value is required now',
  },
  {
    title: 'there is a new required request member',
    before: takes({}),
    after: takes({ Value: text }, ['Value']),
    says: 'request.Value is required now',
  },
  {
    title: 'a value is no longer taken',
    before: sent(of('A', 'B')),
    after: sent(of('A')),
    says: 'request.Value: value "B" was removed',
  },
  {
    title: 'only some values are taken',
    before: sent(text),
    after: sent(of('A')),
    says: 'request.Value: only ["A"] are taken now',
  },
  {
    title: 'another pattern',
    before: sent(letters('^[a-z]+$')),
    after: sent(letters('^[a-f]+$')),
    says: 'request.Value: pattern "^[a-z]+$" became "^[a-f]+$"',
  },
  {
    title: 'a pattern where there was none',
    before: sent(text),
    after: sent(letters('^[a-z]+$')),
    says: 'pattern undefined became "^[a-z]+$"',
  },
  ...(
    [
      ['minLength', 1, 2],
      ['minLength', undefined, 1],
      ['maxLength', 10, 9],
      ['maxLength', undefined, 10],
      ['minimum', 0, 1],
      ['minimum', undefined, 0],
      ['maximum', 10, 9],
      ['exclusiveMinimum', 0, 1],
      ['exclusiveMaximum', 10, 9],
      ['minItems', 0, 1],
      ['maxItems', 10, 9],
      ['minProperties', 0, 1],
      ['maxProperties', 10, 9],
    ] as const
  ).map(([bound, from, to]) => ({
    title: `a closer bound: ${bound} from ${from} to ${to}`,
    before: sent(from === undefined ? {} : { [bound]: from }),
    after: sent({ [bound]: to }),
    says: `request.Value: ${bound} ${from} became ${to}`,
  })),
  {
    title: 'a request member has another type',
    before: sent(text),
    after: sent({ type: 'integer' }),
    says: 'request.Value: type "string" became "integer"',
  },
  {
    title: 'a request member takes one type less',
    before: sent({ type: ['string', 'null'] }),
    after: sent(text),
    says: 'type ["string","null"] became "string"',
  },
  {
    title: 'a request member that took numbers takes whole ones',
    before: sent({ type: 'number' }),
    after: sent({ type: 'integer' }),
    says: 'type "number" became "integer"',
  },
  {
    title: 'a request member must be a time',
    before: sent(text),
    after: sent({ type: 'string', format: 'date-time' }),
    says: 'format undefined became "date-time"',
  },
  {
    title: 'a map that was taken is closed',
    before: sent({ type: 'object' }),
    after: sent({ type: 'object', additionalProperties: false }),
    says: 'no other members are there now',
  },
  {
    title: 'the values of a map that is sent must have a type',
    before: sent({ type: 'object' }),
    after: sent({ type: 'object', additionalProperties: text }),
    says: 'request.Value.*: type undefined became "string"',
  },
  {
    title: 'a keyword that is not understood has changed',
    before: sent({ anyOf: [text] }),
    after: sent({ anyOf: [{ type: 'integer' }] }),
    says: 'request.Value: anyOf',
  },
]

/** A document whose operation refuses with these codes, by status, through shared responses. */
function refuses(
  codes: Readonly<Record<number, readonly string[]>>,
  problem = object({ code: text, detail: text }, ['code']),
): Document {
  const named = Object.entries(codes).map(([status, list]) => {
    const schema = { $ref: '#/components/schemas/Problem', properties: { code: { enum: list } } }
    return [`R${status}`, { content: { 'application/problem+json': { schema } } }]
  })
  const responses = Object.keys(codes).map((status) => [
    status,
    { $ref: `#/components/responses/R${status}` },
  ])
  return api(
    { responses: Object.fromEntries(responses) },
    { schemas: { Problem: problem }, responses: Object.fromEntries(named) },
  )
}

const COMPATIBLE: readonly Case[] = [
  { title: 'nothing', before: api(), after: api() },
  {
    title: 'a new path',
    before: api({}, {}, { paths: {} }),
    after: api(),
  },
  {
    title: 'an operation without a name is given one',
    before: api({ operationId: undefined }),
    after: api(),
  },
  {
    title: 'a parameter became a component',
    before: parameters(query('Limit'), query('Marker')),
    after: api(
      { parameters: [query('Limit'), { $ref: '#/components/parameters/Marker' }] },
      { parameters: { Marker: query('Marker') } },
    ),
  },
  {
    title: 'what had to be signed is public',
    before: api(),
    after: api({ security: [] }),
  },
  {
    title: 'a new response status, header and member',
    before: gives({ Value: text }),
    after: api({
      responses: {
        200: {
          headers: { ETag: { schema: text } },
          content: json(object({ Value: text, Note: text }, ['Note'])),
        },
        404: {},
      },
    }),
  },
  {
    title: 'a response member that was optional is always there',
    before: gives({ Value: text }),
    after: gives({ Value: text }, ['Value']),
  },
  {
    title: 'a new value of a response',
    before: answered(of('A')),
    after: answered(of('A', 'B')),
  },
  {
    title: 'narrower bounds, pattern and type of a response',
    before: answered({ type: ['string', 'null'], maxLength: 10 }),
    after: answered({ type: 'string', maxLength: 5, minLength: 1, pattern: '^a', format: 'uuid' }),
  },
  {
    title: 'a whole number where any was answered',
    before: answered({ type: 'number' }),
    after: answered({ type: 'integer' }),
  },
  {
    title: 'a new error code, and one that is no longer answered',
    before: refuses({ 404: ['NotFoundException', 'GoneException'] }),
    after: refuses({ 404: ['NotFoundException', 'LostException'] }),
  },
  {
    title: 'an error code with a further status',
    before: refuses({ 404: ['GoneException'] }),
    after: refuses({ 404: ['GoneException'], 410: ['GoneException'] }),
  },
  {
    title: 'a status of refusals that is no longer answered',
    before: refuses({ 404: ['GoneException'], 409: ['ConflictException'] }),
    after: refuses({ 404: ['GoneException'] }),
  },
  {
    title: 'new optional parameters and members',
    before: takes({}),
    after: api({
      parameters: [...(api().paths['/things']?.['post']?.parameters ?? []), query('Marker')],
      requestBody: { content: json(object({ Note: text })) },
    }),
  },
  {
    title: 'what was required is optional',
    before: api({
      parameters: [query('Limit', { required: true })],
      requestBody: { required: true, content: json(object({ Value: text }, ['Value'])) },
    }),
    after: api({
      parameters: [query('Limit')],
      requestBody: { content: json(object({ Value: text })) },
    }),
  },
  {
    title: 'a body where there was none',
    before: api(),
    after: takes({ Value: text }),
  },
  {
    title: 'a new value that is taken',
    before: sent(of('A')),
    after: sent(of('A', 'B')),
  },
  {
    title: 'any value where some were taken',
    before: sent(of('A')),
    after: sent(text),
  },
  {
    title: 'wider bounds',
    before: sent({ type: 'string', minLength: 2, maxLength: 4, pattern: '^a', format: 'uuid' }),
    after: sent({ type: 'string', minLength: 1 }),
  },
  {
    title: 'any number where whole ones were taken',
    before: sent({ type: 'integer' }),
    after: sent({ type: ['number', 'string'] }),
  },
  {
    title: 'a map that was closed is open',
    before: sent({ type: 'object', additionalProperties: false }),
    after: sent({ type: 'object', additionalProperties: text }),
  },
  {
    title: 'a structure that was closed is answered open',
    before: answered({ type: 'object', additionalProperties: false }),
    after: answered({ type: 'object' }),
  },
  {
    title: 'other words, and a hint for forms',
    before: sent({ type: 'string', description: 'One thing.' }),
    after: sent({ type: 'string', description: 'Another.', format: 'password' }),
  },
  {
    title: 'a component by another name',
    before: api(
      { responses: { 200: { content: json({ $ref: '#/components/schemas/Thing' }) } } },
      { schemas: { Thing: object({ Id: text }) } },
    ),
    after: api(
      { responses: { 200: { content: json({ $ref: '#/components/schemas/Object' }) } } },
      { schemas: { Object: object({ Id: text }) } },
    ),
  },
]

describe('an incompatible change is found', () => {
  test.each(INCOMPATIBLE)('$title', ({ before, after, says }) => {
    const found = incompatibilities(before, after)
    expect(found).toHaveLength(1)
    expect(found[0]?.operation).toBe('MakeThing')
    expect(found[0]?.what).toContain(says)
  })

  test.each(INCOMPATIBLE)('$title: also after a release, without prose', (one) => {
    const before = JSON.parse(baselineSource(one.before)) as Document
    expect(incompatibilities(before, one.after)).toEqual(incompatibilities(one.before, one.after))
  })
})

describe('a compatible change is let through', () => {
  test.each(COMPATIBLE)('$title', ({ before, after }) => {
    expect(incompatibilities(before, after)).toEqual([])
  })

  test.each(COMPATIBLE)('$title: also after a release, without prose', ({ before, after }) => {
    const released = JSON.parse(baselineSource(before)) as Document
    expect(incompatibilities(released, after)).toEqual([])
  })
})

describe('a breaking entry of the changelog', () => {
  const found = [
    { operation: 'MakeThing', what: 'a' },
    { operation: 'Sign', what: 'b' },
    { operation: 'GET /health', what: 'c' },
  ]
  test.each([
    { title: 'frees the operation it names', breaking: ['- MakeThing: no Note.'], left: [1, 2] },
    { title: 'may name several', breaking: ['- `MakeThing`, `Sign`'], left: [2] },
    { title: 'names whole words', breaking: ['- Signing, RemakeThing'], left: [0, 1, 2] },
    { title: 'names a page by its route', breaking: ['- GET /health: gone'], left: [0, 1] },
    { title: 'may be about all', breaking: ['- Every operation: no detail.'], left: [] },
    {
      title: 'may quote the one change on all that it is about',
      breaking: ['- On every operation `no other members are there now`'],
      left: [0, 1, 2],
    },
    { title: 'frees nothing where it is absent', breaking: [], left: [0, 1, 2] },
  ])('$title', ({ breaking, left }) => {
    expect(unannounced(found, breaking)).toEqual(left.map((index) => found[index]))
  })

  test('that quotes closed requests frees those of every operation, and no answer', () => {
    const closed = 'no other members are there now'
    const changes = [
      { operation: 'MakeThing', what: `request.Tags[]: ${closed}` },
      { operation: 'Sign', what: `response 200: ${closed}` },
    ]
    expect(unannounced(changes, [`- On every operation: ${closed}`])).toEqual([changes[1]])
  })
})

describe('the API of the last release', () => {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
  const current = JSON.parse(read('docs/openapi.json')) as Document
  const released = JSON.parse(read('docs/openapi.released.json')) as Document

  test('is written as the release script writes it', () => {
    expect(baselineSource(released)).toBe(read('docs/openapi.released.json'))
  })

  test('every operation of today, written down, is compatible with itself', {
    tags: ['long'],
  }, () => {
    const now = JSON.parse(baselineSource(current)) as Document
    expect(incompatibilities(now, current)).toEqual([])
    expect(incompatibilities(current, now)).toEqual([])
  })

  test('every operation of today would be missed', { tags: ['long'] }, () => {
    const found = incompatibilities(current, { ...current, paths: {} })
    const items = Object.values(current.paths)
    expect(found).toHaveLength(items.flatMap((item) => Object.keys(item)).length)
  })
})
