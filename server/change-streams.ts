import type { Writable } from 'node:stream'
import type { ChangeWatch } from '../core/audit/audit.ts'
import { CHANGE_KINDS, type ChangeKind } from '../core/audit/change-kinds.ts'
import { KmsError } from '../core/base/errors.ts'
import type { HttpRequest, HttpResponse } from '../core/base/http-message.ts'
import { handle } from '../core/pipeline/handle.ts'
import { hasBody } from '../core/pipeline/head.ts'
import { type Standing, standingOf } from '../core/pipeline/standing.ts'
import type { Service } from '../core/service.ts'

/** where GetChanges is (operations/audit/get-changes.ts) */
const PATH = '/v1/changes'
const EVENT_STREAM = 'text/event-stream'

export interface StreamLimits {
  /** streams at once, of one process: in all, and of one account */
  readonly total: number
  readonly perAccount: number
  /** ms between two looks at an account's changes, and at what is to be done for its streams */
  readonly look: number
  /** ms between two looks at who a stream is for */
  readonly prove: number
  /** ms of silence after which a stream says that it is there: proxies cut what is silent for a minute */
  readonly heartbeat: number
  /** ms after which a stream ends, so that its client signs anew */
  readonly longest: number
  /** ms for which a client may not read, or the store not answer */
  readonly patience: number
}

export const STREAM_LIMITS: StreamLimits = {
  total: 1_000,
  perAccount: 100,
  look: 1_000,
  prove: 5_000,
  heartbeat: 15_000,
  longest: 3_600_000,
  patience: 30_000,
}

/** An answer that goes on: its head, and what writes the rest. */
export interface StreamAnswer {
  readonly status: 200
  readonly headers: Record<string, string>
  begin(response: Writable): void
}

export interface ChangeStreams {
  /** Answers a request that wants changes as they come; undefined for any other. */
  take(head: HttpRequest): Promise<HttpResponse | StreamAnswer> | undefined
  /** Ends all. */
  close(): void
}

interface Stream {
  readonly standing: Standing
  readonly response: Writable
  /** performance.now() of when it began, was proven last, proven with success, wrote last, and could last write */
  readonly began: number
  provenAt: number
  trustedAt: number
  wroteAt: number
  drainedAt: number
  proving: boolean
  /** what waits until the client reads on */
  readonly waiting: Set<ChangeKind>
  end(refusal?: KmsError): void
}

/** An account that somebody watches: it is looked at once for all its streams. */
interface Watched {
  readonly streams: Set<Stream>
  watch: ChangeWatch | undefined
  looking: boolean
  until: number
}

/**
 * Changes of an account as server-sent events (https://html.spec.whatwg.org/#server-sent-events). What a stream says
 * first is what GetChanges answers the very request; from then on the same, as it comes to be. So who may open one, what
 * is recorded of that and how it is refused are the pipeline's; afterwards who it is for is proven every few seconds.
 * @param listening whether the server takes connections: once it does not, streams end
 */
export function changeStreams(
  service: Service,
  limits: StreamLimits,
  listening: () => boolean,
): ChangeStreams {
  const accounts = new Map<string, Watched>()
  let count = 0
  let timer: ReturnType<typeof setInterval> | undefined

  async function take(head: HttpRequest): Promise<HttpResponse | StreamAnswer> {
    const answer = await handle(head, service)
    if (answer.status !== 200) return answer
    const standing = standingOf(head, service)
    if (isFull(standing)) {
      const requestId = answer.headers['x-request-id'] ?? ''
      const told = service.rest.failure(tooMany(), { requestId })
      told.headers['retry-after'] = '30'
      return told
    }
    return {
      status: 200,
      headers: {
        ...answer.headers,
        'content-type': EVENT_STREAM,
        // nginx and those that heed its header hold nothing back
        'x-accel-buffering': 'no',
      },
      begin: (response) => open(standing, response, answer.body),
    }
  }

  const isFull = ({ accountId }: Standing): boolean =>
    count >= limits.total || (accounts.get(accountId)?.streams.size ?? 0) >= limits.perAccount

  function open(standing: Standing, response: Writable, first: string): void {
    // who went away while the first answer was made: no event will tell of it, and the place would stay taken
    if (response.destroyed) return
    const { accountId } = standing
    const now = performance.now()
    const full = isFull(standing)
    const account: Watched = accounts.get(accountId) ?? {
      streams: new Set(),
      watch: undefined,
      looking: false,
      until: service.now(),
    }
    const stream: Stream = {
      standing,
      response,
      began: now,
      provenAt: now,
      trustedAt: now,
      wroteAt: now,
      drainedAt: now,
      proving: false,
      waiting: new Set(),
      end(refusal) {
        leave()
        if (refusal !== undefined) {
          const { code, message: detail } = refusal
          response.write(event('end', JSON.stringify({ code, detail })))
        }
        response.end()
      },
    }
    let left = false
    function leave(): void {
      if (left) return
      left = true
      count--
      account.streams.delete(stream)
      if (account.streams.size === 0) accounts.delete(accountId)
      if (count > 0) return
      clearInterval(timer)
      timer = undefined
    }
    count++
    account.streams.add(stream)
    // what came since the first answer may have been told to the others already: the last seconds are told again
    account.watch = undefined
    accounts.set(accountId, account)
    timer ??= setInterval(turn, limits.look).unref()
    response.on('close', leave)
    response.on('drain', () => {
      stream.drainedAt = performance.now()
      flush(account, stream)
    })
    response.write(event('changes', first))
    // others that were asked for at the same time came first
    if (full) stream.end(tooMany())
  }

  function turn(): void {
    if (!listening()) {
      close()
      return
    }
    for (const [accountId, account] of accounts) {
      void look(accountId, account)
      for (const stream of account.streams) tend(stream)
    }
  }

  async function look(accountId: string, account: Watched): Promise<void> {
    if (account.looking) return
    account.looking = true
    try {
      account.watch ??= await service.ports.trail.watch(accountId, account.until)
      const now = service.now()
      const kinds = await account.watch.look(now)
      account.until = now
      if (kinds.size === 0) return
      for (const stream of account.streams) {
        for (const kind of kinds) stream.waiting.add(kind)
        flush(account, stream)
      }
    } catch (error) {
      // the next look sees to this time too; who is proven no more is told by their own stream
      service.log('warn', { changes: 'can not be looked at now', accountId, error })
    } finally {
      account.looking = false
    }
  }

  /** Writes what waits, unless the client has yet to read what was written before. */
  function flush({ until }: Watched, stream: Stream): void {
    const { response, waiting } = stream
    if (waiting.size === 0 || response.writableNeedDrain) return
    const Kinds = CHANGE_KINDS.filter((kind) => waiting.has(kind))
    waiting.clear()
    const Until = new Date(until).toISOString()
    response.write(event('changes', JSON.stringify({ Kinds, Until })))
    stream.wroteAt = performance.now()
  }

  function tend(stream: Stream): void {
    const { response } = stream
    const now = performance.now()
    if (response.writableNeedDrain) {
      if (now - Math.max(stream.drainedAt, stream.wroteAt) >= limits.patience) response.destroy()
      return
    }
    if (now - stream.began >= limits.longest) {
      stream.end()
      return
    }
    if (now - stream.wroteAt >= limits.heartbeat) {
      response.write(':\n\n')
      stream.wroteAt = now
    }
    if (!stream.proving && now - stream.provenAt >= limits.prove) void prove(stream)
  }

  async function prove(stream: Stream): Promise<void> {
    stream.proving = true
    try {
      await stream.standing.prove()
      stream.trustedAt = performance.now()
    } catch (error) {
      const { accountId } = stream.standing
      if (error instanceof KmsError) stream.end(error)
      else if (performance.now() - stream.trustedAt >= limits.patience) {
        service.log('error', {
          changes: 'a stream ended: its caller can not be proven',
          accountId,
          error,
        })
        const words = 'A dependency did not answer in time. Try again.'
        stream.end(new KmsError('DependencyTimeoutException', words))
      }
    } finally {
      stream.proving = false
      stream.provenAt = performance.now()
    }
  }

  function close(): void {
    for (const { streams } of [...accounts.values()]) for (const one of [...streams]) one.end()
  }

  return {
    take: (head) => (wants(head) ? take(head) : undefined),
    close,
  }
}

const tooMany = () =>
  new KmsError(
    'ThrottlingException',
    'Too many streams of changes are open. Close some, or ask without a stream.',
  )

/** Whether changes are asked for as a stream: so browsers' EventSource and fetch say it. */
const wants = (head: HttpRequest): boolean =>
  head.path === PATH &&
  head.method === 'GET' &&
  !hasBody(head) &&
  (head.headers['accept'] ?? '')
    .split(',')
    .some((type) => type.split(';')[0]?.trim().toLowerCase() === EVENT_STREAM)

const event = (name: string, data: string): string => `event: ${name}\ndata: ${data}\n\n`
