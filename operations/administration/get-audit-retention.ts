import { tenantItem } from '../../core/identity/credential.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { defineOperation } from '../../core/operation.ts'
import { optional, struct } from '../../core/shape/shapes.ts'
import { accountId, auditRetentionDays } from './admin-members.ts'
import { onAccount } from './admin-resources.ts'

/** Answers how long the audit records of a tenant are kept. */
export const getAuditRetention = defineOperation({
  name: 'GetAuditRetention',
  summary:
    'Answers for how many days the audit records of a tenant are kept; without Days as the installation says.',
  http: 'GET /admin/v1/tenants/{AccountId}/audit-retention',
  audience: 'operator',
  administers: onAccount,
  input: struct({ AccountId: accountId }),
  output: struct({ AccountId: accountId, Days: optional(auditRetentionDays) }),
  errors: ['NotFoundException'],
  keys: {},
  mutates: false,
  uses: ['read'],
  async run({ input: { AccountId } }, { read }) {
    const { auditRetention } = tenantItem.read(await readTenant(read, AccountId))
    return { AccountId, Days: auditRetention }
  },
})
