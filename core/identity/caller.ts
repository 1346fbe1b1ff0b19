import type { Principal } from '../policy/request.ts'

/** Who a request comes from, and what of its own limits or permits it. */
export interface Caller extends Principal {
  /** the access key that signed; absent for bearer tokens */
  readonly accessKeyId?: string
  readonly policies: CallerPolicies
  /** Unix ms at which this very request proved a second factor, whatever its session says */
  readonly secondFactorAt?: number
  /** absent for access keys that last */
  readonly session?: CallerSession
  /** who a caller is in AWS for whom AWS has just vouched: AWS STS for the one call that makes a session, AWS IAM for an operator's */
  readonly awsIdentity?: AwsCaller
  /** what its session was made from; absent for access keys that last, and sessions of older releases */
  readonly madeFrom?: Provenance
  /** Unix ms at which sessions of its principal were last revoked */
  readonly revokedAt?: number
  /** as `revokedAt`, of its account */
  readonly accountRevokedAt?: number
}

/** Short-lived credentials, as conditions and further sessions look at them. */
export interface CallerSession {
  /** Unix ms */
  readonly issued: number
  readonly expires: number
  /** whether a second factor was proven, and when: Unix ms */
  readonly mfa: boolean
  readonly mfaAt?: number
  readonly sourceIdentity?: string
  /** ARN of the identity provider that vouched for the caller */
  readonly provider?: string
  /** whom the provider vouched for */
  readonly subject?: string
  /** of a federated user: who federated it, as audit records have it */
  readonly issuer?: FederatingIssuer
  readonly tags: Readonly<Record<string, string>>
  /** session tags that go on to sessions made from this one */
  readonly transitiveTags: Readonly<Record<string, string>>
}

/** Whom AWS says a caller of AWS is. */
export interface AwsCaller {
  readonly account: string
  readonly arn: string
  readonly userId: string
}

export interface FederatingIssuer {
  readonly type: 'IAMUser' | 'Root'
  readonly principalId: string
  readonly arn: string
  readonly accountId: string
  /** absent for root */
  readonly userName?: string
}

/** The policy documents of a caller's own account, as JSON text. */
export interface CallerPolicies {
  /** by name */
  readonly identity: Readonly<Record<string, string>>
  readonly boundary?: string
  /** given when a session was made */
  readonly session?: readonly string[]
}

/**
 * All that a session was made from. It is sealed in the session's token, and each part is read with every
 * call: the session ends with the first that is gone, switched off or revoked.
 */
export interface Provenance {
  /** the lasting access key it all began with; its id carries its account */
  readonly accessKey?: string
  /** the registration of an identity provider it all began with */
  readonly issuer?: ProvenIssuer
  /** whom it stands for, and through whom it was made; nobody twice */
  readonly principals: readonly ProvenPrincipal[]
  /** their accounts; none twice */
  readonly accounts: readonly ProvenAccount[]
}

/** A registration, which is another one where it was deleted and made anew. */
export interface ProvenIssuer {
  readonly accountId: string
  readonly id: string
  /** Unix ms */
  readonly created: number
  /** of one of the whole installation, which is the operator's: the account its token named, and by which value */
  readonly of?: { readonly accountId: string; readonly value?: string }
}

export interface ProvenPrincipal {
  readonly accountId: string
  /** `root`, `user/<name>` or `role/<name>` */
  readonly name: string
  /** AIDA… or AROA…; absent for root */
  readonly id?: string | undefined
  /** the revocation that it was made after: its sessionsValidAfter as it was read then */
  readonly after?: number | undefined
}

export interface ProvenAccount {
  readonly id: string
  /** as that of a principal */
  readonly after?: number | undefined
}
