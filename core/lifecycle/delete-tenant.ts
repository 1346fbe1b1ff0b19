import { serviceEvent } from '../audit/service-event.ts'
import { OPERATOR_ACCOUNT } from '../base/arn.ts'
import { commit } from '../base/conflict.ts'
import {
  listedTenantItem,
  type TenantData,
  type TenantDeletion,
  tenantItem,
} from '../identity/credential.ts'
import { INSTALLATION, installationItem, isForgotten } from '../item/installation.ts'
import { regionPartition } from '../item/partition.ts'
import { tenantKeyItem } from '../key/key-items.ts'
import { GLOBAL } from '../key/keyring.ts'
import type { Item } from '../store/store.ts'
import { AGAIN, type Deleting, QUIET } from './delete-tenant-in.ts'
import { erase, erasedWith } from './erase.ts'
import { regionDeletionItem } from './lifecycle-items.ts'

/** pages of the store of one look, while the Regions of a tenant are looked for, and items of a page */
const PAGES = 20
const PAGE = 1000

/**
 * Goes on with the deletion of a tenant whose waiting period is over. One conditional write of the tenant's item begins
 * it: it comes before a cancellation or loses to it. Then who sweeps each Region destroys the keys there, by an item
 * that it finds in it (delete-tenant-in.ts); a Region that does not answer is waited for. Once all have ended, what the
 * tenant has in no Region goes: tenant keys first, then all else. Its item stays, without its name: so nobody gets its
 * account id again, and nothing is made for it.
 * @throws StoreConflict where another looked at the same time; StoreUnavailable
 */
export async function sweepTenant(item: Item, service: Deleting, now: number): Promise<void> {
  const data = tenantItem.read(item)
  const { deletion } = data
  const write = (changes: Partial<TenantDeletion>): Promise<void> => {
    if (deletion === undefined) throw new Error('the tenant is not to be deleted')
    const { search: _search, ...known } = deletion
    const next = { ...data, status: 'suspended' as const, deletion: { ...known, ...changes } }
    return commit(service.store.put(tenantItem.next(item, next)))
  }
  const look = { accountId: tenantItem.parts(item).accountId, item, data, service, now, write }
  if (deletion === undefined || deletion.ended !== undefined || isEarly(deletion, now)) {
    // nothing is to be done now: written anew, the item says when something is
    await commit(service.store.put(tenantItem.next(item, data)))
  } else if (deletion.begun === undefined) await begin(look)
  else if (deletion.search !== undefined) await searchRegions(look, deletion)
  else if (deletion.keyless === undefined) await waitForRegions(look, deletion, deletion.begun)
  else await eraseTenant(look, deletion, deletion.keyless)
}

const isEarly = ({ begun, at }: TenantDeletion, now: number): boolean =>
  begun === undefined && now < at

interface Look {
  readonly accountId: string
  readonly item: Item
  readonly data: TenantData
  readonly service: Deleting
  readonly now: number
  /** Changes the deletion, by one conditional write; a search goes on only where that says so. */
  write(changes: Partial<TenantDeletion>): Promise<void>
}

/** From this write on no cancellation is taken, and nothing is made for the tenant (`readTenant`). */
function begin({ service, now, write }: Look): Promise<void> {
  const { region: own, otherRegions = [], oneRegion = false } = service
  const begun = { begun: now, next: now }
  if (otherRegions.length === 0 && !oneRegion) return write({ ...begun, regions: [], search: {} })
  return write({ ...begun, regions: [own, ...otherRegions].map((region) => ({ region })) })
}

/** Where any Region may be in the store, those are looked for that have something of the tenant. */
async function searchRegions(look: Look, { search, regions = [] }: TenantDeletion): Promise<void> {
  const { accountId, service, now, write } = look
  const found = new Set(regions.map(({ region }) => region))
  let after = search?.after
  let more = true
  for (let page = 0; more && page < PAGES; page++) {
    const scanned = await service.store.scan(after, PAGE)
    for (const { pk } of scanned.items) {
      const [account, region = GLOBAL] = pk.split('/')
      if (account === accountId && region !== GLOBAL && region !== 'audit') found.add(region)
    }
    const last = scanned.items.at(-1)
    after = last && { pk: last.pk, sk: last.sk }
    more = scanned.more
  }
  const changes = { regions: [...found].sort().map((region) => ({ region })), next: now }
  await write(more && after !== undefined ? { ...changes, search: { after } } : changes)
}

/** Sees that each Region has its item, and whether all have ended; those that are lost for good are left out, and said. */
async function waitForRegions(look: Look, deletion: TenantDeletion, begun: number): Promise<void> {
  const { accountId, service, now, write } = look
  const { store, log } = service
  const [item] = await store.get([INSTALLATION])
  const lost = (region: string) =>
    item !== undefined && isForgotten(installationItem.read(item), region)
  const all = deletion.regions ?? []
  const regions = all.filter(({ region }) => !lost(region))
  const unreached = [
    ...(deletion.unreached ?? []),
    ...all.flatMap(({ region }) => (lost(region) ? [region] : [])),
  ]
  const seen = await Promise.all(
    regions.map(async ({ region }) => {
      const place = regionDeletionItem.place({ accountId, region })
      try {
        const [found] = await store.get([place])
        if (found !== undefined) return { region, ...regionDeletionItem.read(found) }
        // false: another was first
        await store.put(regionDeletionItem.item(place, 1, { begun, keys: 0, next: now }))
      } catch (error) {
        log('error', { sweep: `the deletion of ${accountId} waits for ${region}`, error })
      }
      return { region, keys: 0, done: undefined }
    }),
  )
  const known = { regions, ...(unreached.length > 0 && { unreached }) }
  const ended = now >= begun + QUIET && seen.every(({ done }) => done !== undefined)
  if (!ended) return write({ ...known, next: now + AGAIN })
  const counted = seen.map(({ region, keys }) => ({ region, keys }))
  await write({ ...known, regions: counted, keyless: now, next: now })
}

/** Erases what the tenant has in no Region, a part at a time, and ends its deletion. */
async function eraseTenant(look: Look, deletion: TenantDeletion, at: number): Promise<void> {
  const { accountId, item, data, service, now, write } = look
  const { store } = service
  const [account = ''] = erasedWith('account', { accountId })
  const parts = [
    // what related keys shared
    { pk: regionPartition(accountId, GLOBAL) },
    { pk: account, prefix: tenantKeyItem.prefix() },
    { pk: account, keeps: [item.sk] },
  ]
  for (const part of parts) if (await erase(part, store)) return write({ next: now })
  await store.forget()
  await forgetName(look)
  for (const { region } of deletion.regions ?? []) await endIn(region, look)
  for (const recipient of [accountId, OPERATOR_ACCOUNT]) {
    const act = {
      ...({ accountId: recipient, region: service.region, at, name: 'DeleteTenant' } as const),
      ...({ source: 'tenkey', resources: [], details: { account: accountId } } as const),
      once: `${recipient} ${accountId} ${at}`,
    }
    await service.audit.record([serviceEvent(act)], true, { at, once: true })
  }
  const { created, auditRetention } = data
  const { search: _search, next: _next, ...known } = deletion
  const left: TenantData = {
    ...{ name: accountId, status: 'suspended', created },
    ...(auditRetention !== undefined && { auditRetention }),
    deletion: { ...known, ended: now },
  }
  await commit(store.put(tenantItem.next(item, left)))
}

/** The operator's list goes on to have the tenant, by its account id. */
async function forgetName({ accountId, data, service: { store } }: Look): Promise<void> {
  const place = listedTenantItem.place({ account: accountId })
  const [listed] = await store.get([place])
  const entry = { name: accountId, created: data.created }
  if (listed === undefined || listedTenantItem.read(listed).name === accountId) return
  await commit(store.put(listedTenantItem.next(listed, entry)))
}

/** Who sweeps a Region removes its item there, once this says so. */
async function endIn(region: string, { accountId, service: { store }, now }: Look): Promise<void> {
  const [item] = await store.get([regionDeletionItem.place({ accountId, region })])
  if (item === undefined) return
  const data = regionDeletionItem.read(item)
  if (data.over === true) return
  await commit(store.put(regionDeletionItem.next(item, { ...data, over: true, next: now })))
}
