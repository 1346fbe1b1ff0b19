import { commit, defineOperation } from '../core/operation.ts'
import { struct } from '../core/shape.ts'
import { readTenant } from '../core/tenant.ts'
import { accountId } from './admin-members.ts'
import { lambda } from './lambda.ts'

/** Lifts the suspension of a tenant. */
export const resumeTenant = defineOperation({
  name: 'ResumeTenant',
  summary: 'Lifts the suspension of a tenant.',
  http: 'POST /admin/v1/tenants/{AccountId}/resume',
  status: 204,
  audience: 'operator',
  input: struct({ AccountId: accountId }),
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write'],
  async run({ input }, { read, write }) {
    const item = await readTenant(read, input.AccountId)
    const data = { ...item.data, status: 'active' }
    await commit(write.put({ ...item, version: item.version + 1, data }))
  },
})
export const handler = lambda(resumeTenant)
