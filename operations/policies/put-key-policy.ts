import { commit } from '../../core/base/conflict.ts'
import { KmsError } from '../../core/base/errors.ts'
import { keyToItem } from '../../core/key/key-item.ts'
import {
  changedBy,
  changeOnRecord,
  keyChanges,
  unlessUnavailable,
} from '../../core/key/policy-history.ts'
import { ANY } from '../../core/key/state.ts'
import { checkPolicySize, replacePolicy } from '../../core/key/stored-policy.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, optional, struct } from '../../core/shape/shapes.ts'
import { keyId, policy, policyName } from '../members.ts'

/** Replaces a key's policy. */
export const putKeyPolicy = defineOperation({
  name: 'PutKeyPolicy',
  summary: 'Replaces the key policy of a key.',
  http: 'PUT /v1/keys/{KeyId}/policy',
  status: 204,
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html',
  differs:
    'Whether principals of other accounts exist is not told: one that does not is whoever will have the ARN.',
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
  keys: { key: { from: ['KeyId'], states: ANY, alias: false, crossAccount: false } },
  versionOf: 'key',
  mutates: true,
  uses: ['read', 'write', 'remove', 'access'],
  check({ input }) {
    checkPolicyName(input.PolicyName)
    checkPolicySize(input.Policy)
  },
  async run(call, { read, write, remove, access }) {
    const { input, keys, caller, context } = call
    const { key } = keys
    const bypassLockoutCheck = input.BypassPolicyLockoutSafetyCheck === true
    const document = input.Policy
    const meant = await access.checkKeyPolicy(call, key, { text: document, bypassLockoutCheck })
    const put = { document, meant }
    const { hash, former, replaced } = await replacePolicy(key, put, { read, write })
    const change = await changeOnRecord(
      keyChanges(key),
      key.data.policyChange,
      { ...changedBy(caller, context), former, put },
      { read, write, remove },
      (policyChange) => commit(write.put(keyToItem(key, { policy: hash, policyChange }))),
    )
    if (replaced !== undefined) {
      await remove.delete(replaced, replaced.version).catch(unlessUnavailable)
    }
    return change
  },
  audited: ({ output }) => ({
    parameters: { bypassPolicyLockoutSafetyCheck: false },
    additional: output && { policyChange: output },
  }),
})

/** A key has one policy, and its name is `default`. @throws KmsError NotFoundException */
export function checkPolicyName(name: string | undefined): void {
  if (name === undefined || name === 'default') return
  throw new KmsError('NotFoundException', 'No such policy exists')
}
