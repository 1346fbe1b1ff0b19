import { type Caller, call } from '../api/call.ts'
import { type AccessKey, signerOf } from '../api/sign.ts'

/** The account of the operator. */
const OPERATOR_ACCOUNT = '000000000000'

/** Who is signed in, for as long as the tab shows the console. */
export interface Session extends Caller {
  readonly account: string
  readonly arn: string
  readonly region: string
  /** when the credentials end; undefined for those that do not */
  readonly ends: Date | undefined
  /** the same credentials with requests for another Region */
  inRegion(region: string): Session
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
  ends?: Date,
): Promise<Session> {
  const authorized = signerOf(service, region, key)
  const caller = { service, authorized }
  return ofKey(service, region, key, ends, await identified(caller))
}

function ofKey(
  service: string,
  region: string,
  key: AccessKey,
  ends: Date | undefined,
  who: Pick<Session, 'account' | 'arn'>,
): Session {
  const authorized = signerOf(service, region, key)
  const inRegion = (other: string) => ofKey(service, other, key, ends, who)
  return { service, authorized, ...who, region, ends, inRegion }
}

/** A device of which a code may be asked. */
export interface MfaDevice {
  readonly serial: string
}

/**
 * The second factors of who is signed in. None are told to who may not list them: then nothing is asked, and what
 * needs a second factor is refused in AWS's words.
 */
export async function devicesOf(session: Session): Promise<readonly MfaDevice[]> {
  if (!/:(user\/|root$)/.test(session.arn)) return []
  try {
    const { output } = await call(session, 'IamListMFADevices', {})
    return output.MFADevices.map(({ SerialNumber }) => ({ serial: SerialNumber }))
  } catch {
    return []
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
  return keySession(session.service, session.region, key, new Date(made.Expiration))
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
  const inRegion = (one: string): Session => ({
    ...callerIn(one),
    ...who,
    ...{ region: one, ends, inRegion },
  })
  return inRegion(region)
}
