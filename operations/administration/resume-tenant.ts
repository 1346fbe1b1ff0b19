import { commit } from '../../core/base/conflict.ts'
import { tenantItem } from '../../core/identity/credential.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { pendingDeletion } from '../../core/identity/tenant-deletion.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { accountId } from './admin-members.ts'
import { onAccount } from './admin-resources.ts'

/** Lifts the suspension of a tenant; not of one that is to be deleted. */
export const resumeTenant = defineOperation({
  name: 'ResumeTenant',
  summary: 'Lifts the suspension of a tenant.',
  http: 'POST /admin/v1/tenants/{AccountId}/resume',
  status: 204,
  audience: 'operator',
  administers: onAccount,
  input: struct({ AccountId: accountId }),
  errors: ['NotFoundException', 'KMSInvalidStateException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write'],
  async run({ input }, { read, write }) {
    const item = await readTenant(read, input.AccountId)
    const former = tenantItem.read(item)
    if (former.deletion !== undefined) throw pendingDeletion(input.AccountId)
    const data = { ...former, status: 'active' as const }
    await commit(write.put(tenantItem.next(item, data)))
  },
})
