import type { KeyObject } from 'node:crypto'
import { BoundedCache } from '../base/bounded-cache.ts'
import { KmsError } from '../base/errors.ts'
import type { HttpRequest } from '../base/http-message.ts'
import type { Keyring } from '../key/keyring.ts'
import { readSignature, type Signature, signingKey, verifySignature } from '../signature/sigv4.ts'
import type { Found } from '../store/store.ts'
import type { Caller } from './caller.ts'
import { type Circumstances, type Claim, type OwnProof, unrecognized } from './claim.ts'
import { principalPlace, tenantItem, tenantPlace } from './credential.ts'
import { principalCaller, principalOf } from './principal-caller.ts'
import { prefixOfAccessKey, xksCredentialContext } from './xks-access.ts'
import {
  type XksAccess,
  type XksCredential,
  xksAccessItem,
  xksAccessPlace,
} from './xks-access-item.ts'

/** The account is suspended: to AWS KMS the key store is blocked, whichever key was asked for. */
export class Blocked extends KmsError {
  constructor() {
    super('AccessDeniedException', 'The account is suspended.')
  }
}

/** Reads who a request of an external key store claims to come from. */
export type XksClaims = (request: HttpRequest, prefix: string) => Claim

export interface XksProofOptions {
  readonly keyring: Pick<Keyring, 'openSecret'>
  /** most signing keys kept, and the ms they are kept */
  readonly capacity: number
  readonly lifetime: number
  /** the service of the credential scope */
  readonly service: string
}

/**
 * How credentials of external key stores are proven: Signature Version 4 in the header, for a service of
 * their own. They open nothing else, and no access key opens this.
 */
export function xksClaims({ keyring, capacity, lifetime, service }: XksProofOptions): XksClaims {
  const signingKeys = new BoundedCache<KeyObject>({ capacity, lifetime })
  /** prefix → principal: a guess of what to read along, checked against what is read */
  const principals = new BoundedCache<string>({ capacity })

  async function keyFor(
    accountId: string,
    { accessKeyId, date, region }: Signature,
    { secret: wrapped }: XksCredential,
    { principal }: Pick<XksAccess, 'principal'>,
  ): Promise<KeyObject> {
    // the wrapped secret is part of the slot: another secret is never checked with the old key
    const slot = `${accessKeyId}/${date}/${region}/${principal}/${wrapped}`
    const kept = signingKeys.get(slot)
    if (kept !== undefined) return kept
    const context = xksCredentialContext(accessKeyId, { principal, region })
    const secret = await keyring.openSecret(accountId, context, wrapped)
    try {
      const made = signingKey(secret.toString(), date, region, service)
      signingKeys.set(slot, made)
      return made
    } finally {
      secret.fill(0)
    }
  }

  return (request, prefix) => {
    const signature = readXksSignature(request)
    const named = prefixOfAccessKey(signature.accessKeyId)
    // another's prefix, and one that is nobody's, are not even looked for
    if (named === undefined || named.prefix !== prefix) throw unrecognized()
    const { accountId } = named
    const { accessKeyId, region } = signature
    const guess = principals.get(prefix)
    const home = { accountId, region }
    const proof: OwnProof = {
      kind: 'own',
      accessKeyId,
      places: [
        tenantPlace(accountId),
        xksAccessPlace(accountId, prefix),
        ...(guess === undefined ? [] : [principalPlace(accountId, guess)]),
      ],
      named: async (found) => {
        const item = await found(xksAccessPlace(accountId, prefix))
        const data = item && xksAccessItem.read(item)
        const there = data?.credentials.some((one) => one.accessKeyId === accessKeyId)
        return there === true ? data?.principal : undefined
      },
      authenticate: (found, circumstances, serves) => authenticate(found, circumstances, serves),
    }

    async function authenticate(
      found: Found,
      { request: sent, context: { signatureTime } }: Circumstances,
      serves: (region: string) => boolean,
    ): Promise<Caller> {
      const tenant = await found(tenantPlace(accountId))
      const item = await found(xksAccessPlace(accountId, prefix))
      const data = item && xksAccessItem.read(item)
      const credential = data?.credentials.find((one) => one.accessKeyId === accessKeyId)
      if (tenant === undefined || data === undefined || credential === undefined) {
        throw unrecognized()
      }
      // it is of the Region of its key store, wherever its item has come
      if (data.region !== region) throw unrecognized()
      const { principal, principalId } = data
      const key = await keyFor(accountId, signature, credential, data)
      verifySignature(signature, sent, key, { now: signatureTime, services: [service], serves })
      if (tenantItem.read(tenant).status !== 'active') throw new Blocked()
      principals.set(prefix, principal)
      const whom = await principalOf(accountId, principal, principalId, found)
      if (whom === undefined) throw unrecognized()
      return principalCaller(home, whom, accessKeyId)
    }

    return { accountId, region, proof }
  }
}

/**
 * Reads a signature of AWS KMS: in the header, over the host and the date at least, and without a session.
 * @throws KmsError as `readSignature`, IncompleteSignatureException
 */
function readXksSignature(request: HttpRequest): Signature {
  const signature = readSignature(request)
  const { signedHeaders, presigned, sessionToken } = signature
  const twice = new Set(signedHeaders).size !== signedHeaders.length
  if (presigned || sessionToken !== undefined || twice || !signedHeaders.includes('x-amz-date')) {
    throw new KmsError(
      'IncompleteSignatureException',
      'The Authorization header must sign host and x-amz-date, each once.',
    )
  }
  return signature
}
