import { KmsError } from '../../core/base/errors.ts'
import { provenanceOf } from '../../core/identity/provenance.ts'
import { issueSession, userSession } from '../../core/identity/session.ts'
import { defineOperation } from '../../core/operation.ts'
import { optional, string, struct } from '../../core/shape/shapes.ts'
import { refuseSecondFactor } from './assume-role.ts'
import { credentials, userDuration } from './sts-members.ts'

/** Makes short-lived credentials of the user (or root) that asks. */
export const getSessionToken = defineOperation({
  name: 'GetSessionToken',
  summary: 'Makes short-lived credentials of the user that asks.',
  http: 'POST /v1/session-tokens',
  status: 201,
  docs: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html',
  service: 'sts',
  audience: 'tenant',
  differs: 'SerialNumber and TokenCode are refused: the operator vouches for a second factor.',
  input: struct({
    DurationSeconds: optional(userDuration),
    SerialNumber: optional(string({ quota: 256 })),
    TokenCode: optional(string({ quota: 6, sensitive: true })),
  }),
  output: struct({ Credentials: credentials }),
  errors: ['AccessDeniedException'],
  keys: {},
  needs: 'nothing',
  mutates: true,
  uses: ['wrapping'],
  validate: (input) => refuseSecondFactor(input),
  check({ caller }) {
    if (caller.session === undefined && caller.type !== 'assumed-role') return
    throw new KmsError(
      'AccessDeniedException',
      'Cannot call GetSessionToken with session credentials',
    )
  },
  async run({ input, caller, context: { wallTime } }, { wrapping }) {
    const { accountId, type, name, userId } = caller
    const who =
      type === 'root'
        ? { principal: 'root' }
        : { principal: `${type}/${name}`, principalId: userId }
    const session = userSession(
      { ...who, made: provenanceOf(caller) },
      { now: wallTime, duration: input.DurationSeconds, mfa: false },
    )
    return { Credentials: await issueSession(wrapping, accountId, session) }
  },
})
