import { latestUses } from '../item/latest-uses.ts'
import type { Store } from '../store/store.ts'
import type { Key } from './key.ts'
import { type KeyUsageRecord, keyItem, usageItem } from './key-items.ts'

export type { KeyUsageRecord }

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

/**
 * Last uses of keys, an item for each.
 * @param most keys remembered
 */
export function usageLog(
  store: Pick<Store, 'get' | 'put'>,
  most: number = MOST_REMEMBERED,
): UsageLog {
  const uses = latestUses(write, most)

  async function write(key: NamedKey, use: KeyUsageRecord): Promise<void> {
    const place = usageItem.place(key)
    const [item, owner] = await store.get([place, keyItem.place(key)])
    // of a key that is gone nothing is kept
    const there = owner !== undefined && keyItem.read(owner).destroyed === undefined
    if (there && (item === undefined || usageItem.read(item).at < use.at)) {
      // false: another process wrote its own; an hour later this one tries again
      await store.put(usageItem.item(place, (item?.version ?? 0) + 1, use))
    }
  }

  return {
    flush: uses.flush,

    note({ arn, accountId, region, id }, use) {
      if (counted.has(use.operation)) uses.note(arn, { accountId, region, id }, use)
    },

    async last(key) {
      const [item] = await store.get([usageItem.place(key)])
      const written = item && usageItem.read(item)
      const here = uses.noted(key.arn)
      if (written === undefined || here === undefined) return written ?? here
      return here.at >= written.at ? here : written
    },
  }
}
