import { MAX_PLAINTEXT } from '../../core/crypto/blob.ts'
import { checkEncryption } from '../../core/key/cipher.ts'
import { checkDataKeyLength, makeDataKey } from '../../core/key/data-key.ts'
import { defineOperation, useOf } from '../../core/operation.ts'
import { attest } from '../../core/recipient/attest.ts'
import { disclose } from '../../core/recipient/recipient.ts'
import { blob, integer, optional, struct } from '../../core/shape/shapes.ts'
import {
  auditedMaterial,
  ciphertextForRecipient,
  dataKeySpec,
  dryRun,
  encryptionContext,
  grantTokens,
  keyId,
  materialId,
  recipient,
  USE_ERRORS,
  usedKey,
  usesMaterial,
} from '../members.ts'

/** Draws a data key and answers it in plaintext and encrypted under a key. */
export const generateDataKey = defineOperation({
  name: 'GenerateDataKey',
  summary: 'Answers a new data key, in plaintext and encrypted under a key.',
  http: 'POST /v1/keys/{KeyId}/data-key',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html',
  audience: 'tenant',
  input: struct({
    KeyId: keyId,
    EncryptionContext: encryptionContext,
    NumberOfBytes: optional(integer({ min: 1, max: 1024 })),
    KeySpec: optional(dataKeySpec),
    GrantTokens: grantTokens,
    Recipient: recipient,
    DryRun: dryRun,
  }),
  output: struct({
    CiphertextBlob: blob({ min: 1, max: 6144 }),
    Plaintext: optional(blob({ min: 1, max: MAX_PLAINTEXT, sensitive: true })),
    KeyId: keyId,
    CiphertextForRecipient: ciphertextForRecipient,
    KeyMaterialId: optional(materialId),
  }),
  errors: USE_ERRORS,
  keys: { key: usedKey('ENCRYPT_DECRYPT') },
  versionOf: 'key',
  ...usesMaterial,
  recipient: { of: ({ Recipient }) => Recipient, attest },
  mutates: false,
  audited: auditedMaterial,
  uses: ['materials'],
  validate: (input) => checkDataKeyLength(input),
  check: ({ keys }) => checkEncryption(keys.key, 'SYMMETRIC_DEFAULT'),
  async run(call, { materials }) {
    const { input, keys, attestation } = call
    const { key } = keys
    const made = await makeDataKey(key, materials, input, useOf(call, 'GenerateDataKey'))
    const { plaintext, CiphertextForRecipient } = await disclose(made.plaintext, attestation)
    return {
      CiphertextBlob: made.ciphertext,
      Plaintext: plaintext,
      KeyId: key.arn,
      CiphertextForRecipient,
      KeyMaterialId: made.materialId,
    }
  },
})
