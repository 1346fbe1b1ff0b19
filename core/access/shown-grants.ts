import type { GrantData } from '../grant/grant-items.ts'
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
