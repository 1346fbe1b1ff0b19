import { partitionOf } from '../base/arn.ts'
import { BoundedCache } from '../base/bounded-cache.ts'
import { StoreConflict } from '../base/conflict.ts'
import type { KmsError } from '../base/errors.ts'
import { loadOnce } from '../base/load-once.ts'
import { type GrantData, grantsFor } from '../grant/grant-items.ts'
import { grantsDecide } from '../grant/grant-lookup.ts'
import type { Caller } from '../identity/caller.ts'
import { aliasesOf } from '../key/alias.ts'
import type { Key } from '../key/key.ts'
import { policyItem } from '../key/key-items.ts'
import { defaultPolicy, policyPlace } from '../key/key-policy.ts'
import { type CompiledPolicy, compilePolicy, NO_ACCESS } from '../policy/compile.ts'
import { PolicyCache, policyHash } from '../policy/compiled-cache.ts'
import {
  type AccessPolicies,
  type Decision,
  decide,
  isUnfinished,
  type NamedPolicy,
  SUSPENDED,
} from '../policy/decide.ts'
import { type Grant, grantAllows } from '../policy/grant-decision.ts'
import type { GrantTerms } from '../policy/grant-terms.ts'
import type { Meanings, StoredPolicy } from '../policy/meaning.ts'
import type { Directness } from '../policy/principal-element.ts'
import type { AccessRequest } from '../policy/request.ts'
import { StepBudget, TURN, turn } from '../policy/steps.ts'
import type { Store } from '../store/store.ts'
import type { Asked } from './asked.ts'
import { conditionContextOf } from './condition-keys.ts'
import { encryptionContextOf } from './condition-readers.ts'

/** What is asked of: a key that is there, one that isn't (only a stranger gets this far), or none. */
export type Resource =
  /** `policy` is one that is supposed, instead of the key's own */
  | { readonly kind: 'key'; readonly key: Key; readonly policy?: CompiledPolicy | undefined }
  | { readonly kind: 'unknown-key'; readonly arn: string; readonly accountId: string }
  /** a key that other accounts don't get, whatever its policy says, while its own is suspended */
  | { readonly kind: 'suspended-key'; readonly arn: string; readonly accountId: string }
  /** a role, by its trust policy; one that isn't there has none */
  | {
      readonly kind: 'role'
      readonly arn: string
      readonly accountId: string
      readonly trust: StoredPolicy | undefined
    }
  /** an alias ARN or '*': no policy of its own, so the account's identity policies decide */
  | { readonly kind: 'plain'; readonly arn: string }

/** A decision, with the question it answers. */
export interface Ruling {
  readonly request: AccessRequest
  readonly decision: Decision
}

export interface Authorizer {
  /**
   * Decides; never throws for a denial.
   * @throws KmsError NotFoundException where a grant is to decide and one's own key has no such
   */
  rule(asked: Asked, resource: Resource, byCiphertext?: boolean): Promise<Ruling>
  /**
   * Checks a policy that is about to become a key's: its form, its principals, and that the caller
   * is not locked out by it.
   * @param arn the key's; of one that is about to be made the one that it will have
   * @returns whom its names mean, to be stored with it
   * @throws KmsError MalformedPolicyDocumentException
   */
  checkKeyPolicy(
    asked: Asked,
    arn: string,
    policy: { readonly text: string; readonly bypassLockoutCheck: boolean },
  ): Promise<Meanings>
}

/** The refusal a ruling amounts to; undefined where it allows. */
export const refusalOf = ({ request, decision }: Ruling): Promise<KmsError> | undefined =>
  decision.allowed
    ? undefined
    : denials().then(({ accessDenied }) => accessDenied(request, decision))

/** Loaded with the first that is denied. */
const denials = loadOnce(() => import('../policy/denial.ts'))

/** accounts whose compiled default policy is kept, and managed keys whose policy is */
const MOST_IMPLIED = 10_000

/** Decides by the policies and grants in the store; compiled policies are kept by content. */
export function authorizer(store: Pick<Store, 'get' | 'query' | 'put'>): Authorizer {
  const cache = new PolicyCache()
  const implied = new BoundedCache<CompiledPolicy>({ capacity: MOST_IMPLIED })

  /** The policy of a key that has none of its own: it follows from its account, or from its managed alias. */
  function impliedPolicy(key: Key): CompiledPolicy | Promise<CompiledPolicy> {
    const { accountId, region, data } = key
    const managed = data.manager === 'AWS'
    const slot = `${partitionOf(region)}/${accountId}/${managed ? data.aliases[0] : ''}`
    const kept = implied.get(slot)
    if (kept !== undefined) return kept
    const keep = (text: string) => {
      const made = cache.compile(text, 'key-policy')
      implied.set(slot, made)
      return made
    }
    if (!managed) return keep(defaultPolicy(accountId, region))
    return import('../key/managed-policy.ts').then(({ managedPolicy }) => keep(managedPolicy(key)))
  }

  function keyPolicy(key: Key): CompiledPolicy | Promise<CompiledPolicy> {
    const hash = key.data.policy
    if (hash === undefined || key.data.manager === 'AWS') return impliedPolicy(key)
    // one that is named by its text alone may mean others on another key, and once it is put again
    const slot = `${key.arn}/${key.version}/${hash}`
    return (
      cache.get(hash, 'key-policy') ?? cache.get(slot, 'key-policy') ?? readPolicy(key, hash, slot)
    )
  }

  async function readPolicy(key: Key, hash: string, slot: string): Promise<CompiledPolicy> {
    const [item] = await store.get([policyPlace(key, hash)])
    // Replaced since the key was read: the whole call is made again from its reads
    if (item === undefined) throw new StoreConflict('the key policy was replaced')
    const { document, meant } = policyItem.read(item)
    if (meant !== undefined && policyHash(document, meant) === hash) {
      return cache.compile(document, 'key-policy', meant, hash)
    }
    if (policyHash(document) !== hash) throw new Error(`the policy of key ${key.arn} was altered`)
    if (meant !== undefined) return cache.compile(document, 'key-policy', meant, slot)
    const { principals } = compilePolicy(document, 'key-policy')
    const names = principals.filter((name) => name.startsWith('arn:'))
    if (names.length === 0) return cache.compile(document, 'key-policy', {}, hash)
    const { bindPolicy } = await import('./older-names.ts')
    return cache.compile(document, 'key-policy', await bindPolicy(key, item, names, store), slot)
  }

  /** A grant with whom it means; one of an older release is given that now. */
  async function meantGrant(key: Key, grant: GrantData): Promise<GrantData> {
    if (grant.granteeMeant !== undefined) return grant
    return (await import('./older-names.ts')).bindGrant(key, grant, store)
  }

  function callerPolicies({ policies, name = 'root' }: Caller) {
    const { identity, boundary, session } = policies
    const named = (entry: string, policy: CompiledPolicy): NamedPolicy => ({ name: entry, policy })
    return {
      identityPolicies: Object.entries(identity).map(([entry, text]) =>
        named(entry, cache.compile(text, 'identity-policy')),
      ),
      ...(boundary !== undefined && {
        permissionsBoundary: named(name, cache.compile(boundary, 'permissions-boundary')),
      }),
      ...(session !== undefined && {
        sessionPolicies: session.map((text) => named(name, cache.compile(text, 'session-policy'))),
      }),
    }
  }

  function requestOf(asked: Asked, resource: Resource, fromCiphertext: boolean): AccessRequest {
    const arn = resource.kind === 'key' ? resource.key.arn : resource.arn
    const owner =
      resource.kind === 'key'
        ? resource.key.accountId
        : resource.kind === 'plain'
          ? asked.caller.accountId
          : resource.accountId
    return {
      principal: asked.caller,
      action: asked.action,
      resource: arn,
      resourceAccountId: owner,
      context: conditionContextOf(asked),
      encryptionContext: encryptionContextOf(asked),
      newGrant: newGrant(asked),
      fromCiphertext,
    }
  }

  /** What is kept is answered at once: nearly every policy is. */
  function resourcePolicy(
    resource: Resource,
  ): AccessPolicies['resourcePolicy'] | Promise<CompiledPolicy> {
    switch (resource.kind) {
      case 'key':
        return resource.policy ?? keyPolicy(resource.key)
      case 'role':
        return resource.trust === undefined
          ? NO_ACCESS
          : cache.compile(resource.trust.document, 'trust-policy', resource.trust.meant)
      case 'unknown-key':
      case 'suspended-key':
        return NO_ACCESS
      case 'plain':
        return 'none'
    }
  }

  async function ruleOnce(
    asked: Asked,
    resource: Resource,
    request: AccessRequest,
    budget: StepBudget,
  ) {
    if (resource.kind === 'suspended-key') return SUSPENDED
    if (asked.grantId !== undefined) {
      const { ruleRetirement } = await import('./retirement.ts')
      const key = resource.kind === 'key' ? resource.key : undefined
      const reach = { read: store, policies: callerPolicies(asked.caller), meantGrant }
      return ruleRetirement(asked.grantId, asked, key, request, reach)
    }
    const policies: AccessPolicies = {
      resourcePolicy: await resourcePolicy(resource),
      ...callerPolicies(asked.caller),
      grants: [],
    }
    const decision = decide(request, policies, budget)
    const grantable = resource.kind === 'key' && grantsDecide(resource.key)
    // Grants only ever allow: they are read where nothing else did and nothing denies
    const final = decision.by.some(({ kind }) => kind === 'statement' || kind === 'unfinished')
    if (decision.allowed || !grantable || final) return decision
    // Of grants that name the caller alike, what one can't do none can: policies are asked once for each way
    const tried = new Set<Directness>()
    for await (const page of grantsFor(store, resource.key, asked.caller)) {
      const grants: Grant[] = []
      for (const found of page) {
        const named = grantAllows(found, request)
        if (named === undefined || tried.has(named)) continue
        const grant = await meantGrant(resource.key, found)
        if (grantAllows(grant, request) === undefined) continue
        tried.add(named)
        grants.push(grant)
      }
      if (grants.length === 0) continue
      const granted = decide(request, { ...policies, grants }, budget)
      if (granted.allowed || isUnfinished(granted)) return granted
    }
    return decision
  }

  async function rule(asked: Asked, resource: Resource, byCiphertext = false): Promise<Ruling> {
    const request = requestOf(asked, resource, byCiphertext)
    // one for all that is decided on the way
    const budget = new StepBudget()
    const decision = await ruleOnce(asked, resource, request, budget)
    // the next ruling of a call, and other calls, come after those who wait
    if (budget.spent > TURN) await turn()
    if (asked.aliasesWanted !== true || asked.aliases !== undefined || asked.key === undefined) {
      return { request, decision }
    }
    // A condition looked at the key's aliases: now that it is known to matter, they are read
    const { key } = asked
    // a managed key that is only about to be stored has the alias already that it is to have
    asked.aliases =
      key.version === 0 ? key.data.aliases : (await aliasesOf(key, store)).map(({ name }) => name)
    return { request, decision: await ruleOnce(asked, resource, request, budget) }
  }

  return {
    rule,

    async checkKeyPolicy(asked, arn, { text, bypassLockoutCheck }) {
      // loaded with the first: calls that put no policy don't carry the checks
      const { checkLockout, readNewPolicy } = await import('./new-policy.ts')
      const { caller, context } = asked
      const home = { accountId: caller.accountId, region: context.region }
      const { policy, meant } = await readNewPolicy(text, 'key-policy', home, store)
      if (bypassLockoutCheck) return meant
      const resource: Resource =
        asked.key === undefined ? { kind: 'plain', arn } : { kind: 'key', key: asked.key }
      checkLockout(requestOf(asked, resource, false), policy, callerPolicies(caller))
      return meant
    },
  }
}

/** What a CreateGrant would permit, so that a grant that lets it be made can't be widened. */
function newGrant({ action, input }: Asked): GrantTerms | undefined {
  if (action !== 'kms:CreateGrant') return undefined
  const { Operations, Constraints } = input as {
    Operations: GrantTerms['operations']
    Constraints?: GrantTerms['constraints']
  }
  return { operations: Operations, constraints: Constraints }
}
