import { accountItem } from '../item/item-kind.ts'
import type { ItemKey } from '../store/store.ts'

/** What the store keeps of a credential of an external key store. */
export interface XksCredential {
  readonly accessKeyId: string
  /** base64 of the secret wrapped under the tenant's key */
  readonly secret: string
  /** Unix ms */
  readonly created: number
}

/**
 * What the store keeps of a prefix: who its credentials stand for, the Region that they are of, and those that
 * hold, oldest first.
 */
export interface XksAccess {
  /** `user/<name>` or `role/<name>` */
  readonly principal: string
  /** PrincipalData.id: a namesake is another */
  readonly principalId: string
  /** of the key store in AWS: a signature for another Region opens nothing */
  readonly region: string
  readonly credentials: readonly XksCredential[]
  /** Unix ms */
  readonly created: number
}

/** Both credentials of a prefix are in one item, so that no race makes a third. */
export const xksAccessItem = accountItem<XksAccess, ['prefix']>({
  name: 'xks-access',
  sort: ['prefix'],
})

export const xksAccessPlace = (accountId: string, prefix: string): ItemKey =>
  xksAccessItem.place({ accountId, prefix })
