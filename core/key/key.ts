import type { PendingAct } from '../base/service-act.ts'
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
  /** while deletion is pending: Unix ms of its date, and the waiting period */
  readonly deletion?: { readonly at: number; readonly days: number }
  /** what the service did to it that is not on record yet; absent for nothing */
  readonly acts?: readonly PendingAct[]
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
