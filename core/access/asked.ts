import type { CallContext } from '../base/call-context.ts'
import type { Caller } from '../identity/caller.ts'
import type { Key } from '../key/key.ts'
import type { GrantConstraints } from '../policy/grant-terms.ts'
import type { ContextValue } from '../policy/request.ts'

/** One permission asked for, with everything a condition may look at. */
export interface Asked {
  readonly caller: Caller
  readonly context: CallContext
  /** e.g. `kms:ReEncryptFrom` */
  readonly action: string
  readonly input: unknown
  /** the key in question; absent where the action has none */
  readonly key?: Key | undefined
  /** every key of the call, for kms:ReEncryptOnSameKey */
  readonly keys: Readonly<Record<string, Key | undefined>>
  /** the alias by which the request named the key */
  readonly requestAlias?: string | undefined
  /** the aliases of the key, once they were read: see `aliasesWanted` */
  aliases?: readonly string[]
  /** a condition asked for the aliases before they were read */
  aliasesWanted?: boolean
  /** of a role that is to be assumed */
  readonly resourceTags?: Readonly<Record<string, string>> | undefined
  /** `thing` where these are of neither a user nor a role: AWS IAM has no iam:ResourceTag of others */
  readonly tagsOf?: 'thing' | undefined
  /**
   * condition keys that are given, by name in lower case: claims of a verified identity token (e.g.
   * `idp.example.com:sub`), or what an explanation supposes
   */
  readonly given?: ReadonlyMap<string, ContextValue> | undefined
  /** values of a verified attestation document, by condition key name in lower case */
  readonly attestation?: ReadonlyMap<string, string> | undefined
  /** the grant of the key that decides instead of its policy */
  readonly grantId?: string | undefined
  /** constraints of that grant, once it was read */
  constraints?: GrantConstraints | undefined
}
