import type { Principal } from '../policy/request.ts'

/** Who a request comes from, and what of its own limits or permits it. */
export interface Caller extends Principal {
  /** the access key that signed; absent for bearer tokens */
  readonly accessKeyId?: string
  readonly policies: CallerPolicies
  /** absent for access keys that last */
  readonly session?: CallerSession
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
  readonly tags: Readonly<Record<string, string>>
  /** session tags that go on to sessions made from this one */
  readonly transitiveTags: Readonly<Record<string, string>>
}

/** The policy documents of a caller's own account, as JSON text. */
export interface CallerPolicies {
  /** by name */
  readonly identity: Readonly<Record<string, string>>
  readonly boundary?: string
  /** given when a session was made */
  readonly session?: readonly string[]
}
