import type { Audit } from '../audit/audit.ts'
import { serviceEvent } from '../audit/service-event.ts'
import { commit, StoreConflict } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { ServiceAct } from '../base/service-act.ts'
import type { DestroyInCluster } from '../custom-key-store/cluster.ts'
import type { CustomKeyStoreName } from '../custom-key-store/custom-key-store.ts'
import { customKeyStoresItem, storeKeyItem } from '../custom-key-store/custom-key-store-items.ts'
import { tenantItem } from '../identity/credential.ts'
import type { AnyItemKind } from '../item/item-kind.ts'
import { expiredIn } from '../key/expiry.ts'
import type { Key } from '../key/key.ts'
import { keyFromItem, keyToItem } from '../key/key-item.ts'
import { aliasItem, importItem, keyItem, sharedItem } from '../key/key-items.ts'
import type { Keyring } from '../key/keyring.ts'
import { LEFT_BEHIND } from '../key/left-behind.ts'
import { rotates, withoutExpired } from '../key/material.ts'
import { relatedKey } from '../key/related.ts'
import { finishStoreKey, settleClaim } from '../key/store-key.ts'
import type { Found, Item, Store } from '../store/store.ts'
import { rotateAlias } from './alias-rotation.ts'
import {
  deletionAct,
  destroy,
  destroyKey,
  type Husk,
  removeHusk,
  removeRemains,
} from './deletion.ts'
import { regionDeletionItem } from './lifecycle-items.ts'
import {
  actsAt,
  actsOnAlias,
  actsOnKey,
  aliasOnRecord,
  takeActsOff,
  withActs,
} from './pending-acts.ts'
import { moveToEnd } from './primary-region.ts'
import { finishReplica } from './replicas.ts'
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

/** What counts only once the store has forgotten it. */
const DESTRUCTIONS: ReadonlySet<Outcome | undefined> = new Set<Outcome>([
  'expired',
  'deleted',
  'importsRemoved',
])

/** What was done to one item; a destroyed key is not deleted before its husk is removed. */
interface Done {
  readonly item: Item
  /** what it counts as; absent for what only ends what a crash left, or puts it on record */
  readonly outcome?: Outcome
  readonly husk?: Husk
  /** keys that were destroyed, forgotten and put on record with it */
  readonly keys?: number
  /** what the audit trail has of it */
  readonly acts?: readonly ServiceAct[]
  /** done once that is on record; who changed the item meanwhile left its acts there, for the next run */
  readonly onRecord?: () => Promise<unknown>
}

/** What a sweep works with: every `Service` is one. */
export interface Sweeping {
  readonly store: Store
  /** ends what was begun of a custom key store's connection, and destroys what keys had in clusters */
  readonly keyStores: {
    open(): Promise<{
      finish(store: CustomKeyStoreName, attempt: string): Promise<void>
      readonly destroyInCluster: DestroyInCluster
    }>
  }
  readonly keyring: Keyring
  readonly log: Log
  readonly audit: Pick<Audit, 'record'>
  /** the Region that is swept; acts are recorded in it that are about none */
  readonly region: string
  /** the others of an installation in several */
  readonly otherRegions?: readonly string[]
  /** that the store of an installation in one has that Region alone; else any may be in it, and is looked for */
  readonly oneRegion?: boolean
}

/**
 * Does what has fallen due: rotations, deletions, expiry of imported material. Each item is changed
 * by one conditional write on its own, so sweepers may run at once and a run may be cut anywhere:
 * what was begun is taken up again, what was done and is not on record too. An item that fails is logged and passed over. A destruction
 * counts, and is in its account's audit trail, once the store has forgotten what was destroyed.
 * @throws RootKeyUnavailable where the store is under another root key: nothing is done then
 */
export async function sweep(service: Sweeping, options: SweepOptions): Promise<SweepResult> {
  const { now, limit, expired = () => false, failed = new Set<string>() } = options
  const counts = { rotated: 0, expired: 0, deleted: 0, aliasesRotated: 0, importsRemoved: 0 }
  const before = failed.size
  const result = (more: boolean) => ({ ...counts, failed: failed.size - before, more })
  await service.keyring.requireRoot()
  let looked = 0
  let cut = false
  /** versions done in this run: an index that lags may show an item as it was */
  const done = new Map<string, number>()
  /** items that stay due, whatever was done about them: those behind them are asked for too */
  let passed = failed.size
  for (;;) {
    const due = await service.store.due(now, BATCH + passed)
    const fresh = due.filter(
      (item) => !failed.has(nameOf(item)) && (done.get(nameOf(item)) ?? 0) < item.version,
    )
    const batch: Done[] = []
    for (const item of fresh) {
      cut = looked === limit || expired()
      if (cut) break
      looked++
      done.set(nameOf(item), item.version)
      await attempt(item, async () => {
        const did = await sweepItem(item, service, now)
        if (did !== undefined) batch.push(did)
      })
    }
    await conclude(batch)
    const full = due.length >= BATCH + passed
    passed = Math.max(failed.size, due.length - fresh.length)
    if (cut || (fresh.length === 0 && (!full || expired()))) return result(cut || full)
  }

  async function attempt(item: Item, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      // another writer was first: it did this item, or what it did makes the item due otherwise
      if (error instanceof StoreConflict) return
      failed.add(nameOf(item))
      service.log('error', { sweep: nameOf(item), error })
    }
  }

  /** Counts a batch, once what it destroyed is forgotten; where that can't be now, the next run tries again. */
  async function conclude(batch: readonly Done[]): Promise<void> {
    const destroys = ({ outcome }: Done) => outcome !== undefined && DESTRUCTIONS.has(outcome)
    const destroyed = batch.some(destroys)
    const forgotten = await (destroyed ? service.store.forget() : Promise.resolve()).then(
      () => true,
      (error: unknown) => {
        service.log('error', { sweep: 'what was destroyed is not forgotten yet', error })
        return false
      },
    )
    for (const done of batch) {
      const { item, outcome, husk, keys = 0, acts = [], onRecord } = done
      counts.deleted += keys
      if (!forgotten && destroys(done) && husk !== undefined) {
        // still due: not looked at again before the next run
        failed.add(nameOf(item))
        continue
      }
      await attempt(item, async () => {
        await recordActs(acts)
        if (husk !== undefined) await removeHusk(husk, service.store)
        if (onRecord !== undefined) await onRecord()
        if (outcome !== undefined && (forgotten || !destroys(done))) counts[outcome]++
      })
    }
  }

  /** What can't be written now is kept by the trail, and tried again: by the next run too. */
  async function recordActs(acts: readonly ServiceAct[]): Promise<void> {
    for (const act of acts) {
      await service.audit.record([serviceEvent(act)], true, { at: act.at, once: true })
    }
  }
}

const nameOf = ({ pk, sk }: Item): string => `${pk}/${sk}`

type Does = (item: Item, service: Sweeping, now: number) => Promise<Done | undefined>

/** What is to be done with a due item of each kind that has a date. */
export const SWEPT: ReadonlyMap<AnyItemKind, Does> = new Map<AnyItemKind, Does>([
  [keyItem, sweepKey],
  [sharedItem, sweepShared],
  [
    aliasItem,
    async (item, service, now) => {
      const left = actsOnAlias(item)
      if (left.length > 0)
        return { item, acts: left, onRecord: () => service.store.put(aliasOnRecord(item)) }
      const moved = await rotateAlias(item, service, now)
      if (moved === undefined) return undefined
      const acts = actsOnAlias(moved)
      const onRecord = () => service.store.put(aliasOnRecord(moved))
      return { item, outcome: 'aliasesRotated', acts, onRecord }
    },
  ],
  [
    importItem,
    async (item, { store }) => {
      await commit(store.delete(item, item.version))
      return { item, outcome: 'importsRemoved' }
    },
  ],
  [
    customKeyStoresItem,
    async (item, { keyStores }) => {
      const { accountId, region } = customKeyStoresItem.parts(item)
      for (const { id, underWay } of customKeyStoresItem.read(item).stores) {
        if (underWay !== undefined) {
          await (await keyStores.open()).finish({ accountId, region, id }, underWay.attempt)
        }
      }
      return undefined
    },
  ],
  [
    storeKeyItem,
    async (item, { store, keyStores, log }, now) => {
      const destroy: DestroyInCluster = async (...wanted) =>
        (await keyStores.open()).destroyInCluster(...wanted)
      await settleClaim(item, store, { now, log, destroy })
      return undefined
    },
  ],
  [
    tenantItem,
    async (item, service, now) => {
      await (await import('./delete-tenant.ts')).sweepTenant(item, service, now)
      return undefined
    },
  ],
  [
    regionDeletionItem,
    async (item, service, now) => {
      const { sweepTenantIn } = await import('./delete-tenant-in.ts')
      return { item, keys: await sweepTenantIn(item, service, now) }
    },
  ],
])

async function sweepItem(item: Item, service: Sweeping, now: number): Promise<Done | undefined> {
  for (const [kind, does] of SWEPT) if (kind.is(item)) return does(item, service, now)
  throw new Error(`nothing is known to do with a due item ${nameOf(item)}`)
}

async function sweepKey(item: Item, service: Sweeping, now: number): Promise<Done | undefined> {
  const own = keyFromItem(item)
  const { destroyed: since, multiRegion } = own.data
  if (since !== undefined) {
    const husk = await removeRemains(own, own.data.aliases, since, service.store)
    return destroyed(item, husk, since)
  }
  const key = multiRegion ? await relatedKey(own, firstOf(service.store)) : own
  if (key === undefined) return destroyed(item, await destroy(own, service.store, now), now)
  const { state, deletion, rotation, creating, acts = [] } = key.data
  if (acts.length > 0) {
    // a call took the expired bytes away, or a run that was cut: they are still to be forgotten
    const expired = acts.some(({ name }) => name === 'DeleteExpiredKeyMaterial')
    return { item, ...(expired && { outcome: 'expired' }), ...toRecord(key, service.store) }
  }
  if (creating !== undefined && creating.at + LEFT_BEHIND <= now) {
    const { keyStore } = key.data
    if (keyStore === undefined) return sweepReplica(item, key, service, now)
    if (await finishStoreKey(key, keyStore, service.store)) return undefined
    return destroyed(item, await destroy(key, service.store, now), now)
  }
  if (state === 'PendingDeletion' && deletion?.at !== undefined && deletion.at <= now) {
    return destroyed(item, await destroyKey(key, service.store, now), now)
  }
  const left = withoutExpired(key.data, now)
  if (left !== key.data) {
    // every call refuses the material already; now its bytes go too
    const data = { ...left, acts: withActs(key, expiredIn(key, left, now)) }
    const emptied = keyToItem({ ...key, data })
    await commit(service.store.put(emptied))
    const changed = { ...key, version: emptied.version, data }
    return { item, outcome: 'expired', ...toRecord(changed, service.store) }
  }
  const due = rotation !== undefined && rotation.next <= now && key.related?.type !== 'REPLICA'
  if (due && rotates(state)) {
    const ports = { read: service.store, write: service.store, wrapping: service.keyring }
    const rotated = { type: 'AUTOMATIC', now } as const
    const current = await rotateMaterial(key, ports, rotated)
    return { item, outcome: 'rotated', ...toRecord(current, service.store) }
  }
  // nothing is due after all: written anew, the item says when something is
  await commit(service.store.put(keyToItem(key)))
  return undefined
}

const firstOf =
  (store: Pick<Store, 'get'>): Found =>
  async (place) =>
    (await store.get([place]))[0]

/** A replica whose making a crash cut short: its related keys are told of it, or it goes. */
async function sweepReplica(
  item: Item,
  key: Key,
  { store }: Sweeping,
  now: number,
): Promise<Done | undefined> {
  if (key.related === undefined) return undefined
  if (await finishReplica(key, key.related, store, now)) return undefined
  return destroyed(item, await destroy(key, store, now), now)
}

/** What is not on record yet; else a change of the primary that a crash cut short. */
async function sweepShared(
  item: Item,
  { store }: Sweeping,
  now: number,
): Promise<Done | undefined> {
  const { accountId, id } = sharedItem.parts(item)
  const { acts: left = [], ...shared } = sharedItem.read(item)
  if (left.length > 0) {
    const acts = actsAt({ accountId, region: shared.primary }, left)
    return { item, acts, onRecord: () => store.put(sharedItem.next(item, shared)) }
  }
  try {
    await moveToEnd({ accountId, id }, store, now)
    return undefined
  } catch (error) {
    // one of the keys can't take part any more: the change is taken back
    if (error instanceof KmsError) return undefined
    throw error
  }
}

const toRecord = (key: Key, store: Store): Pick<Done, 'acts' | 'onRecord'> => ({
  acts: actsOnKey(key),
  onRecord: () => takeActsOff(key, store),
})

/** What is left of a key goes once the store has forgotten it. @param at Unix ms: when it was destroyed */
const destroyed = (item: Item, husk: Husk, at: number): Done => ({
  item,
  outcome: 'deleted',
  husk,
  acts: [deletionAct(husk, at)],
})
