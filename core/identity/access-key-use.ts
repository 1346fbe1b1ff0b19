import { loadOnce } from '../base/load-once.ts'
import { latestUses } from '../item/latest-uses.ts'
import type { Store } from '../store/store.ts'
import type { AccessKey, AccessKeyUse } from './access-key-use-item.ts'

/** access keys remembered */
const MOST_REMEMBERED = 50_000

/** Remembers when each access key last signed a call, whatever became of that. */
export interface AccessKeyUses {
  note(key: AccessKey, use: AccessKeyUse): void
  /** The last use that this process or the store knows of, in whichever Region; undefined for none. */
  last(key: AccessKey): Promise<AccessKeyUse | undefined>
  /** Writes what is due to be written; all there is where `everything`. */
  flush(everything?: boolean): Promise<void>
}

/** loaded with the first key that is noted, or asked for */
const stored = loadOnce(() => import('./stored-access-key-use.ts'))

/**
 * @param everywhere the store with the tables of other Regions
 * @param regions whose tables there are, the one that is written first
 */
export function accessKeyUses(
  store: Pick<Store, 'get' | 'put'>,
  everywhere: Pick<Store, 'get'>,
  regions: readonly [string, ...string[]],
): AccessKeyUses {
  const uses = latestUses<AccessKey, AccessKeyUse>(
    async (key, use) => (await stored()).writeUse(store, { ...key, region: regions[0] }, use),
    MOST_REMEMBERED,
  )
  return {
    flush: uses.flush,
    note: (key, use) => uses.note(key.accessKeyId, key, use),
    last: async (key) =>
      (await stored()).lastUse(everywhere, key, regions, uses.noted(key.accessKeyId)),
  }
}
