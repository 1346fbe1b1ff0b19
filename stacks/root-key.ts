/// <reference path="../.sst/platform/config.d.ts" />
import { TENANT_KEY_PURPOSE } from '../core/root/tenant-key-context.ts'
import { rolePath } from './names.ts'

/**
 * What an administrator of the account may do to the key, and whoever deploys it: a permission that
 * neither the key's policy gives nor delegates to IAM is nobody's. An alias needs its permission on the
 * key as well as on itself. Nobody makes grants on the key.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html
 */
const ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
]

/**
 * The ARN of the root key, which the stage's own roles alone wrap and unwrap with: the one that is given, or a new one. Without it no tenant key opens, hence
 * nothing does: it stays when the stack goes, and when its deletion is asked for there are 30 days.
 */
export function rootKeyArn(given: string) {
  if (given !== '') return $output(given)
  const account = aws.getCallerIdentityOutput({}).accountId
  const partition = aws.getPartitionOutput({}).partition
  const key = new aws.kms.Key(
    'RootKey',
    {
      description: `tenkey ${$app.stage}: wraps the keys of tenants`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: $jsonStringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'AdministrationByIamPoliciesOfTheAccount',
            Effect: 'Allow',
            Principal: { AWS: $interpolate`arn:${partition}:iam::${account}:root` },
            Action: ADMINISTRATION,
            Resource: '*',
          },
          {
            Sid: 'WrappingOfTenantKeysByRolesOfTheStage',
            Effect: 'Allow',
            Principal: { AWS: $interpolate`arn:${partition}:iam::${account}:root` },
            Action: ['kms:Decrypt', 'kms:Encrypt'],
            Resource: '*',
            Condition: {
              StringEquals: { 'kms:EncryptionContext:purpose': TENANT_KEY_PURPOSE },
              // what is not at a role's path is no role of the stage, whatever its IAM policy says
              ArnLike: {
                'aws:PrincipalArn': $interpolate`arn:${partition}:iam::${account}:role${rolePath()}*`,
              },
            },
          },
        ],
      }),
    },
    { protect: $app.protect === true, retainOnDelete: $app.protect === true },
  )
  new aws.kms.Alias('RootKeyAlias', {
    name: `alias/${$app.name}/${$app.stage}`,
    targetKeyId: key.keyId,
  })
  return key.arn
}
