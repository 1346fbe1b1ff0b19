import { authorizer } from '../../core/access/authorize.ts'
import type { CallContext } from '../../core/base/call-context.ts'
import { customKeyStoresPlace } from '../../core/custom-key-store/custom-key-store-items.ts'
import type { Caller } from '../../core/identity/caller.ts'
import { aliasesOf } from '../../core/key/alias.ts'
import { heldKey } from '../../core/key/held.ts'
import type { Key } from '../../core/key/key.ts'
import { sharedPlace } from '../../core/key/key-items.ts'
import { policyPlace } from '../../core/key/key-policy.ts'
import { keyAt } from '../../core/key/material.ts'
import { keyMetadata } from '../../core/key/metadata.ts'
import { relatedKey } from '../../core/key/related.ts'
import { aliasPlace } from '../../core/key/resolve.ts'
import { turn } from '../../core/policy/steps.ts'
import type { Found, Item, ItemKey, Store } from '../../core/store/store.ts'

/** items of one read (Store.get), reads of one round trip, and keys after which others have their turn */
const MOST_READ = 100
const AT_ONCE = 8
const TOGETHER = 20

type Read = Pick<Store, 'get' | 'query'>
interface Asking {
  readonly caller: Caller
  readonly context: CallContext
}

/** What a list of keys tells of one beside its name: what DescribeKey and ListAliases tell. */
export interface ShownKey {
  readonly KeyState?: Key['data']['state']
  readonly KeySpec?: ReturnType<typeof keyMetadata>['KeySpec']
  readonly KeyUsage?: Key['data']['usage']
  readonly KeyManager?: Key['data']['manager']
  readonly Origin?: Key['data']['origin']
  readonly MultiRegion?: boolean
  readonly Description?: string
  readonly CreationDate?: number
  readonly Aliases?: string[]
}

/**
 * What a caller may be told of keys that are listed: their metadata where policies let it describe the key (a
 * grant alone does not show it in a list), their aliases where it may list aliases. All that this needs of the
 * keys is read together, not key by key.
 */
export async function shownKeys(
  read: Read,
  asking: Asking,
  keys: readonly Key[],
): Promise<ShownKey[]> {
  const view = await gathered(read, keys.flatMap(placesOf))
  const found: Found = async (place) => (await view.get([place]))[0]
  // nothing is written on the way: a policy of an older release is given its meanings by who uses the key
  const { rule } = authorizer({ ...view, put: async () => true })
  const may = async (action: string, key: Key | undefined) => {
    const asked = { ...asking, action, input: {}, key, keys: { key } }
    const resource =
      key === undefined ? ({ kind: 'plain', arn: '*' } as const) : ({ kind: 'key', key } as const)
    return (await rule(asked, resource)).decision.allowed
  }
  const withAliases = await may('kms:ListAliases', undefined)
  const shown: ShownKey[] = []
  for (const [index, stored] of keys.entries()) {
    if (index % TOGETHER === TOGETHER - 1) await turn()
    const key = await asItIs(stored, asking.context.now, found)
    const described =
      key !== undefined && (await may('kms:DescribeKey', withoutGrants(key))) ? metadataOf(key) : {}
    const Aliases = withAliases
      ? (await aliasesOf(stored, view)).map(({ name }) => name)
      : undefined
    shown.push({ ...described, ...(Aliases !== undefined && { Aliases }) })
  }
  return shown
}

const withoutGrants = (key: Key): Key => ({ ...key, data: { ...key.data, granted: false } })

function metadataOf(key: Key): ShownKey {
  const {
    KeyState,
    KeySpec,
    KeyUsage,
    KeyManager,
    Origin,
    MultiRegion,
    Description,
    CreationDate,
  } = keyMetadata(key)
  return { KeyState, KeySpec, KeyUsage, KeyManager, Origin, MultiRegion, Description, CreationDate }
}

/** A key with what its state follows from; undefined for what a crash left of a replica. */
async function asItIs(key: Key, now: number, found: Found): Promise<Key | undefined> {
  if (key.data.keyStore !== undefined) return heldKey(key, found)
  const whole = key.data.multiRegion ? await relatedKey(key, found) : key
  return whole && keyAt(whole, now)
}

function placesOf(key: Key): ItemKey[] {
  const { accountId, region, id, data } = key
  return [
    ...(data.policy !== undefined && data.manager !== 'AWS' ? [policyPlace(key, data.policy)] : []),
    ...(data.multiRegion ? [sharedPlace(accountId, id)] : []),
    ...(data.keyStore === undefined ? [] : [customKeyStoresPlace(key)]),
    ...data.aliases.map((name) => aliasPlace(accountId, region, name)),
  ]
}

const slot = ({ pk, sk }: ItemKey): string => JSON.stringify([pk, sk])

/** Reads places together, some reads in each round trip; the view answers them, and reads what is not among them. */
async function gathered(read: Read, places: readonly ItemKey[]): Promise<Read> {
  const wanted = [...new Map(places.map((place) => [slot(place), place])).values()]
  const parts = Array.from({ length: Math.ceil(wanted.length / MOST_READ) }, (_, at) =>
    wanted.slice(at * MOST_READ, (at + 1) * MOST_READ),
  )
  const kept = new Map<string, Item | undefined>()
  for (let first = 0; first < parts.length; first += AT_ONCE) {
    const now = parts.slice(first, first + AT_ONCE)
    const found = await Promise.all(now.map((part) => read.get(part)))
    for (const [at, part] of now.entries()) {
      for (const [index, place] of part.entries()) kept.set(slot(place), found[at]?.[index])
    }
  }
  return {
    get: (asked) =>
      asked.every((place) => kept.has(slot(place)))
        ? Promise.resolve(asked.map((place) => kept.get(slot(place))))
        : read.get(asked),
    query: read.query,
  }
}
