import { commit } from '../../core/base/conflict.ts'
import { tenantItem } from '../../core/identity/credential.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { defineOperation } from '../../core/operation.ts'
import { optional, struct } from '../../core/shape/shapes.ts'
import { accountId, auditRetentionDays } from './admin-members.ts'
import { onAccount } from './admin-resources.ts'

/** Says how long the audit records of a tenant are kept that are written from then on. */
export const putAuditRetention = defineOperation({
  name: 'PutAuditRetention',
  summary:
    'Says for how many days the audit records of a tenant are kept that are written from then on; without Days as the installation says.',
  http: 'PUT /admin/v1/tenants/{AccountId}/audit-retention',
  status: 204,
  audience: 'operator',
  administers: onAccount,
  input: struct({ AccountId: accountId, Days: optional(auditRetentionDays) }),
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write'],
  async run({ input: { AccountId, Days } }, { read, write }) {
    const item = await readTenant(read, AccountId)
    const { auditRetention: _former, ...data } = tenantItem.read(item)
    const changed = { ...data, ...(Days !== undefined && { auditRetention: Days }) }
    await commit(write.put(tenantItem.next(item, changed)))
  },
})
