import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RequestHead } from '../../core/base/http-message.ts'
import { idOf } from '../../core/operation.ts'
import { operations } from '../../operations/registry.ts'
import { buildDocs } from '../../scripts/docs-site/build.ts'
import { diagramsOf, unsettledPictures } from '../../scripts/docs-site/diagrams.ts'
import { documentsOf } from '../../scripts/docs-site/documents.ts'
import { docsPages } from '../../server/docs.ts'
import { front } from '../../server/front.ts'
import type { Shown } from '../../server/static-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'tenkey-docs-'))
const built = join(folder, 'site')
const project = new URL('../../', import.meta.url)
let pages: Shown
/** every HTML page by its address, and its text */
const html = new Map<string, string>()

beforeAll(() => {
  buildDocs(built)
  pages = docsPages(pathToFileURL(`${built}/`))
  for (const name of readdirSync(built, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.html')) continue
    const address = `/docs/${name.replace(/(^|\/)index\.html$/, '$1').replace(/\.html$/, '')}`
    html.set(address, readFileSync(join(built, name), 'utf8'))
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  pages({ method, path, query: '', headers, sourceIp: '127.0.0.1', secure: false })

const HTML = 'text/html; charset=utf-8'
const MARKDOWN = 'text/markdown; charset=utf-8'

describe('the documentation’s addresses', () => {
  test.each([
    ['/docs/', HTML, '<title>tenkey</title>'],
    ['/docs/index.md', MARKDOWN, '# tenkey'],
    ['/docs/threat-model', HTML, '<h1'],
    ['/docs/threat-model.md', MARKDOWN, '# '],
    ['/docs/decisions/', HTML, '<h1'],
    ['/docs/reference/', HTML, 'redoc.standalone.js'],
    ['/docs/reference/Encrypt', HTML, 'boto3'],
    ['/docs/reference/Encrypt.md', MARKDOWN, 'aws kms encrypt'],
    ['/docs/assets/style.css', 'text/css; charset=utf-8', ':root'],
    ['/docs/assets/openapi.json', 'application/json', '"x-codeSamples"'],
    ['/llms.txt', 'text/plain; charset=utf-8', '\n> tenkey is a key management service'],
    ['/llms.txt', 'text/plain; charset=utf-8', '/docs/reference/Encrypt.md'],
    ['/llms-full.txt', 'text/plain; charset=utf-8', '# '],
  ])('%s', async (path, type, text) => {
    const answer = await ask(path)
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': type } })
    expect(String(answer?.body)).toContain(text)
    expect(answer?.headers['content-security-policy']).toContain("default-src 'none'")
    expect(answer?.headers['content-security-policy']).not.toContain('unsafe')
    const { etag = '' } = answer?.headers ?? {}
    expect(await ask(path, { 'if-none-match': etag })).toMatchObject({ status: 304, body: '' })
  })

  test('are compressed where that is accepted', async () => {
    const path = '/docs/assets/redoc.standalone.js'
    const packed = await ask(path, { 'accept-encoding': 'br, gzip' })
    expect(packed?.headers['content-encoding']).toBe('br')
    const plain = await ask(path, { 'accept-encoding': 'gzip' })
    expect(plain?.headers).not.toHaveProperty('content-encoding')
    expect(brotliDecompressSync(packed?.body as Uint8Array)).toEqual(plain?.body)
  })

  test('are the same where they are there compressed alone', async () => {
    const alone = docsPages(pathToFileURL(`${folder}/alone/`))
    buildDocs(join(folder, 'alone'), 'alone')
    for (const path of ['/docs/', '/docs/reference/Encrypt.md', '/docs/assets/search.json']) {
      const head = { method: 'GET', path, query: '', headers: {} }
      const answer = await alone({ ...head, sourceIp: '127.0.0.1', secure: false })
      expect(answer).toEqual(await ask(path))
    }
    expect(existsSync(join(folder, 'alone/assets/search.json'))).toBe(false)
  })

  test.each([
    ['/docs', '/docs/'],
    ['/docs/decisions', '/docs/decisions/'],
    ['/docs/reference', '/docs/reference/'],
  ])('%s leads to %s', async (path, location) => {
    expect(await ask(path)).toMatchObject({ status: 308, headers: { location } })
  })

  test.each([
    '/docs/nothing',
    '/docs/../package.json',
    '/docs/..%2fpackage.json',
    '/docs/./index',
    '/docs//etc/passwd',
    '/docs/index.html.br',
    '/docs/assets/',
    '/docs/.git/config',
    `/docs/${'a/'.repeat(4000)}`,
  ])('%s is not there', async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404 })
  })

  test('are only read, and others are not theirs', async () => {
    expect(await ask('/docs/', {}, 'POST')).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    })
    for (const path of ['/', '/docsx', '/llms', '/v1/keys', '/robots.txt']) {
      expect(ask(path)).toBeUndefined()
    }
  })

  test('say where nothing is built', async () => {
    const none = docsPages(pathToFileURL(`${folder}/none/`))
    const head = { method: 'GET', path: '/docs/', query: '', headers: {} }
    const answer = await none({ ...head, sourceIp: '127.0.0.1', secure: false })
    expect(answer).toMatchObject({ status: 404 })
    expect(String(answer?.body)).toContain('npm run docs')
  })
})

describe('the pages', () => {
  test('have a picture of each diagram: npm run diagrams draws them', () => {
    const root = fileURLToPath(project)
    const settled = { missing: [], idle: [] }
    expect(unsettledPictures(root, diagramsOf(documentsOf(root)))).toEqual(settled)
  })

  test('are all Markdown files and all operations', () => {
    const files = readdirSync(new URL('docs/', project), { recursive: true, encoding: 'utf8' })
    for (const file of files.filter((name) => name.endsWith('.md'))) {
      const page = file.replace(/(^|\/)README\.md$/, '$1index.md')
      expect(existsSync(join(built, page)), file).toBe(true)
    }
    for (const operation of operations) {
      expect(html.has(`/docs/reference/${idOf(operation)}`), idOf(operation)).toBe(true)
    }
  })

  test('link to what is there, anchors too', () => {
    const anchors = new Map(
      [...html].map(([address, text]) => [
        address,
        new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)),
      ]),
    )
    const astray: string[] = []
    for (const [address, text] of html) {
      for (const [, link = ''] of text.matchAll(/ (?:href|src)="([^"]+)"/g)) {
        if (/^(https?:|mailto:)/.test(link) || link.startsWith('/console')) continue
        const [path = '', anchor] = link.split('#')
        const target = path === '' ? address : path
        const file = target.startsWith('/docs/') && existsSync(join(built, target.slice(6)))
        const known = html.has(target) || file || target === '/v1/openapi.json'
        const there = anchor === undefined || anchors.get(target)?.has(anchor) === true
        if (!known || !there) astray.push(`${address}: ${link}`)
      }
    }
    expect(astray).toEqual([])
  })

  test('of Markdown link to Markdown', () => {
    const astray: string[] = []
    for (const name of readdirSync(built, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(md|txt)$/.test(name) || name.startsWith('assets/')) continue
      const text = readFileSync(join(built, name), 'utf8').replaceAll(/```.*?```|`[^`\n]*`/gs, '')
      for (const [, link = ''] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)\s#]+)/g)) {
        const file = link.replace(/^\/(docs\/)?/, '')
        if (link === '/v1/openapi.json') continue
        if (!link.startsWith('/') || !(existsSync(join(built, file)) || html.has(link))) {
          astray.push(`${name}: ${link}`)
        }
      }
    }
    expect(astray).toEqual([])
  })

  test('have nothing inline, and ask for nothing elsewhere', () => {
    for (const [address, text] of html) {
      expect(text, address).not.toMatch(
        /<style|<script(?![^>]* src="\/docs\/)|\s(style|on[a-z]+)="/,
      )
      expect(text, address).not.toMatch(/<(img|script|link)[^>]+(src|href)="https?:/)
    }
  })
})

describe('a browser at the service’s address', () => {
  const site = front('/console/')
  const asked = (headers: Record<string, string>, more: Partial<RequestHead> = {}) =>
    site({
      ...{ method: 'GET', path: '/', query: '', headers, sourceIp: '127.0.0.1', secure: false },
      ...more,
    })
  const html = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

  test('is led to the console', async () => {
    expect(await asked({ accept: html })).toMatchObject({
      ...{ status: 303, headers: { location: '/console/' } },
    })
  })

  test.each<[Record<string, string>, Partial<RequestHead>?]>([
    [{}],
    [{ accept: '*/*' }],
    [{ accept: 'application/json' }],
    [{ accept: html, authorization: 'AWS4-HMAC-SHA256 …' }],
    [{ accept: html }, { method: 'POST' }],
    [{ accept: html }, { query: 'Action=GetCallerIdentity' }],
    [{ accept: html }, { path: '/v1/keys' }],
  ])('a client is not: %j %j', (headers, more) => expect(asked(headers, more)).toBeUndefined())
})
