import type { Log } from '../base/log.ts'
import type { ItemKey, Store } from '../store/store.ts'
import type { Audit, AuditReader, AuditRecord, Recording } from './audit.ts'
import { batchItem } from './batch-item.ts'
import type { FailedProofs, TallyRecord } from './failed-proofs.ts'
import { type Lane, openLanes, type TriedBatch } from './lanes.ts'
import { pack } from './pack.ts'
import type { BatchName, spreadBatches } from './shards.ts'
import { wholeJson } from './whole.ts'

/** ms a record of a call that changed nothing may wait in memory for others to be written with it */
const LINGER = 50
/** ms after which failed proofs are written, whether or not anybody calls: a minute, and time for its last */
const SETTLED = 61_000
const DAY = 86_400_000

/** The generation of formats from which on batches of busy accounts are spread over shards. */
const SPREAD_SINCE = 2
/**
 * Batches of one account that a process writes to the day's own partition in a minute; the others are spread.
 * A thousand processes keep it below 350 writes a second, of the 1,000 that DynamoDB takes.
 */
export const MOST_TOGETHER = 20
const MINUTE = 60_000
/** What the ids of acts begin with. */
const ACT = 'act-'

/** Where records go beside the store, as JSON lines; it is never waited for. */
export type Forward = (line: Buffer) => void

export interface TrailOptions {
  /** days an account's records are kept, where no call has told it; null for ever */
  readonly retentionOf?: ((accountId: string) => Promise<number | null>) | undefined
  readonly forward?: Forward | undefined
  /** Unix ms of the clock that records go by */
  readonly now?: (() => number) | undefined
  /** the generation of formats that is written; the newest unless given */
  readonly generation?: (() => number) | undefined
}

/**
 * The audit trail in the store: records are bounded, and gathered into batches, one item each, of packed
 * JSON lines in the order of the calls. Whoever waits for durability waits for the batches that hold
 * their records, and a search for nobody's: what can't be written is not found yet.
 * @param log told of records that can't be written, that are refused, and that are lost
 */
export function storeTrail(
  store: Store,
  log: Log = () => {},
  { retentionOf, forward, now = Date.now, generation = () => SPREAD_SINCE }: TrailOptions = {},
): Audit & AuditReader {
  const lanes = openLanes(write, log)
  const isBusy = busyAccounts(now)
  let spread: ReturnType<typeof spreadBatches> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let settling: ReturnType<typeof setTimeout> | undefined
  /** loaded with the first failed proof */
  let failures: FailedProofs | undefined
  let loading: Promise<unknown> | undefined

  async function write(batch: TriedBatch): Promise<void> {
    const { accountId, first, lines, id, days } = batch
    const day = first.slice(0, 10)
    const kept = days === undefined ? await retentionOf?.(accountId) : days
    batch.place ??= await placeOf({ accountId, day, time: first, id })
    // the whole day's records go together, once its last is old enough
    const until = (Date.parse(day) + ((kept ?? 0) + 1) * DAY) / 1000
    const dates = kept === undefined || kept === null ? {} : { expires: until }
    // false: an earlier try was applied, since the id is this batch's alone
    await store.put(batchItem.item(batch.place, 1, pack(lines), dates))
  }

  /**
   * Most accounts' days are in one partition, which is cheap to search; those of a busy account are spread.
   * Acts are few, and another process must find them: they are in the day's own. Older releases look in no shard.
   */
  async function placeOf(batch: BatchName): Promise<ItemKey> {
    const busy = !batch.id.startsWith(ACT) && isBusy(batch.accountId)
    if (!busy || generation() < SPREAD_SINCE) return batchItem.place({ ...batch, shard: '' })
    // loaded with the first such batch
    spread ??= (await import('./shards.ts')).spreadBatches(store)
    return spread(batch)
  }

  /** Tries every lane, then tells of one that failed. */
  async function writeAll(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const done = await Promise.allSettled(lanes.waiting().map((lane) => lane.flush()))
    const failed = done.find((one) => one.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  function hold(record: AuditRecord, json: string, at: number, known: Recording = {}): Lane {
    // made when the record is: so its objects die young, and no call waits for the lines of many
    const line = Buffer.from(`${json}\n`)
    forward?.(line)
    const { recipientAccountId, eventID } = record
    const { retention, once } = known
    const days = retention?.accountId === recipientAccountId ? retention.days : undefined
    const held = once === true ? { days, id: `${ACT}${eventID}` } : { days }
    return lanes.hold(recipientAccountId, at, line, held)
  }

  function holdTallies(tallies: readonly TallyRecord[]): void {
    for (const { record, at } of tallies) hold(record, JSON.stringify(record), at)
  }

  function linger(): void {
    timer ??= setTimeout(() => writeAll().catch(() => {}), LINGER).unref()
  }

  /** Writes what failed in minutes that are over; a process that is not called has its timer. */
  function settle(): void {
    settling = undefined
    const over = failures?.take({ now: now() }) ?? []
    holdTallies(over)
    if (over.length > 0) linger()
    // of a minute that was not over yet
    if (failures?.waiting() === true) settling ??= setTimeout(settle, SETTLED).unref()
    const uncounted = failures?.uncounted() ?? 0
    if (uncounted > 0) log('warn', { audit: 'failed proofs not counted', count: uncounted })
  }

  return {
    standing: lanes.standing,

    async record(records, durable, known: Recording = {}) {
      // with the batches of calls that are proven: who only fails causes no write
      if (failures !== undefined) holdTallies(failures.take({ now: now() }))
      const held: Lane[] = []
      for (const record of records) {
        // loaded with the first record that has to be cut
        const json = wholeJson(record) ?? (await import('./bounded.ts')).boundedJson(record)
        held.push(hold(record, json, known.at ?? Date.parse(record.eventTime), known))
      }
      if (durable) await Promise.all(held.map((lane) => lane.flush()))
      else linger()
    },

    failed(proof) {
      loading ??= import('./failed-proofs.ts').then(({ failedProofs }) => {
        failures = failedProofs()
      })
      const note = () => {
        failures?.note(proof)
        settling ??= setTimeout(settle, SETTLED).unref()
      }
      if (failures === undefined) loading.then(note, () => undefined)
      else note()
    },

    async flush() {
      clearTimeout(settling)
      await loading
      holdTallies(failures?.take({}) ?? [])
      await writeAll()
    },

    async find(query) {
      const { accountId } = query
      holdTallies(failures?.take({ accountId }) ?? [])
      await Promise.allSettled(lanes.waiting(accountId).map((lane) => lane.flush()))
      return (await import('./search.ts')).search(store, query)
    },

    async watch(accountId, from) {
      return (await import('./changes.ts')).watchChanges(store, accountId, from)
    },
  }
}

/** Whether an account has more than its batches of this minute; each time that it is asked counts. */
function busyAccounts(now: () => number): (accountId: string) => boolean {
  let counts = new Map<string, number>()
  let minute = 0
  return (accountId) => {
    const current = Math.floor(now() / MINUTE)
    if (current !== minute) counts = new Map()
    minute = current
    const count = (counts.get(accountId) ?? 0) + 1
    counts.set(accountId, count)
    return count > MOST_TOGETHER
  }
}
