// @module-tag process
// @module-tag bundles
import { afterAll, describe, expect, test } from 'vitest'
import { CORS_EXPOSED, CORS_HEADERS, CORS_MAX_AGE, CORS_METHODS } from '../../core/base/cors.ts'
import { gatewayCors } from '../../server/lambda-gateway/cors.ts'
import { runtimeClient } from '../../server/lambda-gateway/process.ts'
import { send } from '../support/http.ts'
import { formsOf } from '../support/watch.ts'
import { startTestLocal } from './local.ts'

/**
 * The functions as they are deployed: bundled by SST's settings (build-together.ts), behind Lambda's runtime API, driven by API
 * Gateway's events. All suites that need nothing but a URL go through another installation of them
 * (suites.ts); here is what only functions and their gateway have.
 */
const APP = 'https://app.example.com'
const local = await startTestLocal({ most: 24, corsOrigins: [APP] })
const { whyNotReal } = runtimeClient()
Object.assign(process.env, local.settings)
afterAll(async () => {
  await local.stop()
})

describe('The functions behind a gateway', () => {
  const ask = (method: string, target: string, headers = {}, body = '') =>
    send(local.address, { method, target, headers, body })

  test(`run under ${whyNotReal === undefined ? "AWS's runtime interface client" : `a runtime client of our own: ${whyNotReal}`}`, async () => {
    expect(await ask('GET', '/health')).toMatchObject({ status: 200, text: '{"status":"ok"}' })
  })

  test.each([
    ['GET', '/nothing'],
    ['PUT', '/'],
    ['DELETE', '/v1/keys'],
    ['GET', '/v1/keys/'],
    // decoded before it is matched, as AWS's HTTP APIs do
    ['GET', '/v1/keys/alias%2Fapp'],
    ['GET', '/v1/keys/alias%252Fapp'],
  ])('%s %s is no route: the gateway itself answers', async (method, target) => {
    expect(await ask(method, target)).toMatchObject({
      status: 404,
      text: '{"message":"Not Found"}',
    })
  })

  test('a path that can’t be decoded twice is refused by the gateway', async () => {
    const answer = await ask('GET', '/v1/keys/a%25b')
    expect(answer).toMatchObject({ status: 400, text: '{"message":"Bad Request"}' })
  })

  test('a request without a signature is refused in the words of its face', async () => {
    const rest = await ask('GET', '/v1/keys')
    expect(rest.status).toBe(401)
    expect(JSON.parse(rest.text)).toMatchObject({ code: 'MissingAuthenticationTokenException' })
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'TrentService.ListKeys',
    }
    const aws = await ask('POST', '/', headers, '{}')
    expect(aws.status).toBe(400)
    expect(JSON.parse(aws.text)).toMatchObject({ __type: 'MissingAuthenticationTokenException' })
    const unknown = await ask('POST', '/', { ...headers, 'x-amz-target': 'TrentService.No' }, '{}')
    expect(JSON.parse(unknown.text)).toEqual({ __type: 'UnknownOperationException' })
  })

  test('a body above the limit is refused by the function', async () => {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'TrentService.ListKeys',
    }
    const answer = await ask('POST', '/', headers, 'x'.repeat(1024 * 1024 + 1))
    expect(answer.status).toBe(413)
    expect(JSON.parse(answer.text)).toMatchObject({ __type: 'RequestEntityTooLargeException' })
  })
})

describe('CORS of the gateway (http-api-cors: it answers preflights itself)', () => {
  const ask = (method: string, target: string, headers = {}, body = '') =>
    send(local.address, { method, target, headers, body })
  const corsOf = (headers: Readonly<Record<string, string>>) =>
    Object.entries(headers).filter(([name]) => name.startsWith('access-control-'))

  test.each(['/', '/v1/keys/k/encrypt', '/iam', '/nothing'])(
    'a preflight at %s starts no function',
    async (target) => {
      const lines = local.said.length
      const headers = { origin: APP, 'access-control-request-method': 'POST' }
      const answer = await ask('OPTIONS', target, headers)
      expect(answer).toMatchObject({ status: 204, text: '' })
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': APP,
        'access-control-allow-methods': CORS_METHODS.join(','),
        'access-control-allow-headers': CORS_HEADERS.join(','),
        'access-control-max-age': String(CORS_MAX_AGE),
      })
      const other = await ask('OPTIONS', target, { ...headers, origin: 'https://evil.example' })
      expect(other.status).toBe(204)
      expect(corsOf(other.headers)).toEqual([])
      expect(local.said.length).toBe(lines)
    },
  )

  test.each<[number, string, string, object, string]>([
    [200, 'GET', '/health', {}, ''],
    [401, 'GET', '/v1/keys', {}, ''],
    [
      401,
      'GET',
      '/v1/keys',
      { authorization: 'Bearer a.b.c', 'x-tenkey-account': '1'.repeat(12) },
      '',
    ],
    [404, 'GET', '/nothing', {}, ''],
    [413, 'POST', '/v1/keys', { 'content-type': 'application/json' }, 'x'.repeat(1024 * 1024 + 1)],
  ])('%i of %s %s is for a page of a listed origin alone', async (status, ...request) => {
    const [method, target, headers, body] = request
    const answer = await ask(method, target, { ...headers, origin: APP }, body)
    expect(answer.status).toBe(status)
    expect(corsOf(answer.headers)).toEqual([
      ['access-control-allow-origin', APP],
      ['access-control-expose-headers', CORS_EXPOSED.join(',')],
    ])
    const other = await ask(method, target, { ...headers, origin: 'https://evil.example' }, body)
    expect(other.status).toBe(status)
    expect(corsOf(other.headers)).toEqual([])
  })

  test('what a function says of CORS itself is not sent on, as an HTTP API has it', () => {
    const said = { 'Access-Control-Allow-Origin': '*', vary: 'Origin', etag: '"1"' }
    const marked = gatewayCors([APP])?.marked(said, 'https://evil.example')
    expect(marked).toEqual({ vary: 'Origin', etag: '"1"' })
    expect(gatewayCors([])).toBeUndefined()
  })
})

await import('../operations/paging.test.ts')
await import('../operations/data-keys.test.ts')

describe('What the functions wrote', () => {
  test('is one line of JSON for each call, with its metrics and nothing secret', () => {
    const lines = local.said.join('').split('\n').filter(Boolean)
    const calls = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => '_aws' in line)
    expect(calls.length).toBeGreaterThan(50)
    for (const line of calls) {
      expect(line).toMatchObject({
        severity: 'info',
        callId: expect.stringMatching(/^[\w-]{36}$/),
        operation: expect.any(String),
        code: expect.any(String),
        status: expect.any(Number),
        Latency: expect.any(Number),
      })
    }
    const faults = lines.filter((line) => JSON.parse(line).severity === 'error')
    expect(faults).toEqual([])
    const shown = lines.join('\n')
    for (const { secretAccessKey } of [local.operator, local.tenant ?? local.operator]) {
      for (const form of formsOf(secretAccessKey)) expect(shown).not.toContain(form)
    }
  })
})
