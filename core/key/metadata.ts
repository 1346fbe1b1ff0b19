import type { Key } from './key.ts'
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
    MultiRegion: data.multiRegion,
    ...(symmetric && data.material !== undefined && { CurrentKeyMaterialId: data.material.id }),
  }
}
