import { KmsError } from '../../core/base/errors.ts'
import { provenanceOf } from '../../core/identity/provenance.ts'
import { issueSession, userSession } from '../../core/identity/session.ts'
import { defineOperation } from '../../core/operation.ts'
import { optional, struct } from '../../core/shape/shapes.ts'
import {
  credentials,
  secondFactorOf,
  serialNumber,
  tokenCode,
  userDuration,
} from './sts-members.ts'

/** Makes short-lived credentials of the user (or root) that asks, with a second factor where it shows one. */
export const getSessionToken = defineOperation({
  name: 'GetSessionToken',
  summary:
    'Makes short-lived credentials of the user that asks, with a second factor where one is shown.',
  http: 'POST /v1/session-tokens',
  status: 201,
  docs: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html',
  service: 'sts',
  audience: 'anyone',
  input: struct({
    DurationSeconds: optional(userDuration),
    SerialNumber: optional(serialNumber),
    TokenCode: optional(tokenCode),
  }),
  output: struct({ Credentials: credentials }),
  errors: ['AccessDeniedException'],
  keys: {},
  proven: 'signature',
  needs: 'nothing',
  mutates: true,
  uses: ['wrapping'],
  secondFactor: secondFactorOf,
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
      { now: wallTime, duration: input.DurationSeconds, mfaAt: caller.secondFactorAt },
    )
    return { Credentials: await issueSession(wrapping, accountId, session) }
  },
})
