import { type GrantData, grantsFor } from '../grant/grant-items.ts'
import type { Key } from '../key/key.ts'
import { readPolicy } from '../key/stored-policy.ts'
import type { Meanings, StoredPolicy } from '../policy/meaning.ts'
import type { Store } from '../store/store.ts'

/**
 * What the names in a key's policy meant, and an ARN in the first grants to it.
 * @param policy the key's own unless given
 */
export async function meaningsOfKey(
  read: Pick<Store, 'get' | 'query'>,
  key: Key,
  arn: string,
  policy?: StoredPolicy,
): Promise<Meanings> {
  const { meant = {} } = policy ?? (await readPolicy(key, read))
  if (key.data.granted !== true) return meant
  const [, , , , accountId = ''] = arn.split(':')
  const named = { accountId, type: 'user', arn, userId: '', tags: {} } as const
  const { value: grants } = await grantsFor(read, key, named).next()
  return { ...meaningsOfGrants(grants ?? []), ...meant }
}

/** What the grantees of some grants meant, by their ARNs. */
export const meaningsOfGrants = (grants: readonly GrantData[]): Meanings =>
  Object.fromEntries(
    grants.flatMap(({ granteePrincipal, granteeMeant }) =>
      granteeMeant === undefined ? [] : [[granteePrincipal, granteeMeant]],
    ),
  )
