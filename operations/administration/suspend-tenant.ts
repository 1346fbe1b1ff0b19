import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import { commit } from '../../core/base/conflict.ts'
import { invalid } from '../../core/base/errors.ts'
import { tenantItem } from '../../core/identity/credential.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { accountId } from './admin-members.ts'
import { onAccount } from './admin-resources.ts'

/** Suspends a tenant: no call of its principals succeeds after the answer. */
export const suspendTenant = defineOperation({
  name: 'SuspendTenant',
  summary: 'Suspends a tenant: no call of its principals succeeds after the answer.',
  http: 'POST /admin/v1/tenants/{AccountId}/suspend',
  status: 204,
  audience: 'operator',
  administers: onAccount,
  input: struct({ AccountId: accountId }),
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write'],
  validate({ AccountId }) {
    // nobody would be left who could resume it
    if (AccountId === OPERATOR_ACCOUNT)
      throw invalid("The operator's own account can't be suspended.")
  },
  async run({ input }, { read, write }) {
    const item = await readTenant(read, input.AccountId)
    const { deletion, ...former } = tenantItem.read(item)
    // it is suspended already while it is to be deleted: it stays so, should that be cancelled
    const kept = deletion && { deletion: { ...deletion, before: 'suspended' as const } }
    const data = { ...former, ...kept, status: 'suspended' as const }
    await commit(write.put(tenantItem.next(item, data)))
  },
})
