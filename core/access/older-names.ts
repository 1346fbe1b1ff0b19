import { commit, StoreConflict } from '../base/conflict.ts'
import {
  anchorPlace,
  type GrantData,
  type GrantedKey,
  granteeItem,
  granteePlace,
  grantItem,
  retiringItem,
  retiringPlace,
} from '../grant/grant-items.ts'
import { type PrincipalData, principalItem, principalPlace } from '../identity/credential.ts'
import { meaningsOfOlder } from '../identity/meant-principals.ts'
import { trusting } from '../identity/trust.ts'
import type { Key } from '../key/key.ts'
import { policyItem } from '../key/key-items.ts'
import { compilePolicy } from '../policy/compile.ts'
import type { Meanings } from '../policy/meaning.ts'
import type { Item, Store } from '../store/store.ts'

/**
 * What was stored before names had meanings is given them when it is first read: today's principals of these
 * names. That is written where it stands, so that it is done once, whoever reads it later. Loaded on demand.
 */

type Reach = Pick<Store, 'get' | 'put'>

/** Gives a key's policy its meanings. @throws StoreConflict where another reader or writer was first */
export async function bindPolicy(
  key: Key,
  item: Item,
  names: readonly string[],
  store: Reach,
): Promise<Meanings> {
  const meant = await meaningsOfOlder(store, names, key)
  await commit(store.put(policyItem.next(item, { ...policyItem.read(item), meant })))
  return meant
}

/** Gives the trust policy of a role its meanings. @throws StoreConflict where another writer was first */
export async function bindTrust(
  { accountId, region }: { readonly accountId: string; readonly region: string },
  role: PrincipalData & { readonly trust: string },
  store: Reach,
): Promise<PrincipalData> {
  const [item] = await store.get([principalPlace(accountId, `role/${role.name}`)])
  const { principals } = compilePolicy(role.trust, 'trust-policy')
  const meant = await meaningsOfOlder(store, principals, { accountId, region })
  const now = item && principalItem.read(item)
  if (item === undefined || now?.trust !== role.trust)
    throw new StoreConflict('the trust policy was replaced')
  const bound = { ...now, ...trusting(role.trust, meant) }
  await commit(store.put(principalItem.next(item, bound)))
  return bound
}

/**
 * Gives all items of a grant the same meanings; what its anchor has been given holds for the others.
 * @throws StoreConflict where another reader or writer was first
 */
export async function bindGrant(
  key: GrantedKey,
  grant: GrantData,
  store: Reach,
): Promise<GrantData> {
  const { id, retiringPrincipal } = grant
  const places = [
    anchorPlace(key, id),
    granteePlace(key, grant),
    ...(retiringPrincipal === undefined ? [] : [retiringPlace(key, retiringPrincipal, id)]),
  ]
  const [anchor, grantee, retiring] = await store.get(places)
  // what a crash left of a grant that was being removed
  if (anchor === undefined) return grant
  const kept = grantItem.read(anchor)
  const { granteeMeant, retiringMeant } =
    kept.granteeMeant === undefined ? await meaningsOfGrant(grant, key.region, store) : kept
  const bind = (data: GrantData): GrantData => ({ ...data, granteeMeant, retiringMeant })
  if (kept.granteeMeant === undefined) await commit(store.put(grantItem.next(anchor, bind(kept))))
  for (const [kind, item] of [
    [granteeItem, grantee],
    [retiringItem, retiring],
  ] as const) {
    if (item === undefined || kind.read(item).granteeMeant !== undefined) continue
    await commit(store.put(kind.next(item, bind(kind.read(item)))))
  }
  return bind(grant)
}

async function meaningsOfGrant(grant: GrantData, region: string, store: Reach) {
  const { granteePrincipal, retiringPrincipal, issuingAccount } = grant
  const names = [granteePrincipal, ...(retiringPrincipal === undefined ? [] : [retiringPrincipal])]
  const [, , , , accountId = ''] = issuingAccount.split(':')
  const meant = await meaningsOfOlder(store, names, { accountId, region })
  return {
    granteeMeant: meant[granteePrincipal] ?? granteePrincipal,
    retiringMeant: retiringPrincipal && (meant[retiringPrincipal] ?? retiringPrincipal),
  }
}
