import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms'
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  CORS_EXPOSED,
  CORS_HEADERS,
  CORS_MAX_AGE,
  CORS_METHODS,
  originsOf,
} from '../../core/base/cors.ts'
import { readConfig } from '../../core/config.ts'
import { MAX_BODY } from '../../core/protocol/body-limit.ts'
import { operations } from '../../operations/registry.ts'
import { cors } from '../../server/cors.ts'
import { addressOf, type EdgeOptions, httpServer } from '../../server/http-server.ts'
import { serve } from '../../server/serve.ts'
import { type Answer, send } from '../support/http.ts'
import { openRaw } from '../support/raw-socket.ts'
import { startTarget, type Target } from '../support/target.ts'

const APP = 'https://app.example.com'
const LOCAL = 'http://localhost:5173'
const NOT_LISTED = [
  'null',
  'https://evil.example',
  'http://app.example.com',
  'https://app.example.com.evil.example',
  'https://evilapp.example.com',
  'https://app.example.com:8443',
  'https://APP.example.com',
  'https://app.example.com/',
  `${APP}, https://evil.example`,
  `${APP} ${LOCAL}`,
  '*',
  '',
]

let target: Target
let open: { url: string; stop(): Promise<void> }
let tight: { url: string; stop(): Promise<void> }
beforeAll(async () => {
  target = await startTarget('memory')
  open = await start({ cors: cors([APP, LOCAL]) })
  // no room for any body
  tight = await start({ cors: cors([APP]), uploads: { total: 0, perAddress: 0 } })
})
afterAll(async () => {
  await Promise.all([open.stop(), tight.stop()])
  await target.stop()
})

/** The same service at another edge. */
async function start(edge: EdgeOptions) {
  const service = target.inside?.service
  if (service === undefined) throw new Error('the service is in this process')
  const broken = () => Promise.reject(new Error('broken'))
  const pages = new Map([
    ...service.pages,
    ['GET /broken', broken],
    ['GET /metrics', async () => ({ status: 200, headers: {}, body: '' })],
  ] as const)
  const server = httpServer({ ...service, pages, log: () => undefined }, edge)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: addressOf(server),
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

const ask = (url: string, method: string, path: string, headers = {}, body = '') =>
  send(url, { method, target: path, headers, body })

const preflight = (url: string, origin: string, path = '/v1/keys', method = 'POST') =>
  ask(url, 'OPTIONS', path, {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': 'authorization,content-type,x-tenkey-account',
  })

/** What an answer says of CORS. */
const corsOf = ({ headers }: Answer) =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => /^(access-control-|vary$)/.test(name)),
  )

const MARKED = {
  'access-control-allow-origin': APP,
  'access-control-expose-headers': CORS_EXPOSED.join(', '),
  vary: 'Origin',
}

describe('A preflight', () => {
  test.each([APP, LOCAL])(
    'of %s is answered with what may be sent, and without a body',
    async (origin) => {
      const answer = await preflight(open.url, origin)
      expect(answer).toMatchObject({ status: 204, text: '' })
      expect(corsOf(answer)).toEqual({
        ...MARKED,
        'access-control-allow-origin': origin,
        'access-control-allow-methods': CORS_METHODS.join(', '),
        'access-control-allow-headers': CORS_HEADERS.join(', '),
        'access-control-max-age': String(CORS_MAX_AGE),
      })
    },
  )

  test.each(['/', '/v1/keys/alias%2Fapp', '/admin/v1/tenants', '/v1/openapi.json', '/nothing'])(
    'is answered at %s',
    async (path) => {
      expect((await preflight(open.url, APP, path)).status).toBe(204)
    },
  )

  test('may have a body, which is not looked at', async () => {
    const headers = { origin: APP, 'access-control-request-method': 'POST' }
    const answer = await ask(open.url, 'OPTIONS', '/v1/keys', headers, 'x'.repeat(1000))
    expect(answer.status).toBe(204)
  })

  test.each(NOT_LISTED)('of %j gets what it gets where there is no CORS', async (origin) => {
    const [answer, without] = [
      await preflight(open.url, origin),
      await preflight(target.url, origin),
    ]
    expect(answer.status).toBe(without.status)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(corsOf(answer)).toEqual({ vary: 'Origin' })
    expect(corsOf(without)).toEqual({})
  })

  test.each(['/iam', '/iam/', '/p/kms/xks/v1/health', '/metrics'])(
    'at %s, which is for programs, is answered to nobody',
    async (path) => {
      const answer = await preflight(open.url, APP, path)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(corsOf(answer)).toEqual({})
    },
  )

  test('is one by all three of its marks', async () => {
    for (const headers of [{ origin: APP }, { 'access-control-request-method': 'GET' }]) {
      expect((await ask(open.url, 'OPTIONS', '/v1/keys', headers)).status).toBe(405)
    }
    const get = { origin: APP, 'access-control-request-method': 'GET' }
    expect((await ask(open.url, 'GET', '/health', get)).status).toBe(200)
  })
})

describe('An answer', () => {
  const BEARER = { authorization: 'Bearer a.b.c', 'x-tenkey-account': '123456789012' }
  const FORGED = {
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIAQCAIBAEAQCAIBAEA/20260101/us-east-1/kms/aws4_request, SignedHeaders=host;x-amz-date, Signature=00',
    'x-amz-date': '20260101T000000Z',
  }
  const JSON_BODY = { 'content-type': 'application/json' }
  const AWS = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'TrentService.ListKeys',
  }
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
  const ANSWERS: readonly (readonly [number, string, string, object, string])[] = [
    [200, 'GET', '/health', {}, ''],
    [200, 'GET', '/v1/openapi.json', {}, ''],
    [304, 'GET', '/v1/openapi.json', { 'if-none-match': '*' }, ''],
    [400, 'POST', '/', AWS, '{}'],
    [403, 'POST', '/', FORM, 'Action=GetCallerIdentity&Version=2011-06-15'],
    [401, 'GET', '/v1/keys', {}, ''],
    [401, 'GET', '/v1/keys', BEARER, ''],
    [401, 'GET', '/admin/v1/tenants', {}, ''],
    [400, 'GET', '/v1/keys', { authorization: 'Bearer a.b.c' }, ''],
    [404, 'GET', '/nothing', {}, ''],
    [405, 'PUT', '/v1/keys', {}, ''],
    [413, 'POST', '/v1/keys', { ...JSON_BODY, ...FORGED }, 'x'.repeat(MAX_BODY + 1)],
    [415, 'POST', '/v1/keys', { 'content-type': 'text/plain', ...BEARER }, 'x'],
    [500, 'GET', '/broken', {}, ''],
  ]

  test.each(ANSWERS)('%i of %s %s is for a page of a listed origin', async (status, ...request) => {
    const [method, path, headers, body] = request
    const answer = await ask(open.url, method, path, { ...headers, origin: APP }, body)
    expect(answer.status).toBe(status)
    expect(corsOf(answer)).toEqual(MARKED)
  })

  test.each(ANSWERS)('%i of %s %s is for no page of another', async (status, ...request) => {
    const [method, path, headers, body] = request
    for (const origin of ['https://evil.example', 'null']) {
      const answer = await ask(open.url, method, path, { ...headers, origin }, body)
      expect(answer.status).toBe(status)
      expect(corsOf(answer)).toEqual({ vary: 'Origin' })
    }
    expect(corsOf(await ask(open.url, method, path, headers, body))).toEqual({ vary: 'Origin' })
    expect(corsOf(await ask(target.url, method, path, { ...headers, origin: APP }, body))).toEqual(
      {},
    )
  })

  test('keeps what else it depends on, and those that are pages are for no other page', () => {
    const marks = cors([APP])
    const marked = (path: string) => {
      const headers: Record<string, string> = { vary: 'accept-encoding' }
      marks?.mark(headers, path, APP)
      return headers
    }
    expect(marked('/')).toEqual({ ...MARKED, vary: 'accept-encoding, Origin' })
    for (const path of ['/llms.txt', '/llms-full.txt', '/docs', '/docs/faq', '/console/']) {
      expect(marked(path)).toEqual({ vary: 'accept-encoding' })
    }
  })

  test('429, where there is no room for a body, is for a page too', async () => {
    const headers = { ...JSON_BODY, ...BEARER, origin: APP }
    const answer = await ask(tight.url, 'POST', '/v1/keys', headers, '{}')
    expect(answer.status).toBe(429)
    expect(corsOf(answer)).toEqual(MARKED)
  })

  test.each(['https://x.example', ''])(
    'is the same whichever form its target has: %j',
    async (before) => {
      const connection = await openRaw(open.url)
      const head = [`GET ${before}/metrics?x HTTP/1.1`, 'Host: h', `Origin: ${APP}`]
      connection.socket.write(`${head.join('\r\n')}\r\n\r\n`)
      expect((await connection.answer())?.headers).not.toHaveProperty('vary')
      const other = [`GET ${before}/nothing?/metrics HTTP/1.1`, 'Host: h', `Origin: ${APP}`]
      connection.socket.write(`${other.join('\r\n')}\r\n\r\n`)
      expect((await connection.answer())?.headers).toMatchObject(MARKED)
      connection.socket.destroy()
    },
  )

  test('to a request that is refused as it is read (two Host headers) is for a page too', async () => {
    const connection = await openRaw(open.url)
    connection.socket.write(`GET /v1/keys HTTP/1.1\r\nHost: a\r\nHost: b\r\nOrigin: ${APP}\r\n\r\n`)
    expect(await connection.answer()).toMatchObject({ status: 400, headers: MARKED })
    connection.socket.destroy()
  })

  test('never allows credentials that a browser would send by itself', async () => {
    for (const answer of [
      await preflight(open.url, APP),
      await ask(open.url, 'GET', '/health', { origin: APP }),
    ]) {
      expect(answer.headers).not.toHaveProperty('access-control-allow-credentials')
    }
  })
})

describe('What may be sent and read', () => {
  test('has the method of every operation', () => {
    const used = new Set(operations.map(({ http }) => http.split(' ')[0] ?? ''))
    expect([...used].filter((method) => !CORS_METHODS.some((known) => known === method))).toEqual(
      [],
    )
  })

  test('has every header parameter of the API’s description', () => {
    const text = readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')
    const named = [...text.matchAll(/"name": "([^"]+)",\s*"in": "header"/g)].map(
      ([, name = '']) => name,
    )
    const also = [...text.matchAll(/"in": "header",\s*"name": "([^"]+)"/g)].map(
      ([, name = '']) => name,
    )
    const all = [...new Set([...named, ...also])].map((name) => name.toLowerCase())
    expect(all.length).toBeGreaterThan(0)
    expect(all.filter((name) => !CORS_HEADERS.includes(name))).toEqual([])
  })

  // https://fetch.spec.whatwg.org/#forbidden-request-header and #cors-safelisted-request-header
  const BY_ITSELF =
    /^(host|content-length|connection|user-agent|accept|accept-language|transfer-encoding|expect|origin)$/
  test('has every header that AWS’s SDK sends to AWS KMS and AWS STS', async () => {
    const seen = new Set<string>()
    const options = {
      endpoint: target.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIAQCAIBAEAQCAIBAEA', secretAccessKey: 's', sessionToken: 't' },
      requestHandler: {
        handle: async (request: { headers: Record<string, string> }) => {
          for (const name in request.headers) seen.add(name.toLowerCase())
          throw new Error('not sent')
        },
      },
      maxAttempts: 1,
    }
    const kms = new KMSClient(options)
    const sts = new STSClient(options)
    await expect(kms.send(new ListKeysCommand({}))).rejects.toThrow('not sent')
    const asked = {
      RoleArn: 'arn:aws:iam::123456789012:role/r',
      RoleSessionName: 'me',
      WebIdentityToken: 'a.b.c',
    }
    await expect(sts.send(new AssumeRoleWithWebIdentityCommand(asked))).rejects.toThrow('not sent')
    expect(seen).toContain('x-amz-target')
    expect(seen).toContain('x-amz-security-token')
    const others = [...seen].filter((name) => !CORS_HEADERS.includes(name) && !BY_ITSELF.test(name))
    expect(others).toEqual([])
  })

  test('are headers, each once, in lower case, no pattern', () => {
    for (const names of [CORS_HEADERS, CORS_EXPOSED]) {
      expect(new Set(names).size).toBe(names.length)
      expect(names.filter((name) => !/^[a-z0-9-]+$/.test(name))).toEqual([])
    }
  })
})

describe('TENKEY_CORS_ORIGINS', () => {
  test.each([
    ['', []],
    [APP, [APP]],
    [` ${APP} , ${LOCAL},${APP} `, [APP, LOCAL]],
    ['http://127.0.0.1:8080,http://[::1]:8080', ['http://127.0.0.1:8080', 'http://[::1]:8080']],
    ['https://xn--bcher-kva.example', ['https://xn--bcher-kva.example']],
  ])('%j is %j', (text, origins) => {
    expect(originsOf(text)).toEqual(origins)
  })

  test('is read by a server when it starts, which does not with another text', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tenkey-cors-'))
    const settings = { TENKEY_STORE: 'memory', TENKEY_DATA: folder, TENKEY_PORT: '0' }
    const wrong = readConfig({ ...settings, TENKEY_CORS_ORIGINS: 'https://*.example.com' })
    await expect(serve(wrong)).rejects.toThrow(
      "TENKEY_CORS_ORIGINS has 'https://*.example.com'; it must be exact origins",
    )
    const running = await serve(readConfig({ ...settings, TENKEY_CORS_ORIGINS: APP }))
    expect((await preflight(running.address, APP)).status).toBe(204)
    expect((await preflight(running.address, LOCAL)).status).toBe(405)
    await running.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test.each([
    ['*', '*'],
    ['https://*.example.com', 'https://*.example.com'],
    ['null', 'null'],
    ['app.example.com', 'app.example.com'],
    ['https://app.example.com/', 'https://app.example.com/'],
    ['https://app.example.com/app', 'https://app.example.com/app'],
    ['https://App.example.com', 'https://App.example.com'],
    ['HTTPS://app.example.com', 'HTTPS://app.example.com'],
    ['https://app.example.com:443', 'https://app.example.com:443'],
    ['http://app.example.com:80', 'http://app.example.com:80'],
    ['https://bücher.example', 'https://bücher.example'],
    ['https://user@app.example.com', 'https://user@app.example.com'],
    ['https://app.example.com?x', 'https://app.example.com?x'],
    ['https://app.example.com#x', 'https://app.example.com#x'],
    ['https://', 'https://'],
    ['ftp://app.example.com', 'ftp://app.example.com'],
    ['file:///', 'file:///'],
    [`${APP},`, ''],
    [`${APP} ${LOCAL}`, `${APP} ${LOCAL}`],
    [`${APP},https://x.example/y`, 'https://x.example/y'],
  ])('%j is refused, by what is wrong in it', (text, wrong) => {
    expect(() => originsOf(text)).toThrow(`has '${wrong}'; it must be exact origins`)
  })
})
