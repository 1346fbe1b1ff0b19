import type { Log } from '../base/log.ts'
import { PARTITIONS } from '../item/partition.ts'
import type { Item, Store } from '../store/store.ts'
import type {
  Audit,
  AuditPage,
  AuditPosition,
  AuditQuery,
  AuditReader,
  AuditRecord,
} from './audit.ts'
import { batchItem } from './batch-item.ts'
import { boundedJson } from './bounded.ts'
import { openLanes, type TriedBatch } from './lanes.ts'
import { pack, unpack } from './pack.ts'

const DAY = 86_400_000
/** ms a record of a call that changed nothing may wait in memory for others to be written with it */
const LINGER = 50
/** batches read for one page of a search, so that a search for what is rare ends too */
const MOST_READ = 200
/** batches, of 256 KB of text each, after which others have their turn */
const BATCHES_A_TURN = 2
/** characters of one page's records; a Lambda function answers 6 MB at most */
const MOST_PAGE = 2 * 1024 * 1024

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)
const partition = (accountId: string, day: string) => PARTITIONS.trail.of({ accountId, day })

/**
 * The audit trail in the store: records are bounded, and gathered into batches, one item each, of packed
 * JSON lines in the order of the calls. Whoever waits for durability waits for the batches that hold
 * their records, and a search for nobody's: what can't be written is not found yet.
 * @param log told of records that can't be written, that are refused, and that are lost
 */
export function storeTrail(store: Store, log: Log = () => {}): Audit & AuditReader {
  const lanes = openLanes(write, log)
  let timer: ReturnType<typeof setTimeout> | undefined

  async function write({ accountId, first, lines, id }: TriedBatch): Promise<void> {
    // false: an earlier try was applied, since the id is this batch's alone
    const place = batchItem.place({ accountId, day: first.slice(0, 10), time: first, id })
    await store.put(batchItem.item(place, 1, pack(lines)))
  }

  /** Tries every lane, then tells of one that failed. */
  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const done = await Promise.allSettled(lanes.waiting().map((lane) => lane.flush()))
    const failed = done.find((one) => one.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  return {
    flush,
    standing: lanes.standing,

    async record(records, durable) {
      const held = records.map((record) =>
        lanes.hold(record.recipientAccountId, record.eventTime, lineOf(record)),
      )
      if (durable) await Promise.all(held.map((lane) => lane.flush()))
      else timer ??= setTimeout(() => flush().catch(() => {}), LINGER).unref()
    },

    async find(query) {
      await Promise.allSettled(lanes.waiting(query.accountId).map((lane) => lane.flush()))
      return search(store, query)
    },
  }
}

/** Made when the record is: so its objects die young, and no call waits for the lines of many. */
const lineOf = (record: AuditRecord): Buffer => Buffer.from(`${boundedJson(record)}\n`)

/** What a search has found so far. */
interface Page {
  readonly records: AuditRecord[]
  characters: number
}

async function search(store: Store, query: AuditQuery): Promise<AuditPage> {
  const page: Page = { records: [], characters: 0 }
  const { records } = page
  let position = query.after
  let read = 0
  const oldest = dayOf(query.from)
  for (let day = position?.day ?? dayOf(query.to); day >= oldest; day = dayBefore(day)) {
    let after: string | undefined
    if (position?.day === day && position.sk !== '') {
      // the batch the page before stopped in is read again, whole
      const place = { pk: partition(query.accountId, day), sk: position.sk }
      const [batch] = await store.get([place])
      const stopped = batch && take(batch, day, query, page, position.taken)
      if (stopped !== undefined) return { records, next: stopped }
      after = position.sk
    }
    for (;;) {
      const batches = await store.query({
        pk: partition(query.accountId, day),
        prefix: '',
        limit: 20,
        reverse: true,
        ...(after !== undefined && { after }),
      })
      for (const batch of batches.items) {
        const stopped = take(batch, day, query, page, 0)
        if (stopped !== undefined) return { records, next: stopped }
        after = batch.sk
        read++
        if (read % BATCHES_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      if (read >= MOST_READ) {
        const taken = Number.MAX_SAFE_INTEGER
        if (batches.more) return { records, next: { day, sk: after ?? '', taken } }
        const next = dayBefore(day)
        return { records, ...(next >= oldest && { next: { day: next, sk: '', taken: 0 } }) }
      }
      if (!batches.more) break
    }
    position = undefined
  }
  return { records }
}

const dayBefore = (day: string) => dayOf(Date.parse(day) - DAY)

/** Adds a batch's matching records, newest first; answers where it stopped if the page is full. */
function take(
  batch: Item,
  day: string,
  query: AuditQuery,
  page: Page,
  skip: number,
): AuditPosition | undefined {
  const lines = linesOf(batch).reverse()
  for (let index = Math.min(skip, lines.length); index < lines.length; index++) {
    const full = page.records.length === query.limit || page.characters >= MOST_PAGE
    if (full) return { day, sk: batch.sk, taken: index }
    const line = lines[index] ?? ''
    const record = JSON.parse(line) as AuditRecord
    if (!matches(record, query)) continue
    page.records.push(record)
    page.characters += line.length
  }
  return undefined
}

function linesOf(item: Item): string[] {
  const batch = batchItem.read(item)
  try {
    return unpack(batch)
  } catch (cause) {
    const place = JSON.stringify([item.pk, item.sk])
    throw new Error(`The audit batch ${place} is damaged.`, { cause })
  }
}

function matches(record: AuditRecord, query: AuditQuery): boolean {
  const time = Date.parse(record.eventTime)
  const { arn, userName } = record.userIdentity
  return (
    // a batch that was copied here from another tenant's trail shows nothing
    record.recipientAccountId === query.accountId &&
    time >= query.from &&
    time <= query.to &&
    (query.eventName === undefined || record.eventName === query.eventName) &&
    (query.principal === undefined || arn === query.principal || userName === query.principal) &&
    (query.keyArn === undefined || record.resources.some(({ ARN }) => ARN === query.keyArn))
  )
}
