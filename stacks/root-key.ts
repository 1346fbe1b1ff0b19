/// <reference path="../.sst/platform/config.d.ts" />
import { TENANT_KEY_PURPOSE } from '../core/root/tenant-key-context.ts'
import { rolePath } from './names.ts'
import type { Replicas } from './replicas.ts'

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

/** What a multi-Region key needs beside. */
const MULTI_REGION = ['kms:UpdatePrimaryRegion']

/** The root key by its ARNs. */
export interface RootKeyArns {
  /** as it is named, wherever it is asked: in several Regions the primary, in the first of them */
  readonly name: $util.Output<string>
  /** as this Region has it */
  readonly here: $util.Output<string>
}

/**
 * The root key, which the stage's own roles alone wrap and unwrap with: the one that is given, or a new one. Without it no tenant key opens, hence
 * nothing does: it stays when the stack goes, and when its deletion is asked for there are 30 days. Of an
 * installation in several Regions it is a multi-Region key, the primary in the first of them.
 */
export async function rootKeyOf(
  given: string,
  region: string,
  replicas: Pick<Replicas, 'maker' | 'regions'> | undefined,
): Promise<RootKeyArns> {
  if (replicas === undefined) {
    const arn = given === '' ? newKey([]) : $output(given)
    return { name: arn, here: arn }
  }
  const { maker } = replicas
  const others = replicas.regions.filter((one) => one !== maker)
  if (given === '' && region === maker) {
    const arn = newKey(others)
    return { name: arn, here: arn }
  }
  const name = given === '' ? await primaryKey(maker, region) : given
  if (given === '') return { name: $output(name), here: newReplica(name, others) }
  return { name: $output(name), here: $output(inRegion(name, region)) }
}

/** The ARN of a related key. */
const inRegion = (arn: string, region: string): string =>
  [...arn.split(':').slice(0, 3), region, ...arn.split(':').slice(4)].join(':')

const aliasName = () => `alias/${$app.name}/${$app.stage}`

/**
 * The primary key, by its replica here, once there is one: the Region that made it may be away then.
 * @throws Error where that was not deployed yet
 */
async function primaryKey(maker: string, region: string): Promise<string> {
  const keyId = aliasName()
  const here = await aws.kms.getKey({ keyId, region }).catch(() => undefined)
  if (here !== undefined) return inRegion(here.arn, maker)
  try {
    return (await aws.kms.getKey({ keyId, region: maker })).arn
  } catch (cause) {
    throw new Error(
      `there is no root key ${keyId} in ${maker}: deploy this stage there first, to the first of STACK_REPLICAS`,
      { cause },
    )
  }
}

/** @param others the Regions of its replicas; none for a key of one Region */
const settings = (others: readonly string[]) => ({
  description: `tenkey ${$app.stage}: wraps the keys of tenants`,
  deletionWindowInDays: 30,
  policy: policy(others),
})
const kept = () => ({ protect: $app.protect === true, retainOnDelete: $app.protect === true })

function newKey(others: readonly string[]): $util.Output<string> {
  const key = new aws.kms.Key(
    'RootKey',
    {
      ...settings(others),
      enableKeyRotation: true,
      ...(others.length > 0 && { multiRegion: true }),
    },
    kept(),
  )
  alias(key.keyId)
  return key.arn
}

/** The related key in this Region; rotation is the primary's. */
function newReplica(primaryKeyArn: string, others: readonly string[]): $util.Output<string> {
  const key = new aws.kms.ReplicaKey('RootKey', { ...settings(others), primaryKeyArn }, kept())
  alias(key.keyId)
  return key.arn
}

function alias(targetKeyId: $util.Output<string>): void {
  new aws.kms.Alias('RootKeyAlias', { name: aliasName(), targetKeyId })
}

function policy(others: readonly string[]): $util.Output<string> {
  const account = aws.getCallerIdentityOutput({}).accountId
  const partition = aws.getPartitionOutput({}).partition
  const administrators = { AWS: $interpolate`arn:${partition}:iam::${account}:root` }
  return $jsonStringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AdministrationByIamPoliciesOfTheAccount',
        Effect: 'Allow',
        Principal: administrators,
        Action: [...ADMINISTRATION, ...(others.length > 0 ? MULTI_REGION : [])],
        Resource: '*',
      },
      ...(others.length > 0 ? [replication(administrators, others)] : []),
      {
        Sid: 'WrappingOfTenantKeysByRolesOfTheStage',
        Effect: 'Allow',
        Principal: administrators,
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
  })
}

/**
 * Whoever deploys the other Regions makes the replicas there, and nowhere else: a replica has a policy of
 * its own, and what AWS KMS gives it by default lets every administrator unwrap what the primary wrapped.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-auth.html
 */
const replication = (Principal: object, others: readonly string[]) => ({
  Sid: 'ReplicasInTheRegionsOfTheInstallation',
  Effect: 'Allow',
  Principal,
  Action: 'kms:ReplicateKey',
  Resource: '*',
  Condition: { StringEquals: { 'kms:ReplicaRegion': others } },
})
