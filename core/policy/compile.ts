import { compileCondition } from './condition.ts'
import {
  type PatternElement,
  type PolicyDocument,
  type PolicyEffect,
  type PolicyKind,
  parsePolicy,
  type StatementDocument,
} from './document.ts'
import type { Meanings } from './meaning.ts'
import { COMPARING, compilePattern, type Pattern, stepsOf } from './pattern.ts'
import {
  type Directness,
  isLeftOut,
  meantElement,
  type PrincipalElement,
  roleIdOf,
  selfIdOf,
} from './principal-element.ts'
import type { AccessRequest, ConditionContext } from './request.ts'

export type { PolicyKind } from './document.ts'

/** One statement, ready to be compared with requests. */
export interface CompiledStatement {
  /** its place in the document, from 0 */
  readonly index: number
  readonly sid: string | undefined
  readonly effect: PolicyEffect
  readonly principals: PrincipalElement | undefined
  /** whether it is about an action, given in lower case */
  isAbout(action: string): boolean
  /** whether resource and conditions fit; principal and action are looked up by the policy */
  fits(request: AccessRequest): boolean
}

/** An Allow statement that fits a request, and how directly it names who asks. */
export interface Allowance {
  readonly statement: CompiledStatement
  readonly directness: Directness
}

/** How many actions a policy keeps an index of; the service has fewer, anything else is not kept. */
const MAX_INDEXED_ACTIONS = 256

/** Statements by the ARN, unique id or account id they name, and those that aren't found by a name. */
interface NamedStatements {
  readonly byName: ReadonlyMap<string, readonly CompiledStatement[]>
  readonly rest: readonly CompiledStatement[]
}
type ActionIndex = Readonly<Record<PolicyEffect, NamedStatements>>

/**
 * A policy document ready for deciding. The first question about an action sorts out the statements about it,
 * by principal; later ones look only at those that can matter.
 */
export class CompiledPolicy {
  readonly kind: PolicyKind
  readonly id: string | undefined
  readonly statements: readonly CompiledStatement[]
  readonly #elements: readonly PrincipalElement[]
  readonly #indexes = new Map<string, ActionIndex>()

  constructor(kind: PolicyKind, document: PolicyDocument, meant: Meanings = {}) {
    this.kind = kind
    this.id = document.id
    const variables = document.version === '2012-10-17'
    this.statements = document.statements.map((statement, index) =>
      compileStatement(statement, index, variables, meant),
    )
    this.#elements = document.statements.flatMap(({ principals = [] }) => principals)
  }

  /**
   * Every user, role and session ARN and account id as the document names them, for the check that they
   * exist; not services and identity providers.
   */
  get principals(): readonly string[] {
    const named = this.#elements.flatMap(({ accounts, names }) => [...accounts, ...names])
    return [...new Set(named)].filter((name) =>
      /^(?:\d{12}$|arn:[a-z-]+:(?:iam::\d{12}:(?:user|role)|sts:))/.test(name),
    )
  }

  /** Every ARN in its Principal elements, those of roots and identity providers too. */
  get arns(): readonly string[] {
    return [...new Set(this.#elements.flatMap(({ arns }) => [...arns]))]
  }

  /** The first Deny statement that applies. */
  findDeny(request: AccessRequest): CompiledStatement | undefined {
    const { byName, rest } = this.#index(request.action).Deny
    const { principal } = request
    const first = finder(request)
    const named = (name: string | undefined) =>
      name === undefined ? undefined : first(byName.get(name))
    return (
      first(rest) ??
      named(principal.accountId) ??
      named(principal.arn) ??
      named(selfIdOf(principal)) ??
      named(principal.roleArn) ??
      named(roleIdOf(principal))
    )
  }

  /** The Allow statement that names the principal most directly; `self` in policies without principals. */
  findAllow(request: AccessRequest): Allowance | undefined {
    const { byName, rest } = this.#index(request.action).Allow
    const { principal } = request
    const { arn, roleArn, accountId, type } = principal
    const first = finder(request)
    const named = (...names: readonly (string | undefined)[]) => {
      for (const name of names) {
        const statement = name === undefined ? undefined : first(byName.get(name))
        if (statement !== undefined) return statement
      }
      return undefined
    }
    const itself = [arn, selfIdOf(principal)]
    const self =
      first(rest) ??
      named(...(type === 'role' ? [] : itself)) ??
      named(type === 'root' ? accountId : undefined)
    if (self !== undefined) return { statement: self, directness: 'self' }
    const role = named(...(type === 'role' ? itself : [roleArn, roleIdOf(principal)]))
    if (role !== undefined) return { statement: role, directness: 'role' }
    const account = named(accountId)
    return account && { statement: account, directness: 'account' }
  }

  #index(action: string): ActionIndex {
    const kept = this.#indexes.get(action)
    if (kept !== undefined) return kept
    const lower = action.toLowerCase()
    const about = this.statements.filter((statement) => statement.isAbout(lower))
    const index = {
      Allow: byPrincipal(about.filter(({ effect }) => effect === 'Allow')),
      Deny: byPrincipal(about.filter(({ effect }) => effect === 'Deny')),
    }
    if (this.#indexes.size < MAX_INDEXED_ACTIONS) this.#indexes.set(action, index)
    return index
  }
}

/**
 * Parses, validates and compiles a policy document. The caller bounds its size (32,768 bytes for a key
 * policy); compiling is done once per content: see compiled-cache.ts.
 *
 * @param meant what its names meant; callers are compared with the names themselves where it is not known
 * @throws KmsError MalformedPolicyDocumentException; see `parsePolicy`
 */
export function compilePolicy(text: string, kind: PolicyKind, meant?: Meanings): CompiledPolicy {
  return new CompiledPolicy(kind, parsePolicy(text, kind), meant)
}

/**
 * A key policy that allows nothing. Deciding with it answers for a key that isn't there exactly as for one
 * whose policy says nothing of the caller.
 */
export const NO_ACCESS = new CompiledPolicy('key-policy', {
  version: '2012-10-17',
  id: undefined,
  statements: [],
})

function compileStatement(
  document: StatementDocument,
  index: number,
  variables: boolean,
  meant: Meanings,
): CompiledStatement {
  const { sid, effect, actions, resources } = document
  const principals = document.principals && meantElement(document.principals, meant)
  const actionSyntax = { wildcards: true, variables: false, ignoreCase: true }
  const actionPatterns = actions.patterns.map((text) => compilePattern(text, actionSyntax))
  const fitsResource = compileResources(resources, effect, variables)
  const conditions = document.conditions.map((one) => compileCondition(one, effect, variables))
  return {
    index,
    sid,
    effect,
    principals,
    isAbout: (action) =>
      actionPatterns.some((pattern) => pattern.matches(action, NO_VARIABLES)) !== actions.not,
    fits: (request) => {
      if (principals?.not === true && !isLeftOut(principals, request, effect)) return false
      if (fitsResource !== undefined && !fitsResource(request)) return false
      for (const holds of conditions) if (!holds(request.context)) return false
      return true
    },
  }
}

const NO_VARIABLES: ConditionContext = { get: () => undefined }

/**
 * undefined where every resource fits. A policy variable without a value makes NotResource fail in an Allow
 * statement: see `compileCondition`.
 */
function compileResources(
  resources: PatternElement | undefined,
  effect: PolicyEffect,
  variables: boolean,
): ((request: AccessRequest) => boolean) | undefined {
  if (resources === undefined) return undefined
  if (!resources.not && resources.patterns.includes('*')) return undefined
  const patterns: Pattern[] = resources.patterns.map((text) =>
    compilePattern(text, { wildcards: true, variables }),
  )
  const steps = stepsOf(patterns)
  const matches = ({ resource, context }: AccessRequest) => {
    context.spend?.(steps)
    return patterns.some((pattern) => pattern.matches(resource, context))
  }
  if (!resources.not) return matches
  return (request) =>
    !matches(request) &&
    (effect === 'Deny' || patterns.every((pattern) => pattern.resolves(request.context)))
}

/** Finds the first statement that fits, in one list after another; a statement in several is tried once. */
function finder(request: AccessRequest) {
  const tried = new Set<CompiledStatement>()
  return (statements: readonly CompiledStatement[] = []): CompiledStatement | undefined => {
    for (const statement of statements) {
      if (tried.has(statement)) continue
      request.context.spend?.(COMPARING)
      if (statement.fits(request)) return statement
      tried.add(statement)
    }
    return undefined
  }
}

function byPrincipal(statements: readonly CompiledStatement[]): NamedStatements {
  const byName = new Map<string, CompiledStatement[]>()
  const rest: CompiledStatement[] = []
  for (const statement of statements) {
    const { principals } = statement
    if (principals === undefined || principals.not || principals.everyone) {
      rest.push(statement)
      continue
    }
    for (const name of [...principals.accounts, ...principals.names]) {
      const named = byName.get(name)
      if (named === undefined) byName.set(name, [statement])
      else named.push(statement)
    }
  }
  return { byName, rest }
}
