import { keyArn } from '../base/arn.ts'
import type { Key, Related } from './key.ts'
import { firstExpiry, isComplete } from './material.ts'
import { specOf } from './spec.ts'

/** Key metadata as CreateKey and DescribeKey answer it: members that don't apply are absent. */
export function keyMetadata(key: Key) {
  const { data } = key
  const spec = specOf(key)
  const uses = (usage: string) => data.usage === usage
  const symmetric = spec.kind === 'symmetric'
  return {
    AWSAccountId: key.accountId,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: data.created,
    Enabled: data.state === 'Enabled',
    Description: data.description,
    KeyUsage: data.usage,
    KeyState: data.state,
    Origin: data.origin,
    KeyManager: data.manager,
    CustomerMasterKeySpec: spec.name,
    KeySpec: spec.name,
    ...(uses('ENCRYPT_DECRYPT') && { EncryptionAlgorithms: [...spec.encryptionAlgorithms] }),
    ...(uses('SIGN_VERIFY') && { SigningAlgorithms: [...spec.signingAlgorithms] }),
    ...(uses('GENERATE_VERIFY_MAC') && { MacAlgorithms: [...spec.macAlgorithms] }),
    ...(uses('KEY_AGREEMENT') && { KeyAgreementAlgorithms: [...spec.keyAgreementAlgorithms] }),
    ...(uses('ENCAPSULATE_DECAPSULATE') && {
      EncapsulationAlgorithms: [...spec.encapsulationAlgorithms],
    }),
    ...keyStoreOf(key),
    MultiRegion: data.multiRegion,
    ...(key.related !== undefined && {
      MultiRegionConfiguration: configuration(key, key.related),
    }),
    ...expiration(key),
    ...(data.deletion?.at !== undefined && { DeletionDate: data.deletion.at }),
    ...(data.state === 'PendingReplicaDeletion' && {
      PendingDeletionWindowInDays: data.deletion?.days,
    }),
    ...(symmetric &&
      data.state !== 'Creating' &&
      data.material !== undefined && { CurrentKeyMaterialId: data.material.id }),
  }
}

/** Which custom key store a key is in, and what it has there. */
function keyStoreOf({ data: { keyStore }, held }: Key) {
  if (keyStore === undefined) return {}
  const CustomKeyStoreId = keyStore.store
  return held?.store?.type === 'AWS_CLOUDHSM'
    ? { CustomKeyStoreId, CloudHsmClusterId: held.store.cluster.id }
    : { CustomKeyStoreId, XksKeyConfiguration: { Id: keyStore.external } }
}

/** A multi-Region key and its related keys: the same from each, but for which of them it is. */
function configuration({ accountId, id, region }: Key, { type, shared }: Related) {
  const named = (Region: string) => ({ Arn: keyArn(Region, accountId, id), Region })
  const { primary, replicas } = shared
  // one that is being made may not be on the list yet
  const all = type === 'PRIMARY' || replicas.includes(region) ? replicas : [...replicas, region]
  return {
    MultiRegionKeyType: type,
    PrimaryKey: named(primary),
    ReplicaKeys: all.map(named),
  }
}

/** When imported material is all there: whether it expires, and when the first of it does. */
function expiration({ data }: Key) {
  if (data.origin !== 'EXTERNAL' || !isComplete(data)) return {}
  const validTo = firstExpiry(data)
  if (validTo === undefined) return { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' as const }
  return { ExpirationModel: 'KEY_MATERIAL_EXPIRES' as const, ValidTo: validTo }
}
