import { createHash } from 'node:crypto'
import type { JWTPayload } from 'jose'
import type { CallContext } from '../base/call-context.ts'
import { KmsError } from '../base/errors.ts'
import type { Decision } from '../policy/decide.ts'
import type { StoredPolicy } from '../policy/meaning.ts'
import type { ContextValue } from '../policy/request.ts'
import type { Found, ItemKey } from '../store/store.ts'
import type { Caller } from './caller.ts'
import type { Circumstances, Claim, TokenProof } from './claim.ts'
import { issuerName } from './issuer.ts'
import { principalArn, principalOf, resourceOf, sessionCaller } from './principal-caller.ts'
import { isRevoked } from './provenance.ts'
import { readNamedRole, readRole, trustOf } from './role.ts'
import type { SessionData } from './session.ts'
import { claimAt, TOLERANCE, textOf } from './token-checks.ts'
import { type Issuing, issuerPlaces, issuingOf, type Named } from './token-issuer.ts'
import { issuerOf, refusedToken, tokenVerifier, type VerifierOptions } from './verify-token.ts'

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

export interface BearerOptions extends VerifierOptions {
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
   * Verifies a token of an issuer that the account has registered, or the operator for all, and makes it a session of the role it
   * is for, if that role's trust policy lets its issuer (`Federated`) do so: AssumeRoleWithWebIdentity,
   * with every request.
   * @throws KmsError UnrecognizedClientException (for AssumeRoleWithWebIdentity
   *   InvalidIdentityTokenException), with a reason once the token is verified; ExpiredTokenException,
   *   AccessDeniedException
   */
  authenticate(
    claim: Claim,
    proof: TokenProof,
    found: Found,
    circumstances: Circumstances,
  ): Promise<Caller>
}

export function bearerAuthenticator({ jwks, rule, log }: BearerOptions): BearerAuthenticator {
  const { verify, refuse } = tokenVerifier({ jwks, log })

  return {
    places(accountId, { token }) {
      const iss = issuerOf(token)
      return iss === undefined ? [] : issuerPlaces(accountId, iss)
    },

    async authenticate(claim, proof, found, { context }) {
      const { accountId, region } = claim
      const iss = issuerOf(proof.token)
      const issuer = iss === undefined ? undefined : await issuingOf(claim, iss, found)
      const payload = await verify(proof, issuer, claim, context.wallTime)
      // without one nothing is verified
      const by = await issuer?.admits(payload, found)
      if (issuer === undefined || by === undefined) {
        throw refuse(proof, claim, 'it does not name this account', context.wallTime)
      }
      const subject = payload[issuer.subjectClaim]
      if (typeof subject !== 'string' || subject === '') {
        throw refusedToken(proof, `its claim ${issuer.subjectClaim} is no text`)
      }
      const named = await issuer.roleOf(payload, proof.roleArn)
      const its = named === undefined ? undefined : await roleIn(claim, named, found)
      const { role, account } = its ?? {}
      if (role === undefined) throw notAuthorized()

      const session = sessionOf(payload, issuer, subject, by, proof)
      const asked = {
        caller: providerCaller(accountId, issuer, subject),
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
      // by the earliest moment at which an issuer's clock may have made it
      const issued = session.issued - (issuer.checks?.tolerance ?? TOLERANCE) * 1000
      if (isRevoked(issued, role.sessionsValidAfter, account?.sessionsValidAfter)) {
        throw new KmsError('ExpiredTokenException', 'The identity token has expired.')
      }
      const principal = `role/${role.name}`
      const whole = await principalOf(accountId, principal, role.id, found)
      if (whole === undefined) throw notAuthorized()
      return sessionCaller(claim, { ...session, principal, principalId: role.id }, whole)
    },
  }
}

const notAuthorized = (action = 'sts:AssumeRoleWithWebIdentity') =>
  new KmsError('AccessDeniedException', `Not authorized to perform ${action}`)

const ROLE_NAME = /^[\w+=,.@-]{1,64}$/

/** A role of the account that is asked, by its ARN or its name. */
async function roleIn({ accountId, region }: Claim, named: string, found: Found) {
  if (ROLE_NAME.test(named)) return readNamedRole(accountId, named, found)
  const { accountId: owner, ...its } = await readRole(named, region, found)
  return owner === accountId ? its : undefined
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
  issuer: Issuing,
  subject: string,
  by: Named,
  proof: TokenProof,
): Omit<SessionData, 'principal'> & { name: string } {
  const issued = Number(payload.iat) * 1000
  const { amr, auth_time } = payload
  // RFC 8176 §2: `mfa` among the authentication methods
  const mfa = Array.isArray(amr) && amr.includes('mfa')
  const mfaAt = typeof auth_time === 'number' ? auth_time * 1000 : issued
  const tags = Object.entries(issuer.tagClaims).flatMap(([tag, name]): [string, string][] => {
    const value = claimAt(payload, name)
    const text = textOf(value)
    // without its tag a policy could take it for somebody who has none
    if (text === undefined && typeof value === 'number') {
      throw refusedToken(proof, `its claim ${name} is a number beyond 2^53`)
    }
    if (text === undefined) return []
    // cut, two values could be one to a policy
    if (text.length > MAX_TAG) {
      throw refusedToken(proof, `its claim ${name} has more than ${MAX_TAG} characters`)
    }
    return [[tag, text]]
  })
  return {
    name: proof.sessionName ?? sessionName(subject),
    issued,
    expires: Number(payload.exp) * 1000,
    ...(mfa && { mfaAt }),
    tags: Object.fromEntries(tags),
    provider: issuer.provider,
    subject,
    made: {
      issuer: issuer.proven(by),
      principals: [],
      accounts: [],
    },
  }
}

/** Who asks a role's trust policy: the issuer, for one of its subjects. */
function providerCaller(accountId: string, { provider }: Issuing, subject: string): Caller {
  return {
    accountId,
    type: 'user',
    arn: provider,
    userId: subject,
    tags: {},
    policies: { identity: {} },
  }
}

/**
 * `idp.example.com:sub` and so on, for each claim that is text, a number, a boolean or a list of texts. Of claims
 * whose names differ by case alone, which condition keys do not, the one in lower case is meant, as those of JWT
 * are (RFC 7519 §4.1); else the first.
 */
function conditionKeys(payload: JWTPayload, { url }: Issuing): Map<string, ContextValue> {
  const keys = new Map<string, ContextValue>()
  for (const [name, value] of Object.entries(payload)) {
    const plain = name.toLowerCase()
    if (plain !== name && Object.hasOwn(payload, plain)) continue
    const key = `${issuerName(url)}:${name}`.toLowerCase()
    if (keys.has(key)) continue
    if (Array.isArray(value)) {
      keys.set(
        key,
        value.filter((one) => typeof one === 'string'),
      )
      continue
    }
    const text = textOf(value)
    if (text !== undefined) keys.set(key, text)
  }
  return keys
}
