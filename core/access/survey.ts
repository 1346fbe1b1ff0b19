import type { CallContext } from '../base/call-context.ts'
import { grantItem } from '../grant/grant-items.ts'
import { grantsDecide } from '../grant/grant-lookup.ts'
import type { Caller } from '../identity/caller.ts'
import { principalItem } from '../identity/credential.ts'
import { principalArn, resourceOf } from '../identity/principal-caller.ts'
import { regionPartition } from '../item/partition.ts'
import type { Key } from '../key/key.ts'
import { readPolicy } from '../key/stored-policy.ts'
import type { CompiledPolicy } from '../policy/compile.ts'
import type { Meanings, StoredPolicy } from '../policy/meaning.ts'
import { MOST_STEPS, StepBudget, turn } from '../policy/steps.ts'
import type { Store } from '../store/store.ts'
import { type AccessChange, changesOf } from './access-changes.ts'
import { supposedCaller } from './explain.ts'
import { meaningsOfGrants } from './key-meanings.ts'
import { type Access, accessOf, cache, EVERYONE, readings } from './principal-access.ts'
import type { SupposedPolicy } from './supposed-policy.ts'

/** What one principal may do with a key, by what. */
export interface PrincipalAccess {
  /** an ARN; `*` for everyone, where the key policy names everyone */
  readonly Principal: string
  readonly Access: Access[]
}

/** The same by a policy that is supposed, beside what holds, and what differs. */
export interface PreviewedAccess extends PrincipalAccess {
  readonly SavedAccess: Access[]
  readonly Changes: AccessChange[]
}

export interface SurveyPage<T = PrincipalAccess> {
  readonly principals: T[]
  /** where the next page goes on; absent at the end */
  readonly next?: string
}

type Read = Pick<Store, 'get' | 'query'>

/**
 * Who may do what with a key: every principal of its account, then others that its key policy names, then
 * others that its grants name. Those who may do nothing are left out, so that a page may have fewer; it ends
 * early where its decisions take more steps than one may, before whom they were not enough for. What one
 * principal alone needs more for is told as not decided.
 * @param most steps of all decisions of a page
 */
export async function survey(
  read: Read,
  context: CallContext,
  key: Key,
  place: Place,
  most: number = MOST_STEPS,
): Promise<SurveyPage> {
  const policies = [await readPolicy(key, read)]
  return walk(read, context, key, policies, { ...place, most }, (Principal, [Access = []]) =>
    Access.length === 0 ? undefined : { Principal, Access },
  )
}

/**
 * The same, by a policy that the key does not have: principals that it names, or that the key's own does, with
 * what they may do by each. Those who may do nothing by either are left out.
 */
export async function preview(
  read: Read,
  context: CallContext,
  key: Key,
  supposed: SupposedPolicy,
  place: Place,
  most: number = MOST_STEPS,
): Promise<SurveyPage<PreviewedAccess>> {
  const policies = [supposed, await readPolicy(key, read)]
  const tell = (Principal: string, [Access = [], SavedAccess = []]: readonly Access[][]) =>
    Access.length + SavedAccess.length === 0
      ? undefined
      : { Principal, Access, SavedAccess, Changes: changesOf(SavedAccess, Access) }
  return walk(read, context, key, policies, { ...place, most }, tell)
}

/** What may be made of everyone's access by some policies, for a page of those who may have any. */
async function walk<T>(
  read: Read,
  context: CallContext,
  key: Key,
  policies: readonly StoredPolicy[],
  { after, limit, most }: Place & { readonly most: number },
  toTell: (arn: string, access: readonly Access[][]) => T | undefined,
): Promise<SurveyPage<T>> {
  const looked = policies.map((policy) => ({
    meant: policy.meant ?? {},
    compiled: cache.compile(policy.document, 'key-policy', policy.meant ?? {}),
    readings: readings(policy),
  }))
  const compiled = looked.map((one) => one.compiled)
  const budget = new StepBudget(most)
  const principals: T[] = []
  const seen = new Set<string>()
  let begin = after
  // those of its account, of its policies and of its grants: a page goes on with the next where one ends
  for (let room = limit; room > 0; ) {
    const place = { after: begin, limit: room }
    const page = await candidates(read, context, key, compiled, place)
    const { found, next, granted = {} } = page
    for (const { arn, at } of found) {
      if (seen.has(arn)) continue
      const access: Access[][] = []
      for (const one of looked) {
        const caller = await callerOf(read, context, key, arn, { ...granted, ...one.meant })
        access.push(await accessOf(read, key, one.readings, caller, budget))
      }
      if (budget.spent > budget.most && seen.size > 0) return { principals, next: at }
      const told = toTell(arn, access)
      if (told !== undefined) principals.push(told)
      seen.add(arn)
      // others have their turn between two principals
      await turn()
    }
    if (next === undefined) return { principals }
    begin = next
    room -= Math.max(page.looked, 1)
  }
  return { principals, ...(begin !== undefined && { next: begin }) }
}

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

/** Where a page begins, and how many candidates it looks at. */
interface Place {
  /** where the page before ended */
  readonly after: string | undefined
  readonly limit: number
}

/** Who may have access, and the position of a page that begins with them. */
interface Candidate {
  readonly arn: string
  readonly at: string
}

interface CandidatePage {
  readonly found: Candidate[]
  /** how many were read for it; grants to the account's own are left out */
  readonly looked: number
  readonly next?: string
  /** what grantees meant */
  readonly granted?: Meanings
}

/** Behind the account's root and before all its users and roles. */
const BEHIND_ROOT = 'p!'

/** Principals of one page; positions are `p` and a sort key, `n` and a number, `g` and a grant's id. */
async function candidates(
  read: Read,
  { region }: CallContext,
  key: Key,
  policies: readonly CompiledPolicy[],
  { after = 'p', limit }: Place,
): Promise<CandidatePage> {
  const [stage, at] = [after.charAt(0), after.slice(1)]
  const from = (prefix: string) => (at === '' ? {} : { after: prefix + at })
  const { accountId } = key
  const everyNamed = namedBy(policies, region, accountId)
  if (stage === 'p') {
    const prefix = principalItem.prefix()
    const page = await read.query({ pk: accountId, prefix, limit, ...from(prefix) })
    const behind = page.items.map(({ sk }) => `p${sk.slice(prefix.length)}`)
    const own = page.items.map((item, i) => ({
      arn: principalArn(region, accountId, resourceOf(principalItem.read(item))),
      at: behind[i - 1] ?? (at === '' ? BEHIND_ROOT : after),
    }))
    const root = at === '' ? [{ arn: principalArn(region, accountId, 'root'), at: 'p' }] : []
    const next = page.more ? (behind.at(-1) ?? 'n') : 'n'
    return { found: [...root, ...own], looked: own.length, next }
  }
  if (stage === 'n') {
    const start = Number(at)
    const end = start + limit
    const found = everyNamed.map((arn, i) => ({ arn, at: `n${i}` })).slice(start, end)
    const rest = grantsDecide(key) ? { next: 'g' } : {}
    const more = end < everyNamed.length ? { next: `n${end}` } : rest
    return { found, looked: found.length, ...more }
  }
  const prefix = grantItem.prefix(key.id)
  const pk = regionPartition(accountId, key.region)
  const page = await read.query({ pk, prefix, limit, ...from(prefix) })
  const grants = page.items.map((item) => grantItem.read(item))
  const behind = page.items.map(({ sk }) => `g${sk.slice(prefix.length)}`)
  const found = grants
    .map(({ granteePrincipal: arn }, i) => ({ arn, at: behind[i - 1] ?? after }))
    .filter(({ arn }) => arn.split(':')[4] !== accountId && !everyNamed.includes(arn))
  const last = behind.at(-1)
  return {
    found,
    looked: page.items.length,
    granted: meaningsOfGrants(grants),
    ...(page.more && last !== undefined && { next: last }),
  }
}

/** Principals of other accounts that key policies name, and everyone if one does. */
function namedBy(policies: readonly CompiledPolicy[], region: string, accountId: string): string[] {
  const everyone = policies
    .flatMap(({ statements }) => statements)
    .some(
      ({ effect, principals }) =>
        effect === 'Allow' && (principals?.everyone === true || principals?.not === true),
    )
  const others = [...new Set(policies.flatMap(({ principals }) => principals))]
    .map((name) => (/^\d{12}$/.test(name) ? principalArn(region, name, 'root') : name))
    .filter((arn) => arn.split(':')[4] !== accountId && !arn.includes(':federated-user/'))
  return [...(everyone ? [EVERYONE] : []), ...others]
}
