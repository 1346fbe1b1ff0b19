import type { Store } from '../store/store.ts'
import type { Key } from './key.ts'
import { type KeyUsageRecord, keyItem, usageItem } from './key-items.ts'

export type { KeyUsageRecord }

/** ms between two writes of one key's last use: the answer is at most this old after a crash */
const INTERVAL = 3600 * 1000
/** ms between two looks for what is to be written */
const LOOK = 1000
/** keys remembered, those whose use could not be written too; about 400 bytes apiece */
const MOST_REMEMBERED = 50_000

/** The operations that count as use of a key (API_KeyLastUsageData, Operation). */
export const USES: readonly string[] = [
  'Decapsulate',
  'Decrypt',
  'DeriveSharedSecret',
  'Encapsulate',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateMac',
  'ReEncrypt',
  'Sign',
  'Verify',
  'VerifyMac',
]
const counted: ReadonlySet<string> = new Set(USES)

/** Remembers when each key was last used, without a write per call. */
export interface UsageLog {
  /** Notes a use; it is written within an hour, the first of a key within a second. */
  note(key: Key, use: KeyUsageRecord): void
  /** The last use of a key that this process or the store knows of. */
  last(key: Key): Promise<KeyUsageRecord | undefined>
  /** Writes what is due to be written; all there is where `everything`. */
  flush(everything?: boolean): Promise<void>
}

/** A key as it is named: of the whole, its tags and its material, nothing is kept. */
type NamedKey = Pick<Key, 'accountId' | 'region' | 'id'>

interface Noted {
  readonly key: NamedKey
  use: KeyUsageRecord
  /** Unix ms of the use last written; 0 for none */
  written: number
}

/**
 * Last uses, gathered in memory and written to an item per key, the first at once and then at most
 * once an hour. What a crash loses is an hour of one answer's precision.
 * @param most keys remembered
 */
export function usageLog(
  store: Pick<Store, 'get' | 'put'>,
  most: number = MOST_REMEMBERED,
): UsageLog {
  const noted = new Map<string, Noted>()
  let timer: ReturnType<typeof setTimeout> | undefined
  /** Unix ms of the latest use of any key: the time, as far as this log is told it */
  let latest = 0
  let lastFlush = 0

  const isDue = ({ written }: Noted) => latest - written >= INTERVAL

  async function flush(everything = false): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    lastFlush = latest
    const chosen = [...noted.values()].filter(
      (entry) => entry.use.at > entry.written && (everything || isDue(entry)),
    )
    let failed: { reason: unknown } | undefined
    for (const entry of chosen) {
      // one that can't be written is no matter of the others
      await write(entry).catch((reason: unknown) => {
        failed ??= { reason }
      })
    }
    forget(({ use, written }) => use.at <= written)
    forget(() => true)
    if (failed !== undefined) throw failed.reason
  }

  /** Forgets some, the oldest first, while there are too many. */
  function forget(which: (entry: Noted) => boolean): void {
    for (const [slot, entry] of noted) {
      if (noted.size <= most) break
      if (which(entry)) noted.delete(slot)
    }
  }

  async function write(entry: Noted): Promise<void> {
    const { use, key } = entry
    const place = usageItem.place(key)
    const [item, owner] = await store.get([place, keyItem.place(key)])
    // of a key that is gone nothing is kept
    const there = owner !== undefined && keyItem.read(owner).destroyed === undefined
    if (there && (item === undefined || usageItem.read(item).at < use.at)) {
      // false: another process wrote its own; an hour later this one tries again
      await store.put(usageItem.item(place, (item?.version ?? 0) + 1, use))
    }
    entry.written = use.at
  }

  return {
    flush,

    note(key, use) {
      if (!counted.has(use.operation)) return
      const slot = key.arn
      const entry = noted.get(slot)
      if (entry === undefined) {
        const { accountId, region, id } = key
        noted.set(slot, { key: { accountId, region, id }, use, written: 0 })
      } else entry.use = use
      latest = Math.max(latest, use.at)
      const due = entry === undefined || isDue(entry) || latest - lastFlush >= INTERVAL
      if (due) timer ??= setTimeout(() => flush().catch(() => undefined), LOOK).unref()
    },

    async last(key) {
      const [item] = await store.get([usageItem.place(key)])
      const written = item && usageItem.read(item)
      const here = noted.get(key.arn)?.use
      if (written === undefined || here === undefined) return written ?? here
      return here.at >= written.at ? here : written
    },
  }
}
