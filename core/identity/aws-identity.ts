import { createHash } from 'node:crypto'
import { addressList } from '../base/address-list.ts'
import type { CallContext } from '../base/call-context.ts'
import { KmsError } from '../base/errors.ts'
import type { HttpRequest } from '../base/http-message.ts'
import { slots } from '../base/slots.ts'
import { ASSUME_WITH_AWS_IDENTITY } from '../policy/aws-identities.ts'
import { AWS_IDENTITIES, AWS_STS } from '../policy/principal-element.ts'
import type { ContextValue } from '../policy/request.ts'
import type { Found, ItemKey, Store } from '../store/store.ts'
import {
  type IdentityClaim,
  NoIdentityToken,
  namedRole,
  readIdentityToken,
} from './aws-identity-request.ts'
import { askSts, NotKnown, type StsEndpoint, stsEndpoints } from './aws-sts.ts'
import type { BearerOptions } from './bearer.ts'
import type { AwsCaller, Caller } from './caller.ts'
import type { AwsIdentityProof, Circumstances, Claim } from './claim.ts'
import { principalPlace } from './credential.ts'
import { Unreachable } from './issuer-address.ts'
import { principalArn, principalOf, resourceOf, sessionCaller } from './principal-caller.ts'
import { isRevoked } from './provenance.ts'
import { readRole, trustOf } from './role.ts'
import { tokenRefusals } from './token-refusals.ts'
import { usedIdentityItem, usedIdentityPlace } from './used-identity-item.ts'

/** ms after its own X-Amz-Date for which a request is taken, and before */
const LIFETIME = 5 * 60_000
const AHEAD = 60_000
/** ms for which who was let in may make a session of it: the call that did so */
const CALL = 60_000
/** requests of which AWS STS is asked at a time: in a process, and for one address (IPv6: a /64) */
const MOST_AT_ONCE = 64
const MOST_OF_ONE = 8

export interface AwsIdentityOptions extends Pick<BearerOptions, 'rule' | 'log'> {
  /** URLs of this service that requests may be bound to; none where no AWS identities are taken */
  readonly urls: readonly string[]
  /** TENKEY_AWS_STS */
  readonly sts: string
  readonly partition: string
  /** addresses and CIDR ranges where AWS STS is asked beside public ones */
  readonly networks: readonly string[]
  /** keeps what was used */
  readonly store: Pick<Store, 'put'>
}

export interface AwsIdentityAuthenticator {
  /** What to read to check a proof, as far as it tells before it is verified. */
  places(accountId: string, proof: AwsIdentityProof): ItemKey[]
  /**
   * Has AWS STS say who signed a request that is bound to this service and to a role of the account, and makes it
   * a session of that role if its trust policy lets AWS identities like it in. A request is used up by that.
   * @throws KmsError one and the same InvalidIdentityTokenException until AWS STS knows the sender; after that
   *   AccessDeniedException, ExpiredTokenException, and one that says that it was used; DependencyTimeoutException
   *   where AWS STS does not answer; ThrottlingException where it is asked too much
   */
  authenticate(
    claim: Claim,
    proof: AwsIdentityProof,
    found: Found,
    circumstances: Circumstances,
  ): Promise<Caller>
}

export function awsIdentityAuthenticator(options: AwsIdentityOptions): AwsIdentityAuthenticator {
  const { urls, rule, log, store } = options
  const endpoints = stsEndpoints(options.sts, options.partition)
  const networks = options.networks.length === 0 ? undefined : addressList(options.networks)
  const note = tokenRefusals(log)
  const asking = slots({ all: MOST_AT_ONCE, ofOne: MOST_OF_ONE })
  /** whom requests were made by that are made again since another writer was first: they are used up by then */
  const known = new WeakMap<HttpRequest, AwsCaller>()

  /** What a proof says where its own words don't show it to be in vain. @throws NoIdentityToken */
  function admit(accountId: string, proof: AwsIdentityProof, now: number) {
    const claim = readIdentityToken(proof.token)
    const refuse = (why: string) => {
      throw new NoIdentityToken(why)
    }
    if (!urls.includes(claim.service)) refuse('it is bound to another service, or none is set here')
    if (claim.accountId !== accountId) refuse('it is bound to another account')
    if (claim.signedAt < now - LIFETIME) refuse('it was signed more than five minutes ago')
    if (claim.signedAt > now + AHEAD) refuse('it is signed in the future')
    const endpoint = endpoints.get(claim.region)
    return { claim, endpoint: endpoint ?? refuse('its Region is none whose AWS STS is asked') }
  }

  async function ask(
    claim: IdentityClaim,
    endpoint: StsEndpoint,
    { sourceIp }: CallContext,
  ): Promise<AwsCaller> {
    const done = asking.take(sourceIp)
    if (done === undefined) {
      throw new KmsError('ThrottlingException', 'AWS STS is being asked too much. Try again.')
    }
    try {
      return await askSts(claim, endpoint, networks)
    } finally {
      done()
    }
  }

  async function verify({ accountId }: Claim, proof: AwsIdentityProof, context: CallContext) {
    const { wallTime } = context
    try {
      const { claim, endpoint } = admit(accountId, proof, wallTime)
      return { claim, identity: await ask(claim, endpoint, context) }
    } catch (error) {
      if (error instanceof KmsError) throw error
      // a connection's own errors say where it was to lead
      const told = error instanceof NoIdentityToken || error instanceof NotKnown
      const asked = error instanceof Unreachable
      const reason = told || asked ? error.message : 'AWS STS does not answer'
      note({ account: accountId, issuer: AWS_STS, registered: false, reason }, wallTime)
      if (told) throw notAccepted()
      throw new KmsError('DependencyTimeoutException', 'AWS STS did not answer. Try again.')
    }
  }

  async function useUp({ accountId, accessKeyId, signature, signedAt }: IdentityClaim) {
    const digest = createHash('sha256').update(`${accessKeyId} ${signature}`).digest('hex')
    const place = usedIdentityPlace(accountId, digest)
    if (await store.put(usedIdentityItem.item(place, 1, { signedAt }))) return
    throw new KmsError(
      'InvalidIdentityTokenException',
      'The signed request was used before. Sign another and then retry the request.',
    )
  }

  return {
    places(accountId, { token }) {
      const name = namedRole(token)
      return name === undefined ? [] : [principalPlace(accountId, `role/${name}`)]
    },

    async authenticate(home, proof, found, { context, request }) {
      const before = known.get(request)
      const { claim, identity } =
        before === undefined
          ? await verify(home, proof, context)
          : { claim: readIdentityToken(proof.token), identity: before }
      const { accountId, role, account } = await readRole(claim.role, home.region, found)
      if (role === undefined || accountId !== home.accountId) throw notAuthorized()
      const session = sessionOf(identity, context.wallTime)
      const asked = {
        caller: federatedCaller(home, identity),
        context,
        action: ASSUME_WITH_AWS_IDENTITY,
        input: { RoleSessionName: session.name },
        keys: {},
        resourceTags: role.tags,
        given: conditionKeys(identity),
      }
      const arn = principalArn(home.region, accountId, resourceOf(role))
      const trust = trustOf(role)
      if (trust === undefined || !(await demands(trust.document))) throw notAuthorized()
      const { decision } = await rule(asked, { kind: 'role', arn, accountId, trust })
      if (!decision.allowed) throw notAuthorized()
      // by the earliest moment at which the caller's clock may have signed it
      const signed = claim.signedAt - AHEAD
      if (isRevoked(signed, role.sessionsValidAfter, account?.sessionsValidAfter)) {
        throw new KmsError('ExpiredTokenException', 'The signed request has expired.')
      }
      const principal = `role/${role.name}`
      const whole = await principalOf(accountId, principal, role.id, found)
      if (whole === undefined) throw notAuthorized()
      if (before === undefined) await useUp(claim)
      known.set(request, identity)
      const caller = sessionCaller(home, { ...session, principal, principalId: role.id }, whole)
      return { ...caller, awsIdentity: identity }
    },
  }
}

/** Whether a trust policy says of all AWS identities it lets in whose they are, however it came to be stored. */
async function demands(document: string): Promise<boolean> {
  const { admitPolicy } = await import('../policy/admit-document.ts')
  try {
    admitPolicy(document, 'trust-policy')
    return true
  } catch (error) {
    if (error instanceof KmsError) return false
    throw error
  }
}

/** The one answer to what is not verified: accounts, roles and whom they trust are nobody's to know but theirs. */
const notAccepted = () =>
  new KmsError(
    'InvalidIdentityTokenException',
    'The signed GetCallerIdentity request that was passed could not be validated. Sign another and then retry the request.',
  )

const notAuthorized = () =>
  new KmsError('AccessDeniedException', `Not authorized to perform ${ASSUME_WITH_AWS_IDENTITY}`)

/**
 * The session that is made: its name is not the caller's to choose, and no two identities share one, nor do two
 * that have the same ARN one after the other.
 */
function sessionOf({ arn, userId }: AwsCaller, now: number) {
  const last = arn.split(/[/:]/).at(-1) ?? ''
  const digest = createHash('sha256').update(`${arn} ${userId}`).digest('hex').slice(0, 16)
  return {
    name: `${last.replace(/[^\w+=,.@-]/g, '-').slice(0, 47)}-${digest}`,
    issued: now,
    expires: now + CALL,
    provider: AWS_STS,
    subject: arn,
    made: { principals: [], accounts: [] },
  }
}

/** Who asks a role's trust policy: AWS STS, for one of its callers. */
const federatedCaller = ({ accountId }: Claim, { userId }: AwsCaller): Caller => ({
  accountId,
  type: 'user',
  arn: AWS_IDENTITIES,
  userId,
  tags: {},
  policies: { identity: {} },
})

const conditionKeys = ({ account, arn, userId }: AwsCaller): Map<string, ContextValue> =>
  new Map([
    ['tenkey:awsaccount', account],
    ['tenkey:awsarn', arn],
    ['tenkey:awsuserid', userId],
    ['aws:federatedprovider', AWS_STS],
  ])
