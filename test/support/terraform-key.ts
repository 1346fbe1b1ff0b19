import { isDeepStrictEqual } from 'node:util'
import {
  CreateKeyCommand,
  type CreateKeyCommandInput,
  CustomerMasterKeySpec,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  type KeyMetadata,
  type KeySpec,
  type KeyUsageType,
  type KMSClient,
  PutKeyPolicyCommand,
  paginateListResourceTags,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms'
import { wrap } from './life.ts'

/**
 * The calls of Terraform's AWS provider for aws_kms_key and aws_kms_external_key, in its order and with its
 * waits. @see https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service/kms
 */

/** What a configuration says of a key, and what is read back for it. */
export interface TerraformKey {
  /** absent for aws_kms_external_key */
  readonly spec?: KeySpec
  readonly usage?: KeyUsageType
  readonly description?: string
  /** JSON as it is written in the configuration */
  readonly policy?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly enabled?: boolean
  readonly multiRegion?: boolean
  readonly rotation?: boolean
  /** days */
  readonly period?: number
  /** of aws_kms_external_key: the key material, and until when it is good (RFC 3339) */
  readonly material?: Uint8Array
  readonly validTo?: string
  /** of a key in a custom key store: custom_key_store_id, and xks_key_id in an external one */
  readonly keyStore?: { readonly id: string; readonly external?: string }
}

/** What the provider keeps of a key in its state. */
export interface KeyRead {
  readonly metadata: KeyMetadata
  /** parsed, as the provider compares policies by what they say */
  readonly policy: unknown
  readonly rotation: boolean | undefined
  readonly period: number | undefined
  readonly tags: Readonly<Record<string, string>>
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '')

/** The provider's propagation waits: so many reads in a row that agree. Here the first must. */
export async function settle(reads: number, agrees: () => Promise<boolean>, what: string) {
  for (let read = 1; read <= reads; read++) {
    if (!(await agrees())) throw new Error(`${what} was not there at read ${read} of ${reads}`)
  }
}

/** @returns undefined where the key is gone, or about to be: the provider takes one for the other */
export async function describe(kms: KMSClient, KeyId: string): Promise<KeyMetadata | undefined> {
  try {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }))
    const going = ['PendingDeletion', 'PendingReplicaDeletion'].includes(
      KeyMetadata?.KeyState ?? '',
    )
    return going ? undefined : KeyMetadata
  } catch (error) {
    if (nameOf(error) === 'NotFoundException') return undefined
    throw error
  }
}

async function policyOf(kms: KMSClient, KeyId: string): Promise<unknown> {
  const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }))
  return JSON.parse(Policy ?? '')
}

async function rotationOf(kms: KMSClient, KeyId: string) {
  const told = await kms.send(new GetKeyRotationStatusCommand({ KeyId }))
  return { rotation: told.KeyRotationEnabled, period: told.RotationPeriodInDays }
}

async function tagsOf(client: KMSClient, KeyId: string): Promise<Record<string, string>> {
  const tags: Record<string, string> = {}
  for await (const { Tags = [] } of paginateListResourceTags({ client }, { KeyId })) {
    for (const { TagKey = '', TagValue = '' } of Tags) tags[TagKey] = TagValue
  }
  return tags
}

/** Refresh: what a plan is made from. */
export async function readKey(kms: KMSClient, id: string): Promise<KeyRead | undefined> {
  const metadata = await describe(kms, id)
  if (metadata === undefined) return undefined
  const policy = await policyOf(kms, id)
  // of keys in custom key stores none does; releases before 6 asked it of imported keys too
  const asks = metadata.Origin === 'AWS_KMS' || metadata.Origin === 'EXTERNAL'
  const { rotation, period } = asks
    ? await rotationOf(kms, id)
    : { rotation: undefined, period: undefined }
  return { metadata, policy, rotation, period, tags: await tagsOf(kms, id) }
}

/** What a plan would change: names of arguments whose value is another; none where it has converged. */
export function differences(wanted: TerraformKey, found: KeyRead): string[] {
  const { metadata, policy, rotation, period, tags } = found
  const external = wanted.spec === undefined
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['customer_master_key_spec', wanted.spec ?? 'SYMMETRIC_DEFAULT', metadata.KeySpec],
    ['key_usage', wanted.usage ?? 'ENCRYPT_DECRYPT', metadata.KeyUsage],
    ['description', wanted.description ?? metadata.Description, metadata.Description],
    ['policy', wanted.policy === undefined ? policy : JSON.parse(wanted.policy), policy],
    ['tags', wanted.tags ?? {}, tags],
    ['enabled', wanted.enabled ?? (external ? metadata.Enabled : true), metadata.Enabled],
    ['enable_key_rotation', wanted.rotation ?? false, rotation ?? false],
    ['rotation_period_in_days', wanted.period ?? period, period],
    ['multi_region', wanted.multiRegion ?? false, metadata.MultiRegion],
    ['custom_key_store_id', wanted.keyStore?.id, metadata.CustomKeyStoreId],
    ['xks_key_id', wanted.keyStore?.external, metadata.XksKeyConfiguration?.Id],
    ['valid_to', wanted.validTo && Date.parse(wanted.validTo), metadata.ValidTo?.getTime()],
  ]
  return pairs.filter(([, a, b]) => !isDeepStrictEqual(a, b)).map(([name]) => name)
}

export async function setEnabled(kms: KMSClient, KeyId: string, enabled: boolean): Promise<void> {
  await kms.send(enabled ? new EnableKeyCommand({ KeyId }) : new DisableKeyCommand({ KeyId }))
  await settle(15, async () => (await describe(kms, KeyId))?.Enabled === enabled, 'the state')
}

async function setRotation(kms: KMSClient, KeyId: string, { rotation, period }: TerraformKey) {
  const on = rotation === true
  const days = period === undefined ? {} : { RotationPeriodInDays: period }
  await kms.send(
    on
      ? new EnableKeyRotationCommand({ KeyId, ...days })
      : new DisableKeyRotationCommand({ KeyId }),
  )
  const agrees = async () => {
    const told = await rotationOf(kms, KeyId)
    return told.rotation === on && (!on || period === undefined || told.period === period)
  }
  await settle(5, agrees, 'the rotation')
}

export const settlePolicy = (kms: KMSClient, id: string, policy: string) =>
  settle(
    5,
    async () => isDeepStrictEqual(await policyOf(kms, id), JSON.parse(policy)),
    'the policy',
  )
export const settleTags = (kms: KMSClient, id: string, tags: Readonly<Record<string, string>>) =>
  settle(5, async () => isDeepStrictEqual(await tagsOf(kms, id), tags), 'the tags')

export const tagList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }))

/** The provider has the spec's older name, customer_master_key_spec; specs that are newer than that have but one. */
function specMember(
  KeySpec: KeySpec,
): Pick<CreateKeyCommandInput, 'KeySpec' | 'CustomerMasterKeySpec'> {
  const older = Object.values(CustomerMasterKeySpec).find((one) => one === KeySpec)
  return older === undefined ? { KeySpec } : { CustomerMasterKeySpec: older }
}

/** Apply of what is not there yet. @returns the key's id */
export async function createKey(kms: KMSClient, wanted: TerraformKey): Promise<string> {
  const { spec, usage, description, policy, tags = {}, keyStore } = wanted
  const input: CreateKeyCommandInput = {
    BypassPolicyLockoutSafetyCheck: false,
    KeyUsage: usage ?? 'ENCRYPT_DECRYPT',
    // what is false is not sent
    ...(wanted.multiRegion === true && { MultiRegion: true }),
    ...(spec === undefined ? { Origin: 'EXTERNAL' } : specMember(spec)),
    ...(keyStore !== undefined && {
      Origin: keyStore.external === undefined ? 'AWS_CLOUDHSM' : 'EXTERNAL_KEY_STORE',
      CustomKeyStoreId: keyStore.id,
      ...(keyStore.external !== undefined && { XksKeyId: keyStore.external }),
    }),
    ...(description !== undefined && { Description: description }),
    ...(policy !== undefined && { Policy: JSON.stringify(JSON.parse(policy)) }),
    ...(Object.keys(tags).length > 0 && { Tags: tagList(tags) }),
  }
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(input))
  const id = KeyMetadata?.KeyId ?? ''
  if (wanted.material !== undefined) await importMaterial(kms, id, wanted)
  if (wanted.rotation === true) await setRotation(kms, id, wanted)
  if (wanted.enabled === false) await setEnabled(kms, id, false)
  if (policy !== undefined) await settlePolicy(kms, id, policy)
  if (Object.keys(tags).length > 0) await settleTags(kms, id, tags)
  return id
}

export async function importMaterial(
  kms: KMSClient,
  KeyId: string,
  { material, validTo }: TerraformKey,
) {
  const parameters = await kms.send(
    new GetParametersForImportCommand({
      KeyId,
      WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
      WrappingKeySpec: 'RSA_2048',
    }),
  )
  const { PublicKey = new Uint8Array(), ImportToken } = parameters
  await kms.send(
    new ImportKeyMaterialCommand({
      KeyId,
      ImportToken,
      EncryptedKeyMaterial: wrap(PublicKey, 'RSAES_OAEP_SHA_256', material ?? new Uint8Array()),
      ...(validTo === undefined
        ? { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }
        : { ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo: new Date(validTo) }),
    }),
  )
  const agrees = async () => {
    const metadata = await describe(kms, KeyId)
    const until = validTo === undefined ? undefined : Date.parse(validTo)
    return metadata?.KeyState === 'Enabled' && metadata.ValidTo?.getTime() === until
  }
  await settle(10, agrees, 'the key material')
}

/** Apply of changes: a key is enabled before all other changes and disabled after them. */
export async function updateKey(
  kms: KMSClient,
  id: string,
  from: TerraformKey,
  to: TerraformKey,
): Promise<void> {
  const switched = (from.enabled ?? true) !== (to.enabled ?? true)
  if (switched && to.enabled !== false) await setEnabled(kms, id, true)
  const rotates = to.rotation === true
  if ((from.rotation === true) !== rotates || (rotates && from.period !== to.period)) {
    await setRotation(kms, id, to)
  }
  const { description: Description = '', policy, tags = {} } = to
  if ((from.description ?? '') !== Description) {
    await kms.send(new UpdateKeyDescriptionCommand({ KeyId: id, Description }))
    const agrees = async () => (await describe(kms, id))?.Description === Description
    await settle(5, agrees, 'the description')
  }
  if (policy !== undefined && from.policy !== policy) {
    const Policy = JSON.stringify(JSON.parse(policy))
    const input = { KeyId: id, PolicyName: 'default', Policy }
    await kms.send(new PutKeyPolicyCommand({ ...input, BypassPolicyLockoutSafetyCheck: false }))
    await settlePolicy(kms, id, policy)
  }
  if (from.validTo !== to.validTo) await importMaterial(kms, id, to)
  if (switched && to.enabled === false) await setEnabled(kms, id, false)
  const before = from.tags ?? {}
  const gone = Object.keys(before).filter((name) => !(name in tags))
  const set = Object.entries(tags).filter(([name, value]) => before[name] !== value)
  if (gone.length > 0) await kms.send(new UntagResourceCommand({ KeyId: id, TagKeys: gone }))
  if (set.length > 0) {
    await kms.send(new TagResourceCommand({ KeyId: id, Tags: tagList(Object.fromEntries(set)) }))
  }
  if (gone.length + set.length > 0) await settleTags(kms, id, tags)
}

/** Destroy: a second one of a key that is going already ends well too. */
export async function destroyKey(kms: KMSClient, KeyId: string, days?: number): Promise<void> {
  const window = days === undefined ? {} : { PendingWindowInDays: days }
  try {
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, ...window }))
  } catch (error) {
    const { message } = error as Error
    const going =
      nameOf(error) === 'KMSInvalidStateException' && message.includes('is pending deletion')
    if (going || nameOf(error) === 'NotFoundException') return
    throw error
  }
  await settle(1, async () => (await describe(kms, KeyId)) === undefined, 'the deletion')
}
