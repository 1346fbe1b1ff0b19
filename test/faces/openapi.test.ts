import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import { FAULTS } from '../../core/base/errors.ts'
import type { HttpRequest, HttpResponse } from '../../core/base/http-message.ts'
import { tenantPlace } from '../../core/identity/credential.ts'
import { createAccessKey, createTenant, type IssuedAccessKey } from '../../core/identity/tenant.ts'
import { GLOBAL, keyring } from '../../core/key/keyring.ts'
import { type AnyOperation, idOf } from '../../core/operation.ts'
import { handle } from '../../core/pipeline/handle.ts'
import { memberOf, parseTemplate } from '../../core/protocol/rest-path.ts'
import { localFileRoot } from '../../core/root/local-file.ts'
import { createService, type Service } from '../../core/service.ts'
import { decodeInput } from '../../core/shape/shapes.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { operations } from '../../operations/registry.ts'
import { pages } from '../../server/pages.ts'
import {
  type Api,
  ajv,
  api,
  type Described,
  document,
  errorsOf,
  followed,
  type Json,
  openPages,
  otherwise,
  parametersOf,
  resolved,
  type Schema,
  text,
} from '../support/openapi.ts'

const byName = new Map(operations.map((operation) => [idOf(operation), operation]))

function operationOf(details: Described): AnyOperation {
  const operation = byName.get(details.operationId ?? '')
  if (operation === undefined) throw new Error(`no operation ${details.operationId}`)
  return operation
}

/** Texts in the forms that members commonly have. */
const TEXTS = [
  'a',
  '111122223333',
  'arn:aws:iam::111122223333:user/alice',
  '1234abcd-12ab-34cd-56ef-1234567890ab',
  'AKIAIOSFODNN7EXAMPLE',
  'a'.repeat(40),
  'a'.repeat(64),
  'a'.repeat(128),
]

/** A small value that a schema takes; `given` replaces it for members of some names. */
function example(schema: Json, given: Json): unknown {
  const whole = resolved(schema)
  if (Array.isArray(whole['enum'])) return whole['enum'][0]
  switch (whole['type']) {
    case 'object':
      return Object.fromEntries(
        membersFor(whole, given).map((name) => [
          name,
          given[name] ?? example(whole.properties?.[name] ?? {}, given),
        ]),
      )
    case 'array':
      return [example(whole['items'] as Json, given)]
    case 'integer':
      return whole['minimum'] ?? 1
    case 'boolean':
      return true
    default:
      return exampleText(whole)
  }
}

/** What a structure requires, and what is given for others of its members. */
function membersFor({ properties = {}, required = [] }: Schema, given: Json): string[] {
  return Object.keys(properties).filter((name) => required.includes(name) || name in given)
}

const drawn = new Map<string, readonly string[]>()
function textsOf(pattern: string): readonly string[] {
  const texts =
    drawn.get(pattern) ??
    fc.sample(fc.stringMatching(new RegExp(pattern)), { numRuns: 20, seed: 1 })
  drawn.set(pattern, texts)
  return texts
}

function exampleText(schema: Schema): string {
  if (schema['contentEncoding'] === 'base64') {
    return Buffer.alloc(Math.max(3, (Number(schema['minLength'] ?? 4) / 4) * 3)).toString('base64')
  }
  if (schema['format'] === 'date-time') return '2030-01-01T00:00:00Z'
  const own = schema['pattern'] === undefined ? [] : textsOf(String(schema['pattern']))
  const found = [...TEXTS, ...own].find((text) => errorsOf(schema, text) === undefined)
  if (found === undefined) throw new Error(`no example of ${JSON.stringify(schema)}`)
  return found
}

/** A request of what an operation's description requires, and of what is given beside. */
function requestFor(path: string, method: string, details: Described, given: Json): HttpRequest {
  let filled = path
  const query = new URLSearchParams()
  for (const parameter of parametersOf(details)) {
    if (parameter.in === 'header') continue
    const value = String(given[parameter.name] ?? example(parameter.schema, given))
    if (parameter.in === 'path') {
      filled = filled.replace(`{${parameter.name}}`, encodeURIComponent(value))
    } else if (parameter.required === true) query.set(parameter.name, value)
  }
  const schema = details.requestBody?.content['application/json'].schema
  const body = schema === undefined ? undefined : example(schema, given)
  return {
    method,
    path: filled,
    query: query.toString(),
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    sourceIp: '127.0.0.1',
    secure: false,
  }
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null

interface Told {
  readonly description?: unknown
}
const untold = (at: string, { description }: Told): string[] =>
  typeof description === 'string' && description.length > 3 ? [] : [at]

/** What of an operation has no description: itself, what it takes, what it answers. */
function untoldOf({ title, details }: Api): string[] {
  return [
    ...untold(title, details),
    ...untold(`${title} summary`, { description: details.summary }),
    ...parametersOf(details).flatMap((one) => untold(`${title} ${one.name}`, one)),
    ...Object.entries(details.responses).flatMap(([status, found]) => {
      const { headers = {}, content = {}, ...response } = followed(found)
      return [
        ...untold(`${title} ${status}`, response),
        ...Object.entries(headers).flatMap(([name, header]) =>
          untold(`${title} ${status} ${name}`, followed(header)),
        ),
        // a refusal's schema only says which codes a Problem has
        ...(Number(status) < 400
          ? Object.values(content).flatMap(({ schema }) => untoldMembers(schema, title))
          : []),
      ]
    }),
  ]
}

/** Members without description, at every depth but in other components. */
function untoldMembers(
  { properties = {}, items, additionalProperties }: Schema,
  at: string,
): string[] {
  return [
    ...Object.entries(properties).flatMap(([name, member]) => [
      ...untold(`${at}.${name}`, member),
      ...untoldMembers(member, `${at}.${name}`),
    ]),
    ...[items, additionalProperties].filter(isObject).flatMap((one) => untoldMembers(one, at)),
  ]
}

/** Structures of a request that take members which are not told. */
function open(schema: Schema, at: string): string[] {
  const whole = resolved(schema)
  const { properties, items, additionalProperties } = whole
  return [
    ...(properties !== undefined && additionalProperties !== false ? [at] : []),
    ...Object.entries(properties ?? {}).flatMap(([name, one]) => open(one, `${at}.${name}`)),
    ...(isObject(items) ? open(items, `${at}[]`) : []),
  ]
}

describe('the document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    const result = await validator.validate(JSON.parse(text))
    expect(result).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  test.each(Object.keys(document.components.schemas))('component %s is a JSON Schema', (name) => {
    expect(ajv.validateSchema(document.components.schemas[name] ?? {}), ajv.errorsText()).toBe(true)
    expect(() => ajv.compile({ $ref: `openapi.json#/components/schemas/${name}` })).not.toThrow()
  })

  test.each([...api, ...openPages])(
    '$title is described, and all that it takes and answers',
    (one) => {
      expect(untoldOf(one)).toEqual([])
    },
  )

  test('describes every member of a component, subject and way to authenticate', () => {
    const { schemas, securitySchemes } = document.components
    expect([
      ...Object.entries(schemas).flatMap(([name, schema]) => untoldMembers(schema, name)),
      ...Object.entries(securitySchemes).flatMap(([name, scheme]) => untold(name, scheme)),
      ...document.tags.flatMap((tag) => untold(tag.name, tag)),
    ]).toEqual([])
  })

  test.each(api)('$title takes no members but those that it has', ({ details }) => {
    const schema = details.requestBody?.content['application/json'].schema
    expect(schema === undefined ? [] : open(schema, details.operationId)).toEqual([])
  })

  test('has every operation once, and no other', () => {
    const names = api.map(({ details }) => details.operationId)
    expect(names.sort()).toEqual(operations.map(idOf).sort())
  })

  test.each(api)('$title names errors with the status they are answered with', ({ details }) => {
    for (const [status, response] of Object.entries(details.responses)) {
      const { content } = followed(response)
      const schema = content?.['application/problem+json']?.schema as Schema | undefined
      if (schema === undefined) continue
      const codes = schema.properties?.['code']?.['enum'] as string[]
      expect(codes.map((code) => [code, FAULTS.get(code)?.status])).toEqual(
        codes.map((code) => [code, Number(status)]),
      )
    }
  })

  test.each(api)('$title declares the errors of its record', ({ details }) => {
    const declared = JSON.stringify(Object.values(details.responses).map(followed))
    for (const code of operationOf(details).errors) expect(declared).toContain(`"${code}"`)
  })
})

describe('a service that follows it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-openapi-'))
  let service: Service
  let tenant: IssuedAccessKey
  let operator: IssuedAccessKey
  let given: Json

  beforeAll(async () => {
    const store = memoryStore()
    const root = await localFileRoot({ file: join(folder, 'root.key'), create: true })
    service = createService({
      operations,
      store,
      root,
      pages: pages(store),
      log: (_level, entry) => expect.fail(`logged: ${JSON.stringify(entry)}`),
    })
    const now = Date.now()
    const wrapping = keyring({ store, root, capacity: 10, lifetime: 1000 })
    const ports = { read: store, write: store, wrapping }
    await wrapping.createTenantKey(OPERATOR_ACCOUNT, GLOBAL, now)
    const data = { name: 'operator', status: 'active', created: now }
    await store.put({ ...tenantPlace(OPERATOR_ACCOUNT), version: 1, data })
    const accountId = await createTenant(ports, { name: 'test', now })
    tenant = await createAccessKey(ports, { accountId, principal: 'root', now })
    operator = await createAccessKey(ports, { accountId: OPERATOR_ACCOUNT, principal: 'root', now })
    // an account and an access key that operations may change without locking this test out
    const other = await createTenant(ports, { name: 'other', now })
    const spare = await createAccessKey(ports, { accountId: other, principal: 'root', now })
    given = { AccountId: other, AccessKeyId: spare.AccessKeyId, Principal: 'root' }
  })
  afterAll(async () => {
    await service.close()
    rmSync(folder, { recursive: true })
  })

  test.each(api)('$title leads to its operation', async ({ path, method, details }) => {
    const request = requestFor(path, method, details, given)
    const route = service.rest.route(request)
    expect(idOf(route.operation)).toBe(details.operationId)
    const inPath = parseTemplate(route.operation.http).segments.map(memberOf)
    expect(Object.keys(route.params)).toEqual(inPath.filter((name) => name !== undefined))
    await service.rest.load?.()
    const claim = {
      accountId: '0',
      region: 'us-east-1',
      proof: { kind: 'token', token: '' },
    } as const
    const json = service.rest.input(route, request, claim)
    expect(() => decodeInput(route.operation.input, json)).not.toThrow()
  })

  test.each(api)('$title answers as described', async ({ path, method, details }) => {
    const KeyId = await newKey()
    const request = requestFor(path, method, details, {
      ...given,
      KeyId,
      NumberOfBytes: 16,
      KeyPairSpec: 'ECC_NIST_P256',
      TargetKeyId: KeyId,
      DestinationKeyId: KeyId,
      AliasName: `alias/${details.operationId}`,
      Policy: JSON.stringify(POLICY),
    })
    const credential = operationOf(details).audience === 'operator' ? operator : tenant
    asDescribed(await send(request, credential), details)
  })

  test.each(api)(
    '$title refuses the unsigned and the mis-signed',
    async ({ path, method, details }) => {
      const request = requestFor(path, method, details, given)
      const unsigned = await handle(request, service)
      expect(unsigned.status).toBe(401)
      asDescribed(unsigned, details)
      const other = { ...tenant, SecretAccessKey: 'x'.repeat(40) }
      const missigned = await send(request, other)
      expect(missigned.status).toBe(403)
      asDescribed(missigned, details)
    },
  )

  test.each(openPages)('$title answers anybody', async ({ path, method, details }) => {
    const request = requestFor(path, method, details, {})
    const answer = await service.pages.get(`${method} ${path}`)?.(request, service)
    if (answer === undefined) throw new Error('there is no such page')
    expect(answer.status).toBe(200)
    asDescribed({ ...answer, body: Buffer.from(answer.body).toString() }, details)
  })

  const POLICY = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*' }],
  }

  async function newKey(): Promise<string> {
    const create = api.find(({ details }) => details.operationId === 'CreateKey')
    if (create === undefined) throw new Error('no CreateKey')
    const { method, path, details } = create
    const { status, body } = await send(requestFor(path, method, details, {}), tenant)
    expect(status).toBe(201)
    return (JSON.parse(body) as { KeyMetadata: { KeyId: string } }).KeyMetadata.KeyId
  }

  function send(request: HttpRequest, credential: IssuedAccessKey): Promise<HttpResponse> {
    const sha256 = createHash('sha256').update(request.body).digest('hex')
    const headers = { ...request.headers, host: 'localhost', 'x-amz-content-sha256': sha256 }
    const signed = signRequest(
      { ...request, headers: headers as Record<string, string> },
      { accessKeyId: credential.AccessKeyId, secretAccessKey: credential.SecretAccessKey },
      { region: 'us-east-1', service: 'kms', now: Date.now() },
    )
    return handle({ ...request, headers: signed }, service)
  }

  const asDescribed = (answer: HttpResponse, details: Described) =>
    expect(otherwise(answer, details)).toEqual([])
})
