import { partitionOf } from '../base/arn.ts'
import { type KeyName, policyItem } from './key-items.ts'

/** The policy a key has unless it is given another, as AWS writes it (recorded). */
export const defaultPolicy = (accountId: string, region: string): string =>
  JSON.stringify(
    {
      Version: '2012-10-17',
      Id: 'key-default-1',
      Statement: [
        {
          Sid: 'Enable IAM User Permissions',
          Effect: 'Allow',
          Principal: { AWS: `arn:${partitionOf(region)}:iam::${accountId}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    },
    null,
    2,
  )

export const policyPlace = ({ accountId, region, id }: KeyName, hash: string) =>
  policyItem.place({ accountId, region, id, hash })
