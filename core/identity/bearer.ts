import { createHash } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose'
import type { CallContext } from '../base/call-context.ts'
import { type ErrorCode, KmsError } from '../base/errors.ts'
import type { Decision } from '../policy/decide.ts'
import type { StoredPolicy } from '../policy/meaning.ts'
import type { ContextValue } from '../policy/request.ts'
import type { Found, ItemKey } from '../store/store.ts'
import type { Caller } from './caller.ts'
import type { Circumstances, Claim, TokenProof } from './claim.ts'
import {
  type IssuerData,
  issuerId,
  issuerItem,
  issuerName,
  issuerPlace,
  providerArn,
} from './issuer.ts'
import { type JwksOptions, jwksReader } from './jwks.ts'
import { principalArn, resourceOf, sessionCaller } from './principal-caller.ts'
import { readNamedRole, readRole, trustOf } from './role.ts'
import type { SessionData } from './session.ts'

/** characters of a token; AWS STS takes 20,000, an HTTP API has 10,240 bytes of headers */
const MAX_TOKEN = 20_000
/** s by which an issuer's clock may differ from ours */
const TOLERANCE = 60
/** characters of one claim that conditions and tags may have (IAM: a session tag's value has 256) */
const MAX_TAG = 256

/** What is asked of a role's trust policy on behalf of who brought a token. */
export interface TrustQuestion {
  readonly caller: Caller
  readonly context: CallContext
  /** e.g. `sts:AssumeRoleWithWebIdentity` */
  readonly action: string
  readonly input: unknown
  readonly keys: Readonly<Record<string, never>>
  /** of the role */
  readonly resourceTags: Readonly<Record<string, string>>
  /** claims of the token, by condition key in lower case */
  readonly given: ReadonlyMap<string, ContextValue>
}

/** A role, as its trust policy is asked. */
export interface TrustedRole {
  readonly kind: 'role'
  readonly arn: string
  readonly accountId: string
  readonly trust: StoredPolicy | undefined
}

export interface BearerOptions {
  readonly jwks: JwksOptions
  /** decides by the trust policy of a role (access/authorize.ts) */
  readonly rule: (
    question: TrustQuestion,
    role: TrustedRole,
  ) => Promise<{ readonly decision: Decision }>
}

export interface BearerAuthenticator {
  /** What to read to check a token, as far as it tells before it is verified. */
  places(accountId: string, proof: TokenProof): ItemKey[]
  /**
   * Verifies a token of an issuer that the account has registered, and makes it a session of the role it
   * is for, if that role's trust policy lets its issuer (`Federated`) do so: AssumeRoleWithWebIdentity,
   * with every request.
   * @throws KmsError UnrecognizedClientException with the reason (for AssumeRoleWithWebIdentity:
   *   InvalidIdentityTokenException, IDPCommunicationErrorException), ExpiredTokenException,
   *   AccessDeniedException
   */
  authenticate(
    claim: Claim,
    proof: TokenProof,
    found: Found,
    circumstances: Circumstances,
  ): Promise<Caller>
}

export function bearerAuthenticator({ jwks, rule }: BearerOptions): BearerAuthenticator {
  const reader = jwksReader(jwks)

  async function verify(proof: TokenProof, issuer: IssuerData, now: number): Promise<JWTPayload> {
    try {
      // An algorithm that is not allowed is refused before its issuer is asked for keys
      const { alg, kid } = decodeProtectedHeader(proof.token)
      if (!issuer.algorithms.some((known) => known === alg)) {
        throw refusal(proof, 'its algorithm is not one its issuer is registered for')
      }
      const keys = await reader.keys(issuer, kid, now)
      const { payload } = await jwtVerify(proof.token, keys, {
        issuer: issuer.url,
        audience: [...issuer.audiences],
        algorithms: [...issuer.algorithms],
        clockTolerance: TOLERANCE,
        requiredClaims: ['iss', 'aud', 'exp', 'iat', issuer.subjectClaim],
        currentDate: new Date(now),
      })
      if (Number(payload.iat) * 1000 > now + TOLERANCE * 1000) {
        throw refusal(proof, 'it is issued in the future')
      }
      return payload
    } catch (error) {
      throw refusalOf(error, proof)
    }
  }

  return {
    places(accountId, { token }) {
      const iss = unverifiedIssuer(token)
      return iss === undefined ? [] : [issuerPlace(accountId, issuerId(iss))]
    },

    async authenticate(claim, proof, found, { context }) {
      const { accountId, region } = claim
      const iss = unverifiedIssuer(proof.token)
      if (iss === undefined) throw refusal(proof, 'it is no JSON Web Token with an issuer')
      const item = await found(issuerPlace(accountId, issuerId(iss)))
      if (item === undefined) throw refusal(proof, 'the account has not registered its issuer')
      const issuer = issuerItem.read(item)
      const payload = await verify(proof, issuer, context.wallTime)
      const subject = payload[issuer.subjectClaim]
      if (typeof subject !== 'string' || subject === '') {
        throw refusal(proof, `its claim ${issuer.subjectClaim} is no text`)
      }
      const named = roleOf(payload, issuer, proof)
      if (named === undefined) throw notAuthorized()
      const role = await roleIn(claim, named, found)
      if (role === undefined) throw notAuthorized()

      const session = sessionOf(payload, issuer, subject, claim, proof)
      const asked = {
        caller: providerCaller(claim, issuer, subject),
        context,
        input: {
          RoleSessionName: session.name,
          Tags: Object.entries(session.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
        },
        keys: {},
        resourceTags: role.tags,
        given: conditionKeys(payload, issuer).set('aws:federatedprovider', session.provider),
      }
      const arn = principalArn(region, accountId, resourceOf(role))
      const resource = { kind: 'role', arn, accountId, trust: trustOf(role) } as const
      const tagged = Object.keys(session.tags ?? {}).length > 0
      const actions = ['sts:AssumeRoleWithWebIdentity', ...(tagged ? ['sts:TagSession'] : [])]
      for (const action of actions) {
        const { decision } = await rule({ ...asked, action }, resource)
        if (!decision.allowed) throw notAuthorized(action)
      }
      return sessionCaller(
        claim,
        { ...session, principal: `role/${role.name}`, principalId: role.id },
        role,
      )
    },
  }
}

const notAuthorized = (action = 'sts:AssumeRoleWithWebIdentity') =>
  new KmsError('AccessDeniedException', `Not authorized to perform ${action}`)

/** A token is refused as a credential; where it is the input of AWS STS, in that service's words. */
function refusal(
  { roleArn }: TokenProof,
  reason: string,
  code: ErrorCode = 'InvalidIdentityTokenException',
): KmsError {
  const words = `The identity token is not accepted: ${reason}.`
  return new KmsError(roleArn === undefined ? 'UnrecognizedClientException' : code, words)
}

function refusalOf(error: unknown, proof: TokenProof): unknown {
  if (error instanceof KmsError) {
    if (error.code !== 'IDPCommunicationErrorException' || proof.roleArn !== undefined) return error
    return new KmsError('UnrecognizedClientException', error.message)
  }
  if (error instanceof errors.JWTExpired) {
    return new KmsError('ExpiredTokenException', 'The identity token has expired.')
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return refusal(proof, `its claim ${error.claim} is ${CLAIM_FAULTS[error.reason] ?? 'invalid'}`)
  }
  if (error instanceof errors.JWKSNoMatchingKey) {
    return refusal(proof, 'its key is not one of its issuer')
  }
  // of everything else nothing is told: signature, form, key
  return refusal(proof, 'it is malformed or its signature is invalid')
}

const CLAIM_FAULTS: Readonly<Record<string, string>> = {
  missing: 'missing',
  check_failed: 'not as it must be',
}

function unverifiedIssuer(token: string): string | undefined {
  if (token.length > MAX_TOKEN) return undefined
  try {
    const { iss } = decodeJwt(token)
    return typeof iss === 'string' ? iss : undefined
  } catch {
    return undefined
  }
}

const ROLE_NAME = /^[\w+=,.@-]{1,64}$/

/** A role of the account that is asked, by its ARN or its name. */
async function roleIn({ accountId, region }: Claim, named: string, found: Found) {
  if (ROLE_NAME.test(named)) return readNamedRole(accountId, named, found)
  const { accountId: owner, role } = await readRole(named, region, found)
  return owner === accountId ? role : undefined
}

/** The role the request names, or the token, or the issuer's registration: an ARN, or a name. */
function roleOf(
  payload: JWTPayload,
  { roleClaim, roleArn }: IssuerData,
  proof: TokenProof,
): string | undefined {
  if (proof.roleArn !== undefined) return proof.roleArn
  const named = roleClaim === undefined ? undefined : payload[roleClaim]
  return typeof named === 'string' ? named : roleArn
}

const SESSION_NAME = /^[\w+=,.@-]{2,64}$/

/** A session name that is the subject, or as much of it as fits with a hash: no two subjects share one. */
function sessionName(subject: string): string {
  if (SESSION_NAME.test(subject)) return subject
  const digest = createHash('sha256').update(subject).digest('hex').slice(0, 16)
  return `${subject.replace(/[^\w+=,.@-]/g, '-').slice(0, 47)}-${digest}`
}

function sessionOf(
  payload: JWTPayload,
  issuer: IssuerData,
  subject: string,
  { accountId, region }: Claim,
  proof: TokenProof,
): Omit<SessionData, 'principal'> & { name: string } {
  const issued = Number(payload.iat) * 1000
  const { amr, auth_time } = payload
  // RFC 8176 §2: `mfa` among the authentication methods
  const mfa = Array.isArray(amr) && amr.includes('mfa')
  const mfaAt = typeof auth_time === 'number' ? auth_time * 1000 : issued
  const tags = Object.entries(issuer.tagClaims).flatMap(([tag, name]): [string, string][] => {
    const value = payload[name]
    if (!['string', 'number', 'boolean'].includes(typeof value)) return []
    const text = String(value)
    // cut, two values could be one to a policy
    if (text.length > MAX_TAG) {
      throw refusal(proof, `its claim ${name} has more than ${MAX_TAG} characters`)
    }
    return [[tag, text]]
  })
  return {
    name: proof.sessionName ?? sessionName(subject),
    issued,
    expires: Number(payload.exp) * 1000,
    ...(mfa && { mfaAt }),
    tags: Object.fromEntries(tags),
    provider: providerArn(region, accountId, issuer.url),
    subject,
  }
}

/** Who asks a role's trust policy: the issuer, for one of its subjects. */
function providerCaller({ accountId, region }: Claim, issuer: IssuerData, subject: string): Caller {
  return {
    accountId,
    type: 'user',
    arn: providerArn(region, accountId, issuer.url),
    userId: subject,
    tags: {},
    policies: { identity: {} },
  }
}

/** `idp.example.com:sub` and so on, for each claim that is text, a number, a boolean or a list of texts. */
function conditionKeys(payload: JWTPayload, { url }: IssuerData): Map<string, ContextValue> {
  const keys = new Map<string, ContextValue>()
  for (const [name, value] of Object.entries(payload)) {
    const key = `${issuerName(url)}:${name}`.toLowerCase()
    if (Array.isArray(value)) {
      keys.set(
        key,
        value.filter((one) => typeof one === 'string'),
      )
    } else if (typeof value !== 'object' && value !== undefined) keys.set(key, String(value))
  }
  return keys
}
