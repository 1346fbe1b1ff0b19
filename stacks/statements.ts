import { OPERATOR_ACCOUNT } from '../core/base/arn.ts'
import { PARTITIONS } from '../core/item/partition.ts'
import { GLOBAL, TENANT_KEY_PURPOSE, tenantKeyContext } from '../core/root/tenant-key-context.ts'
import { DUE_SHARDS } from '../core/store/due-index.ts'
import type { Action, Permission, Place } from './permissions.ts'

/**
 * What a statement is on: the root key, or of the Region's own table, the one that Regions share, and that one's
 * replica at home, each or its index; or another Region's own table, or its replica.
 */
export type Resource =
  | 'table'
  | 'dueIndex'
  | 'shared'
  | 'sharedIndex'
  | 'home'
  | `table in ${string}`
  | `shared in ${string}`
  | 'rootKey'

/** One statement of a role, before the tables and the root key have ARNs. */
export interface Fence {
  readonly actions: readonly Action[]
  readonly on: Resource
  readonly conditions: readonly {
    readonly test: string
    readonly variable: string
    readonly values: readonly string[]
  }[]
}

/** An installation in several Regions, as a stack in one of them sees it. */
export interface Replicated {
  /** the others */
  readonly others: readonly string[]
  /** the Region that takes the writes of what they share; the stack's own where each does */
  readonly writer: string
  /** whether what falls due in the shared table is swept by this stack */
  readonly sweepsShared: boolean
}

const ACCOUNT = '?'.repeat(12)
/** YYYY-MM-DD */
const DAY = '????-??-??'

/** Partitions of a table, as patterns of IAM's StringLike. */
type InTable = readonly [on: Resource, partitions: readonly string[]]

/**
 * The partitions of a kind. One role serves every tenant, so the account
 * id stays open: tenants are kept apart by the service and by their keys. What is closed is the kind:
 * who writes audit records can't write keys, who reads keys can't read the trail. A caller may name a
 * key of another Region, which is looked for and not there; written is in this Region only, but for
 * related keys.
 */
function partitions(
  place: Place,
  action: Action,
  region: string,
  replicated: Replicated | undefined,
): readonly InTable[] {
  const parts = { accountId: ACCOUNT, region: reads(action) ? '*-*-?' : region, day: DAY }
  switch (place) {
    case 'region':
      return [
        ['table', [PARTITIONS.region.of(parts)]],
        // what multi-Region keys share is in none
        ...shared(PARTITIONS.region.of({ ...parts, region: GLOBAL }), action, region, replicated),
      ]
    case 'account':
      return shared(PARTITIONS.account.of(parts), action, region, replicated)
    case 'stays':
      return [['table', [PARTITIONS.account.of(parts)]]]
    case 'trail':
      return [
        [
          'table',
          [
            ...['', '?'].map((shard) => PARTITIONS.trail.of({ ...parts, shard })),
            PARTITIONS.spreadDays.of(parts),
          ],
        ],
      ]
    case 'health':
      return [['table', [PARTITIONS.health.of(parts)]]]
    case 'related':
      return (replicated?.others ?? []).map((other): InTable => {
        return [`table in ${other}`, [PARTITIONS.region.of({ ...parts, region: other })]]
      })
    case 'used':
      return [['table', [PARTITIONS.used.of(parts)]]]
    case 'usedElsewhere':
      return (replicated?.others ?? []).map((other): InTable => {
        return [`table in ${other}`, [PARTITIONS.used.of({ ...parts, region: other })]]
      })
    case 'due':
      return [
        ['dueIndex', DUE_SHARDS],
        ...(replicated?.sweepsShared === true ? [['sharedIndex', DUE_SHARDS] as const] : []),
      ]
    case 'rootKey':
      return []
  }
}

/** A partition that Regions share, where there are several: written at home, and read there by what changes it. */
function shared(
  partition: string,
  action: Action,
  region: string,
  replicated: Replicated | undefined,
): readonly InTable[] {
  if (replicated === undefined) return [['table', [partition]]]
  if (replicated.writer === region) return [['shared', [partition]]]
  const here: readonly InTable[] = reads(action) ? [['shared', [partition]]] : []
  return [...here, ['home', [partition]]]
}

const reads = (action: Action) => action === 'dynamodb:BatchGetItem' || action === 'dynamodb:Query'

/**
 * Permissions as statements: one for each set of partitions, because every key that a BatchGetItem
 * names must be let through by one and the same statement.
 * @param region the Region the stack serves
 * @param replicated where the installation is in several
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function fences(
  permissions: readonly Permission[],
  region: string,
  replicated?: Replicated,
): Fence[] {
  const found = new Map<string, Fence>()
  for (const [action, places] of byAction(permissions)) {
    const made = places.has('rootKey')
      ? [rootKeyFence(action, region)]
      : tableFences(action, places, region, replicated)
    for (const fence of made) {
      const slot = JSON.stringify([fence.on, fence.conditions])
      const same = found.get(slot)?.actions ?? []
      found.set(slot, { ...fence, actions: [...same, ...fence.actions].sort() })
    }
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

function tableFences(
  action: Action,
  places: ReadonlySet<Place>,
  region: string,
  replicated: Replicated | undefined,
): Fence[] {
  const found = new Map<Resource, readonly string[]>()
  for (const place of places) {
    for (const [on, values] of partitions(place, action, region, replicated)) {
      found.set(on, [...(found.get(on) ?? []), ...values])
    }
  }
  return [...found].map(([on, values]) => ({
    actions: [action],
    on,
    conditions: [
      {
        test: 'ForAllValues:StringLike',
        variable: 'dynamodb:LeadingKeys',
        values: [...new Set(values)].sort(),
      },
    ],
  }))
}

const OPERATORS: Fence['conditions'] = [
  {
    test: 'ForAllValues:StringEquals',
    variable: 'dynamodb:LeadingKeys',
    values: [OPERATOR_ACCOUNT],
  },
]

/**
 * What `tenkey bootstrap` does: it reads and writes items of the operator's account, and wraps and
 * unwraps the tenant key of that one. Of an installation in several Regions it looks in the others too whether they
 * have another (core/item/home-fence.ts).
 * @param others the other Regions
 */
export const bootstrapFences = (
  on: 'table' | 'shared',
  others: readonly string[] = [],
): readonly Fence[] => [
  { actions: ['dynamodb:BatchGetItem', 'dynamodb:PutItem'], on, conditions: OPERATORS },
  ...others.map(
    (other): Fence => ({
      actions: ['dynamodb:BatchGetItem'],
      on: `shared in ${other}`,
      conditions: OPERATORS,
    }),
  ),
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
