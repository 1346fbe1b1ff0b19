import { MAX_PLAINTEXT } from '../../core/crypto/blob.ts'
import { checkEncryption, currentSymmetric, encryptUnder } from '../../core/key/cipher.ts'
import { defineOperation, useOf } from '../../core/operation.ts'
import { blob, optional, struct } from '../../core/shape/shapes.ts'
import {
  dryRun,
  encryptionAlgorithm,
  encryptionContext,
  grantTokens,
  keyId,
  USE_ERRORS,
  usedKey,
  usesMaterial,
} from '../members.ts'

/** Encrypts up to 4 KB under a key. */
export const encrypt = defineOperation({
  name: 'Encrypt',
  summary: 'Encrypts plaintext of up to 4,096 bytes under a key.',
  http: 'POST /v1/keys/{KeyId}/encrypt',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html',
  audience: 'tenant',
  input: struct({
    KeyId: keyId,
    Plaintext: blob({ min: 1, max: MAX_PLAINTEXT, sensitive: true }),
    EncryptionContext: encryptionContext,
    GrantTokens: grantTokens,
    EncryptionAlgorithm: optional(encryptionAlgorithm),
    DryRun: dryRun,
  }),
  output: struct({
    CiphertextBlob: blob({ min: 1, max: 6144 }),
    KeyId: keyId,
    EncryptionAlgorithm: encryptionAlgorithm,
  }),
  errors: USE_ERRORS,
  keys: { key: usedKey('ENCRYPT_DECRYPT') },
  versionOf: 'key',
  ...usesMaterial,
  mutates: false,
  audited: ({ keys, output }) => ({
    parameters: { encryptionAlgorithm: 'SYMMETRIC_DEFAULT' },
    additional: output && { keyMaterialId: keys.key && currentSymmetric(keys.key) },
  }),
  uses: ['materials'],
  check: ({ input, keys }) =>
    checkEncryption(keys.key, input.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT'),
  async run(call, { materials }) {
    const { input, keys } = call
    const { key } = keys
    const algorithm = input.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT'
    const { Plaintext, EncryptionContext } = input
    const request = { algorithm, plaintext: Plaintext, context: EncryptionContext }
    const { ciphertext } = await encryptUnder(key, materials, request, useOf(call, 'Encrypt'))
    return { CiphertextBlob: ciphertext, KeyId: key.arn, EncryptionAlgorithm: algorithm }
  },
})
