import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRaw } from '../support/raw-socket.ts'
import { startTarget, type Target } from '../support/target.ts'

const document = readFileSync(new URL('../../docs/openapi.json', import.meta.url))
const PATH = '/v1/openapi.json'

let target: Target
beforeAll(async () => {
  target = await startTarget('memory')
})
afterAll(() => target.stop())

const get = (headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${target.url}${PATH}`, { method, headers })

describe('GET /v1/openapi.json', () => {
  test('is the document, its length and its ETag the same each time', async () => {
    const [first, second] = [await get(), await get()]
    expect(Buffer.from(await first.arrayBuffer()).equals(document)).toBe(true)
    expect(first.headers.get('content-length')).toBe(String(document.length))
    expect(first.headers.get('content-type')).toBe('application/json')
    expect(first.headers.get('etag')).toMatch(/^"[\w-]{43}"$/)
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'))
    await second.body?.cancel()
  })

  test('HEAD has its headers and no content', async () => {
    const answer = await get({}, 'HEAD')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-length')).toBe(String(document.length))
    expect(await answer.text()).toBe('')
  })

  test.each<[string, number]>([
    ['TAG', 304],
    ['W/TAG', 304],
    ['"other", TAG', 304],
    ['*', 304],
    ['"other"', 200],
    ['', 200],
    ['TAG-', 200],
  ])('with If-None-Match %j is %i (RFC 9110 §13.1.2)', async (wanted, status) => {
    const etag = (await get({}, 'HEAD')).headers.get('etag') ?? ''
    const connection = await openRaw(target.url)
    const lines = [
      `GET ${PATH} HTTP/1.1`,
      'Host: h',
      `If-None-Match: ${wanted.replace('TAG', etag)}`,
    ]
    // a 304 has no content: what follows it on the connection is the next answer
    connection.socket.write(`${lines.join('\r\n')}\r\n\r\nGET /health HTTP/1.1\r\nHost: h\r\n\r\n`)
    const answer = await connection.answer()
    expect(answer).toMatchObject({ status, headers: { etag } })
    expect(answer?.body.length).toBe(status === 304 ? 0 : document.toString().length)
    expect((await connection.answer())?.body).toBe('{"status":"ok"}')
    connection.socket.destroy()
  })
})
