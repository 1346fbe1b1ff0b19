import { encapsulate as encapsulateTo } from '../../core/crypto/kem.ts'
import { requireAlgorithm, specOf } from '../../core/key/spec.ts'
import { usable } from '../../core/key/usable.ts'
import { defineOperation } from '../../core/operation.ts'
import { blob, struct } from '../../core/shape/shapes.ts'
import {
  dryRun,
  encapsulationAlgorithm,
  grantTokens,
  keyId,
  sharedSecret,
  USE_ERRORS,
  usedKey,
  usesMaterial,
} from '../members.ts'

/** Answers a new shared secret, and its ciphertext for whoever has the key. */
export const encapsulate = defineOperation({
  name: 'Encapsulate',
  summary: 'Answers a new shared secret and its ciphertext, by the public key of an ML-KEM key.',
  http: 'POST /v1/keys/{KeyId}/encapsulate',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_Encapsulate.html',
  differs: 'ML-KEM is there in every Region; AWS KMS has none in its China Regions.',
  audience: 'tenant',
  input: struct({
    KeyId: keyId,
    EncapsulationAlgorithm: encapsulationAlgorithm,
    GrantTokens: grantTokens,
    DryRun: dryRun,
  }),
  output: struct({
    KeyId: keyId,
    SharedSecret: sharedSecret,
    SharedSecretCiphertextBlob: blob({ min: 1, max: 6144 }),
    EncapsulationAlgorithm: encapsulationAlgorithm,
  }),
  errors: USE_ERRORS,
  keys: { key: usedKey('ENCAPSULATE_DECAPSULATE') },
  versionOf: 'key',
  ...usesMaterial,
  mutates: false,
  uses: ['materials'],
  check: ({ input, keys }) =>
    requireAlgorithm(specOf(keys.key), 'ENCAPSULATE_DECAPSULATE', input.EncapsulationAlgorithm),
  async run({ input, keys: { key } }, { materials }) {
    const { secret, ciphertext } = await encapsulateTo(await usable(key, materials))
    return {
      KeyId: key.arn,
      SharedSecret: secret,
      SharedSecretCiphertextBlob: ciphertext,
      EncapsulationAlgorithm: input.EncapsulationAlgorithm,
    }
  },
})
