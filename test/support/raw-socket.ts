import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A bare TCP connection to a server; what is sent is exactly what is written. */
export interface RawConnection {
  readonly socket: Socket
  /** The next answer; undefined where the connection ended first. */
  answer(): Promise<RawAnswer | undefined>
  /** Until the server has closed the connection. */
  closed: Promise<unknown>
}

/** Connects to the host and port of a URL. */
export async function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  // a server that closes while more is being sent resets the connection
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  let received = Buffer.alloc(0)
  let ended = false
  let wake = () => undefined as undefined
  const closed = once(socket, 'close')
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    wake()
  })
  socket.on('close', () => {
    ended = true
    wake()
  })
  return {
    socket,
    closed,
    async answer() {
      for (;;) {
        const found = cut(received)
        if (found !== undefined) {
          received = received.subarray(found.length)
          // an interim answer (100) is not the answer
          if (found.answer.status >= 200) return found.answer
          continue
        }
        if (ended) return undefined
        await new Promise<void>((resolve) => {
          wake = () => {
            resolve()
            return undefined
          }
        })
      }
    },
  }
}

/** The first whole answer in some bytes, and its length. */
function cut(bytes: Buffer): { answer: RawAnswer; length: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const [line = '', ...fields] = bytes.toString('latin1', 0, headEnd).split('\r\n')
  const headers: Record<string, string> = {}
  for (const field of fields) {
    const colon = field.indexOf(':')
    headers[field.slice(0, colon).toLowerCase()] = field.slice(colon + 1).trim()
  }
  const length = headEnd + 4 + Number(headers['content-length'] ?? 0)
  if (bytes.length < length) return undefined
  const status = Number(line.split(' ')[1])
  return { answer: { status, headers, body: bytes.toString('utf8', headEnd + 4, length) }, length }
}
