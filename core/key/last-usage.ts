import type { Store } from '../store/store.ts'
import type { Key } from './key.ts'
import { type KeyUsageRecord, keyItem, usageItem } from './key-items.ts'

export type { KeyUsageRecord }

/** ms between two writes of one key's last use: the answer is at most this old after a crash */
const INTERVAL = 3600 * 1000
/** ms between two looks for what is to be written */
const LOOK = 1000
/** keys remembered as written lately; about 200 bytes apiece */
const MOST_REMEMBERED = 50_000

/** The operations that count as use of a key (API_KeyLastUsageData, Operation). */
export const USES: readonly string[] = [
  'Decrypt',
  'DeriveSharedSecret',
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

interface Noted {
  readonly key: Key
  use: KeyUsageRecord
  /** Unix ms of the use last written; 0 for none */
  written: number
}

/**
 * Last uses, gathered in memory and written to an item per key, the first at once and then at most
 * once an hour. What a crash loses is an hour of one answer's precision.
 */
export function usageLog(store: Pick<Store, 'get' | 'put'>): UsageLog {
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
    for (const entry of chosen) await write(entry)
    for (const [slot, entry] of noted) {
      if (noted.size <= MOST_REMEMBERED) break
      if (entry.use.at <= entry.written) noted.delete(slot)
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
      if (entry === undefined) noted.set(slot, { key, use, written: 0 })
      else entry.use = use
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
