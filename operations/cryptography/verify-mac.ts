import { KmsError } from '../../core/base/errors.ts'
import { macAlgorithm as macRow, verifyMac as matches } from '../../core/crypto/mac.ts'
import { requireAlgorithm, specOf } from '../../core/key/spec.ts'
import { usable } from '../../core/key/usable.ts'
import { defineOperation } from '../../core/operation.ts'
import { blob, boolean, struct } from '../../core/shape/shapes.ts'
import {
  dryRun,
  grantTokens,
  keyId,
  macAlgorithm,
  message,
  USE_ERRORS,
  usedKey,
  usesMaterial,
} from '../members.ts'

/** Verifies what GenerateMac made. There is no answer `false`: a wrong MAC is an error, as at AWS. */
export const verifyMac = defineOperation({
  name: 'VerifyMac',
  summary: 'Verifies the HMAC of a message.',
  http: 'POST /v1/keys/{KeyId}/verify-mac',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_VerifyMac.html',
  audience: 'tenant',
  input: struct({
    Message: message,
    KeyId: keyId,
    MacAlgorithm: macAlgorithm,
    Mac: blob({ min: 1, max: 6144 }),
    GrantTokens: grantTokens,
    DryRun: dryRun,
  }),
  output: struct({
    KeyId: keyId,
    MacValid: boolean,
    MacAlgorithm: macAlgorithm,
  }),
  errors: [...USE_ERRORS, 'KMSInvalidMacException'],
  keys: { key: usedKey('GENERATE_VERIFY_MAC') },
  versionOf: 'key',
  ...usesMaterial,
  mutates: false,
  uses: ['materials'],
  check: ({ input, keys }) =>
    requireAlgorithm(specOf(keys.key), 'GENERATE_VERIFY_MAC', input.MacAlgorithm),
  async run({ input, keys: { key } }, { materials }) {
    const { Message, MacAlgorithm, Mac } = input
    const material = await usable(key, materials)
    if (!matches(material, macRow(MacAlgorithm), Message, Mac)) {
      throw new KmsError('KMSInvalidMacException')
    }
    return { KeyId: key.arn, MacValid: true, MacAlgorithm }
  },
})
