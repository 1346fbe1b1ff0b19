import { checkSigning, signWith } from '../../core/key/signer.ts'
import { askerOf, defineOperation } from '../../core/operation.ts'
import { blob, struct } from '../../core/shape/shapes.ts'
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

/** Signs a message, or its digest, with an asymmetric key. */
export const sign = defineOperation({
  name: 'Sign',
  summary: 'Signs a message of up to 4,096 bytes, or its digest, with a private key.',
  http: 'POST /v1/keys/{KeyId}/sign',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html',
  audience: 'tenant',
  input: struct({
    KeyId: keyId,
    Message: message,
    MessageType: messageType,
    GrantTokens: grantTokens,
    SigningAlgorithm: signingAlgorithm,
    DryRun: dryRun,
  }),
  output: struct({
    KeyId: keyId,
    Signature: blob({ min: 1, max: 6144 }),
    SigningAlgorithm: signingAlgorithm,
  }),
  errors: USE_ERRORS,
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
    const signature = await signWith(key, materials, input, askerOf(call))
    return { KeyId: key.arn, Signature: signature, SigningAlgorithm: input.SigningAlgorithm }
  },
})
