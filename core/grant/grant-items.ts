import { createHash } from 'node:crypto'
import type { Key } from '../key/key.ts'
import { regionPartition } from '../key/key-item.ts'
import type { Grant } from '../policy/grant-decision.ts'
import type { Principal } from '../policy/request.ts'
import type { Item, ItemKey, Json, Store } from '../store/store.ts'

/** What the store keeps of a grant, three times: by key, by grantee, and by retiring principal. */
export interface GrantData extends Grant {
  /** ARN of the key it is for */
  readonly key: string
  readonly name?: string
  /** Unix ms */
  readonly created: number
}

export type GrantedKey = Pick<Key, 'accountId' | 'region' | 'id'>

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Principals are part of sort keys by their hash: ARNs differ in length, and hold any character. */
const principalHash = (arn: string): string => sha256(arn).slice(0, 32)

export const grantPrefix = (key: GrantedKey): string => `grant#${key.id}#`
export const granteePrefix = (key: GrantedKey, grantee: string): string =>
  `grantee#${key.id}#${principalHash(grantee)}#`
export const retiringPrefix = (retiring: string): string => `retiring#${principalHash(retiring)}#`

/** The item by key: it is there while any other of the grant is, so all are found by their key. */
export const anchorPlace = (key: GrantedKey, id: string): ItemKey => ({
  pk: regionPartition(key.accountId, key.region),
  sk: grantPrefix(key) + id,
})

/** The item by grantee: while it is there the grant is in force. */
export const granteePlace = (key: GrantedKey, { granteePrincipal, id }: Grant): ItemKey => ({
  pk: regionPartition(key.accountId, key.region),
  sk: granteePrefix(key, granteePrincipal) + id,
})

/** In the partition of the retiring principal's account: it lists grants on other accounts' keys too. */
function retiringPlace(key: GrantedKey, retiring: string, id: string): ItemKey {
  const [, , , , accountId = ''] = retiring.split(':')
  return {
    pk: regionPartition(accountId, key.region),
    sk: `${retiringPrefix(retiring)}${key.id}#${id}`,
  }
}

/**
 * The item that says which grant a name stands for. CreateGrant answers the same grant for the same
 * name only where all else is the same, so all else is part of the place.
 */
export function namePlace(key: GrantedKey, grant: Omit<GrantData, 'id'>, name: string): ItemKey {
  const { granteePrincipal, retiringPrincipal = null, issuingAccount, operations } = grant
  const { EncryptionContextEquals: equal, EncryptionContextSubset: subset } =
    grant.constraints ?? {}
  const pairs = (constraint: Readonly<Record<string, string>> | undefined) =>
    constraint === undefined ? null : Object.entries(constraint).sort(byName)
  const said = [
    ...[name, granteePrincipal, retiringPrincipal, issuingAccount, [...operations].sort()],
    ...[pairs(equal), pairs(subset)],
  ]
  return {
    pk: regionPartition(key.accountId, key.region),
    sk: `grant-name#${key.id}#${sha256(JSON.stringify(said))}`,
  }
}
const byName = ([a]: readonly [string, string], [b]: readonly [string, string]) => (a < b ? -1 : 1)

/** Where all items of a grant are, in the order in which they are removed. */
export function grantPlaces(key: GrantedKey, grant: GrantData): ItemKey[] {
  const { id, retiringPrincipal, name } = grant
  return [
    granteePlace(key, grant),
    ...(retiringPrincipal === undefined ? [] : [retiringPlace(key, retiringPrincipal, id)]),
    ...(name === undefined ? [] : [namePlace(key, grant, name)]),
    anchorPlace(key, id),
  ]
}

export const grantOf = (item: Item): GrantData => item.data as unknown as GrantData
export const grantJson = (grant: GrantData) =>
  // a member that is undefined is no member
  JSON.parse(JSON.stringify(grant)) as { [name: string]: Json }

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
      if (page.items.length > 0) yield page.items.map(grantOf)
      after = page.more ? page.items.at(-1)?.sk : undefined
    } while (after !== undefined)
  }
}
