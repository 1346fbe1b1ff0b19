import { parseJson } from '../base/json.ts'
import type { Item, Store } from '../store/store.ts'
import type { AuditRecord, ChangeWatch } from './audit.ts'
import { batchItem, spreadDayItem } from './batch-item.ts'
import { CHANGE_KINDS, type ChangeKind, kindsOf } from './change-kinds.ts'
import { unpack } from './pack.ts'
import { trailPartitions } from './shards.ts'

/**
 * ms that a batch may come later than its first record: it stands at the time at which that call arrived, is written
 * when the call is answered, and other processes' clocks differ
 */
const LATE = 10_000
/** ms back that are looked at; of what was before, everything may have changed */
const LONGEST = 5 * 60_000
/** batches of one look, over all partitions of a day; 64 KB of text each are much */
const MOST_BATCHES = 200
/** ms until the next look at an account that records more than one look reads */
const BUSY = 10_000
/** batches, of 256 KB of text each, after which others have their turn */
const BATCHES_A_TURN = 2
const DAY = 86_400_000

const ALL: ReadonlySet<ChangeKind> = new Set(CHANGE_KINDS)
const NONE: ReadonlySet<ChangeKind> = new Set()

/** Who watches an account makes such records: they are no news. */
const WATCHING: readonly string[] = ['ListAuditRecords', 'GetChanges']
/** what such a record has in it; others may too, in an encryption context whose names are a caller's */
const MAYBE_WATCHING = WATCHING.map((name) => `"eventName":"${name}"`)
/** of what changed something; a text within a record has its quotation marks escaped */
const CHANGED = '"readOnly":false'

/**
 * Watches an account's audit trail, which every process of an installation writes, and writes before a change is
 * answered. A look costs two small reads while nothing happens.
 * @param from Unix ms from which on changes are told
 */
export function watchChanges(
  store: Pick<Store, 'get' | 'query'>,
  accountId: string,
  from: number,
): ChangeWatch {
  /** up to when all but late batches were seen */
  let position = from
  /** places of the batches that the look before found: what is older is not found again */
  let seen: ReadonlySet<string> = new Set()
  let quietUntil = 0

  /** Batches since the position that were not seen; undefined where there are more than a look reads. */
  async function fresh(now: number): Promise<Item[] | undefined> {
    const begin = position - LATE
    const items: Item[] = []
    for (const day of daysOf(begin, now)) {
      const [spread] = await store.get([spreadDayItem.place({ accountId, day })])
      const partitions = trailPartitions(accountId, day, spread !== undefined)
      const limit = Math.floor(MOST_BATCHES / partitions.length)
      const after = new Date(begin).toISOString()
      const pages = await Promise.all(
        partitions.map((pk) => store.query({ pk, prefix: '', after, limit })),
      )
      if (pages.some(({ more }) => more)) return undefined
      items.push(...pages.flatMap((page) => page.items))
    }
    const before = seen
    seen = new Set(items.map(placeOf))
    return items.filter((item) => !before.has(placeOf(item)))
  }

  return {
    async look(now) {
      if (now < quietUntil) return NONE
      if (now - position > LONGEST) {
        position = now
        seen = new Set()
        return ALL
      }
      const batches = await fresh(now)
      if (batches === undefined) {
        quietUntil = now + BUSY
        position = quietUntil
        seen = new Set()
        return ALL
      }
      const kinds = new Set<ChangeKind>()
      for (const [index, batch] of batches.entries()) {
        if (index > 0 && index % BATCHES_A_TURN === 0) await new Promise(setImmediate)
        note(batch, accountId, kinds)
      }
      position = Math.max(position, now)
      return kinds
    },
  }
}

const placeOf = ({ pk, sk }: Item): string => `${pk} ${sk}`

function daysOf(from: number, to: number): string[] {
  const days: string[] = []
  for (let at = from - (from % DAY); at <= to; at += DAY) {
    days.push(new Date(at).toISOString().slice(0, 10))
  }
  return days
}

/** The records of a batch; undefined in the place of those of one that is damaged, which a search tells of. */
function linesOf(batch: Item): readonly (string | undefined)[] {
  try {
    return unpack(batchItem.read(batch))
  } catch {
    return [undefined]
  }
}

const isOfWatching = (line: string): boolean =>
  MAYBE_WATCHING.some((part) => line.includes(part)) &&
  WATCHING.includes((parseJson(line) as AuditRecord).eventName)

/** Adds what a batch tells of. Only records of changes and of watching are parsed: a busy account's others are many. */
function note(batch: Item, accountId: string, kinds: Set<ChangeKind>): void {
  for (const line of linesOf(batch)) {
    if (line === undefined) for (const kind of CHANGE_KINDS) kinds.add(kind)
    if (line === undefined || isOfWatching(line)) continue
    kinds.add('audit')
    if (!line.includes(CHANGED)) continue
    const record = parseJson(line) as AuditRecord
    // a batch that was copied here from another tenant's trail tells nothing
    const told = record.recipientAccountId === accountId && record.errorCode === undefined
    if (!told || record.readOnly) continue
    for (const kind of kindsOf(record)) kinds.add(kind)
  }
}
