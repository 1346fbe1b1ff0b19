import { accountItem } from '../item/item-kind.ts'
import type { ItemKey } from '../store/store.ts'

/** ms for which a proof is remembered: longer than any is taken, whichever clocks there are */
const REMEMBERED = 60 * 60_000

/** A signed request of an AWS identity that a session was made of. */
export interface UsedIdentityData {
  /** Unix ms at which it was signed */
  readonly signedAt: number
}

export const usedIdentityItem = accountItem<UsedIdentityData, ['digest']>({
  name: 'used-identity',
  sort: ['digest'],
  // DynamoDB drops nothing by itself where replicas agree at once: what a request is bound to is one Region's URL
  stays: true,
  expires: {
    of: ({ signedAt }) => Math.ceil((signedAt + REMEMBERED) / 1000),
  },
})

export const usedIdentityPlace = (accountId: string, digest: string): ItemKey =>
  usedIdentityItem.place({ accountId, digest })
