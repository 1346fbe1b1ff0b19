import type { Ruling } from '../access/authorize.ts'
import type { Attestation } from '../attestation/attestation.ts'
import type { CallContext } from '../base/call-context.ts'
import type { HttpRequest } from '../base/http-message.ts'
import type { Caller } from '../identity/caller.ts'
import type { Key } from '../key/key.ts'
import type { Route } from '../protocol/protocol.ts'

/** What is learnt of a call on its way, for the answer and for the audit record. */
export interface Call {
  readonly request: HttpRequest
  readonly route: Route
  readonly context: CallContext
  input: unknown
  /** what the request's Recipient has proven, for condition keys and the audit record */
  attestation?: Attestation
  caller?: Caller
  keys: Record<string, Key | undefined>
  /** every permission that was asked for, in order; the last one is the denial where there is one */
  rulings: Ruling[]
  /** keys of other accounts that were asked for: their owners' trails have the call too */
  foreign: Key[]
  /** another account, whose role was asked for */
  roleAccount?: string
  output?: unknown
}
