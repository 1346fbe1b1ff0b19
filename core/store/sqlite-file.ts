import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { reasonOf } from '../base/reason.ts'
import { StoreUnavailable } from './store.ts'

/** `PRAGMA user_version` of the files this code reads and writes: 1 where what was deleted may be left in the file */
const FORMAT = 2
/** ms that SQLite itself waits for a lock. Short, because the whole process stands still meanwhile. */
const BUSY_TIMEOUT = 20
/** ms that a batch is tried again while other processes hold the write lock */
export const BUSY_DEADLINE = 5_000

/** https://www.sqlite.org/rescode.html, primary result codes */
export const SQLITE_BUSY = 5
const SQLITE_CORRUPT = 11
const SQLITE_NOTADB = 26

// `crc` tells a row that the disk changed from one that was written; both partial indexes hold only
// rows that have a date, so items without one cost nothing there. The table has rowids, so that keys are
// in an index apart: in a b-tree of whole rows every search would read the large ones it passes.
const SCHEMA = `
  CREATE TABLE items (
    pk TEXT NOT NULL, sk TEXT NOT NULL, version INTEGER NOT NULL, due INTEGER, expires INTEGER,
    crc INTEGER NOT NULL, data TEXT NOT NULL, format INTEGER, tag TEXT,
    PRIMARY KEY (pk, sk)
  );
  CREATE INDEX items_due ON items (due) WHERE due IS NOT NULL;
  CREATE INDEX items_expires ON items (expires) WHERE expires IS NOT NULL;
  PRAGMA user_version = ${FORMAT};`

/** Columns that files of earlier versions don't have. They take no space in rows without. */
const LATER_COLUMNS = ['format INTEGER', 'tag TEXT']

/** SQLite's primary result code; undefined for an error that is not SQLite's. */
export function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  // the low byte is the primary code, the rest says which kind of it
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined
}

/** An error of SQLite in the port's words: damage is for people, all else may pass. */
export function explain(error: unknown, file: string): Error {
  const code = resultCode(error)
  if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB) {
    return new Error(`${file} is damaged or no tenkey store: restore it from a copy.`, {
      cause: error,
    })
  }
  const reason = error instanceof Error ? error.message : String(error)
  return new StoreUnavailable(`${file} can't be used now: ${reason}.`, { cause: error })
}

/** What SQLite throws in the port's words; any other error as it is. */
export const inPortsWords = (error: unknown, file: string): unknown =>
  resultCode(error) === undefined ? error : explain(error, file)

/** Another process reads the write-ahead log, or writes: it can't be emptied now. */
export class LogInUse extends StoreUnavailable {}

/**
 * Brings all of the write-ahead log into the database file, and cuts the log to nothing.
 * @throws LogInUse
 * @see https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
 */
export function emptyLog(db: DatabaseSync, file: string): void {
  const words = `${file}-wal still holds what was destroyed: another process uses it.`
  try {
    const result = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
    if (result?.['busy'] === 0) return
  } catch (error) {
    if (resultCode(error) !== SQLITE_BUSY) throw error
  }
  throw new LogInUse(words)
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
      const busy = resultCode(error) === SQLITE_BUSY || error instanceof LogInUse
      if (!busy || performance.now() > deadline) throw error
      pause(10)
    }
  }
}

function formatOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
}

function columnsOf(db: DatabaseSync): readonly unknown[] {
  return db
    .prepare("SELECT name FROM pragma_table_info('items')")
    .all()
    .map(({ name }) => name)
}

/** Later columns that a store's file does not have yet. */
function missingColumns(db: DatabaseSync): string[] {
  const there = columnsOf(db)
  return LATER_COLUMNS.filter((column) => !there.includes(column.split(' ')[0]))
}

function prepareFile(db: DatabaseSync, file: string): void {
  patiently(() => db.exec('PRAGMA journal_mode = WAL'))
  db.exec('PRAGMA synchronous = FULL')
  // what is deleted or overwritten becomes zeros, free pages too (FAST would leave those)
  db.exec('PRAGMA secure_delete = ON')
  const format = formatOf(db)
  if (format > FORMAT) {
    throw new Error(
      `${file} has store format ${format}, newer than format ${FORMAT} of this tenkey: run the version that wrote it.`,
    )
  }
  if (format === FORMAT && missingColumns(db).length === 0) return
  if (format === 1) rewrite(db, file)
  patiently(() => db.exec('BEGIN IMMEDIATE'))
  try {
    // another process may have been first
    if (formatOf(db) === 0) {
      if (db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined) {
        throw new Error(`${file} is a SQLite database, but no tenkey store.`)
      }
      db.exec(SCHEMA)
    }
    for (const column of missingColumns(db)) db.exec(`ALTER TABLE items ADD COLUMN ${column}`)
    db.exec('COMMIT')
  } finally {
    if (db.isTransaction) db.exec('ROLLBACK')
  }
}

/**
 * Takes over a file of format 1, whose free pages hold what was deleted: it is written anew, and the
 * log emptied, before the file says that it is of this format. Cut anywhere, it is done again.
 */
function rewrite(db: DatabaseSync, file: string): void {
  patiently(() => db.exec('VACUUM'))
  patiently(() => emptyLog(db, file))
  patiently(() => db.exec(`PRAGMA user_version = ${FORMAT}`))
}

/**
 * Opens a store's file, and makes it where there is none.
 * @throws Error, in one line, for a file of a newer format, of something else, or damaged
 */
export function openDatabase(file: string): DatabaseSync {
  try {
    // 'wx' never opens a file that exists: closing a second descriptor would drop SQLite's locks on it
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
      throw new Error(`The store ${file} can't be made (${reasonOf(error)}).`, { cause: error })
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
