import { KmsError } from '../../core/base/errors.ts'
import { changePolicy } from '../../core/identity/principal-policies.ts'
import { changedBy } from '../../core/key/policy-history.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { auditedChange, policyName, principalMembers } from './admin-members.ts'
import { onPrincipal } from './admin-resources.ts'

/** Takes an identity policy from a user or role. */
export const deletePrincipalPolicy = defineOperation({
  name: 'DeletePrincipalPolicy',
  summary: 'Takes an identity policy from a user or role.',
  http: 'DELETE /admin/v1/tenants/{AccountId}/principals/{Type}/{Name}/policies/{PolicyName}',
  status: 204,
  audience: 'operator',
  administers: onPrincipal,
  input: struct({ ...principalMembers, PolicyName: policyName }),
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'remove'],
  run({ input, caller, context }, ports) {
    const of = { type: 'identity', name: input.PolicyName } as const
    return changePolicy(ports, input, changedBy(caller, context), of, (data) => {
      const { [input.PolicyName]: _removed, ...policies } = data.policies
      if (Object.hasOwn(data.policies, input.PolicyName)) return { policies }
      throw new KmsError(
        'NotFoundException',
        `The ${input.Type} ${input.Name} has no policy ${input.PolicyName}.`,
      )
    })
  },
  audited: auditedChange,
})
