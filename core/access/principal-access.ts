import { parseJson } from '../base/json.ts'
import { grantsFor } from '../grant/grant-items.ts'
import { grantsDecide } from '../grant/grant-lookup.ts'
import type { Caller } from '../identity/caller.ts'
import type { Key } from '../key/key.ts'
import { type CompiledPolicy, NO_ACCESS, type PolicyKind } from '../policy/compile.ts'
import { PolicyCache } from '../policy/compiled-cache.ts'
import { type AccessPolicies, decide, isUnfinished } from '../policy/decide.ts'
import type { Grant } from '../policy/grant-decision.ts'
import type { Meanings, StoredPolicy } from '../policy/meaning.ts'
import { conditionContext } from '../policy/request.ts'
import { type StepBudget, TURN, turn } from '../policy/steps.ts'
import type { Store } from '../store/store.ts'
import { KEY_ACTIONS } from './key-actions.ts'

/** grants of one principal that are looked at */
const MOST_GRANTS = 1000

/** Somebody of an account that no policy names, for whom only what is said of everyone holds. */
export const EVERYONE = '*'

/** Policies of surveys, compiled. */
export const cache = new PolicyCache(1024 * 1024)

/** Actions that one principal may ask for, by what. */
export interface Access {
  readonly Actions: string[]
  /** only where conditions or constraints of a grant are met */
  readonly Conditional: boolean
  readonly Reason: string
}

/** The same policies with every condition taken for met, or for not met, whichever way that counts. */
type Reading = 'strict' | 'lenient'

/** What is told of actions for which there were no steps left. */
export const NOT_DECIDED = 'Not decided: the policies take more steps than this may.'

/** What one principal may do with a key that has a policy, by what. @param budget of all decisions together */
export async function accessOf(
  read: Pick<Store, 'query'>,
  key: Key,
  keyPolicies: Readings,
  caller: Caller,
  budget: StepBudget,
): Promise<Access[]> {
  const grants: Grant[] = []
  if (grantsDecide(key) && caller.arn !== EVERYONE) {
    for await (const page of grantsFor(read, key, caller)) {
      grants.push(...page)
      if (grants.length >= MOST_GRANTS) break
    }
  }
  const strict = policiesOf(keyPolicies, caller, grants, 'strict')
  const lenient = policiesOf(keyPolicies, caller, grants, 'lenient')
  const groups = new Map<string, Access>()
  let turned = budget.spent
  for (const [index, action] of KEY_ACTIONS.entries()) {
    // the first question about an action sorts a policy's statements, which no steps are counted for
    if (budget.spent - turned > TURN || index % 16 === 0) {
      await turn()
      turned = budget.spent
    }
    const request = {
      principal: caller,
      action,
      resource: key.arn,
      resourceAccountId: key.accountId,
      context: conditionContext({}),
      newGrant: { operations: [] },
    }
    const surely = decide(request, strict, budget)
    const decision = surely.allowed ? surely : decide(request, lenient, budget)
    const undecided = isUnfinished(decision)
    if (!decision.allowed && !undecided) continue
    const foreign = caller.accountId !== key.accountId
    const reason = undecided
      ? NOT_DECIDED
      : foreign
        ? `${decision.reason.split(';')[0]?.replace(/\.$/, '')}; their account must allow it too.`
        : decision.reason
    const slot = `${surely.allowed}/${reason}`
    const group = groups.get(slot)
    if (group !== undefined) group.Actions.push(action)
    else groups.set(slot, { Actions: [action], Conditional: !surely.allowed, Reason: reason })
  }
  return [...groups.values()]
}

/** The key policy in both readings: made once for all principals of a page. */
export type Readings = Readonly<Record<Reading, CompiledPolicy>>

export const readings = ({ document, meant }: StoredPolicy): Readings => ({
  strict: readAs(document, 'key-policy', 'strict', meant),
  lenient: readAs(document, 'key-policy', 'lenient', meant),
})

function policiesOf(
  keyPolicies: Readings,
  { policies, name = 'root' }: Caller,
  grants: readonly Grant[],
  reading: Reading,
): AccessPolicies {
  const { identity, boundary } = policies
  return {
    resourcePolicy: keyPolicies[reading],
    identityPolicies: Object.entries(identity).map(([entry, text]) => ({
      name: entry,
      policy: readAs(text, 'identity-policy', reading),
    })),
    ...(boundary !== undefined && {
      permissionsBoundary: { name, policy: readAs(boundary, 'permissions-boundary', reading) },
    }),
    grants:
      reading === 'strict'
        ? grants.filter(({ constraints }) => Object.keys(constraints ?? {}).length === 0)
        : grants.map((grant) => ({ ...grant, constraints: undefined })),
  }
}

/**
 * A policy without its conditions. Strict: what allows under a condition does not, what denies under one
 * always does; lenient is the reverse. So what is allowed strictly is allowed in every request.
 */
function readAs(
  text: string,
  kind: PolicyKind,
  reading: Reading,
  meant?: Meanings,
): CompiledPolicy {
  const document = parseJson(text) as { Statement: Statement | Statement[] }
  const kept = [document.Statement].flat().flatMap(({ Condition, ...statement }) => {
    const bound = Condition !== undefined && Object.keys(Condition).length > 0
    const counts = (statement['Effect'] === 'Deny') === (reading === 'strict')
    return bound && !counts ? [] : [statement]
  })
  if (kept.length === 0) return NO_ACCESS
  return cache.compile(JSON.stringify({ ...document, Statement: kept }), kind, meant)
}
type Statement = { readonly Condition?: object; readonly [element: string]: unknown }
