import type { CompiledPolicy, CompiledStatement } from './compile.ts'
import type { PolicyEffect } from './document.ts'
import { type Grant, grantAllows } from './grant-decision.ts'
import { COMPARING } from './pattern.ts'
import type { Directness } from './principal-element.ts'
import { type AccessRequest, countingContext, MAX_CONDITION_VALUE } from './request.ts'
import { StepBudget, type Unfinished, UnfinishedDecision } from './steps.ts'

/** A policy by the name people know it by, e.g. that of an inline policy. */
export interface NamedPolicy {
  readonly name: string
  readonly policy: CompiledPolicy
}

/** Everything that has a say in a request. */
export interface AccessPolicies {
  /**
   * Key policy of the key, trust policy of the role. `none` for what has no policy of its own (aliases, and
   * '*'): then identity policies alone decide, within one account. For a key that isn't there: NO_ACCESS.
   */
  readonly resourcePolicy: CompiledPolicy | 'none'
  /** of the user, or of the role of a session; of their groups too */
  readonly identityPolicies: readonly NamedPolicy[]
  readonly permissionsBoundary?: NamedPolicy | undefined
  /** passed when the session was made; absent or empty where none was, and then nothing is limited */
  readonly sessionPolicies?: readonly NamedPolicy[] | undefined
  /** grants of this key that may name the principal; others do no harm */
  readonly grants: readonly Grant[]
}

/** Which side of the evaluation a statement stands on, or is missing from. */
export type PolicySource =
  | 'resource-policy'
  | 'identity-policy'
  | 'permissions-boundary'
  | 'session-policy'

/** One thing a decision rests on. */
export type Basis =
  | {
      readonly kind: 'statement'
      readonly source: PolicySource
      /** of a NamedPolicy; `default`, the only name a key policy has, for the resource's */
      readonly policy: string
      readonly effect: PolicyEffect
      /** place in the document, from 0 */
      readonly index: number
      readonly sid?: string
    }
  | { readonly kind: 'grant'; readonly grantId: string }
  /** the root of an account: its own account allows it everything */
  | { readonly kind: 'account-root'; readonly accountId: string }
  /** no statement of this source allows it */
  | { readonly kind: 'missing'; readonly source: PolicySource }
  /** not every statement was looked at: a Deny may be among the others, so everything is denied */
  | { readonly kind: 'unfinished'; readonly why: Unfinished }

export interface Decision {
  readonly allowed: boolean
  /**
   * What decided: the Deny statement, the missing side, or everything that was needed to allow. In a decision
   * across accounts what names the resource's side is for the records of the resource's account only.
   */
  readonly by: readonly Basis[]
  /** the same in words, for audit records and explanations; says nothing that `by` doesn't */
  readonly reason: string
  /** the resource is another account's */
  readonly crossAccount: boolean
}

/**
 * Decides as AWS does (IAM User Guide, "Policy evaluation logic"; KMS Developer Guide, "Troubleshooting key
 * access"):
 *
 * 1. A Deny statement that applies, wherever it stands, decides.
 * 2. The resource's policy or a grant must allow it; for a resource without policy, its own account does.
 * 3. Within one account what names the user, session or root itself, or everyone, is enough; what names the
 *    role of a session is limited by session policies and permissions boundary; what names the account leaves
 *    it to identity policies.
 * 4. Identity policies, permissions boundary and session policies must each allow it where the account was
 *    named, and always across accounts. An account's root has none of them and is allowed.
 *
 * What takes more steps than the budget has, or asks for a condition key whose value is beyond its bound, is
 * denied.
 *
 * @param budget counts the steps
 */
export function decide(
  asked: AccessRequest,
  policies: AccessPolicies,
  budget: StepBudget = new StepBudget(),
): Decision {
  const request = {
    ...asked,
    bounded: policies.permissionsBoundary !== undefined,
    context: countingContext(asked.context, budget),
  }
  const crossAccount = request.principal.accountId !== request.resourceAccountId
  try {
    return judge(request, policies, crossAccount)
  } catch (error) {
    if (!(error instanceof UnfinishedDecision)) throw error
    return decision(false, [{ kind: 'unfinished', why: error.why }], crossAccount)
  }
}

function judge(request: AccessRequest, policies: AccessPolicies, crossAccount: boolean): Decision {
  const { resourcePolicy } = policies
  const ownDenial = findOwnDenial(request, policies)
  const denial = (crossAccount ? undefined : ownDenial) ?? findDenial(request, resourcePolicy)
  if (denial !== undefined) return decision(false, [denial], crossAccount)
  if (resourcePolicy === 'none' && !crossAccount) {
    return conclude([], callerSide(request, policies), crossAccount)
  }
  const entitlement = findEntitlement(request, resourcePolicy, policies.grants)
  if (entitlement === undefined) {
    return decision(false, [lackingFirst(request, policies, crossAccount)], crossAccount)
  }
  // Only now across accounts: a Deny of theirs may ask for tags of a key that strangers know nothing of.
  if (ownDenial !== undefined) return decision(false, [ownDenial], crossAccount)
  const { basis, directness } = entitlement
  if (crossAccount || directness === 'account') {
    return conclude([basis], callerSide(request, policies), crossAccount)
  }
  const limits = directness === 'role' ? limitsOf(request, policies) : []
  return conclude([basis], limits, crossAccount)
}

/**
 * What is said to lack where the resource's side gives nothing. Of a role of the caller's own account what its own
 * policies don't allow comes first: who may assume nothing would learn which roles are there.
 */
function lackingFirst(
  request: AccessRequest,
  policies: AccessPolicies,
  crossAccount: boolean,
): Basis {
  const own = !crossAccount && request.action.startsWith('sts:')
  const identity = own ? callerSide(request, policies)[0] : undefined
  return identity?.kind === 'missing' ? identity : missing('resource-policy')
}

/** Ends with what must all hold: the first thing missing denies. */
function conclude(
  granted: readonly Basis[],
  needed: readonly Basis[],
  crossAccount: boolean,
): Decision {
  const lacking = needed.find(({ kind }) => kind === 'missing')
  return lacking === undefined
    ? decision(true, [...granted, ...needed], crossAccount)
    : decision(false, [lacking], crossAccount)
}

/** The first Deny on the caller's own side. */
function findOwnDenial(request: AccessRequest, policies: AccessPolicies): Basis | undefined {
  const { identityPolicies, permissionsBoundary, sessionPolicies = [] } = policies
  for (const { name, policy } of identityPolicies) {
    const statement = policy.findDeny(request)
    if (statement !== undefined) return basisOf('identity-policy', name, statement)
  }
  if (permissionsBoundary !== undefined) {
    const statement = permissionsBoundary.policy.findDeny(request)
    if (statement !== undefined) {
      return basisOf('permissions-boundary', permissionsBoundary.name, statement)
    }
  }
  for (const { name, policy } of sessionPolicies) {
    const statement = policy.findDeny(request)
    if (statement !== undefined) return basisOf('session-policy', name, statement)
  }
  return undefined
}

/** The first Deny of the resource's policy. */
function findDenial(
  request: AccessRequest,
  policy: AccessPolicies['resourcePolicy'],
): Basis | undefined {
  const statement = policy === 'none' ? undefined : policy.findDeny(request)
  return statement && basisOf('resource-policy', 'default', statement)
}

interface Entitlement {
  readonly basis: Basis
  readonly directness: Directness
}

const RANK: Readonly<Record<Directness, number>> = { account: 0, role: 1, self: 2 }

/** The most direct permission on the resource's side; what suffices for a less direct one suffices for it. */
function findEntitlement(
  request: AccessRequest,
  resourcePolicy: AccessPolicies['resourcePolicy'],
  grants: readonly Grant[],
): Entitlement | undefined {
  if (resourcePolicy === 'none') return undefined
  const allowance = resourcePolicy.findAllow(request)
  let best: Entitlement | undefined = allowance && {
    basis: basisOf('resource-policy', 'default', allowance.statement),
    directness: allowance.directness,
  }
  for (const grant of grants) {
    if (best?.directness === 'self') break
    request.context.spend?.(COMPARING)
    const directness = grantAllows(grant, request)
    if (directness === undefined) continue
    if (best === undefined || RANK[directness] > RANK[best.directness]) {
      best = { basis: { kind: 'grant', grantId: grant.id }, directness }
    }
  }
  return best
}

/** Everything the caller's account must say. */
function callerSide(request: AccessRequest, policies: AccessPolicies): readonly Basis[] {
  const { principal } = request
  if (principal.type === 'root') {
    return [{ kind: 'account-root', accountId: principal.accountId }]
  }
  const identity = findAllow('identity-policy', request, policies.identityPolicies)
  return [identity, ...limitsOf(request, policies)]
}

/** What limits a principal without giving it anything. */
function limitsOf(request: AccessRequest, policies: AccessPolicies): Basis[] {
  const { permissionsBoundary, sessionPolicies = [] } = policies
  const limits: Basis[] = []
  if (permissionsBoundary !== undefined) {
    limits.push(findAllow('permissions-boundary', request, [permissionsBoundary]))
  }
  if (sessionPolicies.length > 0) {
    limits.push(findAllow('session-policy', request, sessionPolicies))
  }
  return limits
}

function findAllow(
  source: PolicySource,
  request: AccessRequest,
  policies: readonly NamedPolicy[],
): Basis {
  for (const { name, policy } of policies) {
    const allowance = policy.findAllow(request)
    if (allowance !== undefined) return basisOf(source, name, allowance.statement)
  }
  return missing(source)
}

const missing = (source: PolicySource): Basis => ({ kind: 'missing', source })

function basisOf(source: PolicySource, policy: string, statement: CompiledStatement): Basis {
  const { effect, index, sid } = statement
  const basis = { kind: 'statement', source, policy, effect, index } as const
  return sid === undefined ? basis : { ...basis, sid }
}

const decision = (allowed: boolean, by: readonly Basis[], crossAccount: boolean): Decision => ({
  allowed,
  by,
  reason: reasonOf(allowed, by),
  crossAccount,
})

const reasonOf = (allowed: boolean, by: readonly Basis[]): string =>
  `${allowed ? 'Allowed' : 'Denied'}: ${by.map(inWords).join('; ')}.`

/** About a key of another account that is suspended: none of its policies is asked. */
export const SUSPENDED: Decision = {
  allowed: false,
  by: [{ kind: 'unfinished', why: 'suspended' }],
  crossAccount: true,
  reason: "Denied: the key's account is suspended.",
}

/** Whether it is no decision, but what was looked at when there were no steps left. */
export const isUnfinished = ({ by }: Decision): boolean =>
  by.some(({ kind }) => kind === 'unfinished')

/** How far a decision came may tell of both sides' policies and of the key's tags: it is the owner's to know. */
export const isOwners = (basis: Basis): boolean =>
  basis.kind === 'grant' ||
  basis.kind === 'unfinished' ||
  (basis.kind !== 'account-root' && basis.source === 'resource-policy')

/**
 * What one side of a decision across accounts may know of it: the resource's owner what its policy and grants
 * say, the caller's account what its own policies say; no reason where the other side alone decided.
 */
export function knownTo(
  side: 'owner' | 'caller',
  { allowed, by, reason, crossAccount }: Decision,
): { readonly allowed: boolean; readonly reason?: string } {
  if (!crossAccount) return { allowed, reason }
  const known = by.filter((basis) => isOwners(basis) === (side === 'owner'))
  return known.length === 0 ? { allowed } : { allowed, reason: reasonOf(allowed, known) }
}

const SOURCE_NAMES: Readonly<Record<PolicySource, string>> = {
  'resource-policy': 'resource-based policy',
  'identity-policy': 'identity-based policy',
  'permissions-boundary': 'permissions boundary',
  'session-policy': 'session policy',
}

const UNFINISHED: Readonly<Record<Unfinished, string>> = {
  steps: 'the policies take more steps than a decision may',
  suspended: "the key's account is suspended",
  value: `a condition asks for a value of more than ${MAX_CONDITION_VALUE} bytes`,
}

function inWords(basis: Basis): string {
  switch (basis.kind) {
    case 'statement': {
      const name =
        basis.sid === undefined ? `statement ${basis.index + 1}` : `statement "${basis.sid}"`
      return `${basis.effect} by ${name} of ${SOURCE_NAMES[basis.source]} "${basis.policy}"`
    }
    case 'grant':
      return `Allow by grant ${basis.grantId}`
    case 'account-root':
      return `root of account ${basis.accountId}`
    case 'missing':
      return `no ${SOURCE_NAMES[basis.source]} allows the action`
    case 'unfinished':
      return UNFINISHED[basis.why]
  }
}
