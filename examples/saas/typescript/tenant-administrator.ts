import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  KMSClient,
  type KMSClientConfig,
  RotateKeyOnDemandCommand,
} from '@aws-sdk/client-kms'
import { policy } from './policies.ts'

/** The name by which the application finds the tenant's key, whichever it is. */
export const ROWS = 'alias/rows'

/** The policy in force is compared with this file by who audits. */
const keyPolicy = (account: string): string =>
  policy('tenant-key.json', { TENANT_ACCOUNT: account })

/**
 * Makes the tenant's key, with new material every 90 days. What was encrypted under former material still
 * opens: AWS KMS knows which it was.
 * @param who credentials of the tenant's administrator
 * @returns its ARN
 */
export async function makeKey(
  who: Pick<KMSClientConfig, 'credentials' | 'profile'>,
  account: string,
): Promise<string> {
  const kms = new KMSClient(who)
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({ Description: 'Rows of the vendor', Policy: keyPolicy(account) }),
  )
  const KeyId = KeyMetadata?.Arn ?? ''
  await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }))
  await kms.send(new CreateAliasCommand({ AliasName: ROWS, TargetKeyId: KeyId }))
  return KeyId
}

/**
 * New material at once, as after somebody left; up to 25 times in the life of a key.
 * @returns the key's ARN
 */
export async function rotateNow(profile: string): Promise<string> {
  const kms = new KMSClient({ profile })
  // AWS KMS rotates a key by its id or ARN alone, not by an alias
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: ROWS }))
  const KeyId = KeyMetadata?.Arn ?? ''
  await kms.send(new RotateKeyOnDemandCommand({ KeyId }))
  return KeyId
}
