import type { Item, Json } from '../store/store.ts'
import { keyArn } from './id.ts'
import { dueOf } from './material.ts'
import type { KeyUsage } from './spec.ts'
import type { KeyState } from './state.ts'

export type KeyOrigin = 'AWS_KMS' | 'EXTERNAL' | 'AWS_CLOUDHSM' | 'EXTERNAL_KEY_STORE'

export type RotationType = 'AUTOMATIC' | 'ON_DEMAND'

/** One version of a key's material, as it is stored. */
export interface StoredMaterial {
  /** 64 hex digits; see crypto/material-id.ts */
  readonly id: string
  /** base64 of the material wrapped under the tenant key; see crypto/wrap.ts. Absent once imported material was deleted or has expired */
  readonly wrapped?: string
  /** Unix ms */
  readonly created: number
  /** the rotation that made it current (Unix ms); absent for a key's first material */
  readonly rotated?: { readonly at: number; readonly type: RotationType }
  /** imported material: its KeyMaterialDescription */
  readonly description?: string
  /** imported material: Unix ms at which it expires; absent where it does not */
  readonly validTo?: number
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
  /** whether the key ever had a grant: without, none is looked for */
  readonly granted?: boolean
  /** names of aliases that may point here: a hint, the alias items decide */
  readonly aliases: readonly string[]
  /** the current material; absent before import and after destruction */
  readonly material?: StoredMaterial
  /** imported material that awaits RotateKeyOnDemand */
  readonly pending?: StoredMaterial
  /** former imported material, oldest first; that of other keys is in items of its own (key/keyring.ts) */
  readonly former?: readonly StoredMaterial[]
  /** automatic rotation: every `days` days, next at (Unix ms) */
  readonly rotation?: { readonly days: number; readonly next: number }
  /** how often RotateKeyOnDemand was done in the key's life */
  readonly onDemandRotations?: number
  /** while deletion is pending: Unix ms of its date, and the waiting period */
  readonly deletion?: { readonly at: number; readonly days: number }
  /** Unix ms since which the key is gone and its remains are being removed: nobody sees such a key */
  readonly destroyed?: number
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
