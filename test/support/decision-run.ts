import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import {
  type CompiledPolicy,
  compilePolicy,
  NO_ACCESS,
  type PolicyKind,
} from '../../core/policy/compile.ts'
import { type AccessPolicies, type Decision, decide } from '../../core/policy/decide.ts'
import { type Grant, grantAllows } from '../../core/policy/grant-decision.ts'
import type { GrantOperation, GrantTerms } from '../../core/policy/grant-terms.ts'
import { type AccessRequest, conditionContext } from '../../core/policy/request.ts'
import { retirementsOf } from '../../core/policy/retirement.ts'
import { ACTIONS, HOME, PARTS, PRINCIPALS, RESOURCES, type World } from './decision-world.ts'
import {
  type OracleCase,
  type OracleGrant,
  type OraclePolicy,
  type OracleStatement,
  type OracleTerms,
  oracleAllows,
  oracleRetires,
} from './policy-oracle.ts'

/** Whether the oracle would allow it. */
export function oracleSays(world: World): boolean {
  const { kind, principal, resourcePolicy, resource, ...rest } = world
  const c: OracleCase = {
    ...rest,
    account: principal.accountId,
    self: principal.arn,
    ...(principal.roleArn !== undefined && { role: principal.roleArn }),
    ...(principal.principalId !== undefined && { id: principal.principalId }),
    ...(principal.type === 'assumed-role' && { sessionName: principal.arn.split('/')[2] ?? '' }),
    isFederated: principal.type === 'federated-user',
    isRoot: principal.type === 'root',
    resource,
    resourceAccount: ownerOf(world),
    resourcePolicy: kind === 'plain' ? 'none' : resourcePolicy,
  }
  const [first] = world.grants
  if (kind === 'retirement') return first !== undefined && oracleRetires(first, c)
  return oracleAllows(c)
}

/** What has no policy is its caller's own. */
const ownerOf = ({ kind, principal }: World) => (kind === 'plain' ? principal.accountId : HOME)

const termsOf = ({ operations, subset, equals }: OracleTerms): GrantTerms => ({
  operations: operations as GrantOperation[],
  constraints: { EncryptionContextSubset: subset, EncryptionContextEquals: equals },
})
const grantOf = (grant: OracleGrant, i: number): Grant => ({
  ...termsOf(grant),
  id: `grant-${i}`,
  granteePrincipal: grant.granteePrincipal,
  retiringPrincipal: grant.retiringPrincipal,
  granteeMeant: grant.granteeMeant,
  retiringMeant: grant.retiringMeant,
  issuingAccount: `arn:aws:iam::${grant.madeIn}:root`,
})

/** Policies are compiled once, as they come again in many worlds, each with the same meanings. */
const compiled = new Map<PolicyKind, WeakMap<OraclePolicy, CompiledPolicy>>()
function compile(policy: OraclePolicy, kind: PolicyKind, meant?: World['meant']): CompiledPolicy {
  const kept = compiled.get(kind) ?? new WeakMap<OraclePolicy, CompiledPolicy>()
  compiled.set(kind, kept)
  const known = kept.get(policy)
  if (known !== undefined) return known
  const made = compilePolicy(JSON.stringify(policy), kind, meant)
  kept.set(policy, made)
  return made
}

/** The same question to the service's own function; a retirement as core/access/authorize.ts asks it. */
export function question(world: World): [AccessRequest, AccessPolicies] {
  const { kind, principal, newGrant } = world
  const named = (policy: OraclePolicy, of: PolicyKind) => ({
    name: of,
    policy: compile(policy, of),
  })
  const resourceKind = kind === 'role' ? 'trust-policy' : 'key-policy'
  const request: AccessRequest = {
    principal,
    action: world.action,
    resource: world.resource,
    resourceAccountId: ownerOf(world),
    context: conditionContext(world.keys),
    encryptionContext: world.encryptionContext,
    newGrant: newGrant && termsOf(newGrant),
  }
  const policies: AccessPolicies = {
    resourcePolicy:
      kind === 'plain' ? 'none' : compile(world.resourcePolicy, resourceKind, world.meant),
    identityPolicies: world.identity.map((policy) => named(policy, 'identity-policy')),
    permissionsBoundary: world.boundary && named(world.boundary, 'permissions-boundary'),
    sessionPolicies: world.session?.map((policy) => named(policy, 'session-policy')),
    grants: kind === 'plain' || kind === 'role' ? [] : world.grants.map(grantOf),
  }
  const [first] = policies.grants
  if (kind !== 'retirement' || first === undefined) return [request, policies]
  const grants = retirementsOf(first)
  const isNamed = grants.some((one) => grantAllows(one, request) !== undefined)
  return [
    isNamed ? { ...request, resourceAccountId: principal.accountId } : request,
    { ...policies, resourcePolicy: NO_ACCESS, grants },
  ]
}

export const serviceSays = (world: World): Decision => decide(...question(world))

/** Whether a world's request is allowed. */
type Verdict = (world: World) => boolean
const ofService: Verdict = (world) => serviceSays(world).allowed

/** Numbers below a bound, from a seed: mulberry32. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

/** worlds that are put together from one set of parts */
const WORLDS_PER_SET = 20_000
/** parts of each kind in a set */
const PARTS_PER_SET = 400

/** Worlds without end, each picked at random from parts that are made anew from time to time. */
export function* worldsFrom(seed: number): Generator<World, never> {
  const below = randomFrom(seed)
  for (let set = 0; ; set++) {
    const some = <T>(part: fc.Arbitrary<T>) =>
      fc.sample(part, { seed: seed + set * 7_919, numRuns: PARTS_PER_SET })
    const parts = {
      keyPolicy: some(PARTS.keyPolicy),
      trustPolicy: some(PARTS.trustPolicy),
      identityPolicy: some(PARTS.identityPolicy),
      keys: some(PARTS.keys),
      pairs: some(PARTS.pairs),
      grant: some(PARTS.grant),
      terms: some(PARTS.terms),
    }
    const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
    const picks = <T>(list: readonly T[], most: number): T[] =>
      Array.from({ length: below(most + 1) }, () => pick(list))
    for (let i = 0; i < WORLDS_PER_SET; i++) {
      const kind = pick([
        'key',
        'key',
        'key',
        'key',
        'key',
        'key',
        'role',
        'retirement',
        'plain',
      ] as const)
      const action = pick(ACTIONS[kind])
      const principal = pick(PRINCIPALS)
      // an account's root has none
      const bounded = principal.type !== 'root' && below(4) === 0
      const [resourcePolicy, meant] = pick(kind === 'role' ? parts.trustPolicy : parts.keyPolicy)
      yield {
        kind,
        action,
        principal,
        resource: pick(RESOURCES[kind]),
        keys: pick(parts.keys),
        encryptionContext: pick(parts.pairs),
        resourcePolicy,
        ...(meant !== undefined && { meant }),
        identity: picks(parts.identityPolicy, 3),
        ...(bounded && { boundary: pick(parts.identityPolicy) }),
        ...(below(4) === 0 && { session: picks(parts.identityPolicy, 3) }),
        grants: kind === 'retirement' ? [pick(parts.grant)] : picks(parts.grant, 2),
        ...(action === 'kms:CreateGrant' && { newGrant: pick(parts.terms) }),
      }
    }
  }
}

/** A disagreement, as small as it gets. */
export interface Disagreement {
  readonly service: boolean
  readonly oracle: boolean
  readonly world: World
}
export interface Comparison {
  readonly allowed: number
  readonly denied: number
  readonly disagreements: readonly Disagreement[]
}

/**
 * Asks both functions about random worlds.
 * @param most disagreements after which it ends
 * @param verdict the service's, but for tests of this comparison
 */
export function compareDecisions(
  cases: number,
  seed: number,
  { most = 20, verdict = ofService }: { most?: number; verdict?: Verdict } = {},
): Comparison {
  const disagreements: Disagreement[] = []
  let allowed = 0
  let done = 0
  for (const world of worldsFrom(seed)) {
    if (done === cases || disagreements.length === most) break
    done += 1
    const service = verdict(world)
    if (service) allowed += 1
    if (service !== oracleSays(world)) disagreements.push(shrunk(world, verdict))
  }
  return { allowed, denied: done - allowed, disagreements }
}

/** Leaves out of a disagreement all that it doesn't need, part by part, until nothing more can go. */
function shrunk(world: World, verdict: Verdict): Disagreement {
  const disagreed = (one: World) => {
    try {
      return isWorld(one) && verdict(one) !== oracleSays(one)
    } catch {
      // something is missing that no world is without
      return false
    }
  }
  let least = structuredClone(world)
  for (let smaller: World | undefined = least; smaller !== undefined; ) {
    least = smaller
    smaller = smallerThan(least).find(disagreed)
  }
  return { service: verdict(least), oracle: oracleSays(least), world: least }
}

/** A world with one member or item less, anywhere in it. */
function smallerThan(world: World): World[] {
  const smaller: World[] = []
  const visit = (node: unknown, path: readonly (string | number)[]) => {
    if (typeof node !== 'object' || node === null) return
    const names = Array.isArray(node) ? node.keys() : Object.keys(node)
    for (const name of names) {
      const copy = structuredClone(world)
      let at = copy as unknown as Record<string | number, Record<string | number, unknown>>
      for (const step of path) at = at[step] as typeof at
      if (Array.isArray(at)) at.splice(Number(name), 1)
      else delete at[name]
      smaller.push(copy)
      visit((node as Record<string | number, unknown>)[name], [...path, name])
    }
  }
  visit(world, [])
  return smaller
}

/** Whether what is left is still a question: nobody but known callers, and policies that are policies. */
function isWorld({ kind, action, resource, principal, ...world }: World): boolean {
  const { resourcePolicy, boundary, identity, session = [], grants, newGrant } = world
  const policies = [resourcePolicy, ...identity, ...session, ...(boundary ? [boundary] : [])]
  const known = ACTIONS[kind]?.includes(action) && RESOURCES[kind]?.includes(resource)
  return (
    known === true &&
    (kind !== 'retirement' || grants.length > 0) &&
    PRINCIPALS.some((one) => isDeepStrictEqual(one, principal)) &&
    world.keys !== undefined &&
    world.encryptionContext !== undefined &&
    grants.every((one) => one.granteePrincipal !== undefined && one.madeIn !== undefined) &&
    [...grants, ...(newGrant ? [newGrant] : [])].every(
      ({ operations }) => operations?.length > 0,
    ) &&
    policies.every((policy) => policy !== undefined && isPolicy(policy, kind))
  )
}

/** Any kind of policy: what is missing from a statement is missing for each of them. */
function isPolicy(policy: OraclePolicy, asked: World['kind']): boolean {
  const kinds: PolicyKind[] = ['key-policy', 'trust-policy', 'identity-policy']
  return kinds.some((kind) => {
    try {
      compilePolicy(JSON.stringify(policy), kind)
      return policy.Version !== undefined && policy.Statement.every((one) => isWhole(one, asked))
    } catch {
      return false
    }
  })
}

/** Without them a statement of a key policy has no effect, which no world is about; trust policies have no Resource. */
const isWhole = (statement: OracleStatement, asked: World['kind']): boolean =>
  ('Action' in statement || 'NotAction' in statement) &&
  (asked === 'role' || 'Resource' in statement || 'NotResource' in statement)
