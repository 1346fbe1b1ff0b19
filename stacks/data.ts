/// <reference path="../.sst/platform/config.d.ts" />
import { TABLE } from '../core/store/table-shape.ts'
import type { Options } from './options.ts'
import { TABLE_KEYS, TABLE_STREAM } from './table-args.ts'
import { throughput } from './throughput.ts'

/**
 * The table, as core/store/table-shape.ts has it, with what only AWS has.
 * @param name its name; SST's unless given
 */
export function data(options: Options, name?: string) {
  return new sst.aws.Dynamo('Store', {
    ...TABLE_KEYS,
    ttl: TABLE.expires,
    stream: TABLE_STREAM,
    deletionProtection: $app.protect === true,
    transform: {
      table: (table) => {
        if (name !== undefined) table.name = name
        // under the account's own AWS managed key, whose use CloudTrail shows
        table.serverSideEncryption = { enabled: true }
        table.onDemandThroughput = throughput(options)
        table.pointInTimeRecovery = { enabled: true, recoveryPeriodInDays: TABLE.recoveryDays }
      },
    },
  })
}

export type Table = ReturnType<typeof data>
