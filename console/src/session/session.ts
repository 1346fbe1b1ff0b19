import { type Caller, call } from '../api/call.ts'
import { ApiProblem } from '../api/problem.ts'
import { type AccessKey, signerOf } from '../api/sign.ts'
import { Clock } from './clock.ts'

/** The account of the operator. */
const OPERATOR_ACCOUNT = '000000000000'

/** Who is signed in, for as long as the tab shows the console. */
export interface Session extends Caller {
  readonly account: string
  readonly arn: string
  readonly region: string
  /** when the credentials end, by the browser's clock; undefined for those that do not */
  readonly ends: Date | undefined
  /** the same credentials with requests for another Region */
  inRegion(region: string): Session
  /** the service's */
  readonly clock: Clock
}

export const isOperator = ({ account }: Session): boolean => account === OPERATOR_ACCOUNT

const identified = async (caller: Caller): Promise<{ account: string; arn: string }> => {
  const { output } = await call(caller, 'GetCallerIdentity', {})
  return { account: output.Account, arn: output.Arn }
}

/**
 * A session of an access key, or of short-lived credentials. The service is asked who they are.
 * @throws ApiProblem
 */
export async function keySession(
  service: string,
  region: string,
  key: AccessKey,
  { clock = new Clock(), expires }: { readonly clock?: Clock; readonly expires?: string } = {},
): Promise<Session> {
  const who = await identified(callerOf(service, region, key, clock))
  const ends = expires === undefined ? undefined : clock.here(new Date(expires))
  return ofKey(service, region, key, { clock, ends, who })
}

const callerOf = (service: string, region: string, key: AccessKey, clock: Clock): Caller => ({
  ...{ service, authorized: signerOf(service, region, key, clock.now), heard: clock.heard },
})

function ofKey(
  service: string,
  region: string,
  key: AccessKey,
  known: Pick<Session, 'clock' | 'ends'> & { readonly who: Pick<Session, 'account' | 'arn'> },
): Session {
  const { clock, ends, who } = known
  const caller = callerOf(service, region, key, clock)
  const inRegion = (other: string) => ofKey(service, other, key, known)
  return { ...caller, ...who, region, ends, clock, inRegion }
}

/** A device of which a code may be asked. */
export interface MfaDevice {
  readonly serial: string
}

/**
 * The second factors of who is signed in. None are told to who may not list them: then nothing is asked, and what
 * needs a second factor is refused in AWS's words.
 * @throws ApiProblem where that is not known
 */
export async function devicesOf(
  session: Caller & Pick<Session, 'arn'>,
): Promise<readonly MfaDevice[]> {
  if (!/:(user\/|root$)/.test(session.arn)) return []
  try {
    const { output } = await call(session, 'IamListMFADevices', {})
    return output.MFADevices.map(({ SerialNumber }) => ({ serial: SerialNumber }))
  } catch (problem) {
    if (problem instanceof ApiProblem && problem.status === 403) return []
    throw problem
  }
}

/**
 * Short-lived credentials that tell of a second factor, in the place of the access key that they were made with.
 * @param code six digits that the device shows
 * @throws ApiProblem
 */
export async function withCode(session: Session, serial: string, code: string): Promise<Session> {
  const input = { SerialNumber: serial, TokenCode: code }
  const { Credentials: made } = (await call(session, 'GetSessionToken', input)).output
  const key = {
    accessKeyId: made.AccessKeyId,
    secretAccessKey: made.SecretAccessKey,
    sessionToken: made.SessionToken,
  }
  const { service, region, clock } = session
  return keySession(service, region, key, { clock, expires: made.Expiration })
}

/**
 * A session of a bearer token.
 * @param seconds how long it holds, as its issuer says
 * @throws ApiProblem
 */
export async function tokenSession(
  service: string,
  region: string,
  account: string,
  token: string,
  seconds: number | undefined,
): Promise<Session> {
  const ends = seconds === undefined ? undefined : new Date(Date.now() + seconds * 1000)
  const callerIn = (one: string): Caller => ({
    service,
    authorized: async (_, headers) => ({
      ...headers,
      authorization: `Bearer ${token}`,
      'x-tenkey-account': account,
      'x-tenkey-region': one,
    }),
  })
  const who = await identified(callerIn(region))
  const clock = new Clock()
  const inRegion = (one: string): Session => ({
    ...callerIn(one),
    ...who,
    ...{ region: one, ends, clock, inRegion },
  })
  return inRegion(region)
}
