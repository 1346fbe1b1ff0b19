import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
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

type Json = { readonly [name: string]: unknown }
type Schema = Json & { readonly properties?: Record<string, Json>; readonly required?: string[] }
interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: Json
}
interface Response {
  readonly content?: Record<string, { readonly schema: Json }>
}
interface Described {
  readonly operationId?: string
  readonly tags: string[]
  readonly parameters?: Parameter[]
  readonly requestBody?: { readonly content: { 'application/json': { readonly schema: Json } } }
  readonly responses: Record<string, Response | { readonly $ref: string }>
  readonly security?: unknown[]
}

const text = readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')
const document = JSON.parse(text) as {
  readonly paths: Record<string, Record<string, Described>>
  readonly components: {
    readonly schemas: Record<string, Schema>
    readonly responses: Record<string, Response>
  }
}
const ajv = new Ajv2020({ strict: false, validateFormats: false })
ajv.addSchema(document, 'openapi.json')

const described = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, details]) => ({
    title: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    details,
  })),
)
const api = described.filter(({ details }) => details.operationId !== undefined)
const byName = new Map(operations.map((operation) => [idOf(operation), operation]))

function operationOf(details: Described): AnyOperation {
  const operation = byName.get(details.operationId ?? '')
  if (operation === undefined) throw new Error(`no operation ${details.operationId}`)
  return operation
}

/** schemas that were asked for before: most are asked for again and again */
const compiled = new Map<string, ReturnType<typeof ajv.compile>>()

/** A schema as it stands in the document, checked against a value; the errors, or nothing. */
function errorsOf(schema: Json, value: unknown): unknown {
  const text = JSON.stringify(schema).replaceAll('"#/', '"openapi.json#/')
  const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text))
  compiled.set(text, validate)
  return validate(value) ? undefined : validate.errors
}

function resolved(schema: Json): Schema {
  const { $ref } = schema
  if (typeof $ref !== 'string') return schema
  const name = $ref.slice('#/components/schemas/'.length)
  return document.components.schemas[name] ?? {}
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
  for (const parameter of details.parameters ?? []) {
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

  test('has every operation once, and no other', () => {
    const names = api.map(({ details }) => details.operationId)
    expect(names.sort()).toEqual(operations.map(idOf).sort())
  })

  test.each(api)('$title names errors with the status they are answered with', ({ details }) => {
    for (const [status, response] of Object.entries(details.responses)) {
      const { content } = responseOf(response)
      const schema = content?.['application/problem+json']?.schema as Schema | undefined
      if (schema === undefined) continue
      const codes = schema.properties?.['code']?.['enum'] as string[]
      expect(codes.map((code) => [code, FAULTS.get(code)?.status])).toEqual(
        codes.map((code) => [code, Number(status)]),
      )
    }
  })

  test.each(api)('$title declares the errors of its record', ({ details }) => {
    const declared = JSON.stringify(Object.values(details.responses).map(responseOf))
    for (const code of operationOf(details).errors) expect(declared).toContain(`"${code}"`)
  })
})

function responseOf(response: Described['responses'][string]): Response {
  if (!('$ref' in response)) return response
  const name = response.$ref.slice('#/components/responses/'.length)
  const found = document.components.responses[name]
  if (found === undefined) throw new Error(`no response ${name}`)
  return found
}

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

  test.each(described.filter(({ details }) => details.operationId === undefined))(
    '$title answers anybody',
    async ({ path, method, details }) => {
      const request = requestFor(path, method, details, {})
      const answer = await service.pages.get(`${method} ${path}`)?.(request, service)
      if (answer === undefined) throw new Error('there is no such page')
      expect(answer.status).toBe(200)
      asDescribed({ ...answer, body: Buffer.from(answer.body).toString() }, details)
    },
  )

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

  function asDescribed({ status, headers, body }: HttpResponse, details: Described): void {
    const response = details.responses[status]
    if (response === undefined) expect.fail(`${details.operationId} answered ${status}: ${body}`)
    const { content } = responseOf(response)
    if (content === undefined) {
      expect(body).toBe('')
      return
    }
    const schema = content[headers['content-type'] ?? '']?.schema
    if (schema === undefined) expect.fail(`${details.operationId} answered ${body}`)
    expect(errorsOf(schema, JSON.parse(body)), body).toBeUndefined()
  }
})
