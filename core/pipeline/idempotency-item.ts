import { accountItem } from '../item/item-kind.ts'

/** ms an Idempotency-Key is remembered */
export const LIFETIME = 24 * 3600 * 1000

/** A create that was asked for under an Idempotency-Key. */
export interface Remembered {
  /** SHA-256 of the input */
  readonly request: string
  /** Unix ms, by the machine's clock: the store drops items by that too */
  readonly at: number
  /** the output's JSON, sealed, without secrets of access keys; absent while the call runs */
  readonly output?: string
}

export const idempotencyItem = accountItem<Remembered, ['digest']>({
  name: 'idempotency',
  sort: ['digest'],
  // the digest has the Region: nobody asks for it elsewhere
  stays: true,
  expires: { of: ({ at }) => Math.ceil((at + LIFETIME) / 1000) },
})
