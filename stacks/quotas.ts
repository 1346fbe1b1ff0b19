/** A bound of AWS's on an account in a Region, which it may ask to have raised. */
export interface Quota {
  readonly service: 'dynamodb' | 'lambda'
  /** Service Quotas' code */
  readonly code: string
  /** as Service Quotas shows it */
  readonly name: string
}

/** executions at once of all functions of the account and Region */
export const CONCURRENCY: Quota = {
  service: 'lambda',
  code: 'L-B99A9384',
  name: 'Concurrent executions',
}
/** units a second that a table may be set to take at most */
export const TABLE_UNITS = {
  reads: {
    service: 'dynamodb',
    code: 'L-CF0CBE56',
    name: 'Table-level read throughput limit',
  },
  writes: {
    service: 'dynamodb',
    code: 'L-AB614373',
    name: 'Table-level write throughput limit',
  },
} as const satisfies Readonly<Record<string, Quota>>
/** what both are unless raised */
export const USUAL_UNITS = 40_000

/** What the account has of it, in the Region that is deployed to. */
export type QuotaOf = (quota: Quota) => Promise<number>

/** A quota as a line names it, by which it is found and raised. */
export const nameOf = ({ service, code, name }: Quota): string =>
  `the quota “${name}” (${service}, ${code})`
