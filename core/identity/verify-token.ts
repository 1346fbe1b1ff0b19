import {
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
  type ProtectedHeaderParameters,
} from 'jose'
import { KmsError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { type Claim, type TokenProof, unrecognized } from './claim.ts'
import { pretendToVerify } from './decoy.ts'
import type { IssuerData } from './issuer.ts'
import { Unreachable } from './issuer-address.ts'
import { type JwksOptions, jwksReader } from './jwks.ts'
import { faultOf, isTooOld, TOLERANCE, textsAt } from './token-checks.ts'
import { tokenRefusals } from './token-refusals.ts'

/** characters of a token; AWS STS takes 20,000, an HTTP API has 10,240 bytes of headers */
const MAX_TOKEN = 20_000
/** NumericDate of the last second of year 9999: RFC 3339 has no words for later ones (RFC 7519 §2) */
const LAST_MOMENT = 253_402_300_799
/** claims whose numbers are moments */
const MOMENTS = ['iat', 'nbf', 'exp', 'auth_time'] as const
export interface VerifierOptions {
  readonly jwks: JwksOptions
  /** is told why tokens are not accepted, since their senders are not */
  readonly log: Log
}

/** What is known of an issuer to verify its tokens. */
export interface TokenIssuer
  extends Pick<
    IssuerData,
    'url' | 'audiences' | 'jwksUri' | 'algorithms' | 'subjectClaim' | 'checks'
  > {
  /** whether it is one of every tenant */
  readonly everyones?: boolean
}

/**
 * Verifies that a token is its issuer's, for one of the audiences it is registered with, and holds now.
 * @param issuer as it is registered; undefined where it is not
 * @returns its claims
 * @throws KmsError one and the same (`notAccepted`) until signature, issuer and audience are right; after
 *   that ExpiredTokenException, or a refusal that says which claim is wrong
 */
export interface TokenVerifier {
  verify(
    proof: TokenProof,
    issuer: TokenIssuer | undefined,
    claim: Claim,
    now: number,
  ): Promise<JWTPayload>
  /** The same refusal for a token that is verified, and of nobody here; the log is told why. */
  refuse(proof: TokenProof, claim: Claim, reason: string, now: number): KmsError
}

export function tokenVerifier({ jwks, log }: VerifierOptions): TokenVerifier {
  const reader = jwksReader(jwks)
  const note = tokenRefusals(log)

  function refuse(proof: TokenProof, { accountId }: Claim, reason: string, now: number): KmsError {
    note({ account: accountId, issuer: issuerOf(proof.token), registered: true, reason }, now)
    return notAccepted(proof)
  }

  async function verify(
    proof: TokenProof,
    issuer: TokenIssuer | undefined,
    { accountId }: Claim,
    now: number,
  ): Promise<JWTPayload> {
    const { token } = proof
    const { header, payload: unverified } = read(token)
    try {
      if (issuer === undefined) throw new Unverified('its issuer is not registered')
      const { algorithms, audiences, checks = {}, everyones = false } = issuer
      const { audienceClaim = 'aud', tolerance = TOLERANCE } = checks
      // what its own words show to be in vain is refused before its issuer is asked for keys
      if (!algorithms.some((known) => known === header?.alg)) {
        throw new Unverified('its algorithm is not one its issuer is registered for')
      }
      const meant = unverified === undefined ? [] : textsAt(unverified, audienceClaim)
      if (!meant.some((audience) => audiences.includes(audience))) {
        throw new Unverified('its audience is not one its issuer is registered with')
      }
      if (unverified !== undefined && MOMENTS.some((name) => isNoMoment(unverified[name]))) {
        throw new Unverified('a time in it is not between the years 1970 and 9999')
      }
      const keys = await reader.keys(issuer, header?.kid, now)
      const { payload } = await jwtVerify(token, keys, {
        issuer: issuer.url,
        // what another claim has was looked at above, in the very bytes that are verified here
        ...(audienceClaim === 'aud' && { audience: [...audiences] }),
        algorithms: [...algorithms],
        clockTolerance: tolerance,
        requiredClaims: [
          'iss',
          ...(audienceClaim === 'aud' ? ['aud'] : []),
          'exp',
          'iat',
          issuer.subjectClaim,
        ],
        currentDate: new Date(now),
      })
      if (Number(payload.iat) * 1000 > now + tolerance * 1000) {
        throw refusedToken(proof, 'it is issued in the future')
      }
      if (isTooOld(payload, checks, now)) throw tokenExpired()
      const fault = faultOf(payload, checks, everyones)
      if (fault !== undefined) throw refusedToken(proof, fault)
      return payload
    } catch (error) {
      // jose looks at claims once the signature is known to be right
      if (error instanceof KmsError) throw error
      if (error instanceof errors.JWTExpired) {
        throw tokenExpired()
      }
      if (error instanceof errors.JWTClaimValidationFailed) {
        const fault = CLAIM_FAULTS[error.reason] ?? 'invalid'
        throw refusedToken(proof, `its claim ${error.claim} is ${fault}`)
      }
      const tried = error instanceof errors.JWSSignatureVerificationFailed
      if (!tried) await pretendToVerify(token, header?.alg)
      const registered = issuer !== undefined
      const reason = reasonOf(error)
      note({ account: accountId, issuer: issuerOf(token), registered, reason }, now)
      throw notAccepted(proof)
    }
  }

  return { verify, refuse }
}

const tokenExpired = (): KmsError =>
  new KmsError('ExpiredTokenException', 'The identity token has expired.')

/** A verified token is refused as a credential; where it is the input of AWS STS, in that service's words. */
export function refusedToken({ roleArn }: TokenProof, reason: string): KmsError {
  const words = `The identity token is not accepted: ${reason}.`
  return new KmsError(
    roleArn === undefined ? 'UnrecognizedClientException' : 'InvalidIdentityTokenException',
    words,
  )
}

/**
 * The one answer to a token that is not verified: whether the account exists, which issuers it has
 * registered, and what those answer, is nobody's to know but theirs. The log has the reason.
 */
const notAccepted = ({ roleArn }: TokenProof): KmsError =>
  roleArn === undefined
    ? unrecognized()
    : new KmsError(
        'InvalidIdentityTokenException',
        'The web identity token that was passed could not be validated. Get a new identity token from the identity provider and then retry the request.',
      )

/** What is no number is left to whoever asks for the claim. */
const isNoMoment = (value: unknown): boolean =>
  typeof value === 'number' && !(value >= 0 && value <= LAST_MOMENT)

/** Why a token was not verified, for the log. */
class Unverified extends Error {
  override readonly name = 'Unverified'
}

function reasonOf(error: unknown): string {
  if (error instanceof Unverified || error instanceof Unreachable) return error.message
  if (error instanceof errors.JWKSNoMatchingKey) return 'its key is not one of its issuer'
  return 'it is malformed or its signature is invalid'
}

const CLAIM_FAULTS: Readonly<Record<string, string>> = {
  missing: 'missing',
  check_failed: 'not as it must be',
}

/** What a token says, of which nothing is believed. */
function read(token: string): { header?: ProtectedHeaderParameters; payload?: JWTPayload } {
  if (token.length > MAX_TOKEN) return {}
  try {
    return { header: decodeProtectedHeader(token), payload: decodeJwt(token) }
  } catch {
    return {}
  }
}

/** The issuer that a token says it is of; undefined for what is no token with an issuer. */
export function issuerOf(token: string): string | undefined {
  const iss: unknown = read(token).payload?.iss
  return typeof iss === 'string' ? iss : undefined
}
