import { OPERATOR_ACCOUNT } from '../base/arn.ts'

/**
 * Parts that the audit trail of a day is spread over: DynamoDB takes 1,000 write units a second for a partition,
 * and the newest end of a trail can't be split, so one part would bound the calls of an account.
 */
export const TRAIL_SHARDS: readonly string[] = ['0', '1', '2', '3', '4', '5', '6', '7']

/** what stands behind the Region in partitions of what was used in it: no pattern of a Region takes it in */
export const USED = '/used'

const DAY = /^\d{4}-\d\d-\d\d$/

/** The partitions of the store by their kind: how a partition key is made of its parts, and read again. */
export const PARTITIONS = {
  /** what the operator's account alone has: the installation, the list of tenants */
  operator: {
    of: (_parts: Readonly<Record<never, string>>): string => OPERATOR_ACCOUNT,
    parts: (_pk: string) => ({}),
  },
  /** the item that tells whether the store answers */
  health: {
    of: (_parts: Readonly<Record<never, string>>): string => 'health',
    parts: (_pk: string) => ({}),
  },
  /** what an account has in no Region: itself, its principals, credentials and tenant keys */
  account: {
    of: ({ accountId }: { readonly accountId: string }): string => accountId,
    parts: (pk: string) => {
      const [accountId = ''] = pk.split('/')
      return { accountId }
    },
  },
  /** its keys, aliases, policies and grants in one Region */
  region: {
    of: ({ accountId, region }: { readonly accountId: string; readonly region: string }): string =>
      regionPartition(accountId, region),
    parts: (pk: string) => {
      const [accountId = '', region = ''] = pk.split('/')
      return { accountId, region }
    },
  },
  /** what was used of it in one Region, by whichever call: apart, so that every function may write that alone */
  used: {
    of: ({ accountId, region }: { readonly accountId: string; readonly region: string }): string =>
      `${regionPartition(accountId, region)}${USED}`,
    parts: (pk: string) => {
      const [accountId = '', region = ''] = pk.split('/')
      return { accountId, region }
    },
  },
  /** its audit records of one day, YYYY-MM-DD: in the day's own partition (`shard` is ''), or in a shard of it */
  trail: {
    of: ({ accountId, day, shard }: TrailParts): string =>
      `${accountId}/audit/${day}${shard === '' ? '' : `/${shard}`}`,
    parts: (pk: string) => {
      const [accountId = '', , day = '', shard = ''] = pk.split('/')
      return {
        accountId,
        day: DAY.test(day) ? day : '',
        shard: TRAIL_SHARDS.includes(shard) ? shard : '',
      }
    },
  },
  /** the days on which its trail is in shards too */
  spreadDays: {
    of: ({ accountId }: { readonly accountId: string }): string => `${accountId}/audit/spread`,
    parts: (pk: string) => {
      const [accountId = ''] = pk.split('/')
      return { accountId }
    },
  },
} as const

type TrailParts = {
  readonly accountId: string
  readonly day: string
  readonly shard: string
}

export type PartitionName = keyof typeof PARTITIONS
export type PartitionParts<P extends PartitionName> = Parameters<(typeof PARTITIONS)[P]['of']>[0]

/** Partition of everything a tenant has in one Region. */
export function regionPartition(accountId: string, region: string): string {
  return `${accountId}/${region}`
}
