import { changePrincipal } from '../../core/identity/principal.ts'
import { defineOperation } from '../../core/operation.ts'
import { admitPolicy } from '../../core/policy/admit-document.ts'
import { struct } from '../../core/shape/shapes.ts'
import { identityPolicy, principalMembers } from './admin-members.ts'
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
  uses: ['read', 'write'],
  validate({ Policy }) {
    admitPolicy(Policy, 'permissions-boundary')
  },
  run: ({ input }, ports) => changePrincipal(ports, input, () => ({ boundary: input.Policy })),
})
