import { isAccountId, isRegion } from '../base/arn.ts'
import type { CallContext } from '../base/call-context.ts'
import { KmsError } from '../base/errors.ts'
import type { HttpRequest } from '../base/http-message.ts'
import { readSignature, type Signature } from '../signature/sigv4.ts'
import type { Found, ItemKey } from '../store/store.ts'
import type { Caller } from './caller.ts'
import { accountOfAccessKey } from './credential.ts'

/** What a request says of its sender, before anything is believed. */
export interface Claim {
  readonly accountId: string
  readonly region: string
  readonly proof: SignatureProof | TokenProof | AwsIdentityProof | OwnProof
}

/** Signature Version 4, with or without a session token. */
export interface SignatureProof {
  readonly kind: 'signature'
  readonly signature: Signature
  /** credential scope services it may be signed for; the first is named in a refusal */
  readonly services: readonly string[]
}

/** A token of an OpenID Connect issuer that the account has registered. */
export interface TokenProof {
  readonly kind: 'token'
  readonly token: string
  /** ARN of the role to act as, where the request names it; the issuer's registration does otherwise */
  readonly roleArn?: string
  /** name of the session, where the request gives it; the token's subject otherwise */
  readonly sessionName?: string
}

/** A signed GetCallerIdentity request of AWS STS, for the one operation that makes a session of it. */
export interface AwsIdentityProof {
  readonly kind: 'aws-identity'
  readonly token: string
}

/** A credential of a kind of its own, which brings along how it is proven (xks-proof.ts, iam-operator-claim.ts). */
export interface OwnProof {
  readonly kind: 'own'
  /** by which it is counted where it is not proven */
  readonly accessKeyId: string
  /** what to read to check it */
  readonly places: readonly ItemKey[]
  /** whom the credential stands for, as `role/<name>`, where there is one of the id that was named */
  named(found: Found): Promise<string | undefined>
  /** @param serves whether the credential scope's Region is answered for @throws KmsError as `Authenticator` */
  authenticate(
    found: Found,
    circumstances: Circumstances,
    serves: (region: string) => boolean,
  ): Promise<Caller>
}

/** What a claim is checked against beside the store. */
export interface Circumstances {
  readonly request: HttpRequest
  readonly context: CallContext
  /** whether it changes something or issues a credential: presigned it holds for minutes only */
  readonly consequential: boolean
}

/** Signed for these, a request is one for keys, whichever face it came by. */
export const KMS_SERVICES: readonly string[] = ['kms', 'execute-api']

/** AWS's one answer to every credential that is not there, inactive, or not what it says it is. */
export const unrecognized = (): KmsError =>
  new KmsError(
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  )

/** AWS's answer to short-lived credentials whose time is over, or was made to be. */
export const expired = (): KmsError =>
  new KmsError('ExpiredTokenException', 'The security token included in the request is expired')

/**
 * Reads who a signed request claims to come from.
 * @throws KmsError MissingAuthenticationTokenException, IncompleteSignatureException,
 *   InvalidSignatureException; UnrecognizedClientException for an access key id that can't be ours
 */
export function signatureClaim(request: HttpRequest, services: readonly string[]): Claim {
  const signature = readSignature(request)
  const accountId = accountOfAccessKey(signature.accessKeyId)
  if (accountId === undefined) throw unrecognized()
  return { accountId, region: signature.region, proof: { kind: 'signature', signature, services } }
}

const BEARER = /^bearer +([\w.~+/-]+=*) *$/i

/**
 * Reads the bearer token of a REST request (RFC 6750 §2.1). An issuer may be registered by several
 * accounts and a token names no Region, so headers do: `x-tenkey-account`, and `x-tenkey-region`
 * where it is not the service's own.
 * @param home the service's own Region
 * @param kind of token that the operation takes
 * @returns undefined where the request has another scheme, or none
 * @throws KmsError IncompleteSignatureException where a part is missing or malformed
 */
export function bearerClaim(
  { headers }: HttpRequest,
  home: string,
  kind: (TokenProof | AwsIdentityProof)['kind'] = 'token',
): Claim | undefined {
  const { authorization } = headers
  if (authorization === undefined || !/^bearer\b/i.test(authorization)) return undefined
  const token = BEARER.exec(authorization)?.[1]
  const accountId = headers['x-tenkey-account'] ?? ''
  const region = headers['x-tenkey-region'] ?? home
  if (token === undefined) throw incomplete('The Authorization header holds no bearer token.')
  if (!isAccountId(accountId)) {
    throw incomplete(
      'A bearer token needs the header x-tenkey-account: an account id of 12 digits.',
    )
  }
  if (!isRegion(region)) throw incomplete('The header x-tenkey-region names no Region.')
  return { accountId, region, proof: { kind, token } }
}

const incomplete = (message: string) => new KmsError('IncompleteSignatureException', message)
