import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import type { PageResponse } from '../../core/base/http-message.ts'
import { ANY_BODY } from '../../core/protocol/body-limit.ts'
import {
  CONNECTION_LIMITS,
  type ConnectionLimits,
  connections as connectionsWithin,
} from '../../server/connections.ts'
import { proxyList } from '../../server/forwarded.ts'
import { addressOf, httpServer } from '../../server/http-server.ts'
import { UPLOAD_LIMITS, uploads } from '../../server/upload.ts'
import { install, processOver } from '../support/installed.ts'
import { openRaw, type RawConnection } from '../support/raw-socket.ts'

const open: { server: Server; connections: RawConnection[] }[] = []
afterEach(() => {
  for (const { server, connections } of open.splice(0)) {
    for (const { socket } of connections) socket.destroy()
    server.close()
    server.closeAllConnections()
  }
})

/** A server whose page /held answers when it is let go, and what of it is under way. */
async function start(limits: Partial<ConnectionLimits>, proxies: readonly string[] = []) {
  const held: (() => void)[] = []
  let begun = 0
  const answer: PageResponse = { status: 200, headers: {}, body: 'held' }
  const pages = new Map<string, () => PageResponse | Promise<PageResponse>>([
    ['GET /health', () => ({ status: 200, headers: {}, body: 'well' })],
    [
      'GET /held',
      () => {
        begun++
        return new Promise((resolve) => held.push(() => resolve({ ...answer, headers: {} })))
      },
    ],
  ])
  const service = processOver(await install(), { pages })
  const server = httpServer(service, { connections: limits, proxies: proxyList(proxies) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const connections: RawConnection[] = []
  open.push({ server, connections })
  return {
    held,
    get begun() {
      return begun
    },
    async connect() {
      const connection = await openRaw(addressOf(server))
      connections.push(connection)
      return connection
    },
  }
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`
/** Whether a connection is served: undefined where it was closed. */
async function ask(connection: RawConnection, path = '/health') {
  connection.socket.write(get(path))
  return (await connection.answer())?.status
}
const closed = (connection: RawConnection) => connection.closed.catch(() => undefined)

describe('Requests of one connection', () => {
  test('are under way up to a bound, the others wait, and all are answered in their order', async () => {
    const server = await start({ underWay: 3, waiting: 100 })
    const many = await server.connect()
    many.socket.write(get('/held').repeat(10) + get('/health'))
    for (let answered = 0; answered < 10; answered++) {
      await expect.poll(() => server.begun).toBe(Math.min(10, answered + 3))
      // others are served meanwhile
      expect(await ask(await server.connect())).toBe(200)
      server.held[answered]?.()
      expect((await many.answer())?.body).toBe('held')
    }
    expect((await many.answer())?.body).toBe('well')
  })

  test('too many to be read at once are read as there is room for them, and all answered', async () => {
    const server = await start({ underWay: 1, waiting: 8 })
    const many = await server.connect()
    // so long that what is read at once is but a few of them
    const long = (path: string) =>
      get(path).replace('\r\n\r\n', `\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)
    many.socket.write(long('/held') + long('/health').repeat(60))
    await expect.poll(() => server.begun).toBe(1)
    expect(await ask(await server.connect())).toBe(200)
    server.held[0]?.()
    const bodies: (string | undefined)[] = []
    for (let i = 0; i < 61; i++) bodies.push((await many.answer())?.body)
    expect(bodies).toEqual(['held', ...Array(60).fill('well')])
  })

  test('far too many end it, and begin nothing more', async () => {
    const server = await start({ underWay: 2, waiting: 5 })
    const flood = await server.connect()
    flood.socket.write(get('/held').repeat(1_000))
    await closed(flood)
    expect(server.begun).toBe(2)
    for (const letGo of server.held) letGo()
    expect(await ask(await server.connect())).toBe(200)
    expect(server.begun).toBe(2)
  })
})

describe('Connections', () => {
  test.each([
    ['in all', { total: 3 }, ['127.0.0.0/8']],
    ['of one address', { perAddress: 3 }, []],
  ])('%s are bounded: who has been idle for longest makes room', async (_, limits, proxies) => {
    const server = await start(limits, proxies)
    const [first, second, third] = [
      await server.connect(),
      await server.connect(),
      await server.connect(),
    ]
    for (const each of [first, second, third]) expect(await ask(each)).toBe(200)
    expect(await ask(first)).toBe(200)
    const fourth = await server.connect()
    expect(await ask(fourth)).toBe(200)
    await closed(second)
    for (const each of [first, third, fourth]) expect(await ask(each)).toBe(200)
  })

  test('with requests under way are never closed to make room', async () => {
    const server = await start({ perAddress: 2 })
    const [first, second] = [await server.connect(), await server.connect()]
    for (const { socket } of [first, second]) socket.write(get('/held'))
    await expect.poll(() => server.begun).toBe(2)
    await closed(await server.connect())
    for (const letGo of server.held) letGo()
    for (const each of [first, second]) expect((await each.answer())?.body).toBe('held')
  })

  test('of a trusted proxy are bounded in all alone', async () => {
    const server = await start({ perAddress: 1, total: 10 }, ['127.0.0.1'])
    const both = [await server.connect(), await server.connect()]
    for (const each of both) expect(await ask(each)).toBe(200)
    for (const each of both) expect(await ask(each)).toBe(200)
  })

  test('that are idle hold nothing of their last request for long', async () => {
    const bodies = uploads(UPLOAD_LIMITS, () => 0)
    const seen: IncomingMessage[] = []
    const all = connectionsWithin(CONNECTION_LIMITS, async (message, response) => {
      seen.push(message)
      response.end((await bodies.read(message, 'a', ANY_BODY, 4))?.bytes)
    })
    const server = createServer(all.take)
    server.on('connection', (socket) => all.open(socket, false))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const connection = await openRaw(addressOf(server))
    open.push({ server, connections: [connection] })
    connection.socket.write('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody')
    expect((await connection.answer())?.body).toBe('body')
    // Node keeps a request until its end was told
    await expect.poll(() => all.sweep() ?? seen.map((one) => one.readableEnded)).toEqual([true])
  })
})
