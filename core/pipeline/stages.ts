import type { Ruling } from '../access/authorize.ts'
import type { Attestation } from '../attestation/attestation.ts'
import type { CallContext } from '../base/call-context.ts'
import type { KmsError } from '../base/errors.ts'
import type { HttpRequest } from '../base/http-message.ts'
import type { Caller } from '../identity/caller.ts'
import type { Claim } from '../identity/claim.ts'
import type { PrincipalData, TenantData } from '../identity/credential.ts'
import type { Key } from '../key/key.ts'
import type { NamedKey } from '../key/resolve.ts'
import type { Route } from '../protocol/protocol.ts'
import type { Found } from '../store/store.ts'

/**
 * What a call is on its way: received → proven → understood → admitted → done. Each stage is a new value
 * made from the one before, so an attempt that lost a race begins again with what was received.
 */

/** What a request's head names: an operation, and who it says it is from. Nothing of it is believed yet. */
export interface Addressed {
  readonly route: Route
  readonly claim: Claim
}

/** A request that names an operation. */
export interface Received extends Addressed {
  readonly request: HttpRequest
  readonly context: CallContext
  /** the input as JSON, not yet looked at, or why it can't be read: only a proven caller is told */
  readonly body: Body
}
export type Body = { readonly json: unknown } | { readonly refusal: KmsError }

/** Its sender is known. */
export interface Proven extends Received {
  readonly caller: Caller
  /** the keys it names, found or not */
  readonly named: ReadonlyMap<string, NamedKey>
  /** answers items that were read along, and reads others */
  readonly found: Found
}

/** Its input is of the operation's shape. */
export interface Understood extends Proven {
  readonly input: unknown
  /** what the request's Recipient has proven, for condition keys and the audit record */
  readonly attestation: Attestation | undefined
  /** of a key that the call makes; '' where it makes none */
  readonly newKeyId: string
}

/** The caller may, and the keys' states and usages let it through. */
export interface Admitted extends Understood {
  readonly keys: Readonly<Record<string, Key>>
  readonly role: PrincipalData | undefined
  readonly roleAccount: TenantData | undefined
}

export interface Done extends Admitted {
  readonly output: unknown
}

/** What one attempt came to, kept for its record also where it is refused on the way. */
export interface Attempt {
  /** the furthest stage that was reached */
  reached: Received & Partial<Done>
  /** keys that the caller may use, by the record's names, as they are admitted */
  readonly keys: Map<string, Key>
  /**
   * what the call is about, for its record: keys of the caller's own account as they are found, of others as
   * they are admitted, by the record's names
   */
  readonly about: Map<string, Key>
  /** every permission that was asked for, in order; the last one is the denial where there is one */
  readonly rulings: Ruling[]
  /** keys of other accounts that were asked for: their owners' trails have the call too */
  readonly foreign: Key[]
  /** another account, whose role was asked for */
  roleAccount?: string
  /** of a repetition under an Idempotency-Key: the answer of the first time, as it was kept */
  kept?: unknown
}

/** A new attempt at a call: nothing of an earlier one is in it. */
export const newAttempt = (received: Received): Attempt => ({
  reached: received,
  keys: new Map(),
  about: new Map(),
  rulings: [],
  foreign: [],
})
