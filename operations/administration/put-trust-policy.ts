import { readNewPolicy } from '../../core/access/new-policy.ts'
import { invalid } from '../../core/base/errors.ts'
import { changePrincipal, readPrincipal } from '../../core/identity/principal.ts'
import { trusting } from '../../core/identity/trust.ts'
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
  async run({ input, context: { region } }, ports) {
    const { AccountId, TrustPolicy } = input
    const home = { accountId: AccountId, region }
    // whether the role is there is told first
    await readPrincipal(ports.read, input)
    const { meant } = await readNewPolicy(TrustPolicy, 'trust-policy', home, ports.read)
    await changePrincipal(ports, input, () => trusting(TrustPolicy, meant))
  },
})
