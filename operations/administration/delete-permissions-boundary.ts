import { changePolicy } from '../../core/identity/principal-policies.ts'
import { changedBy } from '../../core/key/policy-history.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { auditedChange, principalMembers } from './admin-members.ts'
import { onPrincipal } from './admin-resources.ts'

/** Takes the permissions boundary from a user or role. */
export const deletePermissionsBoundary = defineOperation({
  name: 'DeletePermissionsBoundary',
  summary: 'Takes the permissions boundary from a user or role.',
  http: 'DELETE /admin/v1/tenants/{AccountId}/principals/{Type}/{Name}/boundary',
  status: 204,
  audience: 'operator',
  administers: onPrincipal,
  input: struct({ ...principalMembers }),
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'remove'],
  run: ({ input, caller, context }, ports) =>
    changePolicy(ports, input, changedBy(caller, context), { type: 'boundary' }, () => ({
      boundary: undefined,
    })),
  audited: auditedChange,
})
