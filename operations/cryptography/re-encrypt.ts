import {
  checkEncryption,
  checkSource,
  decryptUnder,
  encryptUnder,
  namedByBlob,
} from '../../core/key/cipher.ts'
import { USABLE } from '../../core/key/state.ts'
import { defineOperation, useOf } from '../../core/operation.ts'
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
  dryRun,
  encryptionAlgorithm,
  encryptionContext,
  grantTokens,
  keyId,
  materialId,
  USE_ERRORS,
  usesMaterial,
} from '../members.ts'

const input = struct({
  CiphertextBlob: optional(blob({ min: 1, max: 6144 })),
  SourceEncryptionContext: encryptionContext,
  SourceKeyId: optional(keyId),
  DestinationKeyId: keyId,
  DestinationEncryptionContext: encryptionContext,
  SourceEncryptionAlgorithm: optional(encryptionAlgorithm),
  DestinationEncryptionAlgorithm: optional(encryptionAlgorithm),
  GrantTokens: grantTokens,
  DryRun: dryRun,
  DryRunModifiers: optional(list(oneOf(['IGNORE_CIPHERTEXT']), { quota: 1 })),
})
type Input = TypeOf<typeof input>

const ignoresCiphertext = ({ DryRun, DryRunModifiers }: Input) =>
  DryRun === true && (DryRunModifiers ?? []).includes('IGNORE_CIPHERTEXT')
const algorithms = (input: Input) => ({
  source: input.SourceEncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT',
  destination: input.DestinationEncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT',
})

/** Decrypts under one key and encrypts under another, or in another context; no plaintext leaves. */
export const reEncrypt = defineOperation({
  name: 'ReEncrypt',
  summary: 'Decrypts ciphertext and encrypts it again under another key or encryption context.',
  http: 'POST /v1/re-encrypt',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html',
  audience: 'tenant',
  input,
  output: struct({
    CiphertextBlob: blob({ min: 1, max: 6144 }),
    SourceKeyId: keyId,
    KeyId: keyId,
    SourceEncryptionAlgorithm: encryptionAlgorithm,
    DestinationEncryptionAlgorithm: encryptionAlgorithm,
    SourceKeyMaterialId: optional(materialId),
    DestinationKeyMaterialId: optional(materialId),
  }),
  errors: [...USE_ERRORS, 'InvalidCiphertextException', 'IncorrectKeyException'],
  keys: {
    source: {
      from: ['SourceKeyId', 'CiphertextBlob'],
      members: 'source',
      readings: { CiphertextBlob: namedByBlob },
      action: 'kms:ReEncryptFrom',
      states: USABLE,
      whenDisabled: 'DisabledException',
      alias: true,
      crossAccount: true,
    },
    destination: {
      from: ['DestinationKeyId'],
      members: 'destination',
      action: 'kms:ReEncryptTo',
      states: USABLE,
      whenDisabled: 'DisabledException',
      alias: true,
      crossAccount: true,
    },
  },
  versionOf: 'source',
  ...usesMaterial,
  mutates: false,
  audited: ({ output }) => ({
    parameters: {
      sourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      destinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    },
    additional: output && {
      destinationKeyMaterialId: output.DestinationKeyMaterialId,
      sourceKeyMaterialId: output.SourceKeyMaterialId,
    },
  }),
  uses: ['materials'],
  validate(input) {
    requireMember('sourceKeyId', ignoresCiphertext(input) ? input.SourceKeyId : '')
    requireMember('ciphertextBlob', ignoresCiphertext(input) ? '' : input.CiphertextBlob)
    const symmetric = algorithms(input).source === 'SYMMETRIC_DEFAULT'
    requireMember('sourceKeyId', symmetric ? '' : input.SourceKeyId)
  },
  check({ input, keys }) {
    const { source, destination } = algorithms(input)
    const ciphertext = ignoresCiphertext(input) ? undefined : input.CiphertextBlob
    checkSource(keys.source, 'ReEncrypt', source, ciphertext)
    checkEncryption(keys.destination, destination, 'ReEncrypt')
  },
  async run(call, { materials }) {
    const { input, keys } = call
    const { source, destination } = keys
    const algorithm = algorithms(input)
    const request = {
      algorithm: algorithm.source,
      ciphertext: requireMember('ciphertextBlob', input.CiphertextBlob),
      context: input.SourceEncryptionContext,
    }
    const use = useOf(call, 'ReEncrypt')
    const decrypted = await decryptUnder(source, materials, request, use)
    const { plaintext, materialId } = decrypted
    try {
      const target = {
        algorithm: algorithm.destination,
        plaintext,
        context: input.DestinationEncryptionContext,
      }
      const made = await encryptUnder(destination, materials, target, use)
      return {
        CiphertextBlob: made.ciphertext,
        SourceKeyId: source.arn,
        KeyId: destination.arn,
        SourceEncryptionAlgorithm: algorithm.source,
        DestinationEncryptionAlgorithm: algorithm.destination,
        SourceKeyMaterialId: materialId,
        DestinationKeyMaterialId: made.materialId,
      }
    } finally {
      plaintext.fill(0)
    }
  },
})
