import { tenantItem } from '../../core/identity/credential.ts'
import { readPrincipal } from '../../core/identity/principal.ts'
import { madeThrough, provenanceOf } from '../../core/identity/provenance.ts'
import { issueSession, userSession } from '../../core/identity/session.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, integer, optional, struct } from '../../core/shape/shapes.ts'
import { credentials } from '../sessions/sts-members.ts'
import { accountId, principalName } from './admin-members.ts'
import { onUser } from './admin-resources.ts'

/** Makes short-lived credentials of a user; the operator may vouch for a second factor. */
export const createSession = defineOperation({
  name: 'CreateSession',
  summary:
    'Makes short-lived credentials of a user, with a second factor where the operator says so.',
  http: 'POST /admin/v1/tenants/{AccountId}/sessions',
  status: 201,
  audience: 'operator',
  administers: onUser,
  input: struct({
    AccountId: accountId,
    UserName: principalName,
    Mfa: optional(boolean),
    DurationSeconds: optional(integer({ min: 1, max: 129600 })),
  }),
  output: struct({ Credentials: credentials }),
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'wrapping'],
  async run({ input, caller, context: { wallTime } }, { read, wrapping }) {
    const { AccountId, UserName, Mfa = false, DurationSeconds } = input
    const tenant = tenantItem.read(await readTenant(read, AccountId))
    const { data } = await readPrincipal(read, { AccountId, Type: 'user', Name: UserName })
    const principal = `user/${UserName}`
    // it ends with the operator's credential too, which vouches for it
    const made = madeThrough(provenanceOf(caller), {
      accountId: AccountId,
      name: principal,
      id: data.id,
      after: data.sessionsValidAfter,
      accountAfter: tenant.sessionsValidAfter,
    })
    const session = userSession(
      { principal, principalId: data.id, made },
      { now: wallTime, duration: DurationSeconds, mfaAt: Mfa ? wallTime : undefined },
    )
    return { Credentials: await issueSession(wrapping, AccountId, session) }
  },
})
