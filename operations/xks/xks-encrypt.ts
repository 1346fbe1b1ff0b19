import { KmsError } from '../../core/base/errors.ts'
import { decryptXks, encryptXks } from '../../core/key/xks-cipher.ts'
import { defineOperation } from '../../core/operation.ts'
import { optional, struct } from '../../core/shape/shapes.ts'
import { integrityValue } from '../../core/xks/integrity.ts'
import {
  auditedCall,
  base64,
  checkSizes,
  encryptionAlgorithm,
  externalKeyId,
  integrityAlgorithm,
  metadataOfKey,
  sensitive,
  usesExternalKey,
  xksPrefix,
} from './xks-members.ts'

const NOTHING = Buffer.alloc(0)

/** Encrypts for AWS KMS what it has encrypted itself already. */
export const xksEncrypt = defineOperation({
  name: 'XksEncrypt',
  summary: 'Encrypts for AWS KMS under a key that it uses by an external key store.',
  http: 'POST /{xksPrefix}/kms/xks/v1/keys/{externalKeyId}/encrypt',
  ...usesExternalKey('Encrypt'),
  input: struct({
    xksPrefix,
    externalKeyId,
    requestMetadata: metadataOfKey,
    plaintext: sensitive,
    encryptionAlgorithm,
    additionalAuthenticatedData: optional(base64),
    ciphertextDataIntegrityValueAlgorithm: optional(integrityAlgorithm),
  }),
  output: struct({
    ciphertext: base64,
    ciphertextMetadata: base64,
    initializationVector: base64,
    authenticationTag: base64,
    ciphertextDataIntegrityValue: optional(base64),
  }),
  errors: ['UnsupportedOperationException', 'InvalidKeyUsageException'],
  audited: ({ input, keys, output }) =>
    auditedCall(input.requestMetadata, output && { keyMaterialId: keys.key?.data.material?.id }),
  validate: ({ plaintext, additionalAuthenticatedData }) =>
    checkSizes(plaintext, additionalAuthenticatedData),
  async run({ input, keys: { key } }, ports) {
    const { plaintext, additionalAuthenticatedData: aad = NOTHING } = input
    const sealed = await encryptXks(key, ports.materials, plaintext, aad)
    const answer = {
      ciphertext: sealed.ciphertext,
      ciphertextMetadata: sealed.metadata,
      initializationVector: sealed.iv,
      authenticationTag: sealed.tag,
    }
    if (input.ciphertextDataIntegrityValueAlgorithm === undefined) return answer
    const ciphertextDataIntegrityValue = integrityValue({ aad, ...sealed })
    // the value promises that these very bytes open: they are opened before it is told
    const { plaintext: opened } = await decryptXks(key, ports, sealed, aad)
    const same = opened.equals(plaintext)
    opened.fill(0)
    if (!same) throw new KmsError('KMSInternalException', 'What was encrypted does not decrypt.')
    return { ...answer, ciphertextDataIntegrityValue }
  },
})
