import type { GrantData } from '../grant/grant-items.ts'
import { tenantItem, tenantPlace } from '../identity/credential.ts'
import { shownNames } from '../identity/meant-principals.ts'
import type { Store } from '../store/store.ts'

/**
 * Grants as an account is shown them: its own principals who are gone by their unique ids, those who have
 * another ARN now by that.
 */
export async function shownGrants(
  read: Pick<Store, 'get'>,
  grants: readonly GrantData[],
  home: { readonly accountId: string; readonly region: string },
): Promise<GrantData[]> {
  const names = grants.flatMap((grant) => [
    [grant.granteePrincipal, grant.granteeMeant ?? ''] as const,
    [grant.retiringPrincipal ?? '', grant.retiringMeant ?? ''] as const,
  ])
  const shown = await shownNames(read, names, home)
  const now = (meant: string | undefined) => shown.get(meant ?? '')
  return grants.map((grant) => ({
    ...grant,
    granteePrincipal: now(grant.granteeMeant) ?? grant.granteePrincipal,
    retiringPrincipal: now(grant.retiringMeant) ?? grant.retiringPrincipal,
  }))
}

/** accounts read at a time; Store.get */
const MOST_READ = 100

/** Without grants of other accounts' keys while those are suspended: to others they are as ones that are not there. */
export async function ofActiveAccounts(
  read: Pick<Store, 'get'>,
  grants: readonly GrantData[],
  own: string,
): Promise<GrantData[]> {
  const active = new Set([own])
  const others = [...new Set(grants.map(accountOf))].filter((id) => id !== own)
  for (let begin = 0; begin < others.length; begin += MOST_READ) {
    const some = others.slice(begin, begin + MOST_READ)
    for (const [index, item] of (await read.get(some.map(tenantPlace))).entries()) {
      if (item && tenantItem.read(item).status === 'active') active.add(some[index] ?? '')
    }
  }
  return grants.filter((grant) => active.has(accountOf(grant)))
}

const accountOf = ({ key }: GrantData): string => key.split(':')[4] ?? ''
