import { xksOperations } from '../operations/registry.ts'
import type { Options } from './options.ts'
import { CONCURRENCY, nameOf, type QuotaOf } from './quotas.ts'
import { WARM } from './sizes.ts'

/**
 * Functions that must run while a caller floods the others: the sweeper, and what stops a caller or a
 * key. Reserved concurrency is theirs alone, and the most that they get.
 */
const RESERVED: ReadonlyMap<string, number> = new Map([
  ['Sweep', 2],
  ['SuspendTenant', 5],
  ['DeleteAccessKey', 5],
  ['UpdateAccessKey', 5],
  ['DeletePrincipal', 5],
  ['DisableKey', 5],
  ['RevokeGrant', 5],
])

/** executions that AWS wants to stay unreserved */
const UNRESERVED = 100
/** versions whose instances are kept warm at once: the one that has the calls, and the one that replaces it */
const VERSIONS = 2

/** What functions have reserved, and one line where that is nothing although it was wanted. */
export interface Reservations {
  /** executions that are a function's own, by the name of its operation */
  readonly reserved: ReadonlyMap<string, number>
  readonly note?: string
}

/**
 * Reserves nothing where that is switched off, or the account has too little. Instances that are kept warm
 * come from the same executions, twice as many while a version is replaced.
 * @throws Error where the account has too few for those: Lambda would refuse them half way
 * @see https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 */
export async function reservations(
  options: Pick<Options, 'reserved' | 'shape' | 'xks' | 'provisioned'>,
  quotaOf: QuotaOf,
): Promise<Reservations> {
  const { reserved, shape, xks, provisioned } = options
  const warm = VERSIONS * (xksOperations.length * xks + WARM.size * provisioned)
  if (!reserved && warm === 0) return { reserved: new Map() }
  const value = await quotaOf(CONCURRENCY)
  if (warm > 0 && value < UNRESERVED + warm) {
    throw new Error(
      `STACK_PROVISIONED and STACK_XKS take ${warm} executions while a version is replaced, and AWS keeps ${UNRESERVED} unreserved: ${nameOf(CONCURRENCY)} gives this account ${value}; have it raised to ${UNRESERVED + warm}, or keep fewer instances warm`,
    )
  }
  if (!reserved) return { reserved: new Map() }
  // containers answer all else
  const own = shape === 'container' ? [...RESERVED].slice(0, 1) : [...RESERVED]
  const needed = UNRESERVED + warm + own.reduce((sum, [, one]) => sum + one, 0)
  if (value >= needed) return { reserved: new Map(own) }
  const note = `no concurrency is reserved: Lambda gives this account ${value} executions at once, and ${needed} are needed`
  return { reserved: new Map(), note }
}
