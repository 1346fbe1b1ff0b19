// @module-tag process
// @module-tag bundles
import { afterAll, describe, expect, test } from 'vitest'
import { runtimeClient } from '../../server/lambda-gateway/process.ts'
import { send } from '../support/http.ts'
import { formsOf } from '../support/watch.ts'
import { startTestLocal } from './local.ts'

/**
 * The functions as they are deployed: bundled by SST's settings (build-together.ts), behind Lambda's runtime API, driven by API
 * Gateway's events. All suites that need nothing but a URL go through another installation of them
 * (suites.ts); here is what only functions and their gateway have.
 */
const local = await startTestLocal({ most: 24 })
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
