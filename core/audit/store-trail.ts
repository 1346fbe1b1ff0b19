import { randomUUID } from 'node:crypto'
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
import { pack, unpack } from './pack.ts'

const DAY = 86_400_000
/** ms a record of a call that changed nothing may wait in memory for others to be written with it */
const LINGER = 50
/** records held before they are written whatever their age */
const MOST_HELD = 500
/** UTF-8 bytes of the records of one batch, before they are packed; DynamoDB's items end at 400 KB */
const MOST_BYTES = 256 * 1024
/** batches read for one page of a search, so that a search for what is rare ends too */
const MOST_READ = 200

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)
const partition = (accountId: string, day: string) => PARTITIONS.trail.of({ accountId, day })

/** Records of one tenant and day, to be written as one item. */
interface Batch {
  readonly accountId: string
  /** JSON texts in UTF-8, each ended by a line feed, in the order of the calls */
  readonly lines: Buffer[]
  /** eventTime of the first */
  readonly first: string
  bytes: number
}

/** What waits to be written. */
interface Held {
  readonly batches: Batch[]
  /** the batch that takes more, by tenant and day */
  readonly open: Map<string, Batch>
  /** records in all batches */
  count: number
}

const nothing = (): Held => ({ batches: [], open: new Map(), count: 0 })

/**
 * The audit trail in the store: records are gathered into batches, one item each, of packed JSON lines
 * in the order of the calls. Whoever waits for durability waits for the batch that holds the record.
 */
export function storeTrail(store: Store): Audit & AuditReader {
  let held = nothing()
  let timer: ReturnType<typeof setTimeout> | undefined
  let writing: Promise<void> = Promise.resolve()
  /** the flush that will take what is held now; shared by all who wait for it */
  let next: Promise<void> | undefined

  function flush(): Promise<void> {
    if (next !== undefined) return next
    if (held.count === 0) return writing
    // Calls that come while a batch is being written gather for the one after it: group commit
    const taken = writing.then(
      () => {
        next = undefined
        return writeHeld()
      },
      () => {
        next = undefined
        return writeHeld()
      },
    )
    next = taken
    writing = taken.catch(() => {})
    return taken
  }

  async function writeHeld(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const { batches } = held
    held = nothing()
    const written = await Promise.allSettled(batches.map(write))
    const failed = batches.filter((_, index) => written[index]?.status === 'rejected')
    if (failed.length === 0) return
    holdAgain(failed)
    throw written.find((one) => one.status === 'rejected')?.reason
  }

  /** Keeps for the next try, as far as memory allows: the trail outlives a store that is away. */
  function holdAgain(batches: readonly Batch[]): void {
    const kept = nothing()
    for (const { accountId, first, lines } of [...batches, ...held.batches]) {
      for (const line of lines) hold(kept, accountId, first, line)
    }
    if (kept.count <= MOST_HELD * 20) held = kept
  }

  async function write(batch: Batch): Promise<void> {
    const { accountId, first: time } = batch
    const place = batchItem.place({ accountId, day: time.slice(0, 10), time, id: randomUUID() })
    await store.put(batchItem.item(place, 1, pack(batch.lines)))
  }

  return {
    flush,

    async record(records, durable) {
      for (const record of records) {
        hold(held, record.recipientAccountId, record.eventTime, lineOf(record))
      }
      if (durable) return flush()
      if (held.count >= MOST_HELD) flush().catch(() => {})
      else timer ??= setTimeout(() => flush().catch(() => {}), LINGER).unref()
    },

    async find(query) {
      await flush()
      return search(store, query)
    },
  }
}

/** Made when the record is: so its objects die young, and no call waits for the lines of many. */
const lineOf = (record: AuditRecord): Buffer => Buffer.from(`${JSON.stringify(record)}\n`)

/**
 * Adds a record to its tenant's batch of the day, or to a new one where it would outgrow an item.
 * @param time RFC 3339
 */
function hold(held: Held, accountId: string, time: string, line: Buffer): void {
  const slot = `${accountId}/${time.slice(0, 10)}`
  let batch = held.open.get(slot)
  if (batch === undefined || batch.bytes + line.length > MOST_BYTES) {
    batch = { accountId, lines: [], first: time, bytes: 0 }
    held.open.set(slot, batch)
    held.batches.push(batch)
  }
  batch.lines.push(line)
  batch.bytes += line.length
  held.count++
}

async function search(store: Store, query: AuditQuery): Promise<AuditPage> {
  const records: AuditRecord[] = []
  let position = query.after
  let read = 0
  const oldest = dayOf(query.from)
  for (let day = position?.day ?? dayOf(query.to); day >= oldest; day = dayBefore(day)) {
    let after: string | undefined
    if (position?.day === day && position.sk !== '') {
      // the batch the page before stopped in is read again, whole
      const place = { pk: partition(query.accountId, day), sk: position.sk }
      const [batch] = await store.get([place])
      const stopped = batch && take(batch, day, query, records, position.taken)
      if (stopped !== undefined) return { records, next: stopped }
      after = position.sk
    }
    for (;;) {
      const page = await store.query({
        pk: partition(query.accountId, day),
        prefix: '',
        limit: 20,
        reverse: true,
        ...(after !== undefined && { after }),
      })
      for (const batch of page.items) {
        const stopped = take(batch, day, query, records, 0)
        if (stopped !== undefined) return { records, next: stopped }
        after = batch.sk
        read++
      }
      if (!page.more) break
      if (read >= MOST_READ)
        return { records, next: { day, sk: after ?? '', taken: Number.MAX_SAFE_INTEGER } }
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
  records: AuditRecord[],
  skip: number,
): AuditPosition | undefined {
  const lines = linesOf(batch).reverse()
  for (let index = Math.min(skip, lines.length); index < lines.length; index++) {
    if (records.length === query.limit) return { day, sk: batch.sk, taken: index }
    const record = JSON.parse(lines[index] ?? '') as AuditRecord
    if (matches(record, query)) records.push(record)
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
