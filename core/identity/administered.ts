import type { ContextValue } from '../policy/request.ts'
import type { Found } from '../store/store.ts'
import type { Caller } from './caller.ts'

/** An account, or somebody or something of it, as an administrative action is asked on it. */
export interface AdministeredResource {
  /** 12 digits; `*` of an account whose id is not drawn yet */
  readonly accountId: string
  /** `*` for none in particular, `root` for the account itself or its root, `user<path><name>`, `role<path><name>`, `oidc-provider/<name>` */
  readonly name: string
  /** as a refusal names it, where the name says what the request did not */
  readonly told?: string
  /** of what is there: for aws:ResourceTag and iam:ResourceTag */
  readonly tags?: Readonly<Record<string, string>>
  /** condition keys that are about it, by name in lower case */
  readonly given?: ReadonlyMap<string, ContextValue>
}

/** One, or several on each of which it must be allowed. */
export type AdministeredOn = AdministeredResource | readonly AdministeredResource[]

/** What an administrative action is about: policies of the caller must allow it on that. */
export interface Administered<I> {
  /** the ARN, in words, for docs/api.md */
  readonly says: string
  /** the action that must be allowed on it; the operation's own unless given */
  readonly action?: string
  of(input: I, found: Found, caller: Caller): AdministeredOn | Promise<AdministeredOn>
  /** further actions that must be allowed on it, since the operation does their work too */
  also?(input: I): readonly string[]
}
