import { shownPolicy } from '../../core/access/shown-policy.ts'
import { ANY } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { optional, struct } from '../../core/shape/shapes.ts'
import { keyId, policy, policyName } from '../members.ts'
import { checkPolicyName } from './put-key-policy.ts'

/** Answers a key's policy document as it was sent, while the principals that it names are there. */
export const getKeyPolicy = defineOperation({
  name: 'GetKeyPolicy',
  summary: 'Answers the key policy of a key.',
  http: 'GET /v1/keys/{KeyId}/policy',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html',
  differs:
    'Of the principals of other accounts it is not told that they are gone: their names stay.',
  audience: 'tenant',
  input: struct({ KeyId: keyId, PolicyName: optional(policyName) }),
  output: struct({ Policy: policy, PolicyName: policyName }),
  errors: ['NotFoundException', 'InvalidArnException', 'KMSInvalidStateException'],
  keys: { key: { from: ['KeyId'], states: ANY, alias: false, crossAccount: false } },
  versionOf: 'key',
  mutates: false,
  uses: ['read'],
  check: ({ input }) => checkPolicyName(input.PolicyName),
  run: async ({ keys: { key } }, { read }) => ({
    Policy: await shownPolicy(key, read),
    PolicyName: 'default',
  }),
})
