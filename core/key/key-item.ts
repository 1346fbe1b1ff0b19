import { keyArn } from '../base/arn.ts'
import type { Item } from '../store/store.ts'
import type { Key, KeyData } from './key.ts'
import { keyItem } from './key-items.ts'

export const keyPlace = (accountId: string, region: string, id: string) =>
  keyItem.place({ accountId, region, id })

/** Reads a key from its item; its place in the store, not its content, says whose and which it is. */
export function keyFromItem(item: Item): Key {
  const { accountId, region, id } = keyItem.parts(item)
  return {
    accountId,
    region,
    id,
    arn: keyArn(region, accountId, id),
    version: item.version,
    data: keyItem.read(item),
  }
}

/** What a change may say of a member: another value, or undefined to take it away. */
export type KeyChanges = { readonly [N in keyof KeyData]?: KeyData[N] | undefined }

/** The item that replaces a key's present one (or the first, for version 0), due when something of it is. */
export function keyToItem(key: Key, changes: KeyChanges = {}): Item {
  const data = { ...key.data, ...changes } as KeyData
  return keyItem.item(keyItem.place(key), key.version + 1, data)
}
