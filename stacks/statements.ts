import { OPERATOR_ACCOUNT } from '../core/base/arn.ts'
import { PARTITIONS } from '../core/item/partition.ts'
import { GLOBAL, TENANT_KEY_PURPOSE, tenantKeyContext } from '../core/root/tenant-key-context.ts'
import { DUE_SHARDS } from '../core/store/due-index.ts'
import type { Action, Permission, Place } from './permissions.ts'

/** One statement of a role, before the table and the root key have ARNs. */
export interface Fence {
  readonly actions: readonly Action[]
  readonly on: 'table' | 'dueIndex' | 'rootKey'
  readonly conditions: readonly {
    readonly test: string
    readonly variable: string
    readonly values: readonly string[]
  }[]
}

const ACCOUNT = '?'.repeat(12)
/** YYYY-MM-DD */
const DAY = '????-??-??'

/**
 * Partitions of a kind, as patterns of IAM's StringLike. One role serves every tenant, so the account
 * id stays open: tenants are kept apart by the service and by their keys. What is closed is the kind:
 * who writes audit records can't write keys, who reads keys can't read the trail. A caller may name a
 * key of another Region, which is looked for and not there; written is in this Region only.
 */
function partitions(place: Place, action: Action, region: string): readonly string[] {
  const parts = { accountId: ACCOUNT, region: reads(action) ? '*-*-?' : region, day: DAY }
  switch (place) {
    case 'region':
      // what multi-Region keys share is in none
      return [parts, { ...parts, region: GLOBAL }].map(PARTITIONS.region.of)
    case 'account':
    case 'trail':
    case 'health':
      return [PARTITIONS[place].of(parts)]
    case 'due':
      return DUE_SHARDS
    case 'rootKey':
      return []
  }
}

const reads = (action: Action) => action === 'dynamodb:BatchGetItem' || action === 'dynamodb:Query'

/**
 * Permissions as statements: one for each set of partitions, because every key that a BatchGetItem
 * names must be let through by one and the same statement.
 * @param region the Region the stack serves
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function fences(permissions: readonly Permission[], region: string): Fence[] {
  const found = new Map<string, Fence>()
  for (const [action, places] of byAction(permissions)) {
    const fence = places.has('rootKey')
      ? rootKeyFence(action, region)
      : tableFence(action, places, region)
    const slot = JSON.stringify([fence.on, fence.conditions])
    const same = found.get(slot)?.actions ?? []
    found.set(slot, { ...fence, actions: [...same, ...fence.actions].sort() })
  }
  return [...found.values()]
}

/** Places of each action; the index's apart, because it is a resource of its own. */
function byAction(permissions: readonly Permission[]): [Action, Set<Place>][] {
  const found = new Map<string, [Action, Set<Place>]>()
  for (const { action, on } of permissions) {
    const slot = on === 'due' ? `${action} ${on}` : action
    const entry = found.get(slot) ?? [action, new Set<Place>()]
    entry[1].add(on)
    found.set(slot, entry)
  }
  return [...found.values()]
}

function tableFence(action: Action, places: ReadonlySet<Place>, region: string): Fence {
  const values = [...places].flatMap((place) => partitions(place, action, region)).sort()
  return {
    actions: [action],
    on: places.has('due') ? 'dueIndex' : 'table',
    conditions: [{ test: 'ForAllValues:StringLike', variable: 'dynamodb:LeadingKeys', values }],
  }
}

/**
 * What `tenkey bootstrap` does: it reads and writes items of the operator's account, and wraps and
 * unwraps the tenant key of that one.
 */
export const bootstrapFences: readonly Fence[] = [
  {
    actions: ['dynamodb:BatchGetItem', 'dynamodb:PutItem'],
    on: 'table',
    conditions: [
      {
        test: 'ForAllValues:StringEquals',
        variable: 'dynamodb:LeadingKeys',
        values: [OPERATOR_ACCOUNT],
      },
    ],
  },
  {
    actions: ['kms:Decrypt', 'kms:Encrypt'],
    on: 'rootKey',
    conditions: rootKeyConditions([GLOBAL], OPERATOR_ACCOUNT),
  },
]

/** The root key wraps tenant keys and nothing else, under a context that says so. */
function rootKeyFence(action: Action, region: string): Fence {
  return {
    actions: [action],
    on: 'rootKey',
    conditions: rootKeyConditions([region, GLOBAL], ACCOUNT),
  }
}

function rootKeyConditions(regions: readonly string[], tenant: string): Fence['conditions'] {
  const context = (name: string) => `kms:EncryptionContext:${name}`
  return [
    { test: 'StringEquals', variable: context('purpose'), values: [TENANT_KEY_PURPOSE] },
    { test: 'StringEquals', variable: context('region'), values: regions },
    { test: 'StringLike', variable: context('tenant'), values: [tenant] },
    {
      test: 'ForAllValues:StringEquals',
      variable: 'kms:EncryptionContextKeys',
      values: Object.keys(tenantKeyContext('', '')),
    },
  ]
}
