import type { Asker } from '../base/call-context.ts'
import { KmsError } from '../base/errors.ts'

export interface QueueBounds {
  /** most works at once */
  readonly size: number
  /** most works that wait, of all accounts together and of each */
  readonly backlog: number
  readonly perAccount: number
}

export interface FairQueue {
  /**
   * Does a work when its turn comes. Accounts take turns, those of one account in the order of the calls.
   * @throws KmsError ThrottlingException where too many wait, or whoever asked has gone before its turn
   */
  run<T>(asker: Asker, work: () => Promise<T>): Promise<T>
}

interface Place {
  enter(): void
}

/** A queue for work that keeps a processor busy: however much one account asks for, others wait for one work of it. */
export function fairQueue({ size, backlog, perAccount }: QueueBounds): FairQueue {
  let running = 0
  let waiting = 0
  /** those who wait, by account; the first account is the next */
  const lines = new Map<string, Place[]>()

  function wait({ account, signal }: Asker): Promise<void> {
    const line = lines.get(account) ?? []
    if (waiting >= backlog || line.length >= perAccount) return Promise.reject(tooMany())
    return new Promise((resolve, reject) => {
      const leave = () => {
        line.splice(line.indexOf(place), 1)
        if (line.length === 0) lines.delete(account)
        waiting--
        reject(gone())
      }
      const place: Place = {
        enter() {
          signal?.removeEventListener('abort', leave)
          resolve()
        },
      }
      signal?.addEventListener('abort', leave, { once: true })
      line.push(place)
      lines.set(account, line)
      waiting++
    })
  }

  /** Hands a place that has become free to the next in turn. */
  function next(): void {
    const [first] = lines
    if (first === undefined) {
      running--
      return
    }
    const [account, line] = first
    const place = line.shift()
    // its account's next turn comes after everybody else's
    lines.delete(account)
    if (line.length > 0) lines.set(account, line)
    waiting--
    place?.enter()
  }

  return {
    async run(asker, work) {
      if (asker.signal?.aborted === true) throw gone()
      if (running >= size) await wait(asker)
      else running++
      try {
        return await work()
      } finally {
        next()
      }
    },
  }
}

const tooMany = () =>
  new KmsError(
    'ThrottlingException',
    'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
  )

/** Nobody reads it but the audit trail. */
const gone = () =>
  new KmsError('ThrottlingException', 'The connection was closed before the turn of the call came.')
