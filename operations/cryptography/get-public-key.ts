import { KmsError } from '../../core/base/errors.ts'
import { keyMetadata } from '../../core/key/metadata.ts'
import { specOf } from '../../core/key/spec.ts'
import { SHOWN } from '../../core/key/state.ts'
import { usable } from '../../core/key/usable.ts'
import { defineOperation } from '../../core/operation.ts'
import { blob, list, optional, struct } from '../../core/shape/shapes.ts'
import {
  encapsulationAlgorithm,
  encryptionAlgorithm,
  grantable,
  grantTokens,
  keyAgreementAlgorithm,
  keyId,
  keySpec,
  keyUsage,
  signingAlgorithm,
} from '../members.ts'

/** Answers the public key of an asymmetric key, and what it may be used for. */
export const getPublicKey = defineOperation({
  name: 'GetPublicKey',
  summary: 'Answers the public key of an asymmetric key as DER SubjectPublicKeyInfo.',
  http: 'GET /v1/keys/{KeyId}/public-key',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html',
  audience: 'tenant',
  input: struct({ KeyId: keyId, GrantTokens: grantTokens }),
  output: struct({
    KeyId: keyId,
    PublicKey: blob({ min: 1, max: 8192 }),
    CustomerMasterKeySpec: keySpec,
    KeySpec: keySpec,
    KeyUsage: keyUsage,
    EncryptionAlgorithms: optional(list(encryptionAlgorithm)),
    SigningAlgorithms: optional(list(signingAlgorithm)),
    KeyAgreementAlgorithms: optional(list(keyAgreementAlgorithm)),
    EncapsulationAlgorithms: optional(list(encapsulationAlgorithm)),
  }),
  errors: [
    'NotFoundException',
    'UnsupportedOperationException',
    'InvalidArnException',
    'InvalidGrantTokenException',
    'InvalidKeyUsageException',
    'KMSInvalidStateException',
  ],
  keys: {
    key: {
      from: ['KeyId'],
      states: SHOWN,
      alias: true,
      crossAccount: true,
    },
  },
  versionOf: 'key',
  ...grantable,
  mutates: false,
  uses: ['materials'],
  check({ keys: { key } }) {
    // without text, as recorded where AWS refuses an operation for the kind of key
    if (!specOf(key).asymmetric) throw new KmsError('UnsupportedOperationException')
  },
  async run({ keys: { key } }, { materials }) {
    const spec = specOf(key)
    const metadata = keyMetadata(key)
    return {
      KeyId: key.arn,
      PublicKey: spec.publicKey(await usable(key, materials)),
      CustomerMasterKeySpec: spec.name,
      KeySpec: spec.name,
      KeyUsage: key.data.usage,
      EncryptionAlgorithms: metadata.EncryptionAlgorithms,
      SigningAlgorithms: metadata.SigningAlgorithms,
      KeyAgreementAlgorithms: metadata.KeyAgreementAlgorithms,
      EncapsulationAlgorithms: metadata.EncapsulationAlgorithms,
    }
  },
})
