import type { Caller } from './call.ts'
import { ApiProblem, problemOf } from './problem.ts'
import { type Output, queryText, requestOf } from './request.ts'
import type { ChangeKind } from './shown.ts'

/** How the console comes to know of changes: as they come, by asking again and again, or not at the moment. */
export type LiveState = 'starting' | 'live' | 'polling' | 'offline'

type Changes = Output<'GetChanges'>

/** ms between two questions where the service does not stream: functions answer once */
const POLL = 10_000
/** ms of silence after which a stream is given up: the service says every 15 seconds that it is there */
const SILENCE = 40_000
/** ms until the next try after a failure, twice as long after each, and at most */
const [RETRY, LONGEST_RETRY] = [1_000, 30_000] as const

/** What follows an account's changes. */
export interface Follower {
  changed(kinds: readonly ChangeKind[]): void
  state(state: LiveState): void
  /** The service has ended the stream because the caller is proven no more. */
  ended(): void
}

interface Position {
  /** Until of the last answer */
  since: string | undefined
  /** whether a stream is not to be had: too many are open, or something in between holds it back */
  single: boolean
}

/**
 * Follows the changes of the caller's account until it is stopped, over one connection.
 * @param position where an earlier one stopped; it is moved on
 */
export async function follow(
  caller: Caller,
  follower: Follower,
  position: Position,
  signal: AbortSignal,
): Promise<void> {
  let retry: number = RETRY
  while (!signal.aborted) {
    try {
      const streamed = await asked(caller, follower, position, signal)
      retry = RETRY
      await pause(streamed ? RETRY : POLL, signal)
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof ApiProblem && error.status === 429 && !position.single) {
        position.single = true
        continue
      }
      follower.state('offline')
      await pause(retry, signal)
      retry = Math.min(retry * 2, LONGEST_RETRY)
    }
  }
}

export const startOfLife = (): Position => ({ since: undefined, single: false })

/** Asks once, and reads a stream to its end. @returns whether it was one @throws ApiProblem, TypeError */
async function asked(
  caller: Caller,
  follower: Follower,
  position: Position,
  outer: AbortSignal,
): Promise<boolean> {
  const silent = new AbortController()
  const signal = AbortSignal.any([outer, silent.signal])
  let timer = setTimeout(() => silent.abort(), SILENCE)
  const heard = () => {
    clearTimeout(timer)
    timer = setTimeout(() => silent.abort(), SILENCE)
  }
  const told = ({ Kinds, Until }: Changes) => {
    position.since = Until
    if (Kinds.length > 0) follower.changed(Kinds)
  }
  let any = false
  try {
    const { since, single } = position
    const request = requestOf('GetChanges', since === undefined ? {} : { Since: since })
    const headers = await caller.authorized(request, {})
    const response = await fetch(`${caller.service}${request.path}${queryText(request.query)}`, {
      headers: { ...headers, ...(!single && { accept: 'text/event-stream' }) },
      ...{ credentials: 'omit', cache: 'no-store', redirect: 'error', signal },
    })
    if (!response.ok) throw await problemOf(response)
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
    if (isStream !== true || response.body === null) {
      told((await response.json()) as Changes)
      follower.state('polling')
      return false
    }
    for await (const { event, data } of eventsOf(response.body, heard)) {
      if (!any) follower.state('live')
      any = true
      if (event === 'changes') told(JSON.parse(data))
      if (event === 'end') follower.ended()
    }
    return true
  } catch (error) {
    // what holds back a stream's first words holds back all: it is asked without one
    if (silent.signal.aborted && !any) position.single = true
    throw error
  } finally {
    clearTimeout(timer)
  }
}

interface ServerEvent {
  readonly event: string
  readonly data: string
}

/**
 * Reads server-sent events (https://html.spec.whatwg.org/#event-stream-interpretation), with the fields that the
 * service sends.
 * @param heard called with every piece, comments too
 */
export async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  heard: () => void = () => {},
): AsyncGenerator<ServerEvent> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      heard()
      const blocks = (text + decoder.decode(value, { stream: true })).split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const fields = new Map(
          block.split('\n').map((line) => {
            const colon = line.indexOf(':')
            return [line.slice(0, colon), line.slice(colon + 1).trimStart()]
          }),
        )
        const [event, data] = [fields.get('event'), fields.get('data')]
        if (event !== undefined && data !== undefined) yield { event, data }
      }
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
}
