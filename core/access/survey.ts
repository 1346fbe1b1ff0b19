import type { CallContext } from '../base/call-context.ts'
import { parseJson } from '../base/json.ts'
import { grantItem, grantsFor } from '../grant/grant-items.ts'
import { grantsDecide } from '../grant/grant-lookup.ts'
import type { Caller } from '../identity/caller.ts'
import { principalItem } from '../identity/credential.ts'
import { principalArn, resourceOf } from '../identity/principal-caller.ts'
import { regionPartition } from '../item/partition.ts'
import type { Key } from '../key/key.ts'
import { readPolicy } from '../key/stored-policy.ts'
import { type CompiledPolicy, NO_ACCESS, type PolicyKind } from '../policy/compile.ts'
import { PolicyCache } from '../policy/compiled-cache.ts'
import { type AccessPolicies, decide, isUnfinished } from '../policy/decide.ts'
import type { Grant } from '../policy/grant-decision.ts'
import type { Meanings, StoredPolicy } from '../policy/meaning.ts'
import { conditionContext } from '../policy/request.ts'
import { MOST_STEPS, StepBudget, TURN, turn } from '../policy/steps.ts'
import type { Store } from '../store/store.ts'
import { supposedCaller } from './explain.ts'
import { KEY_ACTIONS } from './key-actions.ts'
import { meaningsOfGrants } from './key-meanings.ts'

/** grants of one principal that are looked at */
const MOST_GRANTS = 1000

/** What one principal may do with a key, by what. */
export interface PrincipalAccess {
  /** an ARN; `*` for everyone, where the key policy names everyone */
  readonly Principal: string
  readonly Access: {
    readonly Actions: string[]
    /** only where conditions or constraints of a grant are met */
    readonly Conditional: boolean
    readonly Reason: string
  }[]
}

export interface SurveyPage {
  readonly principals: PrincipalAccess[]
  /** where the next page goes on; absent at the end */
  readonly next?: string
}

type Read = Pick<Store, 'get' | 'query'>

/**
 * Who may do what with a key: every principal of its account, then others that its key policy names, then
 * others that its grants name. Those who may do nothing are left out, so that a page may have fewer; it ends
 * early where its decisions take more steps than one may, before whom they were not enough for. What one
 * principal alone needs more for is told as not decided.
 * @param after where the page before ended
 * @param most steps of all decisions of a page
 */
export async function survey(
  read: Read,
  context: CallContext,
  key: Key,
  { after, limit }: { after: string | undefined; limit: number },
  most: number = MOST_STEPS,
): Promise<SurveyPage> {
  const policy = await readPolicy(key, read)
  const { document, meant = {} } = policy
  const compiled = cache.compile(document, 'key-policy', meant)
  const page = await candidates(read, context, key, compiled, { after, limit })
  const { found, next, granted = {} } = page
  const budget = new StepBudget(most)
  const keyPolicies = readings(policy)
  const principals: PrincipalAccess[] = []
  const seen = new Set<string>()
  for (const { arn, at } of found) {
    if (seen.has(arn)) continue
    const caller = await callerOf(read, context, key, arn, { ...granted, ...meant })
    const access = await accessOf(read, key, keyPolicies, caller, budget)
    if (budget.spent > budget.most && seen.size > 0) return { principals, next: at }
    if (access.length > 0) principals.push({ Principal: arn, Access: access })
    seen.add(arn)
    // others have their turn between two principals
    await turn()
  }
  return { principals, ...(next !== undefined && { next }) }
}

const cache = new PolicyCache(1024 * 1024)

/** Somebody of an account that no policy names, for whom only what is said of everyone holds. */
const EVERYONE = '*'

async function callerOf(
  read: Read,
  context: CallContext,
  key: Key,
  arn: string,
  meant: Meanings,
): Promise<Caller> {
  if (arn !== EVERYONE) {
    return supposedCaller(read, context, key, { principal: arn, mfa: undefined }, meant)
  }
  return {
    accountId: EVERYONE,
    type: 'root',
    arn: EVERYONE,
    userId: EVERYONE,
    tags: {},
    policies: { identity: {} },
  }
}

interface Place {
  readonly after: string | undefined
  readonly limit: number
}

/** Who may have access, and the position of a page that begins with them. */
interface Candidate {
  readonly arn: string
  readonly at: string
}

/** Behind the account's root and before all its users and roles. */
const BEHIND_ROOT = 'p!'

/** Principals of one page; positions are `p` and a sort key, `n` and a number, `g` and a grant's id. */
async function candidates(
  read: Read,
  { region }: CallContext,
  key: Key,
  policy: CompiledPolicy,
  { after = 'p', limit }: Place,
): Promise<{ found: Candidate[]; next?: string; granted?: Meanings }> {
  const [stage, at] = [after.charAt(0), after.slice(1)]
  const from = (prefix: string) => (at === '' ? {} : { after: prefix + at })
  const { accountId } = key
  if (stage === 'p') {
    const prefix = principalItem.prefix()
    const page = await read.query({ pk: accountId, prefix, limit, ...from(prefix) })
    const behind = page.items.map(({ sk }) => `p${sk.slice(prefix.length)}`)
    const own = page.items.map((item, i) => ({
      arn: principalArn(region, accountId, resourceOf(principalItem.read(item))),
      at: behind[i - 1] ?? (at === '' ? BEHIND_ROOT : after),
    }))
    const root = at === '' ? [{ arn: principalArn(region, accountId, 'root'), at: 'p' }] : []
    return { found: [...root, ...own], next: page.more ? (behind.at(-1) ?? 'n') : 'n' }
  }
  if (stage === 'n') {
    const start = Number(at)
    const named = namedBy(policy, region, accountId).map((arn, i) => ({ arn, at: `n${i}` }))
    const end = start + limit
    const rest = grantsDecide(key) ? { next: 'g' } : {}
    return { found: named.slice(start, end), ...(end < named.length ? { next: `n${end}` } : rest) }
  }
  const prefix = grantItem.prefix(key.id)
  const pk = regionPartition(accountId, key.region)
  const page = await read.query({ pk, prefix, limit, ...from(prefix) })
  const grants = page.items.map((item) => grantItem.read(item))
  const behind = page.items.map(({ sk }) => `g${sk.slice(prefix.length)}`)
  const found = grants
    .map(({ granteePrincipal: arn }, i) => ({ arn, at: behind[i - 1] ?? after }))
    .filter(({ arn }) => arn.split(':')[4] !== accountId)
  const last = behind.at(-1)
  return {
    found,
    granted: meaningsOfGrants(grants),
    ...(page.more && last !== undefined && { next: last }),
  }
}

/** Principals of other accounts that a key policy names, and everyone if it does. */
function namedBy(policy: CompiledPolicy, region: string, accountId: string): string[] {
  const everyone = policy.statements.some(
    ({ effect, principals }) =>
      effect === 'Allow' && (principals?.everyone === true || principals?.not === true),
  )
  const others = policy.principals
    .map((name) => (/^\d{12}$/.test(name) ? principalArn(region, name, 'root') : name))
    .filter((arn) => arn.split(':')[4] !== accountId && !arn.includes(':federated-user/'))
  return [...(everyone ? [EVERYONE] : []), ...others]
}

/** The same policies with every condition taken for met, or for not met, whichever way that counts. */
type Reading = 'strict' | 'lenient'

/** What is told of actions for which there were no steps left. */
const NOT_DECIDED = 'Not decided: the policies take more steps than this may.'

async function accessOf(
  read: Read,
  key: Key,
  keyPolicies: Readings,
  caller: Caller,
  budget: StepBudget,
): Promise<PrincipalAccess['Access']> {
  const grants: Grant[] = []
  if (grantsDecide(key) && caller.arn !== EVERYONE) {
    for await (const page of grantsFor(read, key, caller)) {
      grants.push(...page)
      if (grants.length >= MOST_GRANTS) break
    }
  }
  const strict = policiesOf(keyPolicies, caller, grants, 'strict')
  const lenient = policiesOf(keyPolicies, caller, grants, 'lenient')
  const groups = new Map<string, PrincipalAccess['Access'][number]>()
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
type Readings = Readonly<Record<Reading, CompiledPolicy>>

const readings = ({ document, meant }: StoredPolicy): Readings => ({
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
