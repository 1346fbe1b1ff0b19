import { readPrincipal } from '../../core/identity/principal.ts'
import { removePrincipal } from '../../core/identity/remove-principal.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { eraseSoon } from '../../core/store/store.ts'
import { principalMembers } from './admin-members.ts'
import { onPrincipal } from './admin-resources.ts'

/** Deletes a user or role, with all that is its own. */
export const deletePrincipal = defineOperation({
  name: 'DeletePrincipal',
  summary: 'Deletes a user or role of a tenant; its access keys and sessions stop at once.',
  http: 'DELETE /admin/v1/tenants/{AccountId}/principals/{Type}/{Name}',
  status: 204,
  audience: 'operator',
  administers: onPrincipal,
  input: struct(principalMembers),
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'remove', 'forget'],
  async run({ input }, ports) {
    const { item } = await readPrincipal(ports.read, input)
    await removePrincipal(ports, input.AccountId, item)
    await eraseSoon(ports.forget)
  },
})
