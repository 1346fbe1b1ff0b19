import type { Options } from './options.ts'
import { nameOf, type QuotaOf, TABLE_UNITS, USUAL_UNITS } from './quotas.ts'

/** units a second for each request of the API's rate: far more than any call takes (docs/cost.md) */
const READS = 10
const WRITES = 5
/** what sweeps and the operator may need at any rate */
const LEAST = 1000

/** What the table takes, and hence costs, at most: a mistake of a caller has a price that is known. */
export const throughput = ({ rate, maxReads, maxWrites }: Bounds) => ({
  maxReadRequestUnits: maxReads || Math.min(USUAL_UNITS, Math.max(LEAST, rate * READS)),
  maxWriteRequestUnits: maxWrites || Math.min(USUAL_UNITS, Math.max(LEAST, rate * WRITES)),
})

type Bounds = Pick<Options, 'rate' | 'maxReads' | 'maxWrites'>

/**
 * @throws Error where the account's tables may not be set to take as much as is said
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */
export async function checkThroughput(options: Bounds, quotaOf: QuotaOf): Promise<void> {
  const { maxReadRequestUnits, maxWriteRequestUnits } = throughput(options)
  for (const [name, units, quota] of [
    ['STACK_MAX_READS', maxReadRequestUnits, TABLE_UNITS.reads],
    ['STACK_MAX_WRITES', maxWriteRequestUnits, TABLE_UNITS.writes],
  ] as const) {
    if (units <= USUAL_UNITS) continue
    const value = await quotaOf(quota)
    if (units <= value) continue
    throw new Error(
      `${name} is ${units}, and ${nameOf(quota)} gives this account ${value}: have it raised, or take less`,
    )
  }
}
