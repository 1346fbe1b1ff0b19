import { changePolicy } from '../../core/identity/principal-policies.ts'
import { changedBy } from '../../core/key/policy-history.ts'
import { defineOperation } from '../../core/operation.ts'
import { admitPolicy } from '../../core/policy/admit-document.ts'
import { struct } from '../../core/shape/shapes.ts'
import { auditedChange, identityPolicy, principalMembers } from './admin-members.ts'
import { onPrincipal } from './admin-resources.ts'

/** Limits a user or role by a permissions boundary. */
export const putPermissionsBoundary = defineOperation({
  name: 'PutPermissionsBoundary',
  summary: 'Limits what the identity policies of a user or role can permit.',
  http: 'PUT /admin/v1/tenants/{AccountId}/principals/{Type}/{Name}/boundary',
  status: 204,
  audience: 'operator',
  administers: onPrincipal,
  input: struct({ ...principalMembers, Policy: identityPolicy }),
  errors: ['NotFoundException', 'MalformedPolicyDocumentException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'remove'],
  validate({ Policy }) {
    admitPolicy(Policy, 'permissions-boundary')
  },
  run: ({ input, caller, context }, ports) =>
    changePolicy(ports, input, changedBy(caller, context), { type: 'boundary' }, () => ({
      boundary: input.Policy,
      // one of the account's own gives way
      boundaryPolicy: undefined,
    })),
  audited: auditedChange,
})
