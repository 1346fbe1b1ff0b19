import type { PendingAct } from '../base/service-act.ts'
import type { CustomKeyStore } from '../custom-key-store/custom-key-store.ts'
import { GLOBAL } from '../root/tenant-key-context.ts'
import type { ChangeMark } from './policy-change.ts'
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
  /** absent where none is on record */
  readonly policyChange?: ChangeMark
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
  /** what the service did to it that is not on record yet; absent for nothing */
  readonly acts?: readonly PendingAct[]
  /**
   * while deletion is pending: Unix ms of its date, and the waiting period; no date of a primary key before
   * its last replica is gone
   */
  readonly deletion?: { readonly at?: number; readonly days: number }
  /** a replica, or a key of a custom key store, that is being made: Unix ms since, and the request by which */
  readonly creating?: { readonly at: number; readonly by: string }
  /** the version of the shared record under which this key takes part in a change of the primary */
  readonly updating?: number
  /** multi-Region keys: the imported material that is here, whatever it is to the related keys */
  readonly imported?: readonly StoredMaterial[]
  /** of a custom key store: which, its key there, and the material of its own that encrypts first */
  readonly keyStore?: StoreKey
  /** Unix ms since which the key is gone and its remains are being removed: nobody sees such a key */
  readonly destroyed?: number
}

/**
 * What a key has of its custom key store. The material stands here, not where other keys have theirs: nothing
 * that knows no key stores (an older release, an operation they don't have) encrypts under it alone.
 */
export interface StoreKey {
  readonly store: string
  /** the external key's id, XksKeyId; in a cluster the CKA_ID of its key there, 32 hex digits */
  readonly external: string
  /** absent once the key was destroyed */
  readonly material?: StoredMaterial
}

/**
 * What the related keys of a multi-Region key share: one item for all of them, in no Region. Whoever is the
 * primary writes it.
 */
export interface SharedData {
  /** the Region of the primary key */
  readonly primary: string
  /** Regions of the replicas, in the order in which they were made */
  readonly replicas: readonly string[]
  /** the current material; of imported keys without its bytes, which each Region has of its own */
  readonly material?: StoredMaterial
  readonly pending?: StoredMaterial
  readonly former?: readonly StoredMaterial[]
  readonly rotation?: KeyData['rotation']
  readonly onDemandRotations?: number
  /** an intent: the replica in this Region is to become the primary; Unix ms since */
  readonly moving?: { readonly to: string; readonly at: number }
  /** Unix ms since which the last of the keys is being destroyed: no replica is made any more */
  readonly closed?: number
  /** what the service did to it that is not on record yet; absent for nothing */
  readonly acts?: readonly PendingAct[]
}

/** What a multi-Region key knows of its related keys. */
export interface Related {
  readonly type: 'PRIMARY' | 'REPLICA'
  /** of the shared item */
  readonly version: number
  readonly shared: SharedData
  /** the state that the key has of its own: that of `data` follows from both */
  readonly state: KeyState
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
  /** multi-Region keys: then `data` has what is shared too (key/related.ts) */
  readonly related?: Related
  /** keys of a custom key store: then the state of `data` follows from the store's too (key/held.ts) */
  readonly held?: Held
}

/** What is known of a key's custom key store. */
export interface Held {
  /** as it is now; undefined where it is gone */
  readonly store: CustomKeyStore | undefined
  /** the state that the key has of its own */
  readonly state: KeyState
}

/** The state that a key has of its own, whatever its key store's connection makes of it. */
export const ownState = ({ data, held }: Key): KeyState =>
  data.state === 'Unavailable' && held !== undefined ? held.state : data.state

/** Where a key's material is kept, and which tenant key wraps it: in no Region where Regions share it. */
export const materialHome = ({ region, data: { multiRegion, origin } }: Key): string =>
  multiRegion && origin !== 'EXTERNAL' ? GLOBAL : region

/** The Region that a key's ciphertexts name: none where each related key opens them. */
export const ciphertextHome = ({ region, data }: Key): string =>
  data.multiRegion ? GLOBAL : region
