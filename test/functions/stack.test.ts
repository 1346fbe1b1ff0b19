// @module-tag dynamodb
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { openRoot } from '../../core/service.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import { lambda } from '../../functions/lambda.ts'
import { requestOf } from '../../functions/middleware/event.ts'
import { describeKey } from '../../operations/keys/describe-key.ts'

const folder = mkdtempSync(join(tmpdir(), 'tenkey-stack-'))
const HOST = 'kms.tenkey.example'
const KEY = '00000000-0000-4000-8000-000000000001'
const REQUEST_ID = 'request-of-the-gateway'

/** A DynamoDB that answers every call alike, or never. */
let answer: (response: ServerResponse) => void
let dynamodb: Server

beforeAll(async () => {
  await (await openRoot({ root: `file:${join(folder, 'root.key')}` }, true)).close()
  dynamodb = createServer((request, response) => {
    request.resume().on('end', () => answer(response))
  })
  dynamodb.listen(0, '127.0.0.1')
  await once(dynamodb, 'listening')
})
afterAll(() => {
  dynamodb.close()
  dynamodb.closeAllConnections()
  rmSync(folder, { recursive: true, force: true })
})

const lines: Record<string, unknown>[] = []
beforeEach(() => {
  const { port } = dynamodb.address() as AddressInfo
  const settings = {
    TENKEY_STORE: 'dynamodb',
    TENKEY_TABLE: 'keys',
    TENKEY_ROOT: `file:${join(folder, 'root.key')}`,
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIDTEST',
    AWS_SECRET_ACCESS_KEY: 'made-up',
  }
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
  lines.length = 0
  const keep = (text: unknown) => {
    lines.push(JSON.parse(String(text)) as Record<string, unknown>)
    return true
  }
  vi.spyOn(process.stdout, 'write').mockImplementation(keep)
  vi.spyOn(process.stderr, 'write').mockImplementation(keep)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

function eventOf(more: Partial<APIGatewayProxyEventV2> = {}): APIGatewayProxyEventV2 {
  const path = `/v1/keys/${KEY}`
  const headers = signRequest(
    { method: 'GET', path, query: '', headers: { host: HOST }, body: Buffer.alloc(0) },
    { accessKeyId: 'AKIAQAAAAAAAAAAAAAAA', secretAccessKey: 'x'.repeat(40) },
    { region: 'us-east-1', service: 'kms', now: Date.now() },
  )
  return {
    version: '2.0',
    routeKey: 'GET /v1/keys/{KeyId}',
    rawPath: path,
    rawQueryString: '',
    headers,
    isBase64Encoded: false,
    pathParameters: { KeyId: KEY },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'api',
      domainName: HOST,
      domainPrefix: 'kms',
      http: { method: 'GET', path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 't' },
      requestId: REQUEST_ID,
      routeKey: '',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    ...more,
  }
}

async function invoke(event: unknown, remaining = 10_000) {
  const context = { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => remaining }
  const handler = lambda(describeKey)
  const { statusCode, headers, body } = await handler(
    event as APIGatewayProxyEventV2,
    context as Context,
  )
  return { statusCode, headers, json: JSON.parse(body ?? '') as Record<string, unknown>, context }
}

const callLine = () => lines.find((line) => '_aws' in line)
const errorLine = () => lines.find(({ severity }) => severity === 'error')
const json = (status: number, body: object) => (response: ServerResponse) =>
  response
    .writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
    .end(JSON.stringify(body))

describe('An event of the wrong shape', () => {
  const { requestContext, ...without } = eventOf()
  test.each([
    ['nothing', null],
    ['a text', 'hello'],
    ['a list', []],
    ['of EventBridge', { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} }],
    ['of a REST API', { version: '1.0', path: '/', httpMethod: 'GET', headers: {} }],
    ['without a context', without],
    ['without a request id', { ...without, requestContext: { http: requestContext.http } }],
    ['whose headers are a list', eventOf({ headers: [] as never })],
    ['with a header that is no text', eventOf({ headers: { host: 1 as never } })],
    ['whose body is an object', eventOf({ body: {} as never })],
    ['whose path is missing', eventOf({ rawPath: undefined as never })],
  ])('%s: 400, and nothing is opened', async (_, event) => {
    vi.stubEnv('TENKEY_STORE', 'unheard-of')
    const { statusCode, headers, json, context } = await invoke(event)
    expect(statusCode).toBe(400)
    expect(headers?.['content-type']).toBe('application/problem+json')
    const requestId = json['requestId']
    expect(json).toMatchObject({
      code: 'SerializationException',
      detail: 'The event is not one of an API Gateway HTTP API, payload format 2.0.',
    })
    expect([REQUEST_ID, context.awsRequestId]).toContain(requestId)
    expect(callLine()).toMatchObject({ callId: requestId, code: 'SerializationException' })
    expect(callLine()).not.toHaveProperty('Faults')
  })
})

describe('A start that fails', () => {
  test.each([
    ['TENKEY_STORE', undefined, 'TENKEY_STORE is not set'],
    ['TENKEY_TABLE', undefined, 'TENKEY_TABLE is not set'],
    ['TENKEY_ROOT', undefined, 'TENKEY_ROOT or TENKEY_DATA is not set'],
    ['TENKEY_STORE', 'mysql', "TENKEY_STORE is 'mysql'; it can be sqlite, dynamodb, memory"],
    ['TENKEY_TYPO', '1', expect.stringMatching(/^TENKEY_TYPO is not a setting; there are TENKEY_/)],
  ])('%s %s is one line in the log, and no bare 500', async (name, value, message) => {
    vi.stubEnv(name, value)
    const { statusCode, json } = await invoke(eventOf())
    expect(statusCode).toBe(500)
    expect(json).toMatchObject({
      code: 'KMSInternalException',
      detail: `Internal error. Request id: ${REQUEST_ID}`,
      requestId: REQUEST_ID,
    })
    expect(errorLine()).toEqual({
      time: expect.any(String),
      severity: 'error',
      callId: REQUEST_ID,
      start: message,
    })
    expect(callLine()).toMatchObject({ code: 'KMSInternalException', status: 500, Faults: 1 })
  })

  test('is told in the words of the face that was asked', async () => {
    const asked = eventOf({
      rawPath: '/',
      routeKey: 'POST /',
      pathParameters: {},
      headers: { ...eventOf().headers, 'content-type': 'application/x-amz-json-1.1' },
    })
    asked.requestContext.http.method = 'POST'
    vi.stubEnv('TENKEY_TABLE', undefined)
    const { statusCode, headers, json } = await invoke(asked)
    expect(statusCode).toBe(500)
    expect(headers?.['content-type']).toBe('application/x-amz-json-1.1')
    expect(json).toMatchObject({ __type: 'KMSInternalException' })
  })

  test('is tried again by the next event', async () => {
    answer = json(200, { Responses: { keys: [] } })
    const handler = lambda(describeKey)
    const context = () => ({ awsRequestId: randomUUID() }) as Context
    vi.stubEnv('TENKEY_TABLE', undefined)
    expect((await handler(eventOf(), context())).statusCode).toBe(500)
    vi.stubEnv('TENKEY_TABLE', 'keys')
    expect((await handler(eventOf(), context())).statusCode).toBe(401)
  })
})

describe('A DynamoDB that', () => {
  test.each([
    [
      'lacks the table',
      400,
      'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
      500,
      'KMSInternalException',
    ],
    [
      'denies a permission',
      400,
      'com.amazon.coral.service#AccessDeniedException',
      500,
      'KMSInternalException',
    ],
    [
      'throttles',
      400,
      'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
      503,
      'DependencyTimeoutException',
    ],
    [
      'fails',
      500,
      'com.amazonaws.dynamodb.v20120810#InternalServerError',
      503,
      'DependencyTimeoutException',
    ],
  ])("%s: an answer in AWS's words, and the log says what", async (_, status, type, code, name) => {
    answer = json(status, { __type: type, message: 'words of DynamoDB' })
    const outcome = await invoke(eventOf())
    expect(outcome.statusCode).toBe(code)
    expect(outcome.json).toMatchObject({ code: name, requestId: REQUEST_ID })
    expect(JSON.stringify(outcome.json)).not.toContain('DynamoDB')
    expect(errorLine()).toMatchObject({
      callId: REQUEST_ID,
      error: { stack: expect.any(String) },
    })
    expect(JSON.stringify(errorLine())).toContain(type.split('#')[1])
    expect(callLine()).toMatchObject({ operation: 'DescribeKey', code: name, Faults: 1 })
  })

  test('is silent: the caller is answered before Lambda ends the function', async () => {
    answer = () => undefined
    const { statusCode, json } = await invoke(eventOf(), 600)
    expect(statusCode).toBe(503)
    expect(json).toMatchObject({ code: 'DependencyTimeoutException', requestId: REQUEST_ID })
    expect(callLine()).toMatchObject({ code: 'DependencyTimeoutException', status: 503, Faults: 1 })
  })
})

describe('The line of a call', () => {
  test('says what was called and how it went, and is embedded metric format', async () => {
    answer = json(200, { Responses: { keys: [] } })
    const { context } = await invoke(eventOf())
    expect(callLine()).toEqual({
      time: expect.any(String),
      severity: 'info',
      callId: REQUEST_ID,
      functionRequestId: context.awsRequestId,
      operation: 'DescribeKey',
      code: 'UnrecognizedClientException',
      status: 401,
      cold: expect.any(Boolean),
      openMs: expect.any(Number),
      handleMs: expect.any(Number),
      flushMs: expect.any(Number),
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'tenkey',
            Dimensions: [['table', 'operation']],
            // no faults, which are a metric of their own where there are any
            Metrics: [{ Name: 'Latency', Unit: 'Milliseconds' }],
          },
        ],
      },
      table: 'keys',
      Latency: expect.any(Number),
    })
  })
})

// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
describe('Lines of functions', () => {
  test('have no member that Lambda’s JSON format writes itself, a fault’s neither', async () => {
    answer = json(500, { __type: 'InternalServerError', message: 'words of DynamoDB' })
    await invoke(eventOf())
    expect(errorLine()).toBeDefined()
    expect(callLine()).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'Latency' }, { Name: 'Faults' }] }] },
    })
    for (const line of lines) {
      for (const taken of ['timestamp', 'level', 'requestId', 'message']) {
        expect(line).not.toHaveProperty(taken)
      }
      expect(line).toMatchObject({ callId: REQUEST_ID, severity: expect.any(String) })
    }
  })
})

describe('The request that an event stands for', () => {
  const request = (more: Partial<APIGatewayProxyEventV2>, stage = '$default') => {
    const event = eventOf(more)
    event.requestContext.stage = stage
    return requestOf(event)
  }

  test.each([
    ['plain', 'GET /v1/keys', '/v1/keys', undefined, '/v1/keys'],
    ['a key id', 'GET /v1/keys/{KeyId}', '/v1/keys/1234', { KeyId: '1234' }, '/v1/keys/1234'],
    [
      'an ARN, whose slash was sent as %2F',
      'POST /v1/keys/{KeyId}/sign',
      '/v1/keys/arn:aws:kms:us-east-1:111122223333:alias/x/sign',
      { KeyId: 'arn:aws:kms:us-east-1:111122223333:alias/x' },
      '/v1/keys/arn%3Aaws%3Akms%3Aus-east-1%3A111122223333%3Aalias%2Fx/sign',
    ],
    [
      'two members',
      'DELETE /v1/keys/{KeyId}/grants/{GrantId}',
      '/v1/keys/a b/grants/(c)',
      { KeyId: 'a b', GrantId: '(c)' },
      '/v1/keys/a%20b/grants/%28c%29',
    ],
    ['the catch-all', '$default', '/v1/keys/1234', undefined, '/v1/keys/1234'],
  ])('path: %s', (_, routeKey, rawPath, pathParameters, path) => {
    const event = eventOf({ routeKey, rawPath })
    const { pathParameters: _given, ...rest } = event
    const given = pathParameters === undefined ? rest : { ...rest, pathParameters }
    const { path: made, signedPaths = [made] } = requestOf(given)
    expect({ made, first: signedPaths[0] }).toEqual({ made: path, first: path })
  })

  test('a stage that is not the default one is in front of what was signed', () => {
    const { path, signedPaths } = request({ rawPath: `/live/v1/keys/${KEY}` }, 'live')
    expect({ path, signedPaths }).toEqual({
      path: `/v1/keys/${KEY}`,
      signedPaths: [`/live/v1/keys/${KEY}`],
    })
    const root = { rawPath: '/live', routeKey: 'POST /', pathParameters: {} }
    expect(request(root, 'live')).toMatchObject({ path: '/', signedPaths: ['/live/'] })
    const other = { rawPath: '/lively', routeKey: '$default', pathParameters: {} }
    expect(request(other, 'live').signedPaths).toBeUndefined()
  })

  test('a body in base64 is decoded, and one as text is UTF-8', () => {
    const bytes = Buffer.from('über λ\0\xff')
    const coded = request({ body: bytes.toString('base64'), isBase64Encoded: true })
    expect(Buffer.from(coded.body)).toEqual(bytes)
    expect(Buffer.from(request({ body: 'über λ' }).body).toString()).toBe('über λ')
    expect(request({}).body).toHaveLength(0)
  })

  test('headers have names in lower case, and cookies are one of them', () => {
    const { headers } = request({ headers: { Host: 'a', 'x-b': '1,2' }, cookies: ['a=1', 'b=2'] })
    expect({ ...headers }).toEqual({ host: 'a', 'x-b': '1,2', cookie: 'a=1; b=2' })
  })

  test("its id and the address of its sender are API Gateway's", () => {
    expect(request({})).toMatchObject({
      requestId: REQUEST_ID,
      sourceIp: '192.0.2.1',
      secure: true,
    })
    const { secure } = request({ headers: { 'x-forwarded-proto': 'http' } })
    expect(secure).toBe(false)
  })
})
