import { OPERATOR_ACCOUNT } from '../base/arn.ts'

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
  /** its audit records of one day, YYYY-MM-DD */
  trail: {
    of: ({ accountId, day }: { readonly accountId: string; readonly day: string }): string =>
      `${accountId}/audit/${day}`,
    parts: (pk: string) => {
      const [accountId = '', , day = ''] = pk.split('/')
      return { accountId, day }
    },
  },
} as const

export type PartitionName = keyof typeof PARTITIONS
export type PartitionParts<P extends PartitionName> = Parameters<(typeof PARTITIONS)[P]['of']>[0]

/** Partition of everything a tenant has in one Region. */
export function regionPartition(accountId: string, region: string): string {
  return `${accountId}/${region}`
}
