import type { SQLInputValue, SQLOutputValue } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { textOf } from './item-text.ts'
import { withinPlaces } from './places.ts'
import {
  BUSY_DEADLINE,
  explain,
  inPortsWords,
  openDatabase,
  resultCode,
  SQLITE_BUSY,
} from './sqlite-file.ts'
import { sqliteForgetting } from './sqlite-forget.ts'
import { COLUMNS, checksum, DATA, rowDecoder } from './sqlite-row.ts'
import type { Item, ItemKey, Page, Query, Store } from './store.ts'
import { StoreUnavailable } from './store.ts'

/** keys; Store.get */
const MAX_KEYS = 100
/** ms between two purges of expired rows */
const PURGE_INTERVAL = 60_000
/** rows one purge removes at most, so that no write waits long behind it */
const PURGE_LIMIT = 100
/** rows of a page that are read in one go, and characters of data after which others have their turn */
const SLICE_ROWS = 16
const SLICE_SIZE = 512 * 1024

export interface SqliteOptions {
  /** path of the database file; made with mode 0600 where there is none, in a folder that exists */
  readonly file: string
  /** Unix milliseconds, to tell which rows have expired; the system's clock by default */
  readonly now?: () => number
}

/** One accepted write, waiting for the commit that carries it. */
interface Write {
  /** applies it inside the transaction and answers what the port's method answers */
  readonly apply: () => boolean
  readonly resolve: (done: boolean) => void
  readonly reject: (reason: unknown) => void
}

/** One accepted `get`, waiting for the read transaction that answers it. */
interface Read {
  readonly keys: readonly ItemKey[]
  readonly resolve: (items: (Item | undefined)[]) => void
  readonly reject: (reason: unknown) => void
}

/** Names a place: the length tells where pk ends, whatever either holds. */
const slotOf = ({ pk, sk }: ItemKey): string => `${pk.length}/${pk}${sk}`

const compareUtf8 = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** SQLite orders every blob above every text */
const ABOVE_ALL_TEXT = new Uint8Array(1)

/** The least string above all that begin with `prefix`, in code points, which is UTF-8's order too; undefined where none is. */
function successor(prefix: string): string | undefined {
  const points = Array.from(prefix, (char) => char.codePointAt(0) ?? 0)
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === 0x10ffff) continue
    // U+D800 to U+DFFF are surrogates, not characters
    return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1)
  }
  return undefined
}

/**
 * The embedded store: one SQLite file, shared by any number of processes of one machine. Writes of
 * one turn of the event loop share a commit, and each is acknowledged only after it is on the disk
 * (WAL, synchronous=FULL). The `get`s of one turn share a read transaction: a snapshot for all of them,
 * and calls that came together go on together, which keeps their code in the processor's caches.
 * @throws Error, in one line, for a file of a newer format, of something else, or damaged; its
 *   methods reject with StoreUnavailable where the file is busy, full or closed, with Error for a
 *   damaged row, with ItemTooLarge for data over 350 KB, with RangeError for more than 100 keys
 */
export function sqliteStore(options: SqliteOptions): Store {
  const { file, now = Date.now } = options
  const db = openDatabase(file)
  const forgetting = sqliteForgetting(db, file)
  const { decode, decodeAgain, drop } = rowDecoder(file)

  /** A statement whose rows come as arrays of COLUMNS, the cheapest form. */
  const rows = (tail: string) => {
    const statement = db.prepare(`SELECT ${COLUMNS} FROM items ${tail}`)
    statement.setReturnArrays(true)
    return (...values: SQLInputValue[]) => statement.all(...values) as unknown as SQLOutputValue[][]
  }
  const point = db.prepare(`SELECT ${COLUMNS} FROM items WHERE pk = ? AND sk = ?`)
  point.setReturnArrays(true)
  const range = 'WHERE pk = ? AND sk >= ? AND sk < ?'
  const forward = rows(`${range} ORDER BY sk LIMIT ?`)
  const backward = rows(`${range} ORDER BY sk DESC LIMIT ?`)
  const dueRows = rows('WHERE due <= ? ORDER BY due LIMIT ?')
  const firstRows = rows('ORDER BY pk, sk LIMIT ?')
  const nextRows = rows('WHERE (pk, sk) > (?, ?) ORDER BY pk, sk LIMIT ?')
  const insert = db.prepare(
    `INSERT INTO items (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  )
  const update = db.prepare(
    'UPDATE items SET version = ?, due = ?, expires = ?, crc = ?, data = ?, format = ?, tag = ? WHERE pk = ? AND sk = ? AND version = ?',
  )
  const remove = db.prepare('DELETE FROM items WHERE pk = ? AND sk = ? AND version = ?')
  const exists = db.prepare('SELECT 1 FROM items WHERE pk = ? AND sk = ?')
  const purge = db.prepare(
    `DELETE FROM items WHERE (pk, sk) IN (SELECT pk, sk FROM items WHERE expires < ? LIMIT ${PURGE_LIMIT})`,
  )
  const begin = db.prepare('BEGIN IMMEDIATE')
  const beginRead = db.prepare('BEGIN')
  const commit = db.prepare('COMMIT')

  /** partitions of which a large page is being read */
  const large = new Map<string, Promise<void>>()
  let reads: Read[] = []
  let queue: Write[] = []
  let flushing: Promise<void> | undefined
  let purgedAt = Number.NEGATIVE_INFINITY
  let closed = false
  let closing: Promise<void> | undefined

  /** Runs a read; what SQLite throws leaves in the port's words. */
  function read<T>(step: () => T): T {
    if (closed) throw new StoreUnavailable('The store is closed.')
    try {
      return step()
    } catch (error) {
      throw inPortsWords(error, file)
    }
  }

  /** Answers every `get` of this turn from one snapshot, so what several ask for is read once. */
  function answerReads(): void {
    const asked = reads
    reads = []
    const known = new Map<string, Item | undefined>()
    const readOne = (place: ItemKey): Item | undefined => {
      const { pk, sk } = place
      const slot = slotOf(place)
      if (known.has(slot)) return known.get(slot)
      const row = point.get(pk, sk) as unknown as SQLOutputValue[] | undefined
      const item = row && decodeAgain(slot, row)
      known.set(slot, item)
      return item
    }
    try {
      beginRead.run()
      for (const { keys, resolve, reject } of asked) {
        try {
          resolve(keys.map(readOne))
        } catch (error) {
          // a damaged row is told to who asked for it
          reject(inPortsWords(error, file))
        }
      }
      commit.run()
    } catch (error) {
      // who was answered before stays answered: a promise settles once
      for (const { reject } of asked) reject(inPortsWords(error, file))
      rollBack()
    }
  }

  function page(found: readonly SQLOutputValue[][], limit: number): Page {
    return { items: found.slice(0, limit).map(decode), more: found.length > limit }
  }

  /** Reads a page. Other partitions, and all but lists, have their turn within what is large of it. */
  async function queryInTurn(query: Query): Promise<Page> {
    const { pk } = query
    // one of a partition at a time: what is being read of large pages takes memory
    for (let before = large.get(pk); before !== undefined; before = large.get(pk)) await before
    const items: Item[] = []
    let after = query.after
    let size = 0
    let end: (() => void) | undefined
    try {
      for (;;) {
        const limit = Math.min(SLICE_ROWS, query.limit - items.length)
        const slice = { ...query, limit, ...(after !== undefined && { after }) }
        const found = read(() => queryRows(slice))
        const { items: more, more: goesOn } = read(() => page(found, limit))
        items.push(...more)
        if (!goesOn || items.length === query.limit) return { items, more: goesOn }
        after = items.at(-1)?.sk
        size += found.reduce((sum, row) => sum + String(row[DATA]).length, 0)
        if (size < SLICE_SIZE) continue
        size = 0
        if (end === undefined) {
          large.set(pk, new Promise<void>((resolve) => (end = resolve)))
        }
        await new Promise((resolve) => setImmediate(resolve))
      }
    } finally {
      if (end !== undefined) {
        large.delete(pk)
        end()
      }
    }
  }

  /** Waits for the write lock without holding up reads, which go on meanwhile. */
  async function beginBatch(): Promise<void> {
    const deadline = performance.now() + BUSY_DEADLINE
    for (;;) {
      try {
        begin.run()
        return
      } catch (error) {
        if (resultCode(error) !== SQLITE_BUSY || performance.now() > deadline) throw error
        await delay(1 + Math.random() * 10)
      }
    }
  }

  function purgeExpired(): void {
    const time = now()
    if (time - purgedAt < PURGE_INTERVAL) return
    forgetting.stale()
    purgedAt = time
    purge.run(time / 1000)
  }

  // From BEGIN to COMMIT nothing is awaited, so no read on this connection sees a batch half done.
  async function flush(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    while (queue.length > 0) {
      let batch: Write[] = []
      try {
        await beginBatch()
        batch = queue
        queue = []
        purgeExpired()
        const done = batch.map((write) => write.apply())
        commit.run()
        batch.forEach((write, index) => {
          write.resolve(done[index] === true)
        })
      } catch (error) {
        if (batch.length === 0) {
          batch = queue
          queue = []
        }
        rollBack()
        const reason = explain(error, file)
        for (const write of batch) write.reject(reason)
      }
    }
    flushing = undefined
  }

  function rollBack(): void {
    if (!db.isTransaction) return
    try {
      db.exec('ROLLBACK')
    } catch {
      // SQLite has rolled back by itself (disk full, I/O error); the batch is refused either way
    }
  }

  function write(apply: () => boolean): Promise<boolean> {
    if (closed) throw new StoreUnavailable('The store is closed.')
    return new Promise((resolve, reject) => {
      queue.push({ apply, resolve, reject })
      flushing ??= flush()
    })
  }

  async function finish(): Promise<void> {
    await flushing
    await forgetting.finish()
    if (reads.length > 0) await new Promise((resolve) => setImmediate(resolve))
    db.close()
    forgetting.release()
  }

  function queryRows({ pk, prefix, after, limit, reverse }: Query): SQLOutputValue[][] {
    let from = prefix
    let below: string | Uint8Array = successor(prefix) ?? ABOVE_ALL_TEXT
    if (after !== undefined && !reverse && compareUtf8(after, from) >= 0) {
      from = `${after}\0` // the least string beyond it
    }
    if (after !== undefined && reverse) {
      below = typeof below === 'string' && compareUtf8(below, after) < 0 ? below : after
    }
    return (reverse ? backward : forward)(pk, from, below, limit + 1)
  }

  /** @param expected the version that must be stored; 0 for none */
  async function writeItem(item: Item, expected: number): Promise<boolean> {
    const { pk, sk, version, due = null, expires = null, format = null, tag = null } = item
    const json = textOf(item)
    const crc = checksum(item, json)
    if (expected > 0) forgetting.stale()
    return write(
      expected === 0
        ? () => insert.run(pk, sk, version, due, expires, crc, json, format, tag).changes === 1
        : () => {
            drop(slotOf(item))
            const done = update.run(version, due, expires, crc, json, format, tag, pk, sk, expected)
            return done.changes === 1
          },
    )
  }

  return withinPlaces({
    async get(keys) {
      if (keys.length > MAX_KEYS) throw new RangeError(`get reads at most ${MAX_KEYS} keys.`)
      if (closed) throw new StoreUnavailable('The store is closed.')
      return new Promise((resolve, reject) => {
        if (reads.length === 0) setImmediate(answerReads)
        reads.push({ keys, resolve, reject })
      })
    },

    put: (item) => writeItem(item, item.version - 1),
    add: (item) => writeItem(item, 0),

    async delete({ pk, sk }: ItemKey, version) {
      forgetting.stale()
      return write(() => {
        drop(slotOf({ pk, sk }))
        return remove.run(pk, sk, version).changes === 1 || exists.get(pk, sk) === undefined
      })
    },

    async query(query) {
      return queryInTurn(query)
    },

    async due(now, limit) {
      return read(() => dueRows(now, limit).map(decode))
    },

    async scan(after, limit) {
      return read(() =>
        page(
          after === undefined ? firstRows(limit + 1) : nextRows(after.pk, after.sk, limit + 1),
          limit,
        ),
      )
    },

    forget: forgetting.forget,

    close() {
      closed = true
      forgetting.close()
      closing ??= finish()
      return closing
    },
  })
}
