import { isAccountId, OPERATOR_ACCOUNT } from '../core/base/arn.ts'
import { tenantItem, tenantPlace } from '../core/identity/credential.ts'
import { INSTALLATION, installationItem } from '../core/item/installation.ts'
import { keyPlace } from '../core/key/key-item.ts'
import { keyItem } from '../core/key/key-items.ts'
import { sharedBy } from '../core/key/related.ts'
import { regionDeletionItem } from '../core/lifecycle/lifecycle-items.ts'
import type { RecordAct } from '../core/lifecycle/pending-acts.ts'
import { TableMissing } from '../core/store/dynamodb-table.ts'
import type { Store } from '../core/store/store.ts'
import { changeInstallation } from './region-forget.ts'
import { allItems, type Progress } from './transfer.ts'

/** A Region that can't rejoin; the message is one line. */
class RejoinError extends Error {
  override readonly name = 'RejoinError'
}

export interface Rejoining {
  /** the Region that was forgotten, and is to serve again */
  readonly region: string
  /** its own table, which may not be there */
  readonly own: Pick<Store, 'scan' | 'put'>
  /** the Regions of the installation */
  readonly regions: readonly string[]
  /** with what Regions share as it is, and what is in other Regions */
  readonly store: Pick<Store, 'get' | 'put'>
  readonly record: RecordAct
  /** Unix ms */
  readonly now: number
  readonly progress?: Progress | undefined
}

/**
 * Takes a Region back that an installation has forgotten, so that it may serve again. What its own table still has of
 * multi-Region keys may not be there: others took over their roles, and changed them since. Its own keys may. What is
 * there of tenants that were deleted meanwhile is due: who sweeps the Region destroys it.
 * @returns how many keys its table has, all of that Region alone, and of how many deleted tenants it has something; 0
 *   where there is no table yet
 * @throws RejoinError
 */
export async function rejoinRegion(
  rejoining: Rejoining,
): Promise<{ readonly keys: number; readonly deleted: number }> {
  const { region, store, record, now } = rejoining
  const [item] = await store.get([INSTALLATION])
  if (item === undefined) throw new RejoinError('there is no installation')
  const { home = region, forgotten = [], forgetting } = installationItem.read(item)
  if (forgetting === region) throw new RejoinError(`${region} is being forgotten: end that first`)
  if (!forgotten.includes(region)) throw new RejoinError(`${region} was not forgotten`)
  const { keys, taken, accounts } = await count(rejoining)
  if (taken > 0) {
    throw new RejoinError(
      `${taken} multi-Region keys are still in the table of ${region}, which others took over when it was forgotten: delete that table, so that the Region begins with an empty one`,
    )
  }
  // before it serves: cut short, the command is given again
  const deleted = await destroyDeleted(accounts, rejoining)
  await record({
    ...{ accountId: OPERATOR_ACCOUNT, region: home, at: now, name: 'RejoinRegion' },
    ...{ source: 'tenkey', resources: [], details: { region }, once: `${region} ${now}` },
  })
  await changeInstallation(store, ({ forgotten: known = [], ...data }) => {
    const left = known.filter((one) => one !== region)
    return left.length === 0 ? data : { ...data, forgotten: left }
  })
  return { keys, deleted }
}

/** Has what tenants left there that are deleted destroyed. @returns how many such tenants */
async function destroyDeleted(
  accounts: ReadonlySet<string>,
  { region, own, store, now }: Rejoining,
): Promise<number> {
  let deleted = 0
  for (const accountId of accounts) {
    const [tenant] = await store.get([tenantPlace(accountId)])
    const { begun } = (tenant && tenantItem.read(tenant).deletion) ?? {}
    if (begun === undefined) continue
    deleted++
    const place = regionDeletionItem.place({ accountId, region })
    // false: it is there already
    await own.put(regionDeletionItem.item(place, 1, { begun, keys: 0, next: now }))
  }
  return deleted
}

/** The keys in a Region's own table, how many of them were taken out of their related keys, and whose items it has. */
async function count({ region, regions, own, store, progress }: Rejoining) {
  const found = { keys: 0, taken: 0, accounts: new Set<string>() }
  const others = regions.filter((one) => one !== region)
  let seen = 0
  try {
    for await (const item of allItems(own)) {
      progress?.(++seen)
      const [account = ''] = item.pk.split('/')
      if (isAccountId(account) && item.pk.includes(`/${region}`)) found.accounts.add(account)
      if (!keyItem.is(item)) continue
      const { accountId, id, region: at } = keyItem.parts(item)
      if (at !== region || keyItem.read(item).destroyed !== undefined) continue
      found.keys++
      if (!id.startsWith('mrk-')) continue
      const known = await sharedBy({ accountId, id }, store)
      const { primary, replicas = [] } = known?.shared ?? {}
      // what is there alone is nobody else's
      const places = others.map((one) => keyPlace(accountId, one, id))
      const alone = primary === region && replicas.length === 0
      if (!alone || (await store.get(places)).some((one) => one !== undefined)) found.taken++
    }
  } catch (error) {
    if (!(error instanceof TableMissing)) throw error
  }
  return found
}
