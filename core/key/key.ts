import type { Item, Json } from '../store/store.ts'
import { keyArn } from './id.ts'
import type { KeyUsage } from './spec.ts'
import type { KeyState } from './state.ts'

export type KeyOrigin = 'AWS_KMS' | 'EXTERNAL' | 'AWS_CLOUDHSM' | 'EXTERNAL_KEY_STORE'

/** One version of a key's material, as it is stored. */
export interface StoredMaterial {
  /** 64 hex digits; see crypto/material-id.ts */
  readonly id: string
  /** base64 of the material wrapped under the tenant key; see crypto/wrap.ts */
  readonly wrapped: string
  /** Unix ms */
  readonly created: number
}

/** What the store keeps of a key, beside its place (account, Region, id). */
export interface KeyData {
  readonly spec: string
  readonly usage: KeyUsage
  readonly origin: KeyOrigin
  readonly state: KeyState
  readonly description: string
  /** Unix ms */
  readonly created: number
  readonly manager: 'CUSTOMER' | 'AWS'
  readonly multiRegion: boolean
  /** SHA-256 (hex) of the key policy, which is an item of its own; absent for the default policy */
  readonly policy?: string
  /** in the order of first insertion */
  readonly tags: readonly (readonly [key: string, value: string])[]
  /** names of aliases that may point here: a hint, the alias items decide */
  readonly aliases: readonly string[]
  /** the current material; absent before import and after destruction */
  readonly material?: StoredMaterial
}

/** A key as operations see it. */
export interface Key {
  readonly accountId: string
  readonly region: string
  readonly id: string
  readonly arn: string
  /** of the item; the next write carries one more */
  readonly version: number
  readonly data: KeyData
}

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

/** The item that replaces a key's present one (or the first, for version 0). */
export function keyToItem(key: Key, changes: Partial<KeyData> = {}): Item {
  return {
    ...keyPlace(key.accountId, key.region, key.id),
    version: key.version + 1,
    data: { ...key.data, ...changes } as unknown as { [name: string]: Json },
  }
}
