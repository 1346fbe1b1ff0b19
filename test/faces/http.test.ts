import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MAX_BODY } from '../../core/protocol/body-limit.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import { openRaw, type RawAnswer } from '../support/raw-socket.ts'
import { startTarget, type Target } from '../support/target.ts'

let target: Target
let host: string
let key: { accessKeyId: string; secretAccessKey: string }

beforeAll(async () => {
  target = await startTarget('memory')
  host = new URL(target.url).host
  const made = await exchange(operatorRequest('POST', '/admin/v1/tenants', '{"Name":"edge"}'))
  const { AccessKeyId, SecretAccessKey } = JSON.parse(made.body).AccessKey
  key = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }
})
afterAll(() => target.stop())

type Header = readonly [string, string]

/** A request's text, with exactly these headers. */
const raw = (line: string, headers: readonly Header[], body = ''): string =>
  `${line} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`

interface Signing {
  method?: string
  path?: string
  headers?: Record<string, string>
  credential?: { accessKeyId: string; secretAccessKey: string }
}

/** The headers of a signed request, its length among them. */
function signed(body: string | Buffer, signing: Signing = {}): Header[] {
  const { method = 'POST', path = '/', headers = {}, credential = key } = signing
  const bytes = Buffer.from(body)
  const [plainPath = '', query = ''] = path.split('?')
  const request = { method, path: plainPath, query, headers: { host, ...headers }, body: bytes }
  const scope = { region: 'us-east-1', service: 'kms', now: Date.now() }
  const all = signRequest(request, credential, scope)
  return [...Object.entries(all), ['content-length', String(bytes.length)]]
}

const AWS_JSON = { 'content-type': 'application/x-amz-json-1.1' }
const awsHeaders = (operation: string) => ({
  ...AWS_JSON,
  'x-amz-target': `TrentService.${operation}`,
})
const awsRequest = (operation: string, body = '{}') =>
  raw('POST /', signed(body, { headers: awsHeaders(operation) }), body)

function operatorRequest(method: string, path: string, body: string): string {
  const headers = { 'content-type': 'application/json' }
  const signing = { method, path, headers, credential: target.operator }
  return raw(`${method} ${path}`, signed(body, signing), body)
}

/** Sends bytes on a connection of their own and reads one answer. */
async function exchange(bytes: string | Buffer): Promise<RawAnswer> {
  const connection = await openRaw(target.url)
  connection.socket.write(bytes)
  const answer = await connection.answer()
  connection.socket.destroy()
  if (answer === undefined) throw new Error('the connection ended without an answer')
  return answer
}

/** Whether the server still does its work. */
async function expectHealthy() {
  expect((await exchange(awsRequest('ListKeys'))).status).toBe(200)
}

const replaced = (headers: readonly Header[], name: string, value: string): Header[] =>
  headers.map((header) => (header[0] === name ? [name, value] : header))
const listKeys = () => signed('{}', { headers: awsHeaders('ListKeys') })

describe('what is sent is refused with the 4xx it deserves', () => {
  test.each<[string, number, string, () => string | Buffer]>([
    ['broken JSON', 400, 'SerializationException', () => awsRequest('ListKeys', '{"Limit":')],
    ['JSON that is no object', 400, 'SerializationException', () => awsRequest('ListKeys', '[1]')],
    [
      'UTF-8 cut in the middle',
      400,
      'SerializationException',
      () => {
        const body = Buffer.from([0x7b, 0x22, 0xe2, 0x82, 0x22, 0x7d])
        const head = raw('POST /', signed(body, { headers: awsHeaders('ListKeys') }))
        return Buffer.concat([Buffer.from(head), body])
      },
    ],
    [
      'a lone surrogate',
      400,
      'ValidationException|SerializationException|InvalidAliasNameException',
      () => awsRequest('CreateAlias', '{"AliasName":"alias/\\ud800","TargetKeyId":"x"}'),
    ],
    [
      'NUL and control characters',
      400,
      'ValidationException|InvalidAliasNameException',
      () => awsRequest('CreateAlias', '{"AliasName":"alias/\\u0000\\u202e","TargetKeyId":"x"}'),
    ],
    [
      'nesting without end',
      400,
      'SerializationException|ValidationException',
      () => awsRequest('CreateKey', `{"Tags":${'['.repeat(50_000)}${']'.repeat(50_000)}}`),
    ],
    ['an unknown operation', 400, 'UnknownOperationException', () => awsRequest('Nope')],
    ['an inherited name', 400, 'UnknownOperationException', () => awsRequest('constructor')],
    [
      'no target',
      400,
      'UnknownOperationException',
      () => raw('POST /', signed('{}', { headers: AWS_JSON }), '{}'),
    ],
    [
      'another content type',
      400,
      'UnknownOperationException',
      () => raw('POST /', replaced(listKeys(), 'content-type', 'text/plain'), '{}'),
    ],
    [
      'two Authorization headers',
      400,
      'IncompleteSignatureException',
      () => {
        const headers = listKeys()
        return raw('POST /', [...headers, ...headers.filter(([n]) => n === 'authorization')], '{}')
      },
    ],
    [
      'a second Authorization header of another kind',
      400,
      'IncompleteSignatureException',
      () => raw('POST /', [...listKeys(), ['Authorization', 'Bearer x']], '{}'),
    ],
    [
      'two X-Amz-Target headers',
      400,
      'UnknownOperationException',
      () => raw('POST /', [...listKeys(), ['X-Amz-Target', 'TrentService.CreateKey']], '{}'),
    ],
    [
      'two X-Amz-Date headers',
      400,
      'IncompleteSignatureException',
      () => raw('POST /', [...listKeys(), ['X-Amz-Date', '20200101T000000Z']], '{}'),
    ],
    [
      'two Host headers',
      400,
      'SerializationException',
      () => raw('POST /', [...listKeys(), ['Host', 'kms.us-east-1.amazonaws.com']], '{}'),
    ],
    [
      'two Content-Length headers',
      400,
      '',
      () => raw('POST /', [...listKeys(), ['Content-Length', '3']], '{}'),
    ],
    [
      'Content-Length and Transfer-Encoding',
      400,
      '',
      () => raw('POST /', [...listKeys(), ['Transfer-Encoding', 'chunked']], '0\r\n\r\n'),
    ],
    [
      'a negative Content-Length',
      400,
      '',
      () =>
        raw('POST /', [
          ['Host', host],
          ['Content-Length', '-1'],
        ]),
    ],
    ['no Host', 400, '', () => raw('GET /health', [])],
    ['what is not HTTP', 400, '', () => '\u0016\u0003\u0001 hello\r\n\r\n'],
    ['a path without its slash', 400, '', () => raw('GET health', [['Host', host]])],
    [
      'a broken chunk',
      400,
      '',
      () =>
        raw(
          'POST /',
          [
            ['Host', host],
            ['Transfer-Encoding', 'chunked'],
          ],
          'zz\r\n',
        ),
    ],
    [
      'headers over 32 KiB',
      431,
      '',
      () =>
        raw('GET /health', [
          ['Host', host],
          ['X-A', 'a'.repeat(33 * 1024)],
        ]),
    ],
    [
      'a flood of headers that hides a second Authorization',
      400,
      'IncompleteSignatureException',
      () => {
        const headers = listKeys()
        const flood = Array.from({ length: 3000 }, (): Header => ['a', ''])
        const again = headers.filter(([name]) => name === 'authorization')
        return raw('POST /', [...headers, ...flood, ...again], '{}')
      },
    ],
    [
      'an expectation that can not be met',
      417,
      '',
      () =>
        raw('POST /', [
          ['Host', host],
          ['Expect', 'wonders'],
        ]),
    ],
    [
      'malformed percent-encoding in the path',
      400,
      'SerializationException',
      () => raw('GET /v1/keys/%zz', [['Host', host]]),
    ],
    [
      'a path that is none',
      404,
      'UnknownOperationException',
      () => raw('GET //health', [['Host', host]]),
    ],
    ['OPTIONS *', 404, 'UnknownOperationException', () => raw('OPTIONS *', [['Host', host]])],
    [
      'a method that a path has not',
      405,
      'MethodNotAllowedException',
      () =>
        raw('PUT /v1/keys', [
          ['Host', host],
          ['Content-Length', '0'],
        ]),
    ],
    [
      'REST without credentials',
      401,
      'MissingAuthenticationTokenException',
      () => raw('GET /v1/keys', [['Host', host]]),
    ],
    [
      'malformed percent-encoding in the query',
      400,
      'IncompleteSignatureException',
      () => raw('GET /v1/keys?Limit=%zz', signed('', { method: 'GET', path: '/v1/keys' })),
    ],
    [
      'a REST body that is not said to be JSON',
      415,
      'UnsupportedMediaTypeException',
      () => raw('POST /v1/keys', signed('{}', { path: '/v1/keys' }), '{}'),
    ],
  ])('%s', async (_, status, code, request) => {
    const answer = await exchange(request())
    expect(answer).toMatchObject({ status })
    expect(answer.body).toMatch(new RegExp(code))
    await expectHealthy()
  })
})

describe('bodies', () => {
  const large = 'x'.repeat(MAX_BODY + 1)

  test.each(['/', '/v1/keys'])(
    'over 1 MiB, announced, to %s: 413, and the connection goes on',
    async (path) => {
      const connection = await openRaw(target.url)
      const length: Header = ['Content-Length', String(large.length)]
      connection.socket.write(raw(`POST ${path}`, [['Host', host], length], large))
      const answer = await connection.answer()
      expect(answer?.status).toBe(413)
      expect(answer?.body).toContain(`A request body has at most ${MAX_BODY} bytes.`)
      expect(answer?.headers[path === '/' ? 'x-amzn-requestid' : 'x-request-id']).toMatch(
        /^[\da-f-]{36}$/,
      )
      connection.socket.write(awsRequest('ListKeys'))
      expect((await connection.answer())?.status).toBe(200)
      connection.socket.destroy()
    },
  )

  test('over 1 MiB in chunks: 413', async () => {
    const chunk = `${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`
    const headers = listKeys().filter(([name]) => name !== 'content-length')
    const chunked = raw('POST /', [...headers, ['Transfer-Encoding', 'chunked']], chunk)
    expect((await exchange(chunked)).status).toBe(413)
    await expectHealthy()
  })

  test('of 1 MiB is read whole', async () => {
    // which has a list that nothing bounds; others have limits of their own (body-limit.test.ts)
    const body = JSON.stringify({ KeyId: 'x'.repeat(MAX_BODY - 12) })
    expect(body.length).toBe(MAX_BODY)
    const answer = await exchange(awsRequest('UntagResource', body))
    expect(answer).toMatchObject({ status: 400 })
    expect(answer.body).toContain('ValidationException')
  })

  test('in chunks are the same as announced', async () => {
    const headers = listKeys().filter(([name]) => name !== 'content-length')
    const chunks = '1\r\n{\r\n1;ext=1\r\n}\r\n0\r\n\r\n'
    const answer = await exchange(
      raw('POST /', [...headers, ['Transfer-Encoding', 'chunked']], chunks),
    )
    expect(answer.status).toBe(200)
  })

  test('that the client asks for leave to send (Expect) are asked for, or refused unsent', async () => {
    const connection = await openRaw(target.url)
    connection.socket.write(raw('POST /', [...listKeys(), ['Expect', '100-continue']]))
    const interim = await new Promise<Buffer>((resolve) => {
      connection.socket.once('data', resolve)
    })
    expect(interim.toString()).toMatch(/^HTTP\/1.1 100 /)
    connection.socket.write('{}')
    expect((await connection.answer())?.status).toBe(200)
    connection.socket.destroy()

    const length: Header = ['Content-Length', String(MAX_BODY + 1)]
    const refused = raw('POST /', [['Host', host], length, ['Expect', '100-continue']])
    expect((await exchange(refused)).status).toBe(413)
  })

  test('that break off harm nobody', async () => {
    const half = await openRaw(target.url)
    half.socket.write(
      raw(
        'POST /',
        [
          ['Host', host],
          ['Content-Length', '100'],
        ],
        '{"half":',
      ),
    )
    await expectHealthy()
    half.socket.resetAndDestroy()
    await half.closed
    const headless = await openRaw(target.url)
    headless.socket.write('POST / HT')
    headless.socket.destroy()
    await headless.closed
    await expectHealthy()
  })
})

describe('what the head alone shows is refused before the body is sent', () => {
  const length: Header = ['Content-Length', '100']
  const without = (name: string) => listKeys().filter((header) => header[0] !== name)
  const chunked = (coding: string): Header[] => [
    ...without('content-length'),
    ['Transfer-Encoding', coding],
  ]
  const form = (authorization?: string): Header[] => [
    ['Host', host],
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['X-Amz-Date', '20260101T000000Z'],
    length,
    ...(authorization === undefined ? [] : [['Authorization', authorization] as const]),
  ]

  test.each<[string, string, () => Header[], number, string]>([
    [
      'an operation that is none',
      'POST /',
      () => replaced(listKeys(), 'x-amz-target', 'x'),
      400,
      'Unkn',
    ],
    [
      'another content type',
      'POST /',
      () => replaced(listKeys(), 'content-type', 'x/y'),
      400,
      'Unkn',
    ],
    ['no credentials', 'POST /', () => without('authorization'), 400, 'MissingAuthenticationToken'],
    ['no date', 'POST /', () => without('x-amz-date'), 400, 'IncompleteSignature'],
    [
      'a malformed date',
      'POST /',
      () => replaced(listKeys(), 'x-amz-date', 'now'),
      400,
      'Incomplete',
    ],
    [
      'half a signature',
      'POST /',
      () => replaced(listKeys(), 'authorization', 'AWS4-HMAC-SHA256 Credential=x'),
      400,
      'IncompleteSignature',
    ],
    [
      'an access key id that can not be ours',
      'POST /',
      () => listKeys().map(([name, value]) => [name, value.replace(/AKIA\w+/, 'AKIA')]),
      400,
      'UnrecognizedClient',
    ],
    [
      'half a presigned query',
      'POST /?X-Amz-Signature=x',
      () => without('authorization'),
      400,
      'Incomp',
    ],
    [
      'a path that is none',
      'POST /nothing',
      () => [['Host', host], length],
      404,
      'UnknownOperation',
    ],
    [
      'a method that is none',
      'PUT /v1/keys',
      () => [['Host', host], length],
      405,
      'MethodNotAllowed',
    ],
    [
      'REST without credentials',
      'POST /v1/keys',
      () => [['Host', host], length],
      401,
      'MissingAuth',
    ],
    [
      'a REST body that is not said to be JSON',
      'POST /v1/keys',
      () => replaced(signed('', { path: '/v1/keys' }), 'content-length', '100'),
      415,
      'UnsupportedMediaType',
    ],
    [
      'a form with half a signature',
      'POST /',
      () => form('AWS4-HMAC-SHA256 x'),
      400,
      'IncompleteSig',
    ],
    ['a body in another coding', 'POST /', () => chunked('gzip, chunked'), 400, 'Serialization'],
    ['a body chunked twice', 'POST /', () => chunked('chunked, chunked'), 400, ''],
    [
      'a length over 1 MiB',
      'POST /',
      () => replaced(listKeys(), 'content-length', '1048577'),
      413,
      '',
    ],
  ])('%s', async (_, line, headers, status, code) => {
    // no byte of the body: an answer shows that none was waited for
    const answer = await exchange(raw(line, headers()))
    expect(answer).toMatchObject({ status })
    expect(answer.body).toContain(code)
  })

  test('a refused body is read and dropped, and the connection goes on', async () => {
    const connection = await openRaw(target.url)
    connection.socket.write(raw('POST /nothing', [['Host', host], length], 'x'.repeat(50)))
    expect((await connection.answer())?.status).toBe(404)
    connection.socket.write('x'.repeat(50) + awsRequest('ListKeys'))
    expect((await connection.answer())?.status).toBe(200)
    connection.socket.destroy()
  })

  test('a refused body without end ends the connection', async () => {
    const connection = await openRaw(target.url)
    const endless: Header = ['Transfer-Encoding', 'chunked']
    connection.socket.write(raw('POST /nothing', [['Host', host], endless]))
    expect((await connection.answer())?.status).toBe(404)
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
    const sending = setInterval(() => connection.socket.write(chunk), 1)
    // it is closed while more is being sent: that resets it
    await connection.closed.catch(() => undefined)
    clearInterval(sending)
    await expectHealthy()
  })

  test('a form without signature is read: its operation and its token are in it', async () => {
    const body = 'Action=Nope&Version=2011-06-15'
    const headers = replaced(form(), 'Content-Length', String(body.length))
    expect((await exchange(raw('POST /', headers, body))).body).toContain('InvalidAction')
  })

  test('a page needs no body', async () => {
    expect((await exchange(raw('GET /health', [['Host', host], length]))).status).toBe(200)
  })
})

describe('connections', () => {
  test('pipelined requests are answered in their order', async () => {
    const connection = await openRaw(target.url)
    const health = raw('GET /health', [['Host', host]])
    const nothing = raw('GET /nothing', [['Host', host]])
    connection.socket.write(
      awsRequest('CreateKey') + health + nothing + awsRequest('Nope') + health,
    )
    const statuses: (number | undefined)[] = []
    for (let i = 0; i < 5; i++) statuses.push((await connection.answer())?.status)
    expect(statuses).toEqual([200, 200, 404, 400, 200])
    connection.socket.destroy()
  })

  test('HEAD has the headers of GET and no content', async () => {
    const connection = await openRaw(target.url)
    connection.socket.write(
      raw('HEAD /health', [
        ['Host', host],
        ['Connection', 'close'],
      ]),
    )
    const chunks: Buffer[] = []
    connection.socket.on('data', (chunk) => chunks.push(chunk))
    await connection.closed
    const text = Buffer.concat(chunks).toString()
    expect(text).toMatch(/^HTTP\/1.1 200 .*content-length: 15\r\n/is)
    expect(text.endsWith('\r\n\r\n')).toBe(true)
  })

  test('the absolute form of a target is understood (RFC 9112 §3.2.2)', async () => {
    const line = (path: string) => `http://${host}${path}`
    expect((await exchange(raw(`POST ${line('/')}`, listKeys(), '{}'))).status).toBe(200)
    expect((await exchange(raw(`POST ${line('')}`, listKeys(), '{}'))).status).toBe(200)
    const get = signed('', { method: 'GET', path: '/v1/keys?Limit=1' })
    expect((await exchange(raw(`GET ${line('/v1/keys?Limit=1')}`, get))).status).toBe(200)
    // its authority overrules Host, so a signature for another host does not hold
    const elsewhere = raw('POST http://elsewhere.test/', listKeys(), '{}')
    expect((await exchange(elsewhere)).body).toContain('InvalidSignatureException')
  })

  test('CONNECT and upgrades lead nowhere', async () => {
    const connection = await openRaw(target.url)
    connection.socket.write(raw('CONNECT example.com:443', [['Host', host]]))
    expect(await connection.answer()).toBeUndefined()
    const upgrade: Header[] = [
      ['Host', host],
      ['Connection', 'upgrade'],
      ['Upgrade', 'websocket'],
    ]
    expect((await exchange(raw('GET /health', upgrade))).status).toBe(200)
  })

  test('a page that fails is answered with 500 and a request id, and logged', async () => {
    const { service } = inside()
    const broken = 'GET /broken'
    const pages = service.pages as Map<string, () => never>
    pages.set(broken, () => {
      throw new Error('a page that fails')
    })
    const answer = await exchange(raw(broken, [['Host', host]]))
    pages.delete(broken)
    expect(answer.status).toBe(500)
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'KMSInternalException' })
    expect(answer.body).not.toContain('a page that fails')
    await expectHealthy()
  })

  function inside() {
    if (target.inside === undefined) throw new Error('the target is not in this process')
    return target.inside
  }
})
