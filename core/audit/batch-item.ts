import { spreadDaysItem, trailItem } from '../item/item-kind.ts'

/** A batch of audit records; see pack.ts. */
export interface AuditBatch {
  /** how `records` is packed; absent for JSON lines as they are */
  readonly form?: number
  readonly records: string
}

/** `time` is that of the first record, RFC 3339. */
export const batchItem = trailItem<AuditBatch, ['time', 'id']>({
  name: 'audit-batch',
  sort: ['time', 'id'],
  bare: true,
  expires: {},
})

/** A day of an account whose batches are in shards too. Whoever searches looks there on such days alone. */
export const spreadDayItem = spreadDaysItem<Record<never, never>, ['day']>({
  name: 'day',
  sort: ['day'],
})
