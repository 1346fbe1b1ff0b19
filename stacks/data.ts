/// <reference path="../.sst/platform/config.d.ts" />
import { DUE_INDEX } from '../core/store/due-index.ts'
import type { Options } from './options.ts'
import { throughput } from './throughput.ts'

/**
 * The table, as core/store/dynamodb-create.ts declares it, with what only AWS has.
 * @param name its name; SST's unless given
 */
export function data(options: Options, name?: string) {
  return new sst.aws.Dynamo('Store', {
    fields: { pk: 'string', sk: 'string', dueShard: 'string', due: 'number' },
    primaryIndex: { hashKey: 'pk', rangeKey: 'sk' },
    globalIndexes: {
      [DUE_INDEX]: { hashKey: 'dueShard', rangeKey: 'due', projection: 'keys-only' },
    },
    ttl: 'expires',
    // can't be changed later without a new stream; replicas need it, events.ts tells keys alone
    stream: 'new-and-old-images',
    deletionProtection: $app.protect === true,
    transform: {
      table: (table) => {
        if (name !== undefined) table.name = name
        // under the account's own AWS managed key, whose use CloudTrail shows
        table.serverSideEncryption = { enabled: true }
        table.onDemandThroughput = throughput(options)
        table.pointInTimeRecovery = { enabled: true, recoveryPeriodInDays: 35 }
      },
    },
  })
}

export type Table = ReturnType<typeof data>
