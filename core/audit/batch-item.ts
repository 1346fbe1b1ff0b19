import { trailItem } from '../item/item-kind.ts'

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
  holds:
    'a batch of audit records, JSON lines, packed; `<time>` is that of the first, `<id>` the number of the batch and a UUID, or of one that holds an act of the service alone `act-<eventID>`',
  writtenBy: ['core/audit/store-trail.ts'],
  expires: { says: 'the end of its day and the days that its account keeps records, if any' },
})
