import { keyMetadata as describe } from '../../core/key/metadata.ts'
import { ANY } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { grantable, grantTokens, keyId, keyMetadata } from '../members.ts'

/** Answers what is known of a key, but for its material and its policy. */
export const describeKey = defineOperation({
  name: 'DescribeKey',
  summary: 'Answers the metadata of a key.',
  http: 'GET /v1/keys/{KeyId}',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html',
  audience: 'tenant',
  input: struct({ KeyId: keyId, GrantTokens: grantTokens }),
  output: struct({ KeyMetadata: keyMetadata }),
  errors: ['NotFoundException', 'InvalidArnException'],
  keys: { key: { from: ['KeyId'], states: ANY, alias: true, crossAccount: true } },
  versionOf: 'key',
  ...grantable,
  mutates: false,
  uses: [],
  run: ({ keys }) => ({ KeyMetadata: describe(keys.key) }),
})
