import { generateMac as mac, macAlgorithm as macRow } from '../../core/crypto/mac.ts'
import { requireAlgorithm, specOf } from '../../core/key/spec.ts'
import { usable } from '../../core/key/usable.ts'
import { defineOperation } from '../../core/operation.ts'
import { blob, struct } from '../../core/shape/shapes.ts'
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

/** Makes the HMAC of a message. */
export const generateMac = defineOperation({
  name: 'GenerateMac',
  summary: 'Answers the HMAC of a message of up to 4,096 bytes.',
  http: 'POST /v1/keys/{KeyId}/mac',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateMac.html',
  audience: 'tenant',
  input: struct({
    Message: message,
    KeyId: keyId,
    MacAlgorithm: macAlgorithm,
    GrantTokens: grantTokens,
    DryRun: dryRun,
  }),
  output: struct({
    Mac: blob({ min: 1, max: 6144 }),
    MacAlgorithm: macAlgorithm,
    KeyId: keyId,
  }),
  errors: USE_ERRORS,
  keys: { key: usedKey('GENERATE_VERIFY_MAC') },
  versionOf: 'key',
  ...usesMaterial,
  mutates: false,
  uses: ['materials'],
  check: ({ input, keys }) =>
    requireAlgorithm(specOf(keys.key), 'GENERATE_VERIFY_MAC', input.MacAlgorithm),
  async run({ input, keys: { key } }, { materials }) {
    const { Message, MacAlgorithm } = input
    const material = await usable(key, materials)
    return { Mac: mac(material, macRow(MacAlgorithm), Message), MacAlgorithm, KeyId: key.arn }
  },
})
