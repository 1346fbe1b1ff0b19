import { randomUUID } from 'node:crypto'
import type { Log } from '../base/log.ts'
import { type ItemKey, ItemTooLarge, StoreUnavailable } from '../store/store.ts'
import type { TrailStanding } from './audit.ts'

/** records of one tenant and day that are written without waiting for more */
const MOST_HELD = 500
/** UTF-8 bytes of the records of one batch, before they are packed; DynamoDB's items end at 400 KB */
const MOST_BYTES = 256 * 1024
/** records, and bytes of them, that all lanes hold while they can't be written */
const MOST_WAITING = 10_000
const MOST_WAITING_BYTES = 32 * 1024 * 1024
/** ms; a lane's records are of one day in UTC */
const DAY = 86_400_000
/** ms after which what could not be written is tried again, whether or not anybody calls */
const RETRY = 1000

/** Records of one tenant and day, to be written as one item. */
export interface Batch {
  readonly accountId: string
  /** JSON texts in UTF-8, each ended by a line feed, in the order of the calls */
  readonly lines: Buffer[]
  /** when the first came to be, RFC 3339 with milliseconds: so batches of one second keep their order */
  readonly first: string
  /** days that its records are kept, as the last of them that knows says; null for ever */
  days?: number | null | undefined
  bytes: number
  /**
   * Drawn when the batch is first tried, in the order of the tries, unless it is a record's own; from then on
   * it takes no more. The same with every try: one that was applied though its answer was lost is not written twice.
   */
  id?: string
  /** where it is written, as the first try found: the same with every try */
  place?: ItemKey
  /** whether it holds what stands for a record that was refused */
  readonly stub?: boolean
}

/** A batch that has its id. */
export interface TriedBatch extends Batch {
  id: string
}

/** What waits of one tenant and day. Whoever waits for durability waits for their lanes, and no others. */
export interface Lane {
  readonly accountId: string
  /**
   * Writes what is held now; calls that come meanwhile gather for the next time (group commit).
   * @throws StoreUnavailable where it could not be written: it is kept, and tried again
   */
  flush(): Promise<void>
}

interface OpenLane extends Lane {
  readonly slot: string
  /** in order; the last takes more until it is tried */
  readonly batches: Batch[]
  bytes: number
  records: number
  /** whether the first batch is being written */
  busy: boolean
  /** records given up */
  lost: number
  /** when its writes began to fail, in tries of all lanes; undefined while they succeed */
  failing: number | undefined
}

/** What is known of a record beside itself. */
export interface Held {
  /** it is kept, where that is known; null for ever */
  readonly days?: number | null | undefined
  /** of a batch of its own: a record that is made again has the same, and is written once */
  readonly id?: string
}

export interface Lanes {
  /**
   * Adds a record.
   * @param at when it came to be, Unix ms
   * @param line JSON text in UTF-8, ended by a line feed
   */
  hold(accountId: string, at: number, line: Buffer, known?: Held): Lane
  /** What waits of one account, or of all. */
  waiting(accountId?: string): Lane[]
  standing(): TrailStanding
}

/**
 * Records that wait to be written, in a lane for each tenant and day: what one lane can't write holds
 * up no other. A batch that the store refuses for what it is (ItemTooLarge) is split by halves down to
 * the one bad record, in whose place a stub is written; any other failure is tried again. While writes
 * fail 10,000 records and 32 MB are kept, beyond that the oldest batch of the lane that holds most is
 * lost, and said so in the log.
 */
export function openLanes(write: (batch: TriedBatch) => Promise<void>, log: Log): Lanes {
  const lanes = new Map<string, OpenLane>()
  let retry: ReturnType<typeof setTimeout> | undefined
  let records = 0
  let bytes = 0
  let lost = 0
  /** tries so far, and the last of them that wrote */
  let tries = 0
  let written = 0
  let ids = 0

  function open(slot: string, accountId: string): OpenLane {
    /** what is being written, and the flush after it; shared by all who wait for it */
    let writing: Promise<void> = Promise.resolve()
    let next: Promise<void> | undefined
    const lane: OpenLane = {
      slot,
      accountId,
      batches: [],
      bytes: 0,
      records: 0,
      busy: false,
      lost: 0,
      failing: undefined,
      flush() {
        if (next !== undefined) return next
        if (lane.batches.length === 0) return writing
        const before = lane.lost
        const taken = writing.then(() => {
          next = undefined
          return drain(lane, before)
        })
        next = taken
        writing = taken.catch(() => {})
        return taken
      },
    }
    lanes.set(slot, lane)
    return lane
  }

  /** Writes the batches there are, in order. @param before records that were lost before it was asked */
  async function drain(lane: OpenLane, before: number): Promise<void> {
    // what comes meanwhile is for the next time: nobody waits for those who call later
    for (let left = lane.batches.length; left > 0; left--) {
      const [batch] = lane.batches
      if (batch === undefined) break
      lane.busy = true
      const id = batch.id ?? `${String(ids++).padStart(9, '0')}-${randomUUID()}`
      const parts = await attempt(Object.assign(batch, { id }), lane)
      lane.busy = false
      remove(lane, 0)
      for (const part of parts.toReversed()) insert(lane, 0, part)
      left += parts.length
    }
    close(lane)
    if (lane.lost > before) throw new StoreUnavailable('Records of the audit trail were lost.')
  }

  /** Tries a batch; answers what is to be written in its place. @throws StoreUnavailable */
  async function attempt(batch: TriedBatch, lane: OpenLane): Promise<Batch[]> {
    try {
      await write(batch)
      lane.failing = undefined
      written = ++tries
      return []
    } catch (error) {
      if (error instanceof ItemTooLarge) return smaller(batch, error, lane)
      lane.busy = false
      const { accountId } = lane
      if (lane.failing === undefined) log('error', { audit: 'not written', accountId, error })
      lane.failing ??= ++tries
      makeRoom()
      if (retry === undefined) retry = setTimeout(tryAgain, RETRY).unref()
      const reason = error instanceof Error ? error.message : String(error)
      throw new StoreUnavailable(`The audit trail can't be written now: ${reason}`, {
        cause: error,
      })
    }
  }

  function tryAgain(): void {
    retry = undefined
    for (const lane of lanes.values()) {
      if (lane.failing !== undefined) lane.flush().catch(() => {})
    }
  }

  /** A refused batch in halves; of a single record the stub. A stub that is refused too is given up. */
  async function smaller(batch: Batch, error: ItemTooLarge, lane: OpenLane): Promise<Batch[]> {
    const { accountId, lines, first, days, stub } = batch
    const [line] = lines
    if (lines.length > 1) {
      const middle = lines.length >> 1
      return [lines.slice(0, middle), lines.slice(middle)].map((half) => {
        return { accountId, first, days, lines: half, bytes: lengthOf(half) }
      })
    }
    log('error', { audit: 'record refused', accountId, error })
    if (line === undefined || stub === true) {
      lost += lines.length
      lane.lost += lines.length
      return []
    }
    const { stubJson } = await import('./bounded.ts')
    const kept = Buffer.from(`${stubJson(line.toString(), error.message)}\n`)
    return [{ accountId, first, days, lines: [kept], bytes: kept.length, stub: true }]
  }

  function insert(lane: OpenLane, index: number, batch: Batch): void {
    lane.batches.splice(index, 0, batch)
    count(lane, batch.lines.length, batch.bytes)
  }

  function remove(lane: OpenLane, index: number): void {
    for (const batch of lane.batches.splice(index, 1)) {
      count(lane, -batch.lines.length, -batch.bytes)
    }
  }

  /** Forgets a lane in which nothing waits. */
  function close(lane: OpenLane): void {
    if (lane.batches.length === 0 && lanes.get(lane.slot) === lane) lanes.delete(lane.slot)
  }

  function count(lane: OpenLane, lines: number, length: number): void {
    lane.records += lines
    lane.bytes += length
    records += lines
    bytes += length
  }

  /** Gives up the oldest batches of the lanes that hold most, as far as memory asks for it. */
  function makeRoom(): void {
    while (records > MOST_WAITING || bytes > MOST_WAITING_BYTES) {
      const [lane] = [...lanes.values()]
        .filter(({ batches, busy }) => batches.length > (busy ? 1 : 0))
        .sort((a, b) => b.bytes - a.bytes)
      const index = lane?.busy ? 1 : 0
      const batch = lane?.batches[index]
      if (lane === undefined || batch === undefined) return
      remove(lane, index)
      close(lane)
      lane.lost += batch.lines.length
      lost += batch.lines.length
      log('error', { audit: 'lost', accountId: lane.accountId, records: batch.lines.length })
    }
  }

  /** A lane as who put a record in it waits for it: told also of what was given up before it was asked. */
  const held = (lane: OpenLane, before: number): Lane => ({
    accountId: lane.accountId,
    async flush() {
      await lane.flush()
      if (lane.lost > before) throw new StoreUnavailable('Records of the audit trail were lost.')
    },
  })

  return {
    hold(accountId, at, line, { days, id } = {}) {
      makeRoom()
      const slot = `${accountId}/${Math.floor(at / DAY)}`
      const lane = lanes.get(slot) ?? open(slot, accountId)
      // it waits already
      if (id !== undefined && lane.batches.some((batch) => batch.id === id)) {
        return held(lane, lane.lost)
      }
      const last = lane.batches.at(-1)
      const full = last === undefined || last.bytes + line.length > MOST_BYTES
      if (id !== undefined || full || last.id !== undefined) {
        insert(lane, lane.batches.length, {
          ...(id !== undefined && { id }),
          accountId,
          first: new Date(at).toISOString(),
          days,
          lines: [line],
          bytes: line.length,
        })
      } else {
        last.lines.push(line)
        if (days !== undefined) last.days = days
        last.bytes += line.length
        count(lane, 1, line.length)
      }
      const enough = lane.records >= MOST_HELD || lane.bytes >= MOST_BYTES
      if (enough && lane.failing === undefined) lane.flush().catch(() => {})
      return held(lane, lane.lost)
    },

    waiting(accountId) {
      const all = [...lanes.values()]
      return accountId === undefined ? all : all.filter((lane) => lane.accountId === accountId)
    },

    standing() {
      const failing = [...lanes.values()].flatMap(({ failing }) => failing ?? [])
      // where somebody else's records were written since, it is not the whole trail that fails
      const all = failing.some((since) => since > written)
      return { status: all ? 'unavailable' : failing.length > 0 ? 'behind' : 'ok', lost }
    },
  }
}

const lengthOf = (lines: readonly Buffer[]): number =>
  lines.reduce((total, { length }) => total + length, 0)
