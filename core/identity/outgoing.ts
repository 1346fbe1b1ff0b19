import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { Unreachable } from './issuer-address.ts'

/** Until when others have to answer, all together. */
export interface Deadline {
  readonly signal: AbortSignal
  readonly ms: number
}

export const deadlineIn = (ms: number): Deadline => ({ signal: AbortSignal.timeout(ms), ms })

/** A promise that ends with the deadline, at the latest. @throws Unreachable */
export function within<T>(work: Promise<T>, { signal, ms }: Deadline): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Unreachable(`it takes longer than ${ms / 1000} s`))
    if (signal.aborted) return late()
    signal.addEventListener('abort', late, { once: true })
    work.then(resolve, reject)
  })
}

/** What is sent, and what is waited for. */
export interface Sent {
  readonly method?: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** bytes of an answer */
  readonly most: number
  /** statuses whose bodies are read; 200 alone unless given */
  readonly reads?: readonly number[]
  readonly deadline: Deadline
}

export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** empty where it is not read */
  readonly body: Buffer
}

/**
 * One request to a host that was looked at: the connection goes to this address whatever the name leads to by now,
 * redirects are not followed, what is too long or too late is let go.
 * @throws Unreachable, and errors of the connection
 */
export const exchange = (url: URL, address: string, sent: Sent): Promise<Answered> =>
  within(roundTrip(url, address, sent), sent.deadline)

async function roundTrip(url: URL, address: string, sent: Sent): Promise<Answered> {
  const { method = 'GET', headers, body = '', most, reads = [200], deadline } = sent
  const { request } = await import(url.protocol === 'https:' ? 'node:https' : 'node:http')
  const pinned = { address, family: isIP(address) }
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const made = request(url, {
      method,
      signal: deadline.signal,
      agent: false,
      headers,
      // that of the host that is connected to: a Host header may name another
      ...(isIP(host) === 0 && { servername: host }),
      lookup: (
        _host: string,
        options: { all?: boolean },
        done: (error: null, found: unknown, family?: number) => void,
      ) => (options.all === true ? done(null, [pinned]) : done(null, address, pinned.family)),
    })
    made.on('response', resolve).on('error', reject).end(body)
  })
  const { statusCode: status = 0, headers: answered } = message
  if (!reads.includes(status)) {
    message.destroy()
    return { status, headers: answered, body: Buffer.alloc(0) }
  }
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > most) {
      message.destroy()
      throw new Unreachable(`it answers more than ${most} bytes`)
    }
    chunks.push(chunk)
  }
  return { status, headers: answered, body: Buffer.concat(chunks) }
}
