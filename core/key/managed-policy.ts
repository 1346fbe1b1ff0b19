import { partitionOf } from '../base/arn.ts'
import type { Key } from './key.ts'

/**
 * The policy of an AWS managed key, after AWS's own (e.g. Id `auto-s3-2`; KMS Developer Guide, "AWS managed
 * keys"). There the first statement names everybody and demands `kms:ViaService`, so that nobody uses
 * the key but through the service, which asks for what the caller may. Here no service stands between:
 * the account is named instead, and its identity policies decide, as with a customer's key. Nobody may
 * grant the key, disable, delete, tag or rename it, or change this policy.
 *
 * It follows from the key, and is no matter of what is stored: older releases stored one that let
 * everybody of the account use the key and grant it.
 */
export function managedPolicy({ accountId, region, data: { aliases } }: Key): string {
  const service = aliases[0]?.slice('alias/aws/'.length) ?? ''
  const account = { AWS: `arn:${partitionOf(region)}:iam::${accountId}:root` }
  const allow = (Sid: string, Action: readonly string[]) => ({
    Sid,
    Effect: 'Allow',
    Principal: account,
    Action,
    Resource: '*',
  })
  return JSON.stringify(
    {
      Version: '2012-10-17',
      Id: `auto-${service}-2`,
      Statement: [
        allow('Allow use of the key by principals that IAM policies of the account allow', [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey*',
          'kms:DescribeKey',
        ]),
        allow('Allow direct access to key metadata to the account', [
          'kms:Describe*',
          'kms:Get*',
          'kms:List*',
          'kms:RevokeGrant',
        ]),
      ],
    },
    null,
    2,
  )
}
