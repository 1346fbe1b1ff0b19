import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { blockOf } from './address-block.ts'

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

/** Begins a request. @param gone aborted when its connection is closed */
type Begin = (gone: AbortSignal) => void

export interface Connections {
  /** Takes a connection, or not. @param bounded whether its address may have only so many */
  open(socket: Socket, bounded: boolean): void
  /** Begins a request when fewer than so many of its connection are under way. */
  begin(socket: Socket, response: ServerResponse, begin: Begin): void
}

interface Connection {
  readonly gone: AbortController
  readonly waiting: { readonly response: ServerResponse; readonly begin: Begin }[]
  underWay: number
  paused: boolean
  destroy(): void
  /** whether nothing is under way: then it can be closed to make room for another */
  idle(is: boolean): void
}

/** Connections in the order in which they fell idle. */
interface Group {
  count: number
  readonly idle: Set<Connection>
}
const group = (): Group => ({ count: 0, idle: new Set() })

/** The same for the two sockets of a TLS connection. */
const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress}|${remotePort}`

/**
 * Keeps connections, and the requests of each, within bounds. A connection too many takes the place of the
 * one that has been idle for longest, of its own address where that has too many; where none is idle it is
 * closed itself. Who sends many requests without waiting for answers (pipelining) is read no further while
 * enough are under way, and is closed where still more had been sent.
 */
export function connections(limits: ConnectionLimits): Connections {
  const all = group()
  const addresses = new Map<string, Group>()
  const known = new Map<string, Connection>()

  function open(socket: Socket, bounded: boolean): void {
    const name = nameOf(socket)
    const address = bounded ? blockOf(socket.remoteAddress ?? '') : ''
    const own = bounded ? (addresses.get(address) ?? group()) : undefined
    const room =
      (own === undefined || makeRoom(own, limits.perAddress)) && makeRoom(all, limits.total)
    if (!room) {
      socket.destroy()
      return
    }
    if (own !== undefined) addresses.set(address, own)
    const groups = own === undefined ? [all] : [all, own]
    const connection: Connection = {
      gone: new AbortController(),
      waiting: [],
      underWay: 0,
      paused: false,
      destroy() {
        leave()
        socket.destroy()
      },
      idle(is) {
        for (const { idle } of groups) {
          if (is) idle.add(connection)
          else idle.delete(connection)
        }
      },
    }
    let left = false
    function leave(): void {
      if (left) return
      left = true
      if (known.get(name) === connection) known.delete(name)
      connection.idle(false)
      connection.waiting.length = 0
      for (const each of groups) each.count--
      if (own?.count === 0) addresses.delete(address)
      connection.gone.abort()
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

  function begin(socket: Socket, response: ServerResponse, begin: Begin): void {
    const connection = known.get(nameOf(socket))
    // closed while it was read
    if (connection === undefined) return
    const { waiting, underWay } = connection
    if (underWay < limits.underWay) start(socket, connection, response, begin)
    else if (waiting.length < limits.waiting) {
      waiting.push({ response, begin })
      pause(socket, connection)
    } else connection.destroy()
  }

  function start(
    socket: Socket,
    connection: Connection,
    response: ServerResponse,
    begin: Begin,
  ): void {
    connection.underWay++
    connection.idle(false)
    response.once('close', () => {
      connection.underWay--
      if (connection.gone.signal.aborted) return
      const next = connection.waiting.shift()
      if (next !== undefined) start(socket, connection, next.response, next.begin)
      else if (connection.underWay === 0) connection.idle(true)
      if (connection.waiting.length > 0) pause(socket, connection)
      else if (connection.paused) {
        connection.paused = false
        socket.resume()
      }
    })
    begin(connection.gone.signal)
  }

  /**
   * Node reads on by itself after each message, now or a turn later: so it is stopped after both. What one
   * read has brought (64 KiB) comes all the same.
   */
  function pause(socket: Socket, connection: Connection): void {
    connection.paused = true
    const stop = () => {
      if (connection.paused) socket.pause()
    }
    process.nextTick(stop)
    setImmediate(stop)
  }

  return { open, begin }
}
