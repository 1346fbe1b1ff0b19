import { readNewPolicy } from '../../core/access/new-policy.ts'
import { invalid } from '../../core/base/errors.ts'
import { readPrincipal } from '../../core/identity/principal.ts'
import { changePolicy } from '../../core/identity/principal-policies.ts'
import { trusting } from '../../core/identity/trust.ts'
import { changedBy } from '../../core/key/policy-history.ts'
import { defineOperation } from '../../core/operation.ts'
import { admitPolicy } from '../../core/policy/admit-document.ts'
import { struct } from '../../core/shape/shapes.ts'
import { auditedChange, identityPolicy, principalMembers } from './admin-members.ts'
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
  uses: ['read', 'write', 'remove'],
  validate({ Type, TrustPolicy }) {
    if (Type !== 'role') throw invalid('Only a role has a trust policy.')
    admitPolicy(TrustPolicy, 'trust-policy')
  },
  async run({ input, caller, context }, ports) {
    const { AccountId, TrustPolicy } = input
    const home = { accountId: AccountId, region: context.region }
    // whether the role is there is told first
    await readPrincipal(ports.read, input)
    const { meant } = await readNewPolicy(TrustPolicy, 'trust-policy', home, ports.read)
    const by = changedBy(caller, context)
    return changePolicy(ports, input, by, { type: 'trust' }, () => trusting(TrustPolicy, meant))
  },
  audited: auditedChange,
})
