import { keyArn } from '../base/arn.ts'
import type { Item, Json } from '../store/store.ts'
import type { Key, KeyData } from './key.ts'
import { dueOf } from './material.ts'

/** Partition of everything a tenant has in one Region. */
export const regionPartition = (accountId: string, region: string): string =>
  `${accountId}/${region}`

export const keyPlace = (accountId: string, region: string, keyId: string) => ({
  pk: regionPartition(accountId, region),
  sk: `key#${keyId}`,
})

/** Reads a key from its item; its place in the store, not its content, says whose and which it is. */
export function keyFromItem(item: Item): Key {
  const [accountId = '', region = ''] = item.pk.split('/')
  const id = item.sk.slice('key#'.length)
  return {
    accountId,
    region,
    id,
    arn: keyArn(region, accountId, id),
    version: item.version,
    data: item.data as unknown as KeyData,
  }
}

/** What a change may say of a member: another value, or undefined to take it away. */
export type KeyChanges = { readonly [N in keyof KeyData]?: KeyData[N] | undefined }

/** The item that replaces a key's present one (or the first, for version 0), due when something of it is. */
export function keyToItem(key: Key, changes: KeyChanges = {}): Item {
  const data = { ...key.data, ...changes } as KeyData
  const due = dueOf(data)
  return {
    ...keyPlace(key.accountId, key.region, key.id),
    version: key.version + 1,
    ...(due !== undefined && { due }),
    // a member that is undefined is no member
    data: JSON.parse(JSON.stringify(data)) as { [name: string]: Json },
  }
}
