import { explain } from '../../core/access/explain.ts'
import { KEY_ACTIONS } from '../../core/access/key-actions.ts'
import { ANY } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { MAX_CONDITION_VALUE } from '../../core/policy/request.ts'
import { boolean, list, map, oneOf, optional, string, struct } from '../../core/shape/shapes.ts'
import { encryptionContext, keyId, policy } from '../members.ts'
import { previewed } from './previewed.ts'

/** Decides a request that is supposed, and tells what decides: for people who wonder why. */
export const explainAccess = defineOperation({
  name: 'ExplainAccess',
  summary: 'Tells whether a principal may do something with a key, and what decides it.',
  http: 'POST /v1/keys/{KeyId}/explain-access',
  audience: 'tenant',
  input: struct({
    KeyId: keyId,
    Principal: string({ min: 1, max: 2048 }),
    Action: oneOf(KEY_ACTIONS),
    EncryptionContext: encryptionContext,
    ConditionKeys: optional(map({ value: string({ max: MAX_CONDITION_VALUE }) })),
    MultiFactorAuthPresent: optional(boolean),
    Policy: optional(policy),
  }),
  output: struct({
    Decision: oneOf(['allowed', 'denied']),
    Reason: string(),
    Because: list(
      struct({
        Kind: oneOf(['statement', 'grant', 'account-root', 'missing', 'unfinished']),
        Source: optional(string()),
        PolicyName: optional(string()),
        Sid: optional(string()),
        Effect: optional(string()),
        Statement: optional(string()),
        GrantId: optional(string()),
      }),
    ),
    AlsoNeeded: optional(string()),
    LocksOut: optional(boolean),
  }),
  errors: [
    'NotFoundException',
    'InvalidArnException',
    'MalformedPolicyDocumentException',
    'LimitExceededException',
  ],
  // the key policy is shown, and so are identity policies of the account: a permission for each
  keys: {
    key: {
      from: ['KeyId'],
      action: 'kms:GetKeyPolicy',
      states: ANY,
      alias: true,
      crossAccount: false,
    },
  },
  alsoActions: () => ['tenkey:ExplainAccess'],
  versionOf: 'key',
  mutates: false,
  uses: ['access', 'decisions'],
  async run(call, ports) {
    const { context, keys, input } = call
    const question = {
      principal: input.Principal,
      action: input.Action,
      encryptionContext: input.EncryptionContext,
      conditions: input.ConditionKeys ?? {},
      mfa: input.MultiFactorAuthPresent,
    }
    if (input.Policy === undefined) return explain(ports.decisions, context, keys.key, question)
    const policy = await previewed(call, keys.key, input.Policy, ports)
    const told = await explain(ports.decisions, context, keys.key, question, policy)
    return { ...told, LocksOut: policy.locksOut }
  },
})
