import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { resultCode, SQLITE_BUSY } from '../core/store/sqlite-file.ts'

/** A server that serves a data folder now. */
export interface Serving {
  /** its address, e.g. http://127.0.0.1:4599 */
  readonly address: string
  /** of its process, where that is */
  readonly pid: number
  /** since when, ISO 8601 */
  readonly since: string
}

const FILE = /^serving-[0-9a-f-]{36}\.lock$/
/** ms that a look waits for another's look at the same file */
const LOOK = 50
/** ms after which a file that nobody holds is of a server that is gone, not of one that is about to hold it */
const STALE = 60_000

/**
 * Notes in a data folder that a server serves it, for as long as its process lives: in a file of its own, whose lock
 * the system takes back however the process ends. (A number of a process proves nothing: it is given again, and in
 * containers that share a folder it is 1 in each.)
 * @returns what takes the note away
 * @throws Error of the file system or of SQLite
 */
export function noteServing(data: string, { address, pid, since }: Serving): () => void {
  const file = join(data, `serving-${randomUUID()}.lock`)
  closeSync(openSync(file, 'wx', 0o600))
  const held = new DatabaseSync(file)
  const forget = () => {
    held.close()
    rmSync(file, { force: true })
  }
  try {
    // nothing is lost with it: no journal beside it, and no wait for the disk
    held.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN EXCLUSIVE')
    held.exec('CREATE TABLE serving (address TEXT, pid INTEGER, since TEXT)')
    held.prepare('INSERT INTO serving VALUES (?, ?, ?)').run(address, pid, since)
    held.exec('COMMIT')
    // a transaction that has read holds the shared lock until it ends
    held.exec('BEGIN')
    held.prepare('SELECT pid FROM serving').get()
  } catch (error) {
    forget()
    throw error
  }
  return forget
}

/**
 * The servers that serve a data folder now, the longest first; notes of those that are gone are removed. None where
 * there is no such folder. A note that can't be read counts for nothing.
 */
export function servingNow(data: string): Serving[] {
  const found = namesIn(data)
    .filter((name) => FILE.test(name))
    .flatMap((name) => noteIn(join(data, name)) ?? [])
  return found.sort((a, b) => a.since.localeCompare(b.since))
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** What a note says whose process lives. */
function noteIn(file: string): Serving | undefined {
  let looking: DatabaseSync | undefined
  try {
    looking = new DatabaseSync(file, { timeout: LOOK })
    if (isHeld(looking)) {
      const row = looking.prepare('SELECT address, pid, since FROM serving').get()
      if (row === undefined) return undefined
      return {
        address: String(row['address']),
        pid: Number(row['pid']),
        since: String(row['since']),
      }
    }
  } catch {
    // another user's, or no note at all
    return undefined
  } finally {
    looking?.close()
  }
  removeStale(file)
  return undefined
}

/** Whether another connection has read from the file and not ended its transaction. */
function isHeld(looking: DatabaseSync): boolean {
  try {
    looking.exec('BEGIN EXCLUSIVE')
    looking.exec('ROLLBACK')
    return false
  } catch (error) {
    if (resultCode(error) === SQLITE_BUSY) return true
    throw error
  }
}

function removeStale(file: string): void {
  try {
    if (Date.now() - statSync(file).mtimeMs > STALE) rmSync(file, { force: true })
  } catch {
    // another start was first, or may remove it
  }
}
