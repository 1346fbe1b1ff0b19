/// <reference path="../.sst/platform/config.d.ts" />
import { DUE_INDEX } from '../core/store/due-index.ts'

/** The table, as core/store/dynamodb-create.ts declares it, with what only AWS has. */
export function data() {
  return new sst.aws.Dynamo('Store', {
    fields: { pk: 'string', sk: 'string', dueShard: 'string', due: 'number' },
    primaryIndex: { hashKey: 'pk', rangeKey: 'sk' },
    globalIndexes: {
      [DUE_INDEX]: { hashKey: 'dueShard', rangeKey: 'due', projection: 'keys-only' },
    },
    ttl: 'expires',
    // events.ts: names of what changed, never what it holds
    stream: 'keys-only',
    deletionProtection: $app.stage === 'production',
    transform: {
      table: (table) => {
        // under the account's own AWS managed key, whose use CloudTrail shows
        table.serverSideEncryption = { enabled: true }
        table.pointInTimeRecovery = { enabled: true, recoveryPeriodInDays: 35 }
      },
    },
  })
}

export type Table = ReturnType<typeof data>
