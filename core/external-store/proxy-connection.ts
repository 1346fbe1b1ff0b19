import type { IncomingMessage } from 'node:http'
import { Agent, type AgentOptions, request as httpsRequest, type RequestOptions } from 'node:https'
import { type BlockList, isIP, type LookupFunction, type Socket } from 'node:net'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { addressList } from '../base/address-list.ts'
import { hostAddresses } from '../base/host-address.ts'
import { ProxyFailure } from '../custom-key-store/xks.ts'
import { MOST_CALLS } from './call-places.ts'

/** bytes of an answer: the largest legal one has 6 KB */
const MAX_BYTES = 64 * 1024
/** ms that a connection is kept on which nothing is asked */
const IDLE = 60_000
/** connections on which nothing is asked that are kept for each store at its host, and in all */
const MOST_IDLE = 16
const MOST_IDLE_IN_ALL = 128

/** How proxies are reached. */
export interface ProxyOptions {
  /** addresses and CIDR ranges where proxies are called beside public addresses */
  readonly networks: readonly string[]
  /** PEM of certificate authorities that are trusted beside the well-known ones; undefined for none */
  readonly authorities?: string | undefined
  /** the port of every proxy */
  readonly port: number
  /** ms that a call may take, its connection included */
  readonly limit: number
}

/** One signed request. */
export interface ProxyRequest {
  /** whose call it is, account, Region and id: no other store's calls go over its connections */
  readonly store: string
  readonly host: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** on a connection of its own, which is not kept */
  readonly fresh: boolean
}

export interface ProxyAnswer {
  readonly status: number
  readonly body: Buffer
}

/** Connections to external key store proxies. */
export interface ProxyConnections {
  /** @throws ProxyFailure Unreachable, NoTls, TimedOut, Malformed for an answer that is none of HTTP or too long */
  send(request: ProxyRequest): Promise<ProxyAnswer>
  close(): void
}

/**
 * Proxies are at addresses that tenants name: each connection looks its host up, is refused unless every
 * address is public or of the operator's networks, and goes to one that was looked at. It is kept for the
 * next calls; redirects are answers like any other, and answers are bounded.
 */
export function proxyConnections(options: ProxyOptions): ProxyConnections {
  const { port, limit, authorities } = options
  const networks = options.networks.length === 0 ? undefined : addressList(options.networks)
  const lookup = guardedLookup(networks)
  const tls = { secureContext: contextWith(authorities), ALPNProtocols: ['http/1.1'] }
  const keeping = keepingAgent(tls)
  const passing = new Agent({ ...tls, keepAlive: false })

  /** @throws Retry where a connection that was kept turns out to be gone */
  function once({ store, host, path, headers, body, fresh }: ProxyRequest, deadline: AbortSignal) {
    return new Promise<ProxyAnswer>((resolve, reject) => {
      let stage: ProxyFailure['reason'] = 'Unreachable'
      let answered = false
      const options: StoreRequest = {
        ...{ store, host, port, path, method: 'POST', lookup, servername: host, signal: deadline },
        headers: { ...headers, 'content-length': String(body.length) },
        agent: fresh ? passing : keeping,
      }
      const sent = httpsRequest(options, (message) => {
        answered = true
        bodyOf(message).then(
          (read) => resolve({ status: message.statusCode ?? 0, body: read }),
          reject,
        )
      })
      sent.on('socket', (socket: Socket) => {
        if (sent.reusedSocket) {
          stage = 'Malformed'
          return
        }
        socket.once('connect', () => {
          stage = 'NoTls'
        })
        socket.once('secureConnect', () => {
          stage = 'Malformed'
        })
      })
      sent.on('error', (error: NodeJS.ErrnoException) => {
        if (deadline.aborted) return reject(new ProxyFailure('TimedOut'))
        if (answered) return
        const gone = GONE.has(error.code ?? '')
        if (gone && sent.reusedSocket) return reject(new Retry())
        // a connection that is cut before an answer is a fault of the way there
        const reason = stage === 'Malformed' && gone ? 'Unreachable' : stage
        reject(new ProxyFailure(reason, `${reason}: ${error.message}`))
      })
      sent.end(body)
    })
  }

  return {
    async send(request) {
      if (isIP(request.host) !== 0) throw new ProxyFailure('Unreachable', 'an address is no host')
      const deadline = AbortSignal.timeout(limit)
      try {
        for (;;) {
          try {
            return await within(once(request, deadline), deadline)
          } catch (error) {
            // what a proxy encrypts or decrypts twice harms nobody; each kept connection fails once
            if (!(error instanceof Retry)) throw error
          }
        }
      } catch (error) {
        if (error instanceof ProxyFailure) throw error
        if (deadline.aborted) throw new ProxyFailure('TimedOut')
        throw new ProxyFailure('Unreachable', error instanceof Error ? error.message : undefined)
      }
    },
    close() {
      keeping.destroy()
      passing.destroy()
    },
  }
}

/** What an agent is asked with; it keeps all of it with the connection. */
export interface StoreRequest extends RequestOptions {
  /** as in ProxyRequest */
  readonly store: string
}

/**
 * Keeps connections for the next calls of the same store at the same host: one whose proxy hangs loses its own
 * alone, and what a proxy answers on another's connection is never taken for its answer. How many calls are under
 * way is bounded by their places (call-places.ts); of those that only wait, the store that has the most at a host
 * gives one up where there are too many: whoever may name a proxy may name many, and takes nobody's place with them.
 */
export function keepingAgent(tls: AgentOptions): Agent {
  const agent = new Agent({
    ...tls,
    keepAlive: true,
    maxFreeSockets: MOST_IDLE,
    maxTotalSockets: MOST_CALLS + MOST_IDLE_IN_ALL,
    timeout: IDLE,
  })
  const placeOf = agent.getName.bind(agent)
  // by it connections are kept and TLS sessions resumed
  agent.getName = (asked = {}) => `${storeOf(asked)} ${placeOf(asked)}`
  agent.on('free', () => {
    // one that is being closed is in the list until it is
    const stores = Object.values(agent.freeSockets).map((sockets = []) =>
      sockets.filter(({ destroyed }) => !destroyed),
    )
    const idle = stores.reduce((sum, { length }) => sum + length, 0)
    if (idle <= MOST_IDLE_IN_ALL) return
    const [longest] = stores.reduce((a, b) => (b.length > a.length ? b : a))
    longest?.destroy()
  })
  return agent
}

const storeOf = (asked: object): string =>
  'store' in asked && typeof asked.store === 'string' ? asked.store : ''

/** A connection that was kept had been closed by the other side. */
class Retry extends Error {
  override readonly name = 'Retry'
}

const GONE: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT'])

/** Made once: the list of authorities is long. TLS 1.2 at least, as the specification says. */
const contextWith = (authorities: string | undefined): SecureContext =>
  createSecureContext({
    minVersion: 'TLSv1.2',
    ...(authorities !== undefined && { ca: [...getCACertificates('default'), authorities] }),
  })

/** A promise that ends with the deadline, at the latest. */
function within<T>(work: Promise<T>, deadline: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new ProxyFailure('TimedOut'))
    if (deadline.aborted) return late()
    deadline.addEventListener('abort', late, { once: true })
    work.then(resolve, reject).finally(() => deadline.removeEventListener('abort', late))
  })
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > MAX_BYTES) {
        message.destroy()
        throw new ProxyFailure('Malformed', `it answers more than ${MAX_BYTES} bytes`)
      }
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof ProxyFailure) throw error
    throw new ProxyFailure('Malformed', 'its answer ends too early')
  }
  return Buffer.concat(chunks)
}

/** Looks a host up for a connection, and refuses one that may not be called. One question at a time for a host. */
function guardedLookup(networks: BlockList | undefined): LookupFunction {
  const asking = new Map<string, ReturnType<typeof hostAddresses>>()
  const ask = (host: string) => {
    const before = asking.get(host)
    if (before !== undefined) return before
    const made = hostAddresses(host, networks).finally(() => asking.delete(host))
    asking.set(host, made)
    return made
  }
  return (host, { all }, done) => {
    ask(host).then(
      ({ addresses, allowed, open }) => {
        const [first] = addresses
        if (first === undefined || (!allowed && !open)) {
          return done(new Error('its address is neither public nor of TENKEY_XKS_NETWORKS'), [])
        }
        if (all === true) {
          return done(
            null,
            addresses.map((address) => ({ address, family: isIP(address) })),
          )
        }
        done(null, first, isIP(first))
      },
      (error: Error) => done(error, []),
    )
  }
}
