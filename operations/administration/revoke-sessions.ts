import { commit } from '../../core/base/conflict.ts'
import { invalid } from '../../core/base/errors.ts'
import { tenantItem } from '../../core/identity/credential.ts'
import { changePrincipal } from '../../core/identity/principal.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { defineOperation } from '../../core/operation.ts'
import { optional, struct, timestamp } from '../../core/shape/shapes.ts'
import { accountId, principalName, principalType } from './admin-members.ts'
import { onPrincipalOrAccount } from './admin-resources.ts'

/**
 * Ends every session that was made so far: of a user or role and by it, or of a whole account. Access keys
 * that last stay, and make new sessions.
 */
export const revokeSessions = defineOperation({
  name: 'RevokeSessions',
  summary:
    'Ends at once every session made so far of a user or role and by it, or of a whole account.',
  http: 'POST /admin/v1/tenants/{AccountId}/revoke-sessions',
  audience: 'operator',
  administers: onPrincipalOrAccount,
  input: struct({
    AccountId: accountId,
    Type: optional(principalType),
    Name: optional(principalName),
  }),
  output: struct({ SessionsValidAfter: timestamp }),
  errors: ['NotFoundException', 'UnsupportedOperationException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'remove'],
  validate({ Type, Name }) {
    if ((Type === undefined) !== (Name === undefined)) {
      throw invalid('Type and Name name a user or role together; without both it is the account.')
    }
  },
  async run({ input: { AccountId, Type, Name }, context: { wallTime } }, ports) {
    const { read, write } = ports
    // later than the one before, so that no two are taken for one
    const after = (former = 0) => Math.max(wallTime, former + 1)
    if (Type !== undefined && Name !== undefined) {
      let at = wallTime
      await changePrincipal(ports, { AccountId, Type, Name }, (data) => {
        at = after(data.sessionsValidAfter)
        return { sessionsValidAfter: at }
      })
      return { SessionsValidAfter: at }
    }
    const item = await readTenant(read, AccountId)
    const data = tenantItem.read(item)
    const at = after(data.sessionsValidAfter)
    await commit(write.put(tenantItem.next(item, { ...data, sessionsValidAfter: at })))
    return { SessionsValidAfter: at }
  },
})
