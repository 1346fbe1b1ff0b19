import { createHash } from 'node:crypto'
import { regionItem } from '../item/item-kind.ts'
import { regionPartition } from '../item/partition.ts'
import type { Key } from '../key/key.ts'
import type { KeyName } from '../key/key-items.ts'
import type { Grant } from '../policy/grant-decision.ts'
import type { Principal } from '../policy/request.ts'
import type { Item, ItemKey, Store } from '../store/store.ts'

/** What the store keeps of a grant, three times: by key, by grantee, and by retiring principal. */
export interface GrantData extends Grant {
  /** ARN of the key it is for */
  readonly key: string
  readonly name?: string
  /** Unix ms */
  readonly created: number
}

export type GrantedKey = KeyName

/** The item by key: it is there while any other of the grant is, so all are found by their key. */
export const grantItem = regionItem<GrantData, ['id', 'grant']>({
  name: 'grant',
  sort: ['id', 'grant'],
})

/** The item by grantee: while it is there the grant is in force. */
export const granteeItem = regionItem<GrantData, ['id', 'grantee', 'grant']>({
  name: 'grantee',
  sort: ['id', 'grantee', 'grant'],
})

/** In the partition of the retiring principal's account: it lists grants on other accounts' keys too. */
export const retiringItem = regionItem<GrantData, ['retiring', 'id', 'grant']>({
  name: 'retiring',
  sort: ['retiring', 'id', 'grant'],
})

/** Which grant a name stands for. */
export interface NamedGrant {
  /** its id */
  readonly grant: string
  /** Unix ms */
  readonly at: number
}

export const grantNameItem = regionItem<NamedGrant, ['id', 'terms']>({
  name: 'grant-name',
  sort: ['id', 'terms'],
})

/** A part of the count of a key's grants. */
export interface GrantCount {
  readonly count: number
  /** the first part: Unix ms of the last exact count */
  readonly counted?: number
}

export const grantCountItem = regionItem<GrantCount, ['id', 'digit']>({
  name: 'grant-count',
  sort: ['id', 'digit'],
})

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Principals are part of sort keys by their hash: ARNs differ in length, and hold any character. */
const principalHash = (arn: string): string => sha256(arn).slice(0, 32)

export const grantPrefix = (key: GrantedKey): string => grantItem.prefix(key.id)
export const granteePrefix = (key: GrantedKey, grantee: string): string =>
  granteeItem.prefix(key.id, principalHash(grantee))
export const retiringPrefix = (retiring: string): string =>
  retiringItem.prefix(principalHash(retiring))

export const anchorPlace = ({ accountId, region, id }: GrantedKey, grant: string): ItemKey =>
  grantItem.place({ accountId, region, id, grant })

export const granteePlace = (key: GrantedKey, { granteePrincipal, id: grant }: Grant): ItemKey => {
  const { accountId, region, id } = key
  return granteeItem.place({
    accountId,
    region,
    id,
    grantee: principalHash(granteePrincipal),
    grant,
  })
}

export function retiringPlace(
  { region, id }: GrantedKey,
  retiring: string,
  grant: string,
): ItemKey {
  const [, , , , accountId = ''] = retiring.split(':')
  return retiringItem.place({ accountId, region, id, retiring: principalHash(retiring), grant })
}

/**
 * The item that says which grant a name stands for. CreateGrant answers the same grant for the same
 * name only where all else is the same, so all else is part of the place, whom it means too.
 */
function namePlace(key: GrantedKey, grant: Omit<GrantData, 'id'>, name: string): ItemKey {
  const { granteePrincipal, retiringPrincipal = null, issuingAccount, operations } = grant
  const { granteeMeant, retiringMeant = null } = grant
  // a namesake is another grantee; of other accounts' principals the answer must not tell that one came or
  // went, and older grants do not say whom they meant
  const isOwn = (arn: string | null) => arn?.split(':')[4] === issuingAccount.split(':')[4]
  const meanings =
    granteeMeant === undefined || !(isOwn(granteePrincipal) || isOwn(retiringPrincipal))
      ? []
      : [
          isOwn(granteePrincipal) ? granteeMeant : null,
          isOwn(retiringPrincipal) ? retiringMeant : null,
        ]
  const { EncryptionContextEquals: equal, EncryptionContextSubset: subset } =
    grant.constraints ?? {}
  const pairs = (constraint: Readonly<Record<string, string>> | undefined) =>
    constraint === undefined ? null : Object.entries(constraint).sort(byName)
  const said = [
    ...[name, granteePrincipal, retiringPrincipal, issuingAccount, [...operations].sort()],
    ...[pairs(equal), pairs(subset)],
    ...meanings,
  ]
  const { accountId, region, id } = key
  return grantNameItem.place({ accountId, region, id, terms: sha256(JSON.stringify(said)) })
}
const byName = ([a]: readonly [string, string], [b]: readonly [string, string]) => (a < b ? -1 : 1)

/** Where a grant's name may be claimed: by whom it means, and as older releases did; one where that is the same. */
export function namePlaces(
  key: GrantedKey,
  grant: Omit<GrantData, 'id'>,
  name: string,
): [ItemKey, ...ItemKey[]] {
  const { granteeMeant: _grantee, retiringMeant: _retiring, ...unmeant } = grant
  const [place, older] = [namePlace(key, grant, name), namePlace(key, unmeant, name)]
  return place.sk === older.sk ? [place] : [place, older]
}

/** The items that hold a grant, new, in the order in which they are written. */
export function grantItems(key: GrantedKey, grant: GrantData): Item[] {
  const { id, retiringPrincipal: retiring } = grant
  return [
    grantItem.item(anchorPlace(key, id), 1, grant),
    ...(retiring === undefined
      ? []
      : [retiringItem.item(retiringPlace(key, retiring, id), 1, grant)]),
    granteeItem.item(granteePlace(key, grant), 1, grant),
  ]
}

/** Where all items of a grant are, in the order in which they are removed. */
export function grantPlaces(key: GrantedKey, grant: GrantData): ItemKey[] {
  const { id, retiringPrincipal, name } = grant
  return [
    granteePlace(key, grant),
    ...(retiringPrincipal === undefined ? [] : [retiringPlace(key, retiringPrincipal, id)]),
    ...(name === undefined ? [] : namePlaces(key, grant, name)),
    anchorPlace(key, id),
  ]
}

/** grants of one grantee read at a time while looking for one that allows */
const PAGE = 100

/**
 * The grants of a key that may speak for a principal, in pages: those to itself, to its role and to
 * its account. Never those to others, however many there are.
 */
export async function* grantsFor(
  read: Pick<Store, 'query'>,
  key: Key,
  principal: Principal,
): AsyncGenerator<GrantData[]> {
  const pk = regionPartition(key.accountId, key.region)
  const [, partition = 'aws'] = principal.arn.split(':')
  const names = new Set([
    principal.arn,
    ...(principal.roleArn === undefined ? [] : [principal.roleArn]),
    ...(principal.formerArns ?? []),
    `arn:${partition}:iam::${principal.accountId}:root`,
  ])
  for (const name of names) {
    const prefix = granteePrefix(key, name)
    let after: string | undefined
    do {
      const page = await read.query({
        pk,
        prefix,
        limit: PAGE,
        ...(after !== undefined && { after }),
      })
      if (page.items.length > 0) yield page.items.map(granteeItem.read)
      after = page.more ? page.items.at(-1)?.sk : undefined
    } while (after !== undefined)
  }
}
