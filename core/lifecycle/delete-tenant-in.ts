import type { Audit } from '../audit/audit.ts'
import { serviceEvent } from '../audit/service-event.ts'
import { commit, StoreConflict } from '../base/conflict.ts'
import type { Log } from '../base/log.ts'
import type { ServiceAct } from '../base/service-act.ts'
import { storeKeyItem } from '../custom-key-store/custom-key-store-items.ts'
import { tenantItem, tenantPlace } from '../identity/credential.ts'
import { regionPartition } from '../item/partition.ts'
import { keyFromItem } from '../key/key-item.ts'
import { keyItem } from '../key/key-items.ts'
import { idempotencyItem } from '../pipeline/idempotency-item.ts'
import type { Item, Store } from '../store/store.ts'
import { deletionAct, destroy, type Husk, removeHusk, removeRemains } from './deletion.ts'
import { eachOf, erase, erasedWith } from './erase.ts'
import { type RegionDeletion, regionDeletionItem } from './lifecycle-items.ts'
import { actsOnKey } from './pending-acts.ts'
import { DAY } from './rotation.ts'

/**
 * ms in which whatever was begun has ended: no call of Lambda's lasts longer (AWS Lambda Developer Guide, "Lambda
 * quotas"), and of a server none comes near it. What was made meanwhile by who had read before is then found.
 */
export const QUIET = 15 * 60_000
/** ms after which a look that did nothing is made again */
export const AGAIN = 60_000
/** keys of one look: a function ends it in its time, and SQLite's file is read once for as many */
const KEYS = 500
/** items of a page */
const PAGE = 100
/** ms for which a token is waited for that has keys of the tenant, and ms between two looks at it */
const PATIENCE = 30 * DAY
const LOOK_AT_TOKEN = 10 * 60_000

/** What the deletion of a tenant works with, of what a sweep does. */
export interface Deleting {
  readonly store: Store
  readonly log: Log
  readonly audit: Pick<Audit, 'record'>
  readonly region: string
  readonly otherRegions?: readonly string[]
  readonly oneRegion?: boolean
}

type Home = { readonly accountId: string; readonly region: string }

/**
 * Goes on with the destruction of what a tenant has in the Region that is swept: its keys, those of custom key stores
 * in their tokens too, and after QUIET all else. Each look does a part and says in the Region's item how far it is;
 * whatever a crash cuts is done again, and several may look at once.
 * @returns how many keys are destroyed, forgotten and on record
 * @throws StoreConflict where another looked at the same time; StoreUnavailable
 */
export async function sweepTenantIn(item: Item, service: Deleting, now: number): Promise<number> {
  const { store } = service
  const home = regionDeletionItem.parts(item)
  const { next: _next, cluster: _cluster, ...data } = regionDeletionItem.read(item)
  const write = (changes: Partial<RegionDeletion>) =>
    commit(store.put(regionDeletionItem.next(item, { ...data, ...changes })))

  if (data.over === true) {
    await commit(store.delete(item, item.version))
    return 0
  }
  const { seen, destroyed, failure } = await destroyKeys(home, service, now)
  if (seen > 0) {
    const { keyless: _former, ...before } = data
    const keys = before.keys + destroyed
    const next = destroyed > 0 ? now : now + AGAIN
    await commit(store.put(regionDeletionItem.next(item, { ...before, keys, next })))
    if (failure !== undefined) throw failure
    return destroyed
  }
  if (data.keyless === undefined) await write({ keyless: now, next: now + QUIET })
  else if (now < data.keyless + QUIET) await write({ next: data.keyless + QUIET })
  else if (now < data.begun + PATIENCE && (await hasInTokens(home, service))) {
    await write({ cluster: true, next: now + LOOK_AT_TOKEN })
  } else if (await eraseRest(home, item, service)) await write({ next: now })
  else {
    await store.forget()
    if (await isGone(home, service)) await commit(store.delete(item, item.version))
    else await write({ done: now })
  }
  return 0
}

interface Destroyed {
  /** keys that were there, in whatever measure destroyed before */
  readonly seen: number
  readonly destroyed: number
  /** why one could not be destroyed; the others were all the same */
  readonly failure: unknown
}

/**
 * Destroys keys of a tenant whatever their state, as the sweeper does at their date: each by one write of its own item,
 * then what is left of it elsewhere, and its item once the store has forgotten the rest and it is on record.
 */
async function destroyKeys(home: Home, service: Deleting, now: number): Promise<Destroyed> {
  const { store } = service
  const pk = regionPartition(home.accountId, home.region)
  const husks: { readonly husk: Husk; readonly at: number }[] = []
  let failure: unknown
  let seen = 0
  let after: string | undefined
  for (let more = true; more && husks.length < KEYS; ) {
    const from = after === undefined ? {} : { after }
    const page = await store.query({ pk, prefix: keyItem.prefix(), ...from, limit: PAGE })
    seen += page.items.length
    await eachOf(page.items, (one) =>
      unlessConflict(async () => {
        husks.push(await destroyOne(one, service, now))
      }),
    ).catch((error: unknown) => {
      failure ??= error
    })
    more = page.more
    after = page.items.at(-1)?.sk
  }
  if (husks.length > 0) await store.forget()
  await eachOf(husks, ({ husk, at }) =>
    unlessConflict(async () => {
      await record([deletionAct(husk, at)], service)
      await removeHusk(husk, store)
    }),
  )
  return { seen, destroyed: husks.length, failure }
}

async function destroyOne(item: Item, service: Deleting, now: number) {
  const key = keyFromItem(item)
  const { destroyed: at } = key.data
  if (at !== undefined) {
    return { husk: await removeRemains(key, key.data.aliases, at, service.store, 'nothing'), at }
  }
  await record(actsOnKey(key), service)
  return { husk: await destroy(key, service.store, now, 'nothing'), at: now }
}

/** Another writer was first: it did this one, or the next look does. */
async function unlessConflict(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof StoreConflict)) throw error
  }
}

async function record(acts: readonly ServiceAct[], { audit }: Deleting): Promise<void> {
  for (const act of acts) await audit.record([serviceEvent(act)], true, { at: act.at, once: true })
}

/** Whether tokens still have what keys of the tenant had there: whoever has the token destroys it, at its own date. */
async function hasInTokens({ accountId, region }: Home, { store }: Deleting): Promise<boolean> {
  const pk = regionPartition(accountId, region)
  const prefix = storeKeyItem.prefix()
  let after: string | undefined
  for (;;) {
    const from = after === undefined ? {} : { after }
    const { items, more } = await store.query({ pk, prefix, ...from, limit: PAGE })
    if (items.some((item) => storeKeyItem.read(item).cluster === true)) return true
    if (!more) return false
    after = items.at(-1)?.sk
  }
}

/** Erases what else is there of the tenant: in the Region, and of what stays in it. @returns whether there may be more */
async function eraseRest(home: Home, own: Item, { store }: Deleting): Promise<boolean> {
  for (const pk of erasedWith('region', home)) {
    if (await erase({ pk, keeps: pk === own.pk ? [own.sk] : [] }, store)) return true
  }
  const [pk = ''] = erasedWith('account', home)
  return erase({ pk, prefix: idempotencyItem.prefix() }, store)
}

/** Whether the tenant is gone already: the Region was forgotten meanwhile, and has rejoined. */
async function isGone({ accountId }: Home, { store }: Deleting): Promise<boolean> {
  const [tenant] = await store.get([tenantPlace(accountId)])
  return tenant === undefined || tenantItem.read(tenant).deletion?.ended !== undefined
}
