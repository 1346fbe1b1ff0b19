import { commit } from '../../core/base/conflict.ts'
import { tenantItem } from '../../core/identity/credential.ts'
import { readAnyTenant } from '../../core/identity/tenant.ts'
import { cancelled } from '../../core/identity/tenant-deletion.ts'
import { defineOperation } from '../../core/operation.ts'
import { oneOf, struct } from '../../core/shape/shapes.ts'
import { accountId } from './admin-members.ts'
import { onAccount } from './admin-resources.ts'

/** Takes back the deletion of a tenant, until its keys are being destroyed. */
export const cancelTenantDeletion = defineOperation({
  name: 'CancelTenantDeletion',
  summary:
    'Cancels the deletion of a tenant, which then is what it was before: suspended only if it was.',
  http: 'DELETE /admin/v1/tenants/{AccountId}/deletion',
  audience: 'operator',
  administers: onAccount,
  input: struct({ AccountId: accountId }),
  output: struct({ AccountId: accountId, Status: oneOf(['active', 'suspended']) }),
  errors: ['NotFoundException', 'KMSInvalidStateException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write'],
  async run({ input: { AccountId } }, { read, write }) {
    const item = await readAnyTenant(read, AccountId)
    const data = cancelled(AccountId, tenantItem.read(item))
    await commit(write.put(tenantItem.next(item, data)))
    return { AccountId, Status: data.status }
  },
})
