import { once } from 'node:events'
import type { Server } from 'node:http'
import fc from 'fast-check'
import { proxyList } from '../../server/forwarded.ts'
import { addressOf, httpServer } from '../../server/http-server.ts'
import { openRaw } from '../support/raw-socket.ts'
import { type Case, requestOf } from './case.ts'
import type { World } from './world.ts'

/** One thing that is written on a connection. */
type Piece =
  /** a whole request that is right */
  | { readonly kind: 'request'; readonly of: Case }
  /** a request whose head has these lines instead of what belongs there */
  | {
      readonly kind: 'framed'
      readonly of: Case
      readonly lines: readonly string[]
      readonly body: string
    }
  /** bytes, latin1 */
  | { readonly kind: 'bytes'; readonly text: string }

/** What is written on one connection, in pieces of which each may be cut. */
export interface Connection {
  readonly pieces: readonly Piece[]
  /** where writing ends: 1 for the whole */
  readonly until: number
  /** bytes of each write */
  readonly chunk: number
}

const call: fc.Arbitrary<Case> = fc.constantFrom<Case>(
  {
    as: 'root',
    method: 'POST',
    path: '/',
    query: '',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'TrentService.DescribeKey',
    },
    body: '{"KeyId":"$symmetric$"}',
  },
  { as: 'root', method: 'GET', path: '/v1/keys', query: 'Limit=1', headers: {}, body: '' },
  { as: 'nobody', method: 'GET', path: '/health', query: '', headers: {}, body: '' },
  {
    as: 'plain',
    method: 'POST',
    path: '/v1/keys/$symmetric$/encrypt',
    query: '',
    headers: { 'content-type': 'application/json' },
    body: '{"Plaintext":"AAAA"}',
  },
)

const LINES = [
  ...['Content-Length: 5', 'Content-Length: 0', 'Content-Length: +5', 'Content-Length: 5, 5'],
  ...['Content-Length: 99999999999999999999', 'Content-Length: 0x5', 'Content-Length : 5'],
  ...[
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: Chunked',
    'Transfer-Encoding: gzip, chunked',
  ],
  ...[
    'Transfer-Encoding: chunked, identity',
    'Transfer-Encoding:\tchunked',
    'Transfer-Encoding: xchunked',
  ],
  ...['Transfer-Encoding : chunked', ' folded: x', 'X: \x01', 'X\x00: y', ': empty', 'no-colon'],
  ...[
    'Expect: 100-continue',
    'Connection: close',
    'Connection: upgrade',
    'Upgrade: h2c',
    'Host: a',
    'Host: a\r\nHost: b',
  ],
  ...[
    'Content-Length: 5\r\nTransfer-Encoding: chunked',
    'Trailer: x',
    `X: ${'a'.repeat(40_000)}`,
    'a:b\r\n'.repeat(2_000),
  ],
  ...['X-Forwarded-For: 1.2.3.4', 'Authorization: AWS4-HMAC-SHA256', 'Content-Encoding: gzip'],
]
const BODIES = [
  ...[
    '',
    '5\r\n{"a":\r\n0\r\n\r\n',
    '0\r\n\r\n',
    'ffffffffffffffff\r\n',
    '-1\r\n',
    '5;x=y\r\nabcde\r\n0\r\n\r\n',
    '{"a":',
  ],
  ...[
    '0\r\nX: y\r\n\r\n',
    '5\nabcde\n0\n\n',
    '1\r\n{\r\n1\r\n}\r\n0\r\n\r\nGET /v1/keys HTTP/1.1\r\nHost: x\r\n\r\n',
    '00000000000000005\r\n',
  ],
]
const BYTES = [
  ...[
    '\r\n',
    '\n',
    '\0',
    'GET',
    'GET / HTTP/9.9\r\n\r\n',
    'GET  / HTTP/1.1\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ],
  ...[
    'GET / HTTP/1.1\r\n\r\n',
    'GET / HTTP/1.0\r\n\r\n',
    'GET /health HTTP/1.1\nHost: x\n\n',
    '\x16\x03\x01\x02\x00\x01\x00',
  ],
  ...[
    'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n',
    'POST http://u@h:99999/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n',
  ],
  ...[
    'GET http:///x HTTP/1.1\r\nHost: x\r\n\r\n',
    `GET /${'a'.repeat(40_000)} HTTP/1.1\r\n`,
    'TRACE / HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /health HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(300),
  ],
]
const piece: fc.Arbitrary<Piece> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('request' as const), of: call }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('framed' as const),
      of: call,
      lines: fc.subarray(LINES, { minLength: 1, maxLength: 3 }),
      body: fc.constantFrom(...BODIES),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('bytes' as const), text: fc.constantFrom(...BYTES) }),
  },
)
export const connection: fc.Arbitrary<Connection> = fc.record({
  pieces: fc.array(piece, { minLength: 1, maxLength: 4 }),
  until: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  chunk: fc.constantFrom(100_000, 100_000, 1_000, 7),
})

function bytesOf(one: Piece, world: World): Buffer {
  if (one.kind === 'bytes') return Buffer.from(one.text, 'latin1')
  const request = requestOf(one.of, world, Date.now())
  const { method, path, query, headers } = request
  const line = `${method} ${path}${query === '' ? '' : `?${query}`} HTTP/1.1`
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const framing = one.kind === 'framed' ? one.lines : [`Content-Length: ${request.body.length}`]
  const head = Buffer.from(`${[line, ...fields, ...framing].join('\r\n')}\r\n\r\n`, 'latin1')
  const body = one.kind === 'framed' ? Buffer.from(one.body, 'latin1') : request.body
  return Buffer.concat([head, body])
}

/** A world behind a server of node:http, whose peer counts as a trusted proxy. */
export interface Wired {
  readonly world: World
  readonly url: string
  stop(): Promise<void>
}

export async function wire(world: World): Promise<Wired> {
  const server: Server = httpServer(world.service, { proxies: proxyList(['127.0.0.1']) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    world,
    url: addressOf(server),
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** ms after which a connection that neither answers nor closes is left alone */
const PATIENCE = 300
/** A 5xx that Node gives by itself: for a version, an upgrade or an expectation that it does not know */
const OF_NODE: ReadonlySet<number> = new Set([505])

/** Writes a connection's bytes, and ends it. @returns what was broken; undefined for nothing */
export async function brokenOnWire(
  one: Connection,
  { world, url }: Wired,
): Promise<string | undefined> {
  const whole = Buffer.concat(one.pieces.map((piece) => bytesOf(piece, world)))
  const bytes = whole.subarray(0, Math.ceil(one.until * whole.length))
  const raw = await openRaw(url)
  // a server that closes while more is being written
  raw.closed.catch(() => undefined)
  try {
    for (let at = 0; at < bytes.length; at += one.chunk) {
      if (raw.socket.destroyed) break
      raw.socket.write(bytes.subarray(at, at + one.chunk))
      // small writes are read one by one for a while; a long text would take for ever
      if (one.chunk < 1_000 && at < 50 * one.chunk) await new Promise(setImmediate)
    }
    raw.socket.end()
    for (;;) {
      const answer = await within(raw.answer(), PATIENCE)
      if (answer === undefined) break
      if (answer.status >= 500 && !OF_NODE.has(answer.status))
        return `it is answered ${answer.status}: ${answer.body.slice(0, 300)}`
      if (answer.status >= 400 && answer.body.length > 64 * 1024) return 'its refusal is large'
      if (world.secrets.some((secret) => answer.body.includes(secret)))
        return 'a secret is answered'
    }
  } finally {
    raw.socket.destroy()
  }
  const [line] = world.log.splice(0)
  return line === undefined
    ? undefined
    : `it leaves a line in the log: ${JSON.stringify(line)} ${String((line as { error?: unknown }).error)}`
}

function within<T>(work: Promise<T | undefined>, ms: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Whether another tenant is answered over the wire. */
export async function wireHarm({ world, url }: Wired): Promise<string | undefined> {
  const { victim } = world
  const of: Case = {
    as: 'root',
    method: 'GET',
    path: `/v1/keys/${victim.keyId}`,
    query: '',
    headers: { connection: 'close' },
    body: '',
  }
  const asVictim = { ...world, credentials: new Map([['root' as const, victim.credential]]) }
  const raw = await openRaw(url)
  raw.socket.write(bytesOf({ kind: 'request', of }, asVictim))
  const answer = await within(raw.answer(), 30_000)
  raw.socket.destroy()
  world.records.splice(0)
  return answer?.status === 200 ? undefined : `another tenant is answered ${answer?.status}`
}
