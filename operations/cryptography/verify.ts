import { KmsError } from '../../core/base/errors.ts'
import { checkSigning, verifyWith } from '../../core/key/signer.ts'
import { askerOf, defineOperation } from '../../core/operation.ts'
import { blob, boolean, struct } from '../../core/shape/shapes.ts'
import {
  dryRun,
  grantTokens,
  keyId,
  message,
  messageType,
  signingAlgorithm,
  USE_ERRORS,
  usedKey,
  usesMaterial,
} from '../members.ts'

/** Verifies what Sign made. There is no answer `false`: a wrong signature is an error, as at AWS. */
export const verify = defineOperation({
  name: 'Verify',
  summary: 'Verifies a signature with the public key of an asymmetric key.',
  http: 'POST /v1/keys/{KeyId}/verify',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_Verify.html',
  audience: 'tenant',
  input: struct({
    KeyId: keyId,
    Message: message,
    MessageType: messageType,
    Signature: blob({ min: 1, max: 6144 }),
    SigningAlgorithm: signingAlgorithm,
    GrantTokens: grantTokens,
    DryRun: dryRun,
  }),
  output: struct({
    KeyId: keyId,
    SignatureValid: boolean,
    SigningAlgorithm: signingAlgorithm,
  }),
  errors: [...USE_ERRORS, 'KMSInvalidSignatureException'],
  keys: { key: usedKey('SIGN_VERIFY') },
  versionOf: 'key',
  ...usesMaterial,
  mutates: false,
  audited: () => ({ parameters: { messageType: 'RAW' } }),
  uses: ['materials'],
  check: ({ input, keys }) => checkSigning(keys.key, input),
  async run(call, { materials }) {
    const { input, keys } = call
    const { key } = keys
    const valid = await verifyWith(key, materials, input, askerOf(call))
    if (!valid) throw new KmsError('KMSInvalidSignatureException')
    return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: input.SigningAlgorithm }
  },
})
