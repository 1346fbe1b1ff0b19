import { ACCESS_CHANGES } from '../../core/access/access-changes.ts'
import { preview } from '../../core/access/survey.ts'
import { openMarker, pageMembers } from '../../core/key/paging.ts'
import { ANY } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { policyHash } from '../../core/policy/compiled-cache.ts'
import { boolean, integer, list, oneOf, optional, string, struct } from '../../core/shape/shapes.ts'
import { keyId, marker, policy } from '../members.ts'
import { previewed } from './previewed.ts'

const access = list(struct({ Actions: list(string()), Conditional: boolean, Reason: string() }))

/** Lists who may do what with a key by a policy that it does not have yet, and what that changes. */
export const previewKeyPolicy = defineOperation({
  name: 'PreviewKeyPolicy',
  summary:
    'Lists who could do what with a key by another key policy, and who gains and loses what.',
  http: 'POST /v1/keys/{KeyId}/preview-policy',
  audience: 'tenant',
  input: struct({
    KeyId: keyId,
    Policy: policy,
    Limit: optional(integer({ min: 1, max: 100 })),
    Marker: marker,
  }),
  output: struct({
    LocksOut: boolean,
    Principals: list(
      struct({
        Principal: string(),
        Access: access,
        SavedAccess: access,
        Changes: list(struct({ Change: oneOf(ACCESS_CHANGES), Actions: list(string()) })),
      }),
    ),
    NextMarker: marker,
    Truncated: boolean,
  }),
  errors: [
    'NotFoundException',
    'InvalidArnException',
    'InvalidMarkerException',
    'MalformedPolicyDocumentException',
    'LimitExceededException',
  ],
  // as ListKeyAccess, which tells the same of the policy that the key has
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
  uses: ['access', 'decisions', 'tokens'],
  async run(call, ports) {
    const { input, keys, caller, context } = call
    const { key } = keys
    const policy = await previewed(call, key, input.Policy, ports)
    const list = `PreviewKeyPolicy/${key.arn}/${policyHash(input.Policy)}`
    const request = { accountId: caller.accountId, list, marker: input.Marker }
    const after = await openMarker(ports.tokens, request)
    const place = { after, limit: input.Limit ?? 20 }
    const page = await preview(ports.decisions.read, context, key, policy, place)
    return {
      LocksOut: policy.locksOut,
      Principals: page.principals,
      ...(await pageMembers(ports.tokens, request, page.next)),
    }
  },
})
