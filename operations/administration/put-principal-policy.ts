import { checkPolicies } from '../../core/identity/principal.ts'
import { changePolicy } from '../../core/identity/principal-policies.ts'
import { changedBy } from '../../core/key/policy-history.ts'
import { defineOperation } from '../../core/operation.ts'
import { admitPolicy } from '../../core/policy/admit-document.ts'
import { struct } from '../../core/shape/shapes.ts'
import { auditedChange, identityPolicy, policyName, principalMembers } from './admin-members.ts'
import { onPrincipal } from './admin-resources.ts'

/** Adds an identity policy to a user or role, or replaces the one of that name. */
export const putPrincipalPolicy = defineOperation({
  name: 'PutPrincipalPolicy',
  summary: 'Adds an identity policy to a user or role, or replaces the one of that name.',
  http: 'PUT /admin/v1/tenants/{AccountId}/principals/{Type}/{Name}/policies/{PolicyName}',
  status: 204,
  audience: 'operator',
  administers: onPrincipal,
  input: struct({ ...principalMembers, PolicyName: policyName, Policy: identityPolicy }),
  errors: ['NotFoundException', 'MalformedPolicyDocumentException', 'LimitExceededException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'remove'],
  validate({ Policy }) {
    admitPolicy(Policy, 'identity-policy')
  },
  run({ input, caller, context }, ports) {
    const of = { type: 'identity', name: input.PolicyName } as const
    return changePolicy(ports, input, changedBy(caller, context), of, (data) => {
      const policies = { ...data.policies, [input.PolicyName]: input.Policy }
      checkPolicies(policies)
      return { policies }
    })
  },
  audited: auditedChange,
})
