import { checkEncryption } from '../../core/key/cipher.ts'
import { checkDataKeyLength, makeDataKey } from '../../core/key/data-key.ts'
import { defineOperation, useOf } from '../../core/operation.ts'
import { blob, integer, optional, struct } from '../../core/shape/shapes.ts'
import {
  auditedMaterial,
  dataKeySpec,
  dryRun,
  encryptionContext,
  grantTokens,
  keyId,
  materialId,
  USE_ERRORS,
  usedKey,
  usesMaterial,
} from '../members.ts'

/** Draws a data key and answers it encrypted only, for a component that stores but never uses it. */
export const generateDataKeyWithoutPlaintext = defineOperation({
  name: 'GenerateDataKeyWithoutPlaintext',
  summary: 'Answers a new data key, encrypted under a key.',
  http: 'POST /v1/keys/{KeyId}/data-key-without-plaintext',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyWithoutPlaintext.html',
  audience: 'tenant',
  input: struct({
    KeyId: keyId,
    EncryptionContext: encryptionContext,
    KeySpec: optional(dataKeySpec),
    NumberOfBytes: optional(integer({ min: 1, max: 1024 })),
    GrantTokens: grantTokens,
    DryRun: dryRun,
  }),
  output: struct({
    CiphertextBlob: blob({ min: 1, max: 6144 }),
    KeyId: keyId,
    KeyMaterialId: optional(materialId),
  }),
  errors: USE_ERRORS,
  keys: { key: usedKey('ENCRYPT_DECRYPT') },
  versionOf: 'key',
  ...usesMaterial,
  mutates: false,
  audited: auditedMaterial,
  uses: ['materials'],
  validate: (input) => checkDataKeyLength(input),
  check: ({ keys }) => checkEncryption(keys.key, 'SYMMETRIC_DEFAULT'),
  async run(call, { materials }) {
    const { input, keys } = call
    const { key } = keys
    const use = useOf(call, 'GenerateDataKeyWithoutPlaintext')
    const made = await makeDataKey(key, materials, input, use)
    made.plaintext.fill(0)
    return { CiphertextBlob: made.ciphertext, KeyId: key.arn, KeyMaterialId: made.materialId }
  },
})
