import { sharedSecret as agree } from '../../core/crypto/agree.ts'
import { requireAlgorithm, specOf } from '../../core/key/spec.ts'
import { usable } from '../../core/key/usable.ts'
import { defineOperation } from '../../core/operation.ts'
import { attest } from '../../core/recipient/attest.ts'
import { disclose } from '../../core/recipient/recipient.ts'
import { blob, optional, struct } from '../../core/shape/shapes.ts'
import {
  ciphertextForRecipient,
  dryRun,
  grantTokens,
  keyAgreementAlgorithm,
  keyId,
  origin,
  recipient,
  sharedSecret,
  USE_ERRORS,
  usedKey,
  usesMaterial,
} from '../members.ts'

/** Answers what a key and a peer's public key have in common by ECDH; a caller derives keys from it. */
export const deriveSharedSecret = defineOperation({
  name: 'DeriveSharedSecret',
  summary: 'Answers the raw ECDH shared secret of a key and a peer.',
  http: 'POST /v1/keys/{KeyId}/shared-secret',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_DeriveSharedSecret.html',
  audience: 'tenant',
  input: struct({
    KeyId: keyId,
    KeyAgreementAlgorithm: keyAgreementAlgorithm,
    PublicKey: blob({ min: 1, max: 8192 }),
    GrantTokens: grantTokens,
    DryRun: dryRun,
    Recipient: recipient,
  }),
  output: struct({
    KeyId: keyId,
    SharedSecret: optional(sharedSecret),
    CiphertextForRecipient: ciphertextForRecipient,
    KeyAgreementAlgorithm: keyAgreementAlgorithm,
    KeyOrigin: origin,
  }),
  errors: USE_ERRORS,
  keys: { key: usedKey('KEY_AGREEMENT') },
  versionOf: 'key',
  ...usesMaterial,
  recipient: { of: ({ Recipient }) => Recipient, attest },
  mutates: false,
  uses: ['materials'],
  check: ({ input, keys }) =>
    requireAlgorithm(specOf(keys.key), 'KEY_AGREEMENT', input.KeyAgreementAlgorithm),
  async run({ input, keys: { key }, attestation }, { materials }) {
    const secret = await agree(await usable(key, materials), input.PublicKey)
    const { plaintext, CiphertextForRecipient } = await disclose(secret, attestation)
    return {
      KeyId: key.arn,
      SharedSecret: plaintext,
      CiphertextForRecipient,
      KeyAgreementAlgorithm: input.KeyAgreementAlgorithm,
      KeyOrigin: key.data.origin,
    }
  },
})
