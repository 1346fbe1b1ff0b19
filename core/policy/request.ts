import { type EncryptionContext, MAX_CONTEXT_LENGTH } from '../crypto/encryption-context.ts'
import type { Spend } from './glob.ts'
import type { GrantTerms } from './grant-terms.ts'
import { type StepBudget, UnfinishedDecision } from './steps.ts'

/** Who asks, as policies name it. Every `Caller` with its role's ARN is one. */
export interface Principal {
  readonly accountId: string
  readonly type: 'root' | 'user' | 'role' | 'assumed-role' | 'federated-user'
  /**
   * arn:aws:iam::<account>:root | user/… | role/…, or arn:aws:sts::<account>:assumed-role/<role>/<session> |
   * federated-user/<name>
   */
  readonly arn: string
  /** whose session it is, with the path: of an assumed role the role, of a federated user the user */
  readonly roleArn?: string
  /** ARNs that a user had before: grants to it may be stored by one of them */
  readonly formerArns?: readonly string[]
  readonly userId: string
  /**
   * unique id of the user, or of the role (of a session) or user (of a federated one), which names in policies
   * are compared with; absent for root, whom it federated, and for what is no user or role
   */
  readonly principalId?: string
  /** user or role name; absent for root */
  readonly name?: string
  readonly tags: Readonly<Record<string, string>>
}

/** What a condition key may hold; several values, or none, for multivalued keys. */
export type ContextValue = string | readonly string[] | undefined

/** The condition keys of one request. */
export interface ConditionContext {
  /** @param name in lower case: names of condition keys are not case-sensitive */
  get(name: string): ContextValue
  /** is told of the work that matching takes; absent where nobody counts */
  readonly spend?: Spend
}

/** One question: may this principal do this to that? */
export interface AccessRequest {
  readonly principal: Principal
  /** e.g. `kms:Encrypt` */
  readonly action: string
  /** key ARN, alias ARN, role ARN, or '*' where the action has no resource */
  readonly resource: string
  /** the account that owns the resource; the principal's own for '*' */
  readonly resourceAccountId: string
  readonly context: ConditionContext
  /** whether the principal has a permissions boundary: a Deny by NotPrincipal then spares nobody */
  readonly bounded?: boolean
  /** of a cryptographic request, for the constraints of grants */
  readonly encryptionContext?: EncryptionContext | undefined
  /** of CreateGrant: what the new grant would permit; a grant that lets it be made must permit as much */
  readonly newGrant?: GrantTerms | undefined
  /** the resource is known only from a ciphertext, so a stranger's denial doesn't name it */
  readonly fromCiphertext?: boolean
}

/** Reads a condition key from whatever a request is kept in. */
export type ContextReader<C> = (call: C) => ContextValue
/** Reads one of a family of condition keys; `name` is what follows the prefix, in lower case. */
export type FamilyReader<C> = (call: C, name: string) => ContextValue

/**
 * Builds a factory of lazily read contexts, once: a request then costs one small object, and each key only
 * what reading it costs.
 *
 * @param keys by name, in any case, e.g. `aws:SourceIp`
 * @param families by prefix with its last '/' or ':', e.g. `aws:PrincipalTag/`
 */
export function contextTable<C>(
  keys: Readonly<Record<string, ContextReader<C>>>,
  families: Readonly<Record<string, FamilyReader<C>>>,
): (call: C) => ConditionContext {
  const readers = new Map(Object.entries(keys).map(([name, read]) => [name.toLowerCase(), read]))
  const prefixes = Object.entries(families).map(
    ([prefix, read]) => [prefix.toLowerCase(), read] as const,
  )
  const read = (call: C, name: string): ContextValue => {
    const reader = readers.get(name)
    if (reader !== undefined) return reader(call)
    for (const [prefix, family] of prefixes) {
      if (name.startsWith(prefix)) return family(call, name.slice(prefix.length))
    }
    return undefined
  }
  return (call) => ({ get: (name) => read(call, name) })
}

/** bytes of UTF-8 in one value of a condition key */
export const MAX_CONDITION_VALUE = 2048

/** steps of asking for the value of a key that has been read */
const ASKING = 8

/** the encryption context has its own bound, of 8,192 bytes in all, as it is decoded */
const ENCRYPTION_CONTEXT = /^kms:encryptioncontext(?:keys$|:)/

/**
 * The context of one decision: reads each key of another at most once, as many statements ask for the same
 * few, and counts the work.
 *
 * A value beyond its bound ends the decision where a statement asks for it: cut, it could make a Deny miss;
 * left out, it could make an Allow of a negated operator match.
 */
export function countingContext(
  context: ConditionContext,
  { spend }: StepBudget,
): ConditionContext {
  const known = new Map<string, ContextValue>()
  return {
    spend,
    get: (name) => {
      spend(ASKING)
      let value = known.get(name)
      if (value === undefined && !known.has(name)) {
        value = context.get(name)
        if (!isBounded(name, value)) throw new UnfinishedDecision('value')
        known.set(name, value)
      }
      return value
    },
  }
}

function isBounded(name: string, value: ContextValue): boolean {
  if (value === undefined) return true
  const most = ENCRYPTION_CONTEXT.test(name) ? MAX_CONTEXT_LENGTH : MAX_CONDITION_VALUE
  const values = typeof value === 'string' ? [value] : value
  return values.every((one) => one.length <= most && Buffer.byteLength(one) <= most)
}

/** A context of values that are at hand; names in any case. */
export function conditionContext(values: Readonly<Record<string, ContextValue>>): ConditionContext {
  const byName = new Map(Object.entries(values).map(([name, v]) => [name.toLowerCase(), v]))
  return { get: (name) => byName.get(name) }
}

/**
 * The value of a name in a record, ignoring the name's case, as condition keys such as
 * `aws:PrincipalTag/<key>` and `kms:EncryptionContext:<key>` do; all values where names differ by case alone.
 *
 * @param name in lower case
 */
export function valueIgnoringCase(
  record: Readonly<Record<string, string>>,
  name: string,
): ContextValue {
  const names = Object.keys(record)
  const found =
    names.length > MANY_NAMES
      ? (byLowerCase(record).get(name) ?? [])
      : names.flatMap((key) =>
          key.length === name.length && key.toLowerCase() === name ? [record[key] ?? ''] : [],
        )
  return found.length > 1 ? found : found[0]
}

/** names that are looked through for each that is asked for; more are sorted out once */
const MANY_NAMES = 16
const sorted = new WeakMap<Readonly<Record<string, string>>, ReadonlyMap<string, string[]>>()

/** Values by their names in lower case, of which an encryption context may have thousands. */
function byLowerCase(record: Readonly<Record<string, string>>): ReadonlyMap<string, string[]> {
  const known = sorted.get(record)
  if (known !== undefined) return known
  const byName = new Map<string, string[]>()
  for (const [key, value] of Object.entries(record)) {
    const name = key.toLowerCase()
    // as one by one: no letter that has more of them in lower case
    if (name.length !== key.length) continue
    const values = byName.get(name)
    if (values === undefined) byName.set(name, [value])
    else values.push(value)
  }
  sorted.set(record, byName)
  return byName
}
