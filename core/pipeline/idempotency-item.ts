import { accountItem } from '../item/item-kind.ts'

/** ms an Idempotency-Key is remembered */
export const LIFETIME = 24 * 3600 * 1000

/** A create that was asked for under an Idempotency-Key. */
export interface Remembered {
  /** SHA-256 of the request */
  readonly request: string
  /** Unix ms */
  readonly at: number
  /** the output's JSON, sealed because it may hold a secret; absent while the call runs */
  readonly output?: string
}

export const idempotencyItem = accountItem<Remembered, ['digest']>({
  name: 'idempotency',
  sort: ['digest'],
  holds:
    'hash of the request, time, sealed output; `<digest>` is the SHA-256 of operation, caller, Region and Idempotency-Key',
  writtenBy: ['core/pipeline/idempotency.ts'],
  expires: { says: 'after a day', of: ({ at }) => Math.ceil((at + LIFETIME) / 1000) },
})
