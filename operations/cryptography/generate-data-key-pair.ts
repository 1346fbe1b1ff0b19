import { checkEncryption } from '../../core/key/cipher.ts'
import { checkPairs, makeDataKeyPair, pairSpec } from '../../core/key/data-key-pair.ts'
import { defineOperation, useOf } from '../../core/operation.ts'
import { attest } from '../../core/recipient/attest.ts'
import { disclose } from '../../core/recipient/recipient.ts'
import { blob, optional, struct } from '../../core/shape/shapes.ts'
import {
  auditedMaterial,
  ciphertextForRecipient,
  dryRun,
  encryptionContext,
  grantTokens,
  keyId,
  keyPairSpec,
  materialId,
  recipient,
  USE_ERRORS,
  usedKey,
  usesMaterial,
} from '../members.ts'

/** Makes a key pair and answers its private key in plaintext and encrypted under a symmetric key. */
export const generateDataKeyPair = defineOperation({
  name: 'GenerateDataKeyPair',
  summary: 'Answers a new key pair, its private key in plaintext and encrypted under a key.',
  http: 'POST /v1/keys/{KeyId}/data-key-pair',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPair.html',
  audience: 'tenant',
  input: struct({
    EncryptionContext: encryptionContext,
    KeyId: keyId,
    KeyPairSpec: keyPairSpec,
    GrantTokens: grantTokens,
    Recipient: recipient,
    DryRun: dryRun,
  }),
  output: struct({
    PrivateKeyCiphertextBlob: blob({ min: 1, max: 6144 }),
    PrivateKeyPlaintext: optional(blob({ min: 1, max: 4096, sensitive: true })),
    PublicKey: blob({ min: 1, max: 8192 }),
    KeyId: keyId,
    KeyPairSpec: keyPairSpec,
    CiphertextForRecipient: ciphertextForRecipient,
    KeyMaterialId: materialId,
  }),
  errors: [...USE_ERRORS, 'UnsupportedOperationException'],
  keys: { key: usedKey('ENCRYPT_DECRYPT') },
  versionOf: 'key',
  ...usesMaterial,
  recipient: { of: ({ Recipient }) => Recipient, attest },
  mutates: false,
  audited: auditedMaterial,
  uses: ['materials'],
  check({ input, keys }) {
    checkEncryption(keys.key, 'SYMMETRIC_DEFAULT')
    pairSpec(input)
    checkPairs(keys.key)
  },
  async run(call, { materials }) {
    const { input, keys, attestation } = call
    const { key } = keys
    const made = await makeDataKeyPair(key, materials, input, useOf(call, 'GenerateDataKeyPair'))
    const { plaintext, CiphertextForRecipient } = await disclose(made.privateKey, attestation)
    return {
      PrivateKeyCiphertextBlob: made.ciphertext,
      PrivateKeyPlaintext: plaintext,
      PublicKey: made.publicKey,
      KeyId: key.arn,
      KeyPairSpec: input.KeyPairSpec,
      CiphertextForRecipient,
      KeyMaterialId: made.materialId,
    }
  },
})
