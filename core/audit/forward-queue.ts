import type { Log } from '../base/log.ts'
import type { Forward } from './store-trail.ts'

/** bytes that wait at most; of what comes beyond, nothing is forwarded */
const MOST_WAITING = 16 * 1024 * 1024
/** bytes of one write */
const MOST_WRITTEN = 1024 * 1024
/** ms after which what could not be written is tried again */
const RETRY = 1000

/** Lines on their way to somewhere beside the store. */
export interface ForwardQueue {
  readonly take: Forward
  /** Writes what waits, for a stop; gives up on what can't be written now. */
  close(): Promise<void>
}

/**
 * Hands lines on, in their order, as fast as they are taken, and holds up nobody: a call's record is put
 * here and forgotten. Where they are not taken, 16 MB wait; what comes beyond is lost here (never in the
 * store), and said so in the log.
 * @param write resolves once the bytes, whole lines, are written; a rejection is tried again
 */
export function forwardQueue(write: (lines: Buffer) => Promise<void>, log: Log): ForwardQueue {
  let waiting: Buffer[] = []
  let bytes = 0
  let lost = 0
  let failing = false
  let writing: Promise<void> | undefined
  let retry: ReturnType<typeof setTimeout> | undefined

  /** As many whole lines as one write has; a line alone may have more. */
  function next(): { readonly lines: Buffer[]; readonly size: number } {
    let size = 0
    let count = 0
    for (const line of waiting) {
      if (count > 0 && size + line.length > MOST_WRITTEN) break
      size += line.length
      count++
    }
    return { lines: waiting.slice(0, count), size }
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const { lines, size } = next()
      await write(Buffer.concat(lines, size))
      waiting = waiting.slice(lines.length)
      bytes -= size
      failing = false
      if (lost > 0) log('error', { audit: 'not forwarded', records: lost })
      lost = 0
    }
  }

  function begin(): Promise<void> {
    retry = undefined
    writing ??= drain()
      .catch((error: unknown) => {
        if (!failing) log('error', { audit: 'can not be forwarded now', error })
        failing = true
        retry ??= setTimeout(begin, RETRY).unref()
      })
      .finally(() => {
        writing = undefined
      })
    return writing
  }

  return {
    take(line) {
      if (bytes + line.length > MOST_WAITING) {
        lost++
        return
      }
      waiting.push(line)
      bytes += line.length
      // lines that come in the same turn go together
      if (writing === undefined && retry === undefined) {
        retry = setTimeout(begin, 0)
      }
    },

    async close() {
      clearTimeout(retry)
      await writing
      await begin()
      clearTimeout(retry)
      if (waiting.length + lost > 0) {
        log('error', { audit: 'not forwarded', records: waiting.length + lost })
      }
    },
  }
}
