import type { Grant } from './grant-decision.ts'

/**
 * Who may retire a grant (KMS Developer Guide, "Retiring and revoking grants"), as grants of RetireGrant, one
 * for each who may: its retiring principal, its grantee where it permits RetireGrant, and the account in which
 * it was made. Decided upon like all grants: whom they name may, of an account they name its root, and others
 * as its identity policies say. The key's policy has no say. Revoking rests on kms:RevokeGrant alone.
 */
export function retirementsOf(grant: Grant): Grant[] {
  const { id, operations, issuingAccount } = grant
  const { granteePrincipal, granteeMeant, retiringPrincipal, retiringMeant } = grant
  const names: readonly (readonly [name: string, meant?: string | undefined])[] = [
    ...(retiringPrincipal === undefined ? [] : [[retiringPrincipal, retiringMeant] as const]),
    ...(operations.includes('RetireGrant') ? [[granteePrincipal, granteeMeant] as const] : []),
    [issuingAccount],
  ]
  return names.map(([name, meant]) => ({
    id,
    granteePrincipal: name,
    granteeMeant: meant,
    operations: ['RetireGrant'],
    issuingAccount,
  }))
}
