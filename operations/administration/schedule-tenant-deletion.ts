import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import { commit } from '../../core/base/conflict.ts'
import { invalid } from '../../core/base/errors.ts'
import { tenantItem } from '../../core/identity/credential.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { LEAST_DAYS, MOST_DAYS, scheduled } from '../../core/identity/tenant-deletion.ts'
import { defineOperation } from '../../core/operation.ts'
import { integer, oneOf, optional, struct, timestamp } from '../../core/shape/shapes.ts'
import { accountId } from './admin-members.ts'
import { onAccount } from './admin-resources.ts'

const days = integer({ min: 1, max: 365 })

/** Suspends a tenant, and has the sweeper delete it at its date, not before. */
export const scheduleTenantDeletion = defineOperation({
  name: 'ScheduleTenantDeletion',
  summary:
    'Schedules the deletion of a tenant, which is suspended from then on: at the date its keys in all Regions are destroyed, then all else that it has, but its audit trail.',
  http: 'POST /admin/v1/tenants/{AccountId}/deletion',
  audience: 'operator',
  administers: onAccount,
  input: struct({ AccountId: accountId, PendingWindowInDays: optional(days) }),
  output: struct({
    AccountId: accountId,
    DeletionState: oneOf(['PendingDeletion']),
    DeletionDate: timestamp,
    PendingWindowInDays: days,
  }),
  errors: ['NotFoundException', 'KMSInvalidStateException', 'UnsupportedOperationException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write'],
  validate({ AccountId, PendingWindowInDays = MOST_DAYS }) {
    if (AccountId === OPERATOR_ACCOUNT)
      throw invalid("The operator's own account can't be deleted.")
    if (PendingWindowInDays >= LEAST_DAYS && PendingWindowInDays <= MOST_DAYS) return
    throw invalid(
      `PendingWindowInDays should be between ${LEAST_DAYS} and ${MOST_DAYS}, but it is ${PendingWindowInDays}`,
    )
  },
  async run({ input, context: { now } }, { read, write }) {
    const { AccountId, PendingWindowInDays = MOST_DAYS } = input
    const item = await readTenant(read, AccountId)
    const data = scheduled(AccountId, tenantItem.read(item), { days: PendingWindowInDays, now })
    await commit(write.put(tenantItem.next(item, data)))
    const DeletionState = 'PendingDeletion' as const
    return { AccountId, DeletionState, DeletionDate: data.deletion.at, PendingWindowInDays }
  },
})
