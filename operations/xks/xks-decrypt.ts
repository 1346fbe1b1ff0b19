import { invalid } from '../../core/base/errors.ts'
import { decryptXks } from '../../core/key/xks-cipher.ts'
import { defineOperation } from '../../core/operation.ts'
import { optional, struct } from '../../core/shape/shapes.ts'
import { XKS_LENGTHS } from '../../core/xks/protocol.ts'
import {
  auditedCall,
  base64,
  checkSizes,
  ciphertextMetadata,
  encryptionAlgorithm,
  externalKeyId,
  metadataOfKey,
  sensitive,
  tag,
  usesExternalKey,
  xksPrefix,
} from './xks-members.ts'

const NOTHING = Buffer.alloc(0)

/** Decrypts for AWS KMS what XksEncrypt made, by whichever version of the key. */
export const xksDecrypt = defineOperation({
  name: 'XksDecrypt',
  summary: 'Decrypts for AWS KMS under a key that it uses by an external key store.',
  http: 'POST /{xksPrefix}/kms/xks/v1/keys/{externalKeyId}/decrypt',
  ...usesExternalKey('Decrypt'),
  input: struct({
    xksPrefix,
    externalKeyId,
    requestMetadata: metadataOfKey,
    ciphertext: sensitive,
    encryptionAlgorithm,
    initializationVector: base64,
    authenticationTag: tag,
    additionalAuthenticatedData: optional(base64),
    ciphertextMetadata: optional(ciphertextMetadata),
  }),
  output: struct({ plaintext: sensitive }),
  errors: [
    'UnsupportedOperationException',
    'InvalidKeyUsageException',
    'InvalidCiphertextException',
  ],
  audited: ({ input }) => auditedCall(input.requestMetadata),
  validate({ ciphertext, additionalAuthenticatedData, initializationVector: { length } }) {
    if (!XKS_LENGTHS.iv.some((one) => one === length)) {
      throw invalid('initializationVector has 12 or 16 bytes.')
    }
    checkSizes(ciphertext, additionalAuthenticatedData)
  },
  async run({ input, keys: { key } }, ports) {
    const sealed = {
      metadata: input.ciphertextMetadata ?? NOTHING,
      iv: input.initializationVector,
      ciphertext: input.ciphertext,
      tag: input.authenticationTag,
    }
    const aad = input.additionalAuthenticatedData ?? NOTHING
    const { plaintext } = await decryptXks(key, ports, sealed, aad)
    return { plaintext }
  },
})
