import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import {
  BUSY_DEADLINE,
  emptyLog,
  inPortsWords,
  LogInUse,
  resultCode,
  SQLITE_BUSY,
} from './sqlite-file.ts'
import { fillPages, findResidue, openPages } from './sqlite-residue.ts'
import { StoreUnavailable } from './store.ts'

/** looks at the file's pages that one `forget` takes at most; writers may dirty others meanwhile */
const MAX_LOOKS = 10
/** ms after which a `forget` that could not be done is tried again */
const FORGET_AGAIN = 60_000

/** What sees to it that nothing that was deleted or overwritten is left in the files of a database. */
export interface SqliteForgetting {
  /** Notes that something was overwritten or deleted. */
  stale(): void
  /** @throws StoreUnavailable where other processes leave no room for it, or the store is closed */
  forget(): Promise<void>
  /** Begins nothing more. */
  close(): void
  /** Resolves once nothing is under way. */
  finish(): Promise<void>
  /** Lets go of the file. Not before the database is closed: that would take its locks away (POSIX, fcntl). */
  release(): void
}

/** @param db of the file, open */
export function sqliteForgetting(db: DatabaseSync, file: string): SqliteForgetting {
  const pages = openPages(file)
  let underWay: Promise<unknown> = Promise.resolve()
  let next: Promise<void> | undefined
  let again: NodeJS.Timeout | undefined
  /** whether anything was overwritten or deleted here since the files last held no former form of anything */
  let stale = true
  let closed = false

  /** Runs a step until other processes let it, or for BUSY_DEADLINE. */
  async function patiently<T>(step: () => T): Promise<T> {
    const deadline = performance.now() + BUSY_DEADLINE
    for (;;) {
      if (closed) throw new StoreUnavailable('The store is closed.')
      try {
        return step()
      } catch (error) {
        const busy = error instanceof LogInUse || resultCode(error) === SQLITE_BUSY
        if (!busy || performance.now() > deadline) throw inPortsWords(error, file)
        await delay(5 + Math.random() * 20)
      }
    }
  }

  /**
   * What was deleted is zeros in the newest form of its page (secure_delete). The log and the database
   * file have former forms until the log is emptied, and pages may hold copies that were left behind.
   */
  async function forget(): Promise<void> {
    for (let look = 0; look < MAX_LOOKS; look++) {
      await patiently(() => emptyLog(db, file))
      const dirty = await findResidue(pages.fd)
      if (dirty.length === 0) return
      await patiently(() => fillPages(db, dirty))
    }
    throw new StoreUnavailable(`${file} is written to so much that what was destroyed stays in it.`)
  }

  /** Who asks while pages are looked at waits for the next look: what he deleted may be on one seen before. */
  function forgetInTurn(): Promise<void> {
    if (closed) return Promise.reject(new StoreUnavailable('The store is closed.'))
    if (!stale) return underWay.then(() => undefined)
    next ??= underWay.then(async () => {
      next = undefined
      clearTimeout(again)
      stale = false
      try {
        await forget()
      } catch (error) {
        stale = true
        // told to who asked, who may not come again
        if (!closed) again = setTimeout(() => forgetInTurn().catch(() => {}), FORGET_AGAIN).unref()
        throw error
      }
    })
    underWay = next.catch(() => {})
    return next
  }

  return {
    stale() {
      stale = true
    },
    forget: forgetInTurn,
    close() {
      closed = true
    },
    async finish() {
      clearTimeout(again)
      await underWay
    },
    release: () => pages.release(),
  }
}
