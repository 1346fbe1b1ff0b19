import type { PendingAct } from '../base/service-act.ts'
import { accountItem, regionItem, WaitsForUpgrade } from '../item/item-kind.ts'
import { policyHash } from '../policy/compiled-cache.ts'
import type { StoredPolicy } from '../policy/meaning.ts'
import { GLOBAL } from '../root/tenant-key-context.ts'
import type { Key, KeyData, SharedData, StoredMaterial } from './key.ts'
import { LEFT_BEHIND } from './left-behind.ts'
import { dueOf } from './material.ts'
import { KEPT_SINCE_2, type PolicyChange } from './policy-change.ts'

export const keyItem = regionItem<KeyData, ['id']>({
  name: 'key',
  sort: ['id'],
  due: {
    of: (data) => dueOf(data),
  },
})

/**
 * What related multi-Region keys share, in the partition of no Region (`global`), so that it can be kept where
 * every Region reads it. Its first format has nobody written: multi-Region keys wait for `tenkey upgrade`.
 */
export const sharedItem = regionItem<SharedData, ['id']>({
  name: 'multi-region',
  sort: ['id'],
  made: () => '',
  due: {
    of: ({ moving, acts = [] }) => acts[0]?.at ?? (moving && moving.at + LEFT_BEHIND),
  },
  later: [
    {
      since: 2,
      upgrade: (data) => data,
      lower() {
        throw new WaitsForUpgrade('Multi-Region keys are not made')
      },
    },
  ],
})

/** Where what a multi-Region key shares is kept. */
export const sharedPlace = (accountId: string, id: string) =>
  sharedItem.place({ accountId, region: GLOBAL, id })

export const materialItem = regionItem<StoredMaterial, ['id', 'material']>({
  name: 'material',
  sort: ['id', 'material'],
})

/**
 * A policy document is an item of its own, named by its content. Its second format is named by what its names
 * meant too; one named by its text alone is given that when it is first read.
 */
export const policyItem = regionItem<StoredPolicy, ['id', 'hash']>({
  name: 'policy',
  sort: ['id', 'hash'],
  later: [
    {
      since: 2,
      upgrade: (data) => data,
      // older releases compare the name with the text alone, and pass over whom it meant
      lower(data, { sk }) {
        if (sk.endsWith(policyHash(String(data['document'])))) return data
        throw new WaitsForUpgrade('No policy is named by whom it meant')
      },
    },
  ],
})

/** A change of a key's policy (policy-history.ts); `number` in ten digits. */
export const policyChangeItem = regionItem<PolicyChange, ['id', 'number', 'change']>({
  name: 'policy-change',
  sort: ['id', 'number', 'change'],
  later: KEPT_SINCE_2,
})

/** Where the private half of a wrapping key is kept while its token is good. */
export const importItem = regionItem<{ readonly secret: string }, ['id', 'wrappingKey']>({
  name: 'import',
  sort: ['id', 'wrappingKey'],
  due: {},
  expires: {},
})

/** One successful use of a key. */
export interface KeyUsageRecord {
  readonly operation: string
  /** Unix ms */
  readonly at: number
  readonly requestId: string
  /** of the audit record */
  readonly eventId: string
}

export const usageItem = regionItem<KeyUsageRecord, ['id']>({
  name: 'usage',
  sort: ['id'],
})

/** The rotation of an alias: every `days` days it moves to a new key, next at (Unix ms). */
export interface AliasRotation {
  readonly days: number
  readonly next: number
}

/** What the store keeps of an alias. */
export interface AliasData {
  readonly target: string
  /** Unix ms */
  readonly created: number
  readonly updated: number
  readonly rotation?: AliasRotation
  /** that it was rotated, as long as that is not on record; absent for nothing */
  readonly acts?: readonly PendingAct[]
}

/** `name` begins with `alias/`. */
export const aliasItem = regionItem<AliasData, ['name']>({
  name: 'alias',
  sort: ['name'],
  due: {
    of: ({ rotation, acts = [] }) => acts[0]?.at ?? rotation?.next,
  },
})

/** One tenant key, as it is stored: wrapped by the root key, which is named beside it. */
export interface StoredTenantKey {
  readonly id: string
  readonly root: string
  readonly wrapped: string
  readonly created: number
}

/** The tenant keys of a Region, newest first. */
export interface TenantKeys {
  readonly keys: readonly StoredTenantKey[]
  /** one that is being made, which nobody uses yet; only where there is none */
  readonly making?: StoredTenantKey
}

export const tenantKeyItem = accountItem<TenantKeys, ['region']>({
  name: 'tenant-key',
  sort: ['region'],
  made: () => '',
})

/** What names a key in the store. */
export type KeyName = Pick<Key, 'accountId' | 'region' | 'id'>
