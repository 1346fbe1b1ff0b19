import { checkEncryption } from '../../core/key/cipher.ts'
import { checkPairs, makeDataKeyPair, pairSpec } from '../../core/key/data-key-pair.ts'
import { defineOperation, useOf } from '../../core/operation.ts'
import { blob, struct } from '../../core/shape/shapes.ts'
import {
  auditedMaterial,
  dryRun,
  encryptionContext,
  grantTokens,
  keyId,
  keyPairSpec,
  materialId,
  USE_ERRORS,
  usedKey,
  usesMaterial,
} from '../members.ts'

/** Makes a key pair and answers its private key encrypted only. */
export const generateDataKeyPairWithoutPlaintext = defineOperation({
  name: 'GenerateDataKeyPairWithoutPlaintext',
  summary: 'Answers a new key pair, its private key encrypted under a key.',
  http: 'POST /v1/keys/{KeyId}/data-key-pair-without-plaintext',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPairWithoutPlaintext.html',
  audience: 'tenant',
  input: struct({
    EncryptionContext: encryptionContext,
    KeyId: keyId,
    KeyPairSpec: keyPairSpec,
    GrantTokens: grantTokens,
    DryRun: dryRun,
  }),
  output: struct({
    PrivateKeyCiphertextBlob: blob({ min: 1, max: 6144 }),
    PublicKey: blob({ min: 1, max: 8192 }),
    KeyId: keyId,
    KeyPairSpec: keyPairSpec,
    KeyMaterialId: materialId,
  }),
  errors: [...USE_ERRORS, 'UnsupportedOperationException'],
  keys: { key: usedKey('ENCRYPT_DECRYPT') },
  versionOf: 'key',
  ...usesMaterial,
  mutates: false,
  audited: auditedMaterial,
  uses: ['materials'],
  check({ input, keys }) {
    checkEncryption(keys.key, 'SYMMETRIC_DEFAULT')
    pairSpec(input)
    checkPairs(keys.key)
  },
  async run(call, { materials }) {
    const { input, keys } = call
    const { key } = keys
    const made = await makeDataKeyPair(
      key,
      materials,
      input,
      useOf(call, 'GenerateDataKeyPairWithoutPlaintext'),
    )
    made.privateKey.fill(0)
    return {
      PrivateKeyCiphertextBlob: made.ciphertext,
      PublicKey: made.publicKey,
      KeyId: key.arn,
      KeyPairSpec: input.KeyPairSpec,
      KeyMaterialId: made.materialId,
    }
  },
})
