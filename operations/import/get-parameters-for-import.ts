import { KmsError } from '../../core/base/errors.ts'
import { makeParameters, type WrappingKeySize } from '../../core/key/import-parameters.ts'
import { WRAPPABLE } from '../../core/key/state.ts'
import { wrongOrigin } from '../../core/lifecycle/rotation.ts'
import { askerOf, defineOperation } from '../../core/operation.ts'
import { blob, oneOf, struct, type TypeOf, timestamp } from '../../core/shape/shapes.ts'
import { keyId } from '../members.ts'

const input = struct({
  KeyId: keyId,
  WrappingAlgorithm: oneOf([
    'RSAES_PKCS1_V1_5',
    'RSAES_OAEP_SHA_1',
    'RSAES_OAEP_SHA_256',
    'RSA_AES_KEY_WRAP_SHA_1',
    'RSA_AES_KEY_WRAP_SHA_256',
    'SM2PKE',
  ]),
  WrappingKeySpec: oneOf(['RSA_2048', 'RSA_3072', 'RSA_4096', 'SM2']),
})
type Input = TypeOf<typeof input>

/** Answers a public key to wrap key material under, and the token to import it with. */
export const getParametersForImport = defineOperation({
  name: 'GetParametersForImport',
  summary: 'Answers what is needed to import key material into a key.',
  http: 'POST /v1/keys/{KeyId}/import-parameters',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_GetParametersForImport.html',
  differs: 'SM2PKE and SM2 are refused: AWS offers them in its China Regions only.',
  audience: 'tenant',
  input,
  output: struct({
    KeyId: keyId,
    ImportToken: blob({ min: 1, max: 6144 }),
    PublicKey: blob({ min: 1, max: 4096, sensitive: true }),
    ParametersValidTo: timestamp,
  }),
  errors: [
    'NotFoundException',
    'InvalidArnException',
    'KMSInvalidStateException',
    'UnsupportedOperationException',
  ],
  keys: {
    key: { from: ['KeyId'], states: WRAPPABLE, alias: false, crossAccount: false },
  },
  versionOf: 'key',
  mutates: true,
  auditedAsRead: true,
  uses: ['write', 'wrapping', 'tokens'],
  check({ input, keys: { key } }) {
    if (key.data.origin !== 'EXTERNAL') throw wrongOrigin(key)
    offered(input)
  },
  async run(call, ports) {
    const { input, keys, context } = call
    const { key } = keys
    const wanted = { ...offered(input), now: context.now }
    const made = await makeParameters(key, ports, wanted, askerOf(call))
    return {
      KeyId: key.arn,
      ImportToken: made.token,
      PublicKey: made.publicKey,
      ParametersValidTo: made.validTo,
    }
  },
})

/** What is asked for, where it is offered. @throws KmsError UnsupportedOperationException */
function offered({ WrappingAlgorithm: algorithm, WrappingKeySpec: spec }: Input) {
  if (algorithm === 'RSAES_PKCS1_V1_5' || algorithm === 'SM2PKE') {
    throw unsupported(`WrappingAlgorithm ${algorithm} is not supported in this region`)
  }
  if (spec === 'SM2') throw unsupported(`WrappingKeySpec ${spec} is not supported in this region`)
  return { algorithm, modulusLength: Number(spec.slice('RSA_'.length)) as WrappingKeySize }
}

const unsupported = (message: string) => new KmsError('UnsupportedOperationException', message)
