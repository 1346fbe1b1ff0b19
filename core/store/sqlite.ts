import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import type { Item, ItemKey, Page, Query, Store } from './store.ts'
import { StoreUnavailable } from './store.ts'

/** `PRAGMA user_version` of the files this code reads and writes */
const FORMAT = 1
/** bytes of JSON; Item.data */
const MAX_DATA = 350 * 1024
/** keys; Store.get */
const MAX_KEYS = 100
/** ms that SQLite itself waits for a lock. Short, because the whole process stands still meanwhile. */
const BUSY_TIMEOUT = 20
/** ms that a batch is tried again while other processes hold the write lock */
const BUSY_DEADLINE = 5_000
/** ms between two purges of expired rows */
const PURGE_INTERVAL = 60_000
/** rows one purge removes at most, so that no write waits long behind it */
const PURGE_LIMIT = 100

/** https://www.sqlite.org/rescode.html, primary result codes */
const SQLITE_BUSY = 5
const SQLITE_CORRUPT = 11
const SQLITE_NOTADB = 26

// `crc` tells a row that the disk changed from one that was written; both partial indexes hold only
// rows that have a date, so items without one cost nothing there. The table has rowids, so that keys are
// in an index apart: in a b-tree of whole rows every search would read the large ones it passes.
const SCHEMA = `
  CREATE TABLE items (
    pk TEXT NOT NULL, sk TEXT NOT NULL, version INTEGER NOT NULL, due INTEGER, expires INTEGER,
    crc INTEGER NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (pk, sk)
  );
  CREATE INDEX items_due ON items (due) WHERE due IS NOT NULL;
  CREATE INDEX items_expires ON items (expires) WHERE expires IS NOT NULL;
  PRAGMA user_version = ${FORMAT};`

const COLUMNS = 'pk, sk, version, due, expires, crc, data'

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

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  // the low byte is the primary code, the rest says which kind of it
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined
}

/** An error of SQLite in the port's words: damage is for people, all else may pass. */
function explain(error: unknown, file: string): Error {
  const code = resultCode(error)
  if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB) {
    return new Error(`${file} is damaged or no tenkey store: restore it from a copy.`, {
      cause: error,
    })
  }
  const reason = error instanceof Error ? error.message : String(error)
  return new StoreUnavailable(`${file} can't be used now: ${reason}.`, { cause: error })
}

function checksum(item: Omit<Item, 'data'>, json: string): number {
  const { pk, sk, version, due, expires } = item
  return crc32(json, crc32(`${pk}\n${sk}\n${version}\n${due ?? ''}\n${expires ?? ''}\n`))
}

function parse(json: SQLOutputValue): Item['data'] | undefined {
  try {
    const data: unknown = JSON.parse(String(json))
    return typeof data === 'object' && data !== null && !Array.isArray(data)
      ? (data as Item['data'])
      : undefined
  } catch {
    return undefined
  }
}

/** Wakes this thread after some milliseconds: opening a store is synchronous, as all of node:sqlite. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/** Runs a step of opening that other processes, opening the same new file, may hold up. */
function patiently<T>(step: () => T): T {
  const deadline = performance.now() + BUSY_DEADLINE
  for (;;) {
    try {
      return step()
    } catch (error) {
      if (resultCode(error) !== SQLITE_BUSY || performance.now() > deadline) throw error
      pause(10)
    }
  }
}

function formatOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
}

function prepareFile(db: DatabaseSync, file: string): void {
  patiently(() => db.exec('PRAGMA journal_mode = WAL'))
  db.exec('PRAGMA synchronous = FULL')
  const format = formatOf(db)
  if (format > FORMAT) {
    throw new Error(
      `${file} has store format ${format}, newer than format ${FORMAT} of this tenkey: run the version that wrote it.`,
    )
  }
  if (format === FORMAT) return
  patiently(() => db.exec('BEGIN IMMEDIATE'))
  try {
    // another process may have been first
    if (formatOf(db) === 0) {
      if (db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined) {
        throw new Error(`${file} is a SQLite database, but no tenkey store.`)
      }
      db.exec(SCHEMA)
    }
    db.exec('COMMIT')
  } finally {
    if (db.isTransaction) db.exec('ROLLBACK')
  }
}

function openDatabase(file: string): DatabaseSync {
  try {
    // 'wx' never opens a file that exists: closing a second descriptor would drop SQLite's locks on it
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
      throw new Error(`The store ${file} can't be made: ${String(error)}.`, { cause: error })
    }
  }
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT })
    prepareFile(db, file)
    return db
  } catch (error) {
    db?.close()
    throw resultCode(error) === undefined ? error : explain(error, file)
  }
}

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
 * (WAL, synchronous=FULL). Reads are point reads of some microseconds on the caller's thread.
 * @throws Error, in one line, for a file of a newer format, of something else, or damaged; its
 *   methods reject with StoreUnavailable where the file is busy, full or closed, with Error for a
 *   damaged row, with RangeError for data over 350 KB or more than 100 keys
 */
export function sqliteStore(options: SqliteOptions): Store {
  const { file, now = Date.now } = options
  const db = openDatabase(file)

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
    `INSERT INTO items (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  )
  const update = db.prepare(
    'UPDATE items SET version = ?, due = ?, expires = ?, crc = ?, data = ? WHERE pk = ? AND sk = ? AND version = ?',
  )
  const remove = db.prepare('DELETE FROM items WHERE pk = ? AND sk = ? AND version = ?')
  const exists = db.prepare('SELECT 1 FROM items WHERE pk = ? AND sk = ?')
  const purge = db.prepare(
    `DELETE FROM items WHERE (pk, sk) IN (SELECT pk, sk FROM items WHERE expires < ? LIMIT ${PURGE_LIMIT})`,
  )
  const begin = db.prepare('BEGIN IMMEDIATE')
  const beginRead = db.prepare('BEGIN')
  const commit = db.prepare('COMMIT')

  let queue: Write[] = []
  let flushing: Promise<void> | undefined
  let purgedAt = Number.NEGATIVE_INFINITY
  let closed = false
  let closing: Promise<void> | undefined

  function decode(row: readonly SQLOutputValue[]): Item {
    const [pk, sk, version, due, expires, crc, json] = row
    const data = parse(json ?? null)
    const item = {
      pk: String(pk),
      sk: String(sk),
      version: Number(version),
      ...(due !== null && { due: Number(due) }),
      ...(expires !== null && { expires: Number(expires) }),
    }
    if (data === undefined || checksum(item, String(json)) !== crc) {
      throw new Error(`${file}: the row ${JSON.stringify([pk, sk])} is damaged.`)
    }
    return { ...item, data }
  }

  /** Runs a read; what SQLite throws leaves in the port's words. */
  function read<T>(step: () => T): T {
    if (closed) throw new StoreUnavailable('The store is closed.')
    try {
      return step()
    } catch (error) {
      throw resultCode(error) === undefined ? error : explain(error, file)
    }
  }

  /** One read transaction for several statements: one snapshot, and a third of the locking. */
  function inOneRead<T>(step: () => T): T {
    beginRead.run()
    try {
      return step()
    } finally {
      commit.run()
    }
  }

  function page(found: readonly SQLOutputValue[][], limit: number): Page {
    return { items: found.slice(0, limit).map(decode), more: found.length > limit }
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
    const { pk, sk, version, due = null, expires = null } = item
    const json = JSON.stringify(item.data)
    if (Buffer.byteLength(json) > MAX_DATA) {
      throw new RangeError(`Item ${JSON.stringify([pk, sk])} is over ${MAX_DATA} bytes of JSON.`)
    }
    const crc = checksum(item, json)
    return write(
      expected === 0
        ? () => insert.run(pk, sk, version, due, expires, crc, json).changes === 1
        : () => update.run(version, due, expires, crc, json, pk, sk, expected).changes === 1,
    )
  }

  return {
    async get(keys) {
      if (keys.length > MAX_KEYS) throw new RangeError(`get reads at most ${MAX_KEYS} keys.`)
      const readOne = ({ pk, sk }: ItemKey) => {
        const row = point.get(pk, sk) as unknown as SQLOutputValue[] | undefined
        return row && decode(row)
      }
      return read(() =>
        keys.length === 1 ? keys.map(readOne) : inOneRead(() => keys.map(readOne)),
      )
    },

    put: (item) => writeItem(item, item.version - 1),
    add: (item) => writeItem(item, 0),

    async delete({ pk, sk }: ItemKey, version) {
      return write(
        () => remove.run(pk, sk, version).changes === 1 || exists.get(pk, sk) === undefined,
      )
    },

    async query(query) {
      return read(() => page(queryRows(query), query.limit))
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

    close() {
      closed = true
      closing ??= (flushing ?? Promise.resolve()).then(() => db.close())
      return closing
    },
  }
}
