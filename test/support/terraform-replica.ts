import { type KMSClient, ReplicateKeyCommand } from '@aws-sdk/client-kms'
import {
  createKey,
  describe,
  importMaterial,
  type KeyRead,
  readKey,
  setEnabled,
  settle,
  settlePolicy,
  settleTags,
  type TerraformKey,
  tagList,
} from './terraform-key.ts'

/**
 * The calls of Terraform's AWS provider for aws_kms_replica_key and aws_kms_replica_external_key: what is
 * written goes to the primary's Region, what is waited for and read to the replica's.
 * @see https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service/kms
 */
export interface Replica {
  /** of the primary's Region, and of the replica's */
  readonly from: KMSClient
  readonly kms: KMSClient
  readonly region: string
  readonly primaryArn: string
}

export type TerraformReplica = Omit<TerraformKey, 'spec' | 'usage' | 'rotation' | 'period'>

/** Apply of what is not there yet. @returns the key's id, which is the primary's */
export async function createReplica(
  { from, kms, region, primaryArn }: Replica,
  wanted: TerraformReplica,
): Promise<string> {
  const { description, policy, tags = {}, material, enabled } = wanted
  const { ReplicaKeyMetadata } = await from.send(
    new ReplicateKeyCommand({
      KeyId: primaryArn.slice(primaryArn.indexOf('key/') + 'key/'.length),
      ReplicaRegion: region,
      ...(description !== undefined && { Description: description }),
      ...(policy !== undefined && { Policy: policy }),
      ...(Object.keys(tags).length > 0 && { Tags: tagList(tags) }),
    }),
  )
  const id = ReplicaKeyMetadata?.KeyId ?? ''
  const target = material === undefined ? 'Enabled' : 'PendingImport'
  // the provider waits for two minutes while it is Creating, and gives up
  await settle(1, async () => (await describe(kms, id))?.KeyState === target, 'the replica')
  if (material !== undefined) await importMaterial(kms, id, wanted)
  if (enabled === false) await setEnabled(kms, id, false)
  if (policy !== undefined) await settlePolicy(kms, id, policy)
  if (Object.keys(tags).length > 0) await settleTags(kms, id, tags)
  return id
}

/** Refresh. @throws Error where the key is none that the resource may be */
export async function readReplica({ kms }: Replica, id: string): Promise<KeyRead | undefined> {
  const found = await readKey(kms, id)
  const { MultiRegion, MultiRegionConfiguration, KeyManager } = found?.metadata ?? {}
  if (found === undefined) return undefined
  if (KeyManager !== 'CUSTOMER') throw new Error(`KMS Replica Key (${id}) has invalid KeyManager`)
  if (MultiRegion !== true || MultiRegionConfiguration?.MultiRegionKeyType !== 'REPLICA') {
    throw new Error(`KMS Replica Key (${id}) is not a multi-Region replica key`)
  }
  return found
}

/** Apply of aws_kms_key with multi_region. */
export const createPrimary = (kms: KMSClient, wanted: TerraformKey): Promise<string> =>
  createKey(kms, { ...wanted, multiRegion: true })
