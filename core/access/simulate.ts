import { type CompiledPolicy, compilePolicy } from '../policy/compile.ts'
import { type Decision, decide, isUnfinished, type NamedPolicy } from '../policy/decide.ts'
import { type PolicyKind, parsePolicy } from '../policy/document.ts'
import { type ContextValue, conditionContext, type Principal } from '../policy/request.ts'
import { StepBudget } from '../policy/steps.ts'

/** A policy that may have a say in what is simulated. */
export interface SimulatedPolicy {
  readonly name: string
  readonly document: string
}

/** A request that is supposed, and what decides it: nothing else is looked at. */
export interface Simulation {
  readonly principal: Principal
  readonly identity: readonly SimulatedPolicy[]
  readonly boundary: SimulatedPolicy | undefined
  /** of every resource */
  readonly resource: string | undefined
  /** the account that owns the resources */
  readonly owner: string
  /** condition keys by their names */
  readonly context: Readonly<Record<string, ContextValue>>
}

/** How a supposed request is decided, in the words of AWS IAM. */
export interface Simulated {
  readonly action: string
  readonly resource: string
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny'
  /** names of the policies whose statements decide */
  readonly matched: readonly string[]
  /** whether the boundary allows it; absent where there is none */
  readonly bounded: boolean | undefined
  /** condition keys that the policies ask for and that were not given */
  readonly missing: readonly string[]
  /** there were no steps left to decide it: all of a simulator's decisions share those of one */
  readonly unfinished: boolean
}

/**
 * Decides supposed requests as `decide` decides real ones.
 * @throws KmsError MalformedPolicyDocumentException
 */
export function simulator(simulation: Simulation): (action: string, resource: string) => Simulated {
  const { principal, owner, context } = simulation
  const compile = (kind: PolicyKind, { name, document }: SimulatedPolicy): NamedPolicy => ({
    name,
    policy: compilePolicy(document, kind),
  })
  const identityPolicies = simulation.identity.map((one) => compile('identity-policy', one))
  const permissionsBoundary =
    simulation.boundary && compile('permissions-boundary', simulation.boundary)
  const resourcePolicy: CompiledPolicy | 'none' =
    simulation.resource === undefined ? 'none' : compilePolicy(simulation.resource, 'key-policy')
  const documents = [
    ...simulation.identity.map(({ document }) => document),
    ...(simulation.boundary === undefined ? [] : [simulation.boundary.document]),
  ]
  const budget = new StepBudget()
  const given = new Set(Object.keys(context).map((name) => name.toLowerCase()))
  const missing = contextKeysOf(documents).filter((name) => !given.has(name.toLowerCase()))
  return (action, resource) => {
    const request = {
      principal,
      action,
      resource,
      resourceAccountId: owner,
      context: conditionContext(context),
    }
    const policies = { resourcePolicy, identityPolicies, permissionsBoundary, grants: [] }
    const decision = decide(request, policies, budget)
    return {
      action,
      resource,
      decision: inWords(decision),
      matched: decision.by.flatMap((basis) => (basis.kind === 'statement' ? [basis.policy] : [])),
      bounded: permissionsBoundary && isBounded(decision),
      missing,
      unfinished: isUnfinished(decision),
    }
  }
}

function inWords({ allowed, by }: Decision): Simulated['decision'] {
  if (allowed) return 'allowed'
  const denies = by.some((basis) => basis.kind === 'statement' && basis.effect === 'Deny')
  return denies ? 'explicitDeny' : 'implicitDeny'
}

/** Whether the boundary lets through what was decided. */
const isBounded = ({ by }: Decision): boolean =>
  !by.some(
    (basis) =>
      (basis.kind === 'missing' && basis.source === 'permissions-boundary') ||
      (basis.kind === 'statement' &&
        basis.source === 'permissions-boundary' &&
        basis.effect === 'Deny'),
  )

const VARIABLE = /\$\{([^{},]+)/g

/**
 * The condition keys that policies ask for: in conditions, and as variables in resources and values.
 * @throws KmsError MalformedPolicyDocumentException
 */
export function contextKeysOf(documents: readonly string[]): string[] {
  const keys = new Map<string, string>()
  const add = (name: string) => {
    if (name.includes(':')) keys.set(name.toLowerCase(), name)
  }
  for (const document of documents) {
    for (const { conditions, resources } of parsePolicy(document, 'identity-policy').statements) {
      for (const { key, values } of conditions) {
        add(key)
        for (const value of values) addVariables(value, add)
      }
      for (const pattern of resources?.patterns ?? []) addVariables(pattern, add)
    }
  }
  return [...keys.values()]
}

function addVariables(text: string, add: (name: string) => void): void {
  for (const [, name = ''] of text.matchAll(VARIABLE)) add(name.trim())
}
