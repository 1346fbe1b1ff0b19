/// <reference path="../.sst/platform/config.d.ts" />
import { DUE_INDEX } from '../core/store/due-index.ts'
import type { Options } from './options.ts'

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

/** units a second for each request of the API's rate: far more than any call takes (docs/cost.md) */
const READS = 10
const WRITES = 5
/** what sweeps and the operator may need at any rate */
const LEAST = 1000

/** What the table takes, and hence costs, at most: a mistake of a caller has a price that is known. */
export const throughput = ({ rate, maxReads, maxWrites }: Options) => ({
  maxReadRequestUnits: maxReads || Math.max(LEAST, rate * READS),
  maxWriteRequestUnits: maxWrites || Math.max(LEAST, rate * WRITES),
})

export type Table = ReturnType<typeof data>
