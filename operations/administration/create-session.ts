import { readPrincipal } from '../../core/identity/principal.ts'
import { issueSession, userSession } from '../../core/identity/session.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, integer, optional, struct } from '../../core/shape/shapes.ts'
import { credentials } from '../sessions/sts-members.ts'
import { accountId, principalName } from './admin-members.ts'

/** Makes short-lived credentials of a user; the operator may vouch for a second factor. */
export const createSession = defineOperation({
  name: 'CreateSession',
  summary:
    'Makes short-lived credentials of a user, with a second factor where the operator says so.',
  http: 'POST /admin/v1/tenants/{AccountId}/sessions',
  status: 201,
  idempotencyKey: true,
  audience: 'operator',
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
  async run({ input, context: { wallTime } }, { read, wrapping }) {
    const { AccountId, UserName, Mfa = false, DurationSeconds } = input
    const { data } = await readPrincipal(read, { AccountId, Type: 'user', Name: UserName })
    const session = userSession(
      { principal: `user/${UserName}`, principalId: data.id },
      { now: wallTime, duration: DurationSeconds, mfa: Mfa },
    )
    return { Credentials: await issueSession(wrapping, AccountId, session) }
  },
})
