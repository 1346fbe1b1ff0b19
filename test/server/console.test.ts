import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { NO_ISSUERS, readConsoleSettings } from '../../core/base/console.ts'
import { ConfigError, readConfig } from '../../core/config.ts'
import { consolePages, consoleSettingsOf } from '../../server/console.ts'
import { type Running, serve } from '../../server/serve.ts'
import type { Shown } from '../../server/static-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'tenkey-console-'))
const built = pathToFileURL(`${folder}/`)
const FILES = {
  'index.html': '<!doctype html>',
  'index.html.br': 'brotli of the page',
  'index.html.gz': 'gzip of the page',
  'LICENSES.txt': 'licences',
  'assets/index-AbCd_-12.js': 'script',
  'assets/index-AbCd_-12.js.gz': 'gzip of the script',
  'assets/font-AbCd1234.woff2': 'font',
  'secret.json': 'of nobody',
}
let pages: Shown
beforeAll(() => {
  mkdirSync(join(folder, 'assets'))
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text)
  pages = consolePages('eu-west-1', NO_ISSUERS, built)
})
afterAll(() => rmSync(folder, { recursive: true }))

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET', from = pages) =>
  from({ method, path, query: '', headers, sourceIp: '127.0.0.1', secure: false })

const PAGE = 'text/html; charset=utf-8'
const SCRIPT = 'text/javascript; charset=utf-8'
const FOR_EVER = 'public, max-age=31536000, immutable'

describe('the console’s files', () => {
  test.each<[string, string, string, Record<string, string>]>([
    ['/console/', '', FILES['index.html'], { 'content-type': PAGE, 'cache-control': 'no-cache' }],
    ['/console/', 'gzip, br', FILES['index.html.br'], { 'content-encoding': 'br' }],
    ['/console/', 'gzip, br;q=0', FILES['index.html.gz'], { 'content-encoding': 'gzip' }],
    ['/console/', 'zstd, brotli', FILES['index.html'], {}],
    // a page of its own
    ['/console/keys/1234/policy', '', FILES['index.html'], { 'content-type': PAGE }],
    ['/console/secret.json', '', FILES['index.html'], {}],
    ['/console/LICENSES.txt', 'br', FILES['LICENSES.txt'], { 'cache-control': 'no-cache' }],
    [
      '/console/assets/index-AbCd_-12.js',
      'br',
      FILES['assets/index-AbCd_-12.js'],
      { 'content-type': SCRIPT, 'cache-control': FOR_EVER },
    ],
    [
      '/console/assets/index-AbCd_-12.js',
      'gzip;q=1.0',
      FILES['assets/index-AbCd_-12.js.gz'],
      { 'content-type': SCRIPT, 'content-encoding': 'gzip' },
    ],
    [
      '/console/assets/font-AbCd1234.woff2',
      'br, gzip',
      FILES['assets/font-AbCd1234.woff2'],
      { 'content-type': 'font/woff2', 'cache-control': FOR_EVER },
    ],
    ['/console/config.json', 'br', '{"region":"eu-west-1","issuers":[]}', {}],
  ])('%s, where %j is accepted', async (path, accepted, body, headers) => {
    const answer = await ask(path, { 'accept-encoding': accepted })
    expect(answer?.status).toBe(200)
    expect(String(answer?.body)).toBe(body)
    expect(answer?.headers).toMatchObject({ vary: 'accept-encoding', ...headers })
    if (headers['content-encoding'] === undefined) {
      expect(answer?.headers).not.toHaveProperty('content-encoding')
    }
    const { etag = '' } = answer?.headers ?? {}
    const again = await ask(path, { 'accept-encoding': accepted, 'if-none-match': etag })
    expect(again).toMatchObject({ status: 304, body: '', headers: { etag } })
  })

  test('have ETags by their content: another coding is another', async () => {
    const codings = ['', 'gzip', 'br']
    const tags = await Promise.all(
      codings.map(
        async (one) => (await ask('/console/', { 'accept-encoding': one }))?.headers['etag'],
      ),
    )
    expect(new Set(tags).size).toBe(3)
  })

  test.each([
    '/console/assets/none-AbCd1234.js',
    '/console/assets/../secret.json',
    '/console/assets/%2e%2e/secret.json',
    '/console/assets/',
  ])('has no %s', async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404, body: 'The console has no such file.\n' })
  })

  test.each(['/', '/consoles', '/v1/keys', '/Console', '/x/console/'])(
    'leaves %s alone',
    (path) => {
      expect(ask(path)).toBeUndefined()
    },
  )

  test('says so where it is not built, until it is', async () => {
    const empty = join(folder, 'empty')
    const before = consolePages('eu-west-1', NO_ISSUERS, pathToFileURL(`${empty}/`))
    expect(await ask('/console/', {}, 'GET', before)).toMatchObject({
      status: 404,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
      body: expect.stringContaining('run "npm run console"'),
    })
    mkdirSync(empty)
    writeFileSync(join(empty, 'index.html'), 'now')
    expect(String((await ask('/console/', {}, 'GET', before))?.body)).toBe('now')
    writeFileSync(join(empty, 'index.html'), 'built anew')
    expect(String((await ask('/console/', {}, 'GET', before))?.body)).toBe('built anew')
  })

  test('is only read', async () => {
    const answer = await ask('/console/', {}, 'POST')
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
  })

  test('every answer has the policy, with the issuers’ origins', async () => {
    const settings = readConsoleSettings(
      JSON.stringify({
        issuers: [
          {
            ...{ name: 'SSO', issuer: 'https://sso.example.com/realms/a', clientId: 'spa' },
            origins: ['https://tokens.example.com'],
          },
        ],
      }),
    )
    const own = consolePages('eu-west-1', settings, built)
    for (const path of ['/console', '/console/', '/console/config.json', '/console/assets/none']) {
      const answer = await ask(path, {}, 'GET', own)
      expect(answer?.headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self' https://sso.example.com https://tokens.example.com; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
      )
      expect(answer?.headers['x-content-type-options']).toBe('nosniff')
      expect(answer?.headers['referrer-policy']).toBe('no-referrer')
    }
    const config = await ask('/console/config.json', {}, 'GET', own)
    expect(JSON.parse(String(config?.body))).toEqual({
      region: 'eu-west-1',
      issuers: [
        {
          ...{ name: 'SSO', issuer: 'https://sso.example.com/realms/a', clientId: 'spa' },
          ...{ scope: 'openid', token: 'access_token' },
        },
      ],
    })
  })
})

describe('the console’s settings', () => {
  const issuer = { name: 'SSO', issuer: 'https://sso.example.com', clientId: 'spa' }
  test.each<[unknown, RegExp]>([
    ['{', /is no JSON$/],
    [[], /has no object where it is/],
    [{}, /must have issuers, a list/],
    [{ issuers: [], more: 1 }, /has 'more'; it can have issuers/],
    [{ issuers: [{ ...issuer, secret: 'x' }] }, /has issuers\[0\]\.secret; there are name, issuer/],
    [{ issuers: [{ ...issuer, name: 1 }] }, /must have issuers\[0\]\.name, a text/],
    [{ issuers: [{ ...issuer, clientId: undefined }] }, /must have issuers\[0\]\.clientId, a text/],
    [{ issuers: [{ ...issuer, token: 'refresh_token' }] }, /it can be access_token, id_token/],
    [{ issuers: [{ ...issuer, account: '123' }] }, /must be 12 digits/],
    [{ issuers: [{ ...issuer, issuer: 'sso.example.com' }] }, /is no http or https URL/],
    [
      { issuers: [{ ...issuer, origins: ["https://a.example;script-src'"] }] },
      /is no http or https/,
    ],
    [{ issuers: [{ ...issuer, origins: ['javascript:alert(1)'] }] }, /is no http or https URL/],
  ])('%j is refused in one line', (given, words) => {
    const file = join(folder, 'settings.json')
    writeFileSync(file, typeof given === 'string' ? given : JSON.stringify(given))
    const read = () => consoleSettingsOf({ console: `file:${file}` })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(words)
    expect(read).toThrow(/^TENKEY_CONSOLE: .*settings\.json [^\n]*$/)
  })

  test('a file that is absent is told', () => {
    expect(() => consoleSettingsOf({ console: `file:${folder}/none.json` })).toThrow(
      /^TENKEY_CONSOLE: .*none\.json can not be read \(ENOENT\)$/,
    )
  })

  test('off serves none, on one without issuers', () => {
    expect(consoleSettingsOf({ console: 'off' })).toBeUndefined()
    expect(consoleSettingsOf({ console: 'on' })).toEqual(NO_ISSUERS)
  })
})

describe('a server', () => {
  let running: Running
  beforeAll(async () => {
    const data = join(folder, 'data')
    running = await serve(
      readConfig({ TENKEY_STORE: 'memory', TENKEY_DATA: data, TENKEY_PORT: '0' }),
    )
  })
  afterAll(() => running.stop())

  test('leads to the console, and tells HEAD no content', async () => {
    const answer = await fetch(`${running.address}/console`, { redirect: 'manual' })
    expect(answer.status).toBe(308)
    expect(answer.headers.get('location')).toBe('/console/')
    const head = await fetch(`${running.address}/console/config.json`, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(await head.text()).toBe('')
  })

  test('does not read what is sent to it', async () => {
    const body = 'x'.repeat(100_000)
    const answer = await fetch(`${running.address}/console/`, { method: 'POST', body })
    expect(answer.status).toBe(405)
    expect(await answer.text()).toBe('The console is only read.\n')
  })
})
