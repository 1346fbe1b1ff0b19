import { shownTenant } from '../../core/identity/shown-tenant.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { accountId, tenant } from './admin-members.ts'
import { onAccount } from './admin-resources.ts'

/** Answers one tenant. */
export const getTenant = defineOperation({
  name: 'GetTenant',
  summary: 'Answers one tenant, by its account id.',
  http: 'GET /admin/v1/tenants/{AccountId}',
  audience: 'operator',
  administers: onAccount,
  input: struct({ AccountId: accountId }),
  output: tenant,
  errors: ['NotFoundException'],
  keys: {},
  mutates: false,
  uses: ['read'],
  run: async ({ input: { AccountId } }, { read }) =>
    shownTenant(AccountId, await readTenant(read, AccountId)),
})
