/// <reference path="../.sst/platform/config.d.ts" />
import type { Options } from './options.ts'

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

/** Service Quotas' code of Lambda's concurrent executions */
const CONCURRENCY = 'L-B99A9384'
/** executions that AWS wants to stay unreserved */
const UNRESERVED = 100

/** What functions have reserved, and one line where that is nothing although it was wanted. */
export interface Reservations {
  /** executions that are a function's own, by the name of its operation */
  readonly reserved: ReadonlyMap<string, number>
  readonly note?: string
}

/** Reserves nothing where that is switched off, or the account has too little. */
export async function reservations({ reserved, shape }: Options): Promise<Reservations> {
  if (!reserved) return { reserved: new Map() }
  // containers answer all else
  const own = shape === 'container' ? [...RESERVED].slice(0, 1) : [...RESERVED]
  const { value } = await aws.servicequotas.getServiceQuota({
    serviceCode: 'lambda',
    quotaCode: CONCURRENCY,
  })
  const needed = UNRESERVED + own.reduce((sum, [, one]) => sum + one, 0)
  if (value >= needed) return { reserved: new Map(own) }
  const note = `no concurrency is reserved: Lambda gives this account ${value} executions at once, and ${needed} are needed`
  return { reserved: new Map(), note }
}
