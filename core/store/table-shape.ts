import { DUE_INDEX } from './due-index.ts'

/** An attribute that a key of the table or of its index has, by DynamoDB's type: `S` is text, `N` a number. */
export type KeyAttribute = 'pk' | 'sk' | 'dueShard' | 'due'

/**
 * The table of a DynamoDB store, as all make it who do: the store itself, `tenkey table`, the stack. Keys pk and sk,
 * and the sparse index of due items, which projects keys only: a dated item changes far more often than its date, so
 * writes stay at half the price, wrapped key material has no second copy, and `due` reads the items themselves,
 * consistently.
 */
export const TABLE = {
  attributes: { pk: 'S', sk: 'S', dueShard: 'S', due: 'N' },
  key: { hash: 'pk', range: 'sk' },
  index: { name: DUE_INDEX, hash: 'dueShard', range: 'due' },
  /** Unix seconds after which DynamoDB may take an item away */
  expires: 'expires',
  /** what replicas of other Regions and readers of events take; it can't be changed without a new stream */
  stream: 'NEW_AND_OLD_IMAGES',
  /** days to which the table can be restored, the most that AWS keeps */
  recoveryDays: 35,
} as const satisfies {
  attributes: Readonly<Record<KeyAttribute, 'S' | 'N'>>
  key: { hash: KeyAttribute; range: KeyAttribute }
  index: { name: string; hash: KeyAttribute; range: KeyAttribute }
  [setting: string]: unknown
}
