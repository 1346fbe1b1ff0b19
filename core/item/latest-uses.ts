/** ms between two writes of one thing's last use: what is told of it is at most this old after a crash */
const INTERVAL = 3600 * 1000
/** ms between two looks for what is to be written */
const LOOK = 1000

/** When something was used; what else is known of it is its own. */
export interface Used {
  /** Unix ms */
  readonly at: number
}

/** Remembers the last use of each of many things, without a write per use. */
export interface LatestUses<What, Use extends Used> {
  /** Notes a use; it is written within an hour, the first of a thing within a second. @param slot of the thing */
  note(slot: string, what: What, use: Use): void
  /** the last use that was noted here and is remembered */
  noted(slot: string): Use | undefined
  /** Writes what is due to be written; all there is where `everything`. */
  flush(everything?: boolean): Promise<void>
}

interface Noted<What, Use> {
  readonly what: What
  use: Use
  /** Unix ms of the use last written; 0 for none */
  written: number
}

/**
 * Last uses, gathered in memory and written once for each thing, the first at once and then at most
 * once an hour. What a crash loses is an hour of one answer's precision.
 * @param write puts one into the store
 * @param most things remembered, those whose use could not be written too; about 400 bytes apiece
 */
export function latestUses<What, Use extends Used>(
  write: (what: What, use: Use) => Promise<void>,
  most: number,
): LatestUses<What, Use> {
  type Entry = Noted<What, Use>
  const noted = new Map<string, Entry>()
  let timer: ReturnType<typeof setTimeout> | undefined
  /** Unix ms of the latest use of anything: the time, as far as this log is told it */
  let latest = 0
  let lastFlush = 0

  const isDue = ({ written }: Entry) => latest - written >= INTERVAL

  async function flush(everything = false): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    lastFlush = latest
    const chosen = [...noted.values()].filter(
      (entry) => entry.use.at > entry.written && (everything || isDue(entry)),
    )
    let failed: { reason: unknown } | undefined
    for (const entry of chosen) {
      const { what, use } = entry
      try {
        await write(what, use)
        entry.written = use.at
      } catch (reason) {
        // one that can't be written is no matter of the others
        failed ??= { reason }
      }
    }
    forget(({ use, written }) => use.at <= written)
    forget(() => true)
    if (failed !== undefined) throw failed.reason
  }

  /** Forgets some, the oldest first, while there are too many. */
  function forget(which: (entry: Entry) => boolean): void {
    for (const [slot, entry] of noted) {
      if (noted.size <= most) break
      if (which(entry)) noted.delete(slot)
    }
  }

  return {
    flush,
    noted: (slot) => noted.get(slot)?.use,
    note(slot, what, use) {
      const entry = noted.get(slot)
      if (entry === undefined) noted.set(slot, { what, use, written: 0 })
      else entry.use = use
      latest = Math.max(latest, use.at)
      const due = entry === undefined || isDue(entry) || latest - lastFlush >= INTERVAL
      if (due) timer ??= setTimeout(() => flush().catch(() => undefined), LOOK).unref()
    },
  }
}
