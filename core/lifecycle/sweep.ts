import { commit, StoreConflict } from '../base/conflict.ts'
import type { Log } from '../base/log.ts'
import type { AnyItemKind } from '../item/item-kind.ts'
import type { Key } from '../key/key.ts'
import { keyFromItem, keyToItem } from '../key/key-item.ts'
import { aliasItem, importItem, keyItem } from '../key/key-items.ts'
import type { Keyring } from '../key/keyring.ts'
import { withoutExpired } from '../key/material.ts'
import type { Item, Store } from '../store/store.ts'
import { rotateAlias } from './alias-rotation.ts'
import { destroyKey, removeRemains } from './deletion.ts'
import { rotateMaterial } from './rotation.ts'

/** items asked of the store at a time */
const BATCH = 100

export interface SweepOptions {
  /** Unix ms: what is due by then is done */
  readonly now: number
  /** items looked at in this run */
  readonly limit: number
  /** says that the run must end; what is left is done by the next */
  readonly expired?: () => boolean
  /** items that failed, by name; they are passed over. Shared by the runs of one caller */
  readonly failed?: Set<string>
}

/** What a run did. */
export interface SweepResult {
  readonly rotated: number
  readonly expired: number
  readonly deleted: number
  readonly aliasesRotated: number
  /** wrapping keys of import parameters removed */
  readonly importsRemoved: number
  /** items that could not be done; each is in the log */
  readonly failed: number
  /** whether the run ended with more to do */
  readonly more: boolean
}

type Outcome = 'rotated' | 'expired' | 'deleted' | 'aliasesRotated' | 'importsRemoved'

/** What a sweep works with: every `Service` is one. */
export interface Sweeping {
  readonly store: Store
  readonly keyring: Keyring
  readonly log: Log
}

/**
 * Does what has fallen due: rotations, deletions, expiry of imported material. Each item is changed
 * by one conditional write on its own, so sweepers may run at once and a run may be cut anywhere:
 * what was begun is taken up again. An item that fails is logged and passed over.
 */
export async function sweep(service: Sweeping, options: SweepOptions): Promise<SweepResult> {
  const { now, limit, expired = () => false, failed = new Set<string>() } = options
  const counts = { rotated: 0, expired: 0, deleted: 0, aliasesRotated: 0, importsRemoved: 0 }
  const before = failed.size
  const result = (more: boolean) => ({ ...counts, failed: failed.size - before, more })
  let looked = 0
  /** versions done in this run: an index that lags may show an item as it was */
  const done = new Map<string, number>()
  for (;;) {
    const due = await service.store.due(now, BATCH + failed.size)
    const fresh = due.filter(
      (item) => !failed.has(nameOf(item)) && (done.get(nameOf(item)) ?? 0) < item.version,
    )
    if (fresh.length === 0) return result(false)
    for (const item of fresh) {
      if (looked === limit || expired()) return result(true)
      looked++
      done.set(nameOf(item), item.version)
      try {
        for (const outcome of await sweepItem(item, service, now)) counts[outcome]++
      } catch (error) {
        // another writer was first: it did this item, or what it did makes the item due otherwise
        if (error instanceof StoreConflict) continue
        failed.add(nameOf(item))
        service.log('error', { sweep: nameOf(item), error })
      }
    }
  }
}

const nameOf = ({ pk, sk }: Item): string => `${pk}/${sk}`

/** What is to be done with a due item of each kind that has a date. */
export const SWEPT: ReadonlyMap<
  AnyItemKind,
  (item: Item, service: Sweeping, now: number) => Promise<readonly Outcome[]>
> = new Map<AnyItemKind, typeof sweepKey>([
  [keyItem, sweepKey],
  [
    aliasItem,
    async (item, service, now) =>
      (await rotateAlias(item, service, now)) ? ['aliasesRotated'] : [],
  ],
  [
    importItem,
    async (item, { store }) => {
      await commit(store.delete(item, item.version))
      return ['importsRemoved']
    },
  ],
])

async function sweepItem(item: Item, service: Sweeping, now: number): Promise<readonly Outcome[]> {
  for (const [kind, does] of SWEPT) if (kind.is(item)) return does(item, service, now)
  throw new Error(`nothing is known to do with a due item ${nameOf(item)}`)
}

async function sweepKey(item: Item, service: Sweeping, now: number): Promise<readonly Outcome[]> {
  const key = keyFromItem(item)
  const { destroyed, state, deletion, rotation } = key.data
  if (destroyed !== undefined) {
    await removeRemains(key, key.data.aliases, destroyed, service.store)
    return ['deleted']
  }
  if (state === 'PendingDeletion' && deletion !== undefined && deletion.at <= now) {
    await destroyKey(key, service.store, now)
    return ['deleted']
  }
  if (withoutExpired(key.data, now) !== key.data) return expire(key, service, now)
  if (state === 'Enabled' && rotation !== undefined && rotation.next <= now) {
    const ports = { read: service.store, write: service.store, wrapping: service.keyring }
    await rotateMaterial(key, ports, { type: 'AUTOMATIC', now })
    return ['rotated']
  }
  // nothing is due after all: written anew, the item says when something is
  await commit(service.store.put(keyToItem(key)))
  return []
}

/** Imported material whose time has passed: every call refuses it already, now its bytes go too. */
async function expire(key: Key, { store }: Sweeping, now: number): Promise<readonly Outcome[]> {
  await commit(store.put(keyToItem({ ...key, data: withoutExpired(key.data, now) })))
  return ['expired']
}
