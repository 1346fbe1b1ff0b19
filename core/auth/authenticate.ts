import type { KeyObject } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { KmsError } from '../errors.ts'
import type { HttpRequest } from '../http.ts'
import { partitionOf } from '../key/id.ts'
import type { Keyring } from '../key/keyring.ts'
import type { Item, ItemKey } from '../store/store.ts'
import type { Caller } from './caller.ts'
import {
  accountOfAccessKey,
  type CredentialData,
  credentialContext,
  credentialPlace,
  type PrincipalData,
  principalPlace,
  type TenantData,
  tenantPlace,
} from './credential.ts'
import { readSignature, type Signature, signingKey, verifySignature } from './sigv4.ts'

/** Credential scope services a request may be signed for; the first is named in a refusal. */
const SERVICES = ['kms', 'execute-api'] as const

/** What a request says of its sender, before anything is believed. */
export interface Claim {
  readonly accountId: string
  readonly region: string
  readonly signature: Signature
}

/**
 * Reads who a request claims to come from.
 * @throws KmsError MissingAuthenticationTokenException, IncompleteSignatureException,
 *   InvalidSignatureException; UnrecognizedClientException for an access key id that can't be ours
 */
export function readClaim(request: HttpRequest): Claim {
  const signature = readSignature(request)
  const accountId = accountOfAccessKey(signature.accessKeyId)
  if (accountId === undefined) throw unrecognized()
  return { accountId, region: signature.region, signature }
}

const unrecognized = () =>
  new KmsError(
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  )

export interface Authenticator {
  /** What to read from the store to check a claim, in the round trip that also reads its keys. */
  places(claim: Claim): ItemKey[]
  /** Checks a claim; `found` answers the items of `places`, and reads others where it must. */
  authenticate(
    claim: Claim,
    request: HttpRequest,
    found: (place: ItemKey) => Promise<Item | undefined>,
    now: number,
  ): Promise<Caller>
}

/** Signing keys are derived from secrets once a day, Region and service, and kept for a short time. */
export function authenticator(
  keyring: Pick<Keyring, 'openSecret'>,
  { capacity, lifetime }: { capacity: number; lifetime: number },
): Authenticator {
  const signingKeys = new LRUCache<string, KeyObject>({ max: capacity, ttl: lifetime })
  /** access key id → principal: a guess of what to read along, checked against what is read */
  const principals = new LRUCache<string, string>({ max: capacity })

  async function keyFor(claim: Claim, credential: CredentialData): Promise<KeyObject> {
    const { accessKeyId, date, region, service } = claim.signature
    // the wrapped secret is part of the slot: another secret is never checked with the old key
    const slot = `${accessKeyId}/${date}/${region}/${service}/${credential.principal}/${credential.secret}`
    const kept = signingKeys.get(slot)
    if (kept !== undefined) return kept
    const context = credentialContext(accessKeyId, credential.principal)
    const secret = await keyring.openSecret(claim.accountId, context, credential.secret)
    try {
      const made = signingKey(secret.toString(), date, region, service)
      signingKeys.set(slot, made)
      return made
    } finally {
      secret.fill(0)
    }
  }

  return {
    places({ accountId, signature }) {
      const { accessKeyId } = signature
      const places = [tenantPlace(accountId), credentialPlace(accountId, accessKeyId)]
      const principal = principals.get(accessKeyId)
      if (principal !== undefined) places.push(principalPlace(accountId, principal))
      return places
    },

    async authenticate(claim, request, found, now) {
      const { accountId, signature } = claim
      const { accessKeyId } = signature
      const tenant = await found(tenantPlace(accountId))
      const item = await found(credentialPlace(accountId, accessKeyId))
      const credential = item?.data as unknown as CredentialData | undefined
      if (tenant === undefined || credential?.status !== 'Active') throw unrecognized()
      if (signature.sessionToken !== undefined) throw unrecognized()
      const key = await keyFor(claim, credential)
      verifySignature(signature, request, key, { now, services: SERVICES })
      const { status } = tenant.data as unknown as TenantData
      if (status !== 'active') {
        throw new KmsError('AccessDeniedException', `Account ${accountId} is suspended.`)
      }
      if (credential.principal === 'root') return rootCaller(claim)
      principals.set(accessKeyId, credential.principal)
      const principal = await found(principalPlace(accountId, credential.principal))
      if (principal === undefined) throw unrecognized()
      return principalCaller(claim, principal.data as unknown as PrincipalData)
    },
  }
}

function rootCaller({ accountId, region, signature }: Claim): Caller {
  return {
    accountId,
    type: 'root',
    arn: `arn:${partitionOf(region)}:iam::${accountId}:root`,
    userId: accountId,
    tags: {},
    accessKeyId: signature.accessKeyId,
  }
}

function principalCaller({ accountId, region, signature }: Claim, data: PrincipalData): Caller {
  return {
    accountId,
    type: data.type,
    arn: principalArn(region, accountId, `${data.type}/${data.name}`),
    userId: data.id,
    name: data.name,
    tags: data.tags,
    accessKeyId: signature.accessKeyId,
  }
}

/** @param principal `user/<name>` or `role/<name>` */
export const principalArn = (region: string, accountId: string, principal: string): string =>
  `arn:${partitionOf(region)}:iam::${accountId}:${principal}`
