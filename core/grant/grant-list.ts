import { storedConstraints } from '../policy/grant-terms.ts'
import type { GrantData } from './grant-items.ts'

/** A grant as ListGrants and ListRetirableGrants answer it: GrantListEntry. */
export const grantListEntry = (grant: GrantData) => ({
  KeyId: grant.key,
  GrantId: grant.id,
  Name: grant.name,
  CreationDate: grant.created,
  GranteePrincipal: grant.granteePrincipal,
  RetiringPrincipal: grant.retiringPrincipal,
  IssuingAccount: grant.issuingAccount,
  Operations: [...grant.operations],
  Constraints: storedConstraints(grant.constraints),
})
