import { checkEncapsulated, decapsulate as decapsulateBy } from '../../core/crypto/kem.ts'
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

/** Answers the shared secret of a ciphertext that was made for a key; of any other, one that nobody has. */
export const decapsulate = defineOperation({
  name: 'Decapsulate',
  summary: 'Answers the shared secret of a ciphertext that the public key of an ML-KEM key made.',
  http: 'POST /v1/keys/{KeyId}/decapsulate',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_Decapsulate.html',
  differs:
    'A dry run is refused for the length of its ciphertext too; whether AWS KMS does so is not documented.',
  audience: 'tenant',
  input: struct({
    KeyId: keyId,
    SharedSecretCiphertextBlob: blob({ min: 1, max: 6144 }),
    EncapsulationAlgorithm: encapsulationAlgorithm,
    GrantTokens: grantTokens,
    DryRun: dryRun,
  }),
  output: struct({
    KeyId: keyId,
    SharedSecret: sharedSecret,
    EncapsulationAlgorithm: encapsulationAlgorithm,
  }),
  errors: [...USE_ERRORS, 'InvalidCiphertextException'],
  keys: { key: usedKey('ENCAPSULATE_DECAPSULATE') },
  versionOf: 'key',
  ...usesMaterial,
  mutates: false,
  uses: ['materials'],
  check({ input, keys }) {
    const spec = specOf(keys.key)
    requireAlgorithm(spec, 'ENCAPSULATE_DECAPSULATE', input.EncapsulationAlgorithm)
    checkEncapsulated(spec.name, input.SharedSecretCiphertextBlob)
  },
  async run({ input, keys: { key } }, { materials }) {
    const material = await usable(key, materials)
    return {
      KeyId: key.arn,
      SharedSecret: await decapsulateBy(material, input.SharedSecretCiphertextBlob),
      EncapsulationAlgorithm: input.EncapsulationAlgorithm,
    }
  },
})
