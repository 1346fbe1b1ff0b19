import { compilePolicy } from '../core/auth/policy.ts'
import { KmsError } from '../core/errors.ts'
import { keyToItem } from '../core/key/key.ts'
import { checkPolicySize, policyPlace, storePolicy } from '../core/key/policy.ts'
import { ANY } from '../core/key/state.ts'
import { commit, defineOperation } from '../core/operation.ts'
import { boolean, optional, struct } from '../core/shape.ts'
import { lambda } from './lambda.ts'
import { keyId, policy, policyName } from './members.ts'

/** Replaces a key's policy. */
export const putKeyPolicy = defineOperation({
  name: 'PutKeyPolicy',
  summary: 'Replaces the key policy of a key.',
  http: 'PUT /v1/keys/{KeyId}/policy',
  status: 204,
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html',
  audience: 'tenant',
  input: struct({
    KeyId: keyId,
    PolicyName: optional(policyName),
    Policy: policy,
    BypassPolicyLockoutSafetyCheck: optional(boolean),
  }),
  errors: [
    'NotFoundException',
    'InvalidArnException',
    'MalformedPolicyDocumentException',
    'LimitExceededException',
    'KMSInvalidStateException',
  ],
  keys: { key: { from: (input) => input.KeyId, states: ANY, alias: false, crossAccount: false } },
  mutates: true,
  uses: ['read', 'write', 'remove'],
  check({ input }) {
    checkPolicyName(input.PolicyName)
    checkPolicySize(input.Policy)
    compilePolicy(input.Policy, 'key-policy')
  },
  async run({ input, keys: { key } }, { read, write, remove }) {
    const former = key.data.policy
    const policy = await storePolicy(key, input.Policy, write)
    await commit(write.put(keyToItem(key, { policy })))
    if (former === undefined || former === policy) return
    const place = policyPlace(key, former)
    const [item] = await read.get([place])
    if (item !== undefined) await remove.delete(place, item.version)
  },
})
export const handler = lambda(putKeyPolicy)

/** A key has one policy, and its name is `default`. @throws KmsError NotFoundException */
export function checkPolicyName(name: string | undefined): void {
  if (name === undefined || name === 'default') return
  throw new KmsError('NotFoundException', 'No such policy exists')
}
