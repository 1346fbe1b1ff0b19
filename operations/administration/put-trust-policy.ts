import { invalid } from '../../core/base/errors.ts'
import { changePrincipal } from '../../core/identity/principal.ts'
import { defineOperation } from '../../core/operation.ts'
import { admitPolicy } from '../../core/policy/admit-document.ts'
import { struct } from '../../core/shape/shapes.ts'
import { identityPolicy, principalMembers } from './admin-members.ts'
import { onPrincipal } from './admin-resources.ts'

/** Replaces the trust policy of a role: who may assume it. */
export const putTrustPolicy = defineOperation({
  name: 'PutTrustPolicy',
  summary: 'Replaces the trust policy of a role: who may assume it.',
  http: 'PUT /admin/v1/tenants/{AccountId}/principals/{Type}/{Name}/trust-policy',
  status: 204,
  audience: 'operator',
  administers: onPrincipal,
  input: struct({ ...principalMembers, TrustPolicy: identityPolicy }),
  errors: ['NotFoundException', 'MalformedPolicyDocumentException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write'],
  validate({ Type, TrustPolicy }) {
    if (Type !== 'role') throw invalid('Only a role has a trust policy.')
    admitPolicy(TrustPolicy, 'trust-policy')
  },
  run: ({ input }, ports) => changePrincipal(ports, input, () => ({ trust: input.TrustPolicy })),
})
