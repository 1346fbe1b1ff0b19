/** What the service does of its own accord; CreateKey is that of an AWS managed key. */
export const SERVICE_EVENTS = [
  'RotateKey',
  'DeleteKey',
  'DeleteExpiredKeyMaterial',
  'SynchronizeMultiRegionKey',
  'RotateAlias',
  'CreateKey',
  'FailedAuthentication',
  'MoveHome',
  'ForgetRegion',
  'RejoinRegion',
  'DeleteTenant',
] as const

/** What the service did of its own accord, to resources of one account. */
export interface ServiceAct {
  readonly accountId: string
  readonly region: string
  /** Unix ms */
  readonly at: number
  readonly name: (typeof SERVICE_EVENTS)[number]
  /** ours where AWS KMS does no such thing */
  readonly source?: 'tenkey'
  /** ARNs of keys and aliases */
  readonly resources: readonly string[]
  readonly details: { readonly [name: string]: unknown }
  readonly response?: { readonly [name: string]: unknown }
  /** what makes the act one: an act that is taken up again after a crash has the same eventID */
  readonly once: string
}

/**
 * An act as it is kept with what it was done to, written by the very write that does it, until it is on
 * record: so a process that ends in between leaves it to the sweeper. Whose it is, its place says, and
 * where it was done unless it names another Region.
 */
export type PendingAct = Omit<ServiceAct, 'accountId' | 'region'> & { readonly region?: string }
