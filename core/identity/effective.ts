import type { Found, ItemKey } from '../store/store.ts'
import { awsManagedById, awsManagedText } from './aws-managed-policies.ts'
import type { AttachedPolicy, PrincipalData } from './credential.ts'
import {
  type GroupData,
  groupItem,
  groupPlace,
  managedPolicyItem,
  managedPolicyPlace,
  nameIn,
  renamedPlace,
} from './iam-items.ts'
import { followRename } from './renamed.ts'

/** A user or role with all that decides for it, and where that was read beside its own item. */
export interface Effective {
  readonly data: PrincipalData
  readonly places: readonly ItemKey[]
}

/** Of a boundary that is not there any more: nothing is permitted. */
const NOTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
})

/**
 * A principal as `effective`; a user who has another name than it was looked for under is found by its id.
 * @param data what was found under the name
 */
export async function effectiveOf(
  accountId: string,
  data: PrincipalData | undefined,
  id: string | undefined,
  found: Found,
): Promise<Effective | undefined> {
  if (data !== undefined && (id === undefined || data.id === id)) {
    return effective(accountId, data, found)
  }
  const moved = id === undefined ? undefined : await followRename(accountId, id, found)
  if (moved === undefined) return undefined
  const whole = await effective(accountId, moved.data, found)
  const way = [renamedPlace(accountId, moved.data.id), moved.place]
  return { data: whole.data, places: [...way, ...whole.places] }
}

/**
 * Adds to a principal's own policies those that are attached to it, those of its groups, and the text of its
 * permissions boundary: what the items say that were read with the call. Loaded with the first principal that
 * has any.
 */
async function effective(accountId: string, data: PrincipalData, found: Found): Promise<Effective> {
  const places: ItemKey[] = []
  const read = (place: ItemKey) => {
    places.push(place)
    return found(place)
  }
  const groups = await groupsOf(accountId, data, read)
  const policies: Record<string, string> = { ...data.policies }
  for (const group of groups) {
    for (const [name, text] of Object.entries(group.policies)) {
      policies[`group/${group.name}/${name}`] = text
    }
  }
  const attached = [data, ...groups].flatMap((one) => one.attached ?? [])
  const texts = await textsOf(accountId, attached, data.boundaryPolicy, read)
  for (const { id, policy } of attached) {
    const text = texts.get(id)
    if (text !== undefined) policies[`policy${policy}`] = text
  }
  const { boundaryPolicy } = data
  const boundary =
    boundaryPolicy === undefined ? data.boundary : (texts.get(boundaryPolicy.id) ?? NOTHING)
  return { data: { ...data, policies, ...(boundary !== undefined && { boundary }) }, places }
}

/** The groups of a user that are there. */
async function groupsOf(
  accountId: string,
  { groups = [] }: PrincipalData,
  read: Found,
): Promise<GroupData[]> {
  const items = await Promise.all(groups.map((id) => read(groupPlace(accountId, id))))
  return items.flatMap((item) => (item === undefined ? [] : [groupItem.read(item)]))
}

/** The texts of managed policies by their ids; without those that are gone. */
async function textsOf(
  accountId: string,
  attached: readonly AttachedPolicy[],
  boundary: AttachedPolicy | undefined,
  read: Found,
): Promise<ReadonlyMap<string, string>> {
  const all = boundary === undefined ? attached : [...attached, boundary]
  const wanted = new Map(all.map(({ id, policy }) => [id, policy]))
  const texts = await Promise.all(
    [...wanted].map(async ([id, policy]): Promise<[string, string][]> => {
      const aws = awsManagedById(id)
      if (aws !== undefined) return [[id, awsManagedText(aws)]]
      const item = await read(managedPolicyPlace(accountId, nameIn(policy)))
      const data = item && managedPolicyItem.read(item)
      // one of the same name that was made since is another
      return data?.id === id ? [[id, data.document]] : []
    }),
  )
  return new Map(texts.flat())
}
