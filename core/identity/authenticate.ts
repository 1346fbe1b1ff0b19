import type { KeyObject } from 'node:crypto'
import { partitionOf } from '../base/arn.ts'
import { BoundedCache } from '../base/bounded-cache.ts'
import { KmsError } from '../base/errors.ts'
import type { Keyring } from '../key/keyring.ts'
import { type Signature, signingKey, verifySignature } from '../signature/sigv4.ts'
import type { Found, Item, ItemKey } from '../store/store.ts'
import type { AwsIdentityAuthenticator, AwsIdentityOptions } from './aws-identity.ts'
import type { BearerAuthenticator, BearerOptions } from './bearer.ts'
import type { Caller } from './caller.ts'
import {
  type Circumstances,
  type Claim,
  expired,
  type SignatureProof,
  unrecognized,
} from './claim.ts'
import {
  type CredentialData,
  credentialContext,
  credentialItem,
  credentialPlace,
  type TenantData,
  tenantItem,
  tenantPlace,
} from './credential.ts'
import { principalCaller, principalOf, rootCaller } from './principal-caller.ts'
import type { ProvenSession, SessionProofs } from './session-proof.ts'

/** how long a presigned request that changes something holds, and any to STS, as at AWS STS */
const CONSEQUENTIAL_SECONDS = 15 * 60

/** services whose requests may be signed for any Region of the partition: AWS IAM's clients sign for us-east-1 */
const ANY_REGION: ReadonlySet<string> = new Set(['sts', 'iam'])

export interface Authenticator {
  /** What to read from the store to check a claim, in the round trip that also reads its keys. */
  places(claim: Claim): Promise<ItemKey[]>
  /**
   * Checks a claim; `found` answers the items of `places`, and reads others where it must.
   * @throws KmsError UnrecognizedClientException, InvalidSignatureException, ExpiredTokenException;
   *   AccessDeniedException where the account is suspended
   */
  authenticate(claim: Claim, found: Found, circumstances: Circumstances): Promise<Caller>
}

/** A proof taken apart: what is signed with, and whom it stands for. */
type Credential =
  | { readonly kind: 'access-key'; readonly data: CredentialData }
  | (ProvenSession & { readonly kind: 'session' })

export interface AuthenticatorOptions extends BearerOptions {
  /** most signing keys kept, and the ms they are kept */
  readonly capacity: number
  readonly lifetime: number
  /** the AWS partition of the installation: requests for Regions of another are refused */
  readonly partition: string
  /** the one Region that requests for keys may be for; undefined for any of the partition */
  readonly servedRegion?: string | undefined
  /** how AWS identities are taken */
  readonly aws: Omit<AwsIdentityOptions, 'rule' | 'log' | 'partition' | 'networks'>
}

type Keys = Pick<Keyring, 'openSecret' | 'openSession'>

/** Signing keys are derived from secrets once a day, Region and service, and kept for a short time. */
export function authenticator(
  keyring: Keys,
  { capacity, lifetime, partition, servedRegion, aws, ...trust }: AuthenticatorOptions,
): Authenticator {
  const signingKeys = new BoundedCache<KeyObject>({ capacity, lifetime })
  /** access key id, or session's principal → what was read of it: a guess of what to read along, checked against what is read */
  const along = new BoundedCache<readonly ItemKey[]>({ capacity })
  let bearer: Promise<BearerAuthenticator> | undefined
  let proofs: Promise<SessionProofs> | undefined
  let awsIdentities: Promise<AwsIdentityAuthenticator> | undefined

  const isOfPartition = (region: string) => partitionOf(region) === partition
  const isServed = (region: string) =>
    servedRegion === undefined ? isOfPartition(region) : region === servedRegion

  /** Loaded with the first token: who only signs never loads it. */
  const tokens = () => {
    bearer ??= import('./tokens.ts').then(({ bearerAuthenticator }) => bearerAuthenticator(trust))
    return bearer
  }

  /** As tokens. */
  const sessions = () => {
    proofs ??= import('./session-proof.ts').then(({ sessionProofs }) =>
      sessionProofs(keyring, lifetime),
    )
    return proofs
  }

  /** As tokens. */
  const identities = () => {
    awsIdentities ??= import('./tokens.ts').then(({ awsIdentityAuthenticator }) =>
      awsIdentityAuthenticator({ ...aws, ...trust, partition, networks: trust.jwks.networks }),
    )
    return awsIdentities
  }

  async function credentialOf(
    accountId: string,
    { signature }: SignatureProof,
    found: Found,
  ): Promise<Credential | undefined> {
    const { accessKeyId, sessionToken } = signature
    const shortLived = accessKeyId.startsWith('ASIA')
    if (shortLived !== (sessionToken !== undefined)) return undefined
    if (sessionToken !== undefined) {
      const opened = await (await sessions()).open(accountId, accessKeyId, sessionToken)
      return opened && { kind: 'session', ...opened }
    }
    const item = await found(credentialPlace(accountId, accessKeyId))
    const data = item && credentialItem.read(item)
    return data?.status === 'Active' ? { kind: 'access-key', data } : undefined
  }

  async function keyFor(claim: Claim, proof: SignatureProof, credential: Credential) {
    const { accessKeyId, date, region, service } = proof.signature
    // the wrapped secret is part of the slot: another secret is never checked with the old key
    const owner =
      credential.kind === 'session'
        ? credential.digest
        : `${credential.data.principal}/${credential.data.secret}`
    const slot = `${accessKeyId}/${date}/${region}/${service}/${owner}`
    const kept = signingKeys.get(slot)
    if (kept !== undefined) return kept
    const made = await deriveKey(claim.accountId, proof.signature, credential)
    signingKeys.set(slot, made)
    return made
  }

  async function deriveKey(
    accountId: string,
    { accessKeyId, date, region, service }: Signature,
    credential: Credential,
  ): Promise<KeyObject> {
    if (credential.kind === 'session') return signingKey(credential.secret, date, region, service)
    const { principal, secret: wrapped } = credential.data
    const context = credentialContext(accessKeyId, principal)
    const secret = await keyring.openSecret(accountId, context, wrapped)
    try {
      return signingKey(secret.toString(), date, region, service)
    } finally {
      secret.fill(0)
    }
  }

  async function bySignature(
    claim: Claim,
    proof: SignatureProof,
    found: Found,
    { request, context: { wallTime, signatureTime }, consequential }: Circumstances,
  ): Promise<Caller> {
    const { accountId } = claim
    const { accessKeyId } = proof.signature
    const tenant = await found(tenantPlace(accountId))
    const credential = await credentialOf(accountId, proof, found)
    if (tenant === undefined || credential === undefined) throw unrecognized()
    const key = await keyFor(claim, proof, credential)
    verifySignature(proof.signature, request, key, {
      now: signatureTime,
      services: proof.services,
      // what AWS STS and AWS IAM make holds in every Region, but an ARN has the partition in which it was made
      serves: proof.services.some((one) => ANY_REGION.has(one)) ? isOfPartition : isServed,
      ...(consequential ? { presignedSeconds: CONSEQUENTIAL_SECONDS } : {}),
    })
    if (credential.kind === 'session') {
      const { session } = credential
      if (session.expires <= wallTime) throw expired()
      const account = admitTenant(tenant, accountId)
      const caller = await (await sessions()).caller(claim, session, accessKeyId, account, found)
      return ofAccount(account, caller)
    }
    const account = admitTenant(tenant, accountId)
    const { principal, principalId } = credential.data
    if (principal === 'root') return ofAccount(account, rootCaller(claim, accessKeyId))
    // a user made anew under an old name doesn't take over the old one's keys
    const data = await principalOf(accountId, principal, principalId, found, (places) =>
      along.set(accessKeyId, places),
    )
    if (data === undefined) throw unrecognized()
    return ofAccount(account, principalCaller(claim, data, accessKeyId))
  }

  return {
    async places({ accountId, proof }) {
      if (proof.kind === 'own') return [...proof.places]
      const places = [tenantPlace(accountId)]
      if (proof.kind === 'token') return [...places, ...(await tokens()).places(accountId, proof)]
      if (proof.kind === 'aws-identity') {
        return [...places, ...(await identities()).places(accountId, proof)]
      }
      const { accessKeyId, sessionToken } = proof.signature
      if (sessionToken !== undefined) {
        const proof = await sessions()
        const opened = await proof.open(accountId, accessKeyId, sessionToken)
        return opened === undefined
          ? places
          : [...places, ...proof.places(accountId, opened.session)]
      }
      places.push(credentialPlace(accountId, accessKeyId))
      places.push(...(along.get(accessKeyId) ?? []))
      return places
    },

    async authenticate(claim, found, circumstances) {
      const { accountId, proof } = claim
      if (proof.kind === 'signature') return bySignature(claim, proof, found, circumstances)
      if (proof.kind === 'own') return proof.authenticate(found, circumstances, isServed)
      if (!isServed(claim.region)) throw otherRegion(claim)
      // an account that isn't there has registered no issuer, and is told from no other by that
      const caller =
        proof.kind === 'token'
          ? await (await tokens()).authenticate(claim, proof, found, circumstances)
          : await (await identities()).authenticate(claim, proof, found, circumstances)
      const tenant = await found(tenantPlace(accountId))
      if (tenant === undefined) throw unrecognized()
      return ofAccount(admitTenant(tenant, accountId), caller)
    },
  }
}

/** Only whom the account knows is told that it is suspended, and when it is to be deleted. */
function admitTenant(tenant: Item, accountId: string): TenantData {
  const data = tenantItem.read(tenant)
  if (data.status !== 'active') {
    const at = data.deletion && new Date(data.deletion.at).toISOString()
    const told = at === undefined ? '' : ` It is to be deleted at ${at}.`
    throw new KmsError('AccessDeniedException', `Account ${accountId} is suspended.${told}`)
  }
  return data
}

/** With the last revocation of the account's sessions: those that the caller makes come after it. */
const ofAccount = ({ sessionsValidAfter: at }: TenantData, caller: Caller): Caller =>
  at === undefined ? caller : { ...caller, accountRevokedAt: at }

const otherRegion = ({ region }: Claim) =>
  new KmsError('IncompleteSignatureException', `This service does not answer for Region ${region}.`)
