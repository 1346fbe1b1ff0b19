import { shownChanges } from '../../core/access/shown-changes.ts'
import { keyChanges } from '../../core/key/policy-history.ts'
import { ANY } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { keyId, marker } from '../members.ts'
import { changeLimit, changePage } from './policy-change-members.ts'

/** Lists who changed a key's policy, when, from what to what; newest first. */
export const listKeyPolicyChanges = defineOperation({
  name: 'ListKeyPolicyChanges',
  summary:
    'Lists who changed the key policy of a key, when, from what to what, newest first: the last hundred changes.',
  http: 'GET /v1/keys/{KeyId}/policy/history',
  audience: 'tenant',
  input: struct({ KeyId: keyId, Limit: changeLimit, Marker: marker }),
  output: changePage,
  errors: ['NotFoundException', 'InvalidArnException', 'InvalidMarkerException'],
  keys: {
    key: {
      from: ['KeyId'],
      // who may read the policy may read what it was
      action: 'kms:GetKeyPolicy',
      states: ANY,
      alias: false,
      crossAccount: false,
    },
  },
  versionOf: 'key',
  mutates: false,
  uses: ['read', 'tokens'],
  run: ({ input: { Limit, Marker }, keys: { key }, caller: { accountId } }, ports) =>
    shownChanges(
      keyChanges(key),
      key.data.policyChange,
      key,
      { accountId, list: `ListKeyPolicyChanges/${key.arn}`, marker: Marker },
      Limit,
      ports,
    ),
})
