import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { blockOf } from '../core/base/address-block.ts'
import { type Peer, plainAddress } from './forwarded.ts'

export interface ConnectionLimits {
  /** connections at once: in all, and of one address */
  readonly total: number
  readonly perAddress: number
  /** requests of one connection that are under way at once, and those that came and wait for them */
  readonly underWay: number
  readonly waiting: number
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  total: 10_000,
  perAddress: 1_000,
  underWay: 8,
  waiting: 256,
}

/** What all requests of one connection have in common. */
export interface Via {
  readonly peer: Peer
  /** whether the peer is believed what it says of its callers */
  readonly proxy: boolean
  /** aborted when the connection is closed */
  readonly gone: AbortSignal
}

type Begin = (message: IncomingMessage, response: ServerResponse, via: Via) => void

export interface Connections {
  /** Takes a connection, or not. @param proxy whether it is a proxy's, which may have any number */
  open(socket: Socket, proxy: boolean): void
  /** How a request came; undefined where its connection was closed while it was read. */
  via(message: IncomingMessage): Via | undefined
  /** Takes a request, which begins when fewer than so many of its connection are under way. */
  take(message: IncomingMessage, response: ServerResponse): void
  /** Lets go of the last requests of idle connections; to be called every second. */
  sweep(): void
}

interface Connection extends Via {
  peer: Peer
  /** what its requests come by: where it is TLS, not the socket that was opened */
  socket: Socket
  /** the request that began last: Node keeps it for as long as its body's end is not told */
  latest: IncomingMessage | undefined
  readonly waiting: { readonly message: IncomingMessage; readonly response: ServerResponse }[]
  underWay: number
  paused: boolean
  /** whether it is closed */
  left: boolean
  destroy(): void
  /** A request of it was answered, or never will be. */
  readonly answered: () => void
  /** whether nothing is under way: then it can be closed to make room for another */
  idle(is: boolean): void
}

/** Connections in the order in which they fell idle. */
interface Group {
  count: number
  readonly idle: Set<Connection>
}
const group = (): Group => ({ count: 0, idle: new Set() })

const peerOf = (socket: Socket): Peer => ({
  address: plainAddress(socket.remoteAddress ?? ''),
  tls: socket instanceof TLSSocket,
})

/** The same for the two sockets of a TLS connection. */
const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress}|${remotePort}`

/**
 * Keeps connections, and the requests of each, within bounds. A connection too many takes the place of the
 * one that has been idle for longest, of its own address where that has too many; where none is idle it is
 * closed itself. Who sends many requests without waiting for answers (pipelining) is read no further while
 * enough are under way, and is closed where still more had been sent.
 */
export function connections(limits: ConnectionLimits, begin: Begin): Connections {
  const all = group()
  const addresses = new Map<string, Group>()
  const known = new Map<string, Connection>()
  /** the same by the sockets that their requests come by */
  const bySocket = new WeakMap<Socket, Connection>()

  function open(socket: Socket, proxy: boolean): void {
    const name = nameOf(socket)
    const address = proxy ? '' : blockOf(socket.remoteAddress ?? '')
    const own = proxy ? undefined : (addresses.get(address) ?? group())
    const room =
      (own === undefined || makeRoom(own, limits.perAddress)) && makeRoom(all, limits.total)
    if (!room) {
      socket.destroy()
      return
    }
    if (own !== undefined) addresses.set(address, own)
    const groups = own === undefined ? [all] : [all, own]
    const leaving = new AbortController()
    const connection: Connection = {
      peer: peerOf(socket),
      proxy,
      gone: leaving.signal,
      socket,
      latest: undefined,
      waiting: [],
      underWay: 0,
      paused: false,
      left: false,
      destroy() {
        leave()
        socket.destroy()
      },
      answered: () => goOn(connection),
      idle(is) {
        for (const { idle } of groups) {
          if (is) idle.add(connection)
          else idle.delete(connection)
        }
      },
    }
    function leave(): void {
      if (connection.left) return
      connection.left = true
      if (known.get(name) === connection) known.delete(name)
      connection.idle(false)
      connection.waiting.length = 0
      for (const each of groups) each.count--
      if (own?.count === 0) addresses.delete(address)
      leaving.abort()
    }
    for (const each of groups) each.count++
    connection.idle(true)
    known.set(name, connection)
    socket.once('close', leave)
  }

  function makeRoom({ count, idle }: Group, limit: number): boolean {
    if (count < limit) return true
    const [longest] = idle
    longest?.destroy()
    return longest !== undefined
  }

  /** The connection of a socket that requests come by. */
  function connectionOf(socket: Socket): Connection | undefined {
    const seen = bySocket.get(socket)
    if (seen !== undefined) return seen.left ? undefined : seen
    const connection = known.get(nameOf(socket))
    if (connection === undefined) return undefined
    bySocket.set(socket, connection)
    return Object.assign(connection, { socket, peer: peerOf(socket) })
  }

  function take(message: IncomingMessage, response: ServerResponse): void {
    const connection = connectionOf(message.socket)
    // closed while it was read
    if (connection === undefined) return
    const { waiting, underWay } = connection
    if (underWay < limits.underWay) start(connection, message, response)
    else if (waiting.length < limits.waiting) {
      waiting.push({ message, response })
      pause(connection)
    } else connection.destroy()
  }

  function start(connection: Connection, message: IncomingMessage, response: ServerResponse): void {
    connection.underWay++
    connection.latest = message
    connection.idle(false)
    response.on('close', connection.answered)
    begin(message, response, connection)
  }

  function goOn(connection: Connection): void {
    connection.underWay--
    if (connection.left) return
    const next = connection.waiting.shift()
    if (next !== undefined) start(connection, next.message, next.response)
    else if (connection.underWay === 0) connection.idle(true)
    if (connection.waiting.length > 0) pause(connection)
    else if (connection.paused) {
      connection.paused = false
      connection.socket.resume()
    }
  }

  /**
   * Node reads on by itself after each message, now or a turn later: so it is stopped after both. What one
   * read has brought (64 KiB) comes all the same.
   */
  function pause(connection: Connection): void {
    connection.paused = true
    const stop = () => {
      if (connection.paused) connection.socket.pause()
    }
    process.nextTick(stop)
    setImmediate(stop)
  }

  function sweep(): void {
    for (const connection of all.idle) {
      connection.latest?.resume()
      connection.latest = undefined
    }
  }

  return { open, sweep, via: ({ socket }) => connectionOf(socket), take }
}
