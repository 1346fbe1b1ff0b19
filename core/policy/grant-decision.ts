import { KmsError } from '../base/errors.ts'
import type { EncryptionContext } from '../crypto/encryption-context.ts'
import {
  type GrantConstraints,
  type GrantOperation,
  type GrantTerms,
  givenConstraints,
  storedConstraints,
} from './grant-terms.ts'
import { type Directness, directnessOf, isPrincipalArn } from './principal-element.ts'
import type { AccessRequest } from './request.ts'

/** A grant, as far as deciding goes. It is for exactly one key; the caller brings grants of the key in question. */
export interface Grant extends GrantTerms {
  readonly id: string
  /** ARN of an account's root, a user, a role or a role session */
  readonly granteePrincipal: string
  readonly retiringPrincipal?: string | undefined
  /** whom the two ARNs meant when the grant was made (meaning.ts); absent in older grants, and for an account's root */
  readonly granteeMeant?: string | undefined
  readonly retiringMeant?: string | undefined
  /** the account whose principal made the grant: ARN of its root */
  readonly issuingAccount: string
}

/** What a request must say for grants; see `AccessRequest`. */
export type GrantUse = Pick<
  AccessRequest,
  'action' | 'principal' | 'encryptionContext' | 'newGrant'
>

/** Operations without an encryption context, to which constraints don't apply (API_GrantConstraints). */
const UNCONSTRAINED: ReadonlySet<GrantOperation> = new Set([
  'CreateGrant',
  'DescribeKey',
  'GetPublicKey',
  'RetireGrant',
])

/**
 * Whether a grant permits a request: the principal is its grantee, the operation is among its operations, the
 * encryption context satisfies its constraints, and a grant to be made by CreateGrant is no wider than it.
 *
 * @returns how directly the grantee principal names who asks, as for a key policy (an account as grantee
 *   leaves the rest to that account's identity policies); undefined where the grant doesn't permit it
 */
export function grantAllows(grant: Grant, use: GrantUse): Directness | undefined {
  const operation = grant.operations.find((one) => `kms:${one}` === use.action)
  if (operation === undefined) return undefined
  if (
    !UNCONSTRAINED.has(operation) &&
    !satisfies(use.encryptionContext, storedConstraints(grant.constraints))
  ) {
    return undefined
  }
  if (
    operation === 'CreateGrant' &&
    (use.newGrant === undefined || !isNoWider(use.newGrant, grant))
  ) {
    return undefined
  }
  return directnessOf(grant.granteeMeant ?? grant.granteePrincipal, use.principal)
}

/**
 * Whether a grant (child) permits no more than another (parent): operations among the parent's, constraints at
 * least as strict (KMS Developer Guide, "Granting CreateGrant permission"): pairs may be added to a subset,
 * a subset may become an equality, not the reverse.
 */
export function isNoWider(child: GrantTerms, parent: GrantTerms): boolean {
  if (!child.operations.every((operation) => parent.operations.includes(operation))) return false
  const { EncryptionContextEquals: equal, EncryptionContextSubset: subset } =
    storedConstraints(parent.constraints) ?? {}
  const { EncryptionContextEquals: childEqual, EncryptionContextSubset: childSubset } =
    givenConstraints(child.constraints) ?? {}
  if (equal !== undefined) {
    if (childEqual === undefined || !includes(childEqual, equal) || !includes(equal, childEqual)) {
      return false
    }
  }
  return subset === undefined || includes(childEqual, subset) || includes(childSubset, subset)
}

/** Whether `pairs` has each pair of `wanted`, letter by letter. */
function includes(
  pairs: Readonly<Record<string, string>> | undefined,
  wanted: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).every(
    ([name, value]) => pairs !== undefined && Object.hasOwn(pairs, name) && pairs[name] === value,
  )
}

/**
 * Whether an encryption context satisfies the constraints (API_GrantConstraints): names without regard to
 * case, values exactly. Where the context has names that differ by case alone, the one spelled as in the
 * constraint counts, or else all of them, so that a second spelling never satisfies what the first doesn't.
 */
function satisfies(context: EncryptionContext = {}, constraints: GrantConstraints = {}): boolean {
  const { EncryptionContextEquals: equal, EncryptionContextSubset: subset } = constraints
  if (equal !== undefined) {
    if (Object.keys(equal).length !== Object.keys(context).length) return false
    if (!hasPairs(context, equal) || !hasPairs(equal, context)) return false
  }
  return subset === undefined || hasPairs(context, subset)
}

function hasPairs(context: EncryptionContext, wanted: EncryptionContext): boolean {
  return Object.entries(wanted).every(([name, value]) => {
    if (Object.hasOwn(context, name)) return context[name] === value
    const variants = valuesByFolded(context).get(name.toLowerCase()) ?? []
    return variants.length > 0 && variants.every((actual) => actual === value)
  })
}

/** for a request's context, which thousands of grants may be compared with */
const folded = new WeakMap<EncryptionContext, ReadonlyMap<string, readonly string[]>>()

/** The values of a context by their names in lower case. */
function valuesByFolded(context: EncryptionContext): ReadonlyMap<string, readonly string[]> {
  const known = folded.get(context)
  if (known !== undefined) return known
  const values = new Map<string, string[]>()
  for (const [name, value] of Object.entries(context)) {
    const lower = name.toLowerCase()
    const variants = values.get(lower)
    if (variants === undefined) values.set(lower, [value])
    else variants.push(value)
  }
  folded.set(context, values)
  return values
}

/**
 * Checks the form of a grantee or retiring principal: ARN of an account's root, a user, a role or a role
 * session. Whether it exists is the caller's to know.
 *
 * @throws KmsError InvalidArnException
 */
export function checkGrantPrincipal(arn: string): void {
  if (!isPrincipalArn(arn)) {
    throw new KmsError('InvalidArnException', `ARN does not refer to a valid principal: ${arn}`)
  }
}
