import { MAX_PLAINTEXT } from '../../core/crypto/blob.ts'
import { checkSource, decryptUnder, namedByBlob } from '../../core/key/cipher.ts'
import { USABLE } from '../../core/key/state.ts'
import { defineOperation, useOf } from '../../core/operation.ts'
import { attest } from '../../core/recipient/attest.ts'
import { disclose } from '../../core/recipient/recipient.ts'
import {
  blob,
  list,
  oneOf,
  optional,
  requireMember,
  struct,
  type TypeOf,
} from '../../core/shape/shapes.ts'
import {
  ciphertextForRecipient,
  dryRun,
  encryptionAlgorithm,
  encryptionContext,
  grantTokens,
  keyId,
  materialId,
  recipient,
  USE_ERRORS,
  usesMaterial,
} from '../members.ts'

const input = struct({
  CiphertextBlob: optional(blob({ min: 1, max: 6144 })),
  EncryptionContext: encryptionContext,
  GrantTokens: grantTokens,
  KeyId: optional(keyId),
  EncryptionAlgorithm: optional(encryptionAlgorithm),
  Recipient: recipient,
  DryRun: dryRun,
  DryRunModifiers: optional(list(oneOf(['IGNORE_CIPHERTEXT']), { quota: 1 })),
})
type Input = TypeOf<typeof input>

/** A dry run may ask about permission alone, without a ciphertext. */
const ignoresCiphertext = ({ DryRun, DryRunModifiers }: Input) =>
  DryRun === true && (DryRunModifiers ?? []).includes('IGNORE_CIPHERTEXT')

/** Decrypts what Encrypt, ReEncrypt or GenerateDataKey* made; a symmetric blob names its key itself. */
export const decrypt = defineOperation({
  name: 'Decrypt',
  summary: 'Decrypts ciphertext made under a key.',
  http: 'POST /v1/decrypt',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html',
  audience: 'tenant',
  input,
  output: struct({
    KeyId: keyId,
    Plaintext: optional(blob({ min: 1, max: MAX_PLAINTEXT, sensitive: true })),
    EncryptionAlgorithm: encryptionAlgorithm,
    CiphertextForRecipient: ciphertextForRecipient,
    KeyMaterialId: optional(materialId),
  }),
  errors: [...USE_ERRORS, 'InvalidCiphertextException', 'IncorrectKeyException'],
  keys: {
    key: {
      from: ['KeyId', 'CiphertextBlob'],
      readings: { CiphertextBlob: namedByBlob },
      states: USABLE,
      whenDisabled: 'DisabledException',
      alias: true,
      crossAccount: true,
    },
  },
  versionOf: 'key',
  ...usesMaterial,
  recipient: { of: ({ Recipient }) => Recipient, attest },
  mutates: false,
  audited: ({ keys, output }) => ({
    // the key that the ciphertext names, once the caller may know it
    parameters: { encryptionAlgorithm: 'SYMMETRIC_DEFAULT', keyId: keys.key?.arn },
    additional: output && { keyMaterialId: output.KeyMaterialId },
  }),
  uses: ['materials'],
  validate(input) {
    requireMember('keyId', ignoresCiphertext(input) ? input.KeyId : '')
    requireMember('ciphertextBlob', ignoresCiphertext(input) ? '' : input.CiphertextBlob)
    const algorithm = input.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT'
    // only a symmetric blob says which key made it
    requireMember('keyId', algorithm === 'SYMMETRIC_DEFAULT' ? '' : input.KeyId)
  },
  check({ input, keys }) {
    const algorithm = input.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT'
    const ciphertext = ignoresCiphertext(input) ? undefined : input.CiphertextBlob
    checkSource(keys.key, 'Decrypt', algorithm, ciphertext)
  },
  async run(call, { materials }) {
    const { input, keys, attestation } = call
    const { key } = keys
    const algorithm = input.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT'
    const request = {
      algorithm,
      ciphertext: requireMember('ciphertextBlob', input.CiphertextBlob),
      context: input.EncryptionContext,
    }
    const decrypted = await decryptUnder(key, materials, request, useOf(call, 'Decrypt'))
    const { plaintext: secret, materialId } = decrypted
    const { plaintext, CiphertextForRecipient } = await disclose(secret, attestation)
    return {
      KeyId: key.arn,
      Plaintext: plaintext,
      EncryptionAlgorithm: algorithm,
      CiphertextForRecipient,
      KeyMaterialId: materialId,
    }
  },
})
