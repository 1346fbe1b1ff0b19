// Written by npm run gen. Do not edit.
import type { AnyOperation } from '../core/operation.ts'
import { advanceClock } from './advance-clock.ts'
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts'
import { assumeRole } from './assume-role.ts'
import { cancelKeyDeletion } from './cancel-key-deletion.ts'
import { createAccessKey } from './create-access-key.ts'
import { createAlias } from './create-alias.ts'
import { createGrant } from './create-grant.ts'
import { createKey } from './create-key.ts'
import { createOidcIssuer } from './create-oidc-issuer.ts'
import { createPrincipal } from './create-principal.ts'
import { createSession } from './create-session.ts'
import { createTenant } from './create-tenant.ts'
import { decrypt } from './decrypt.ts'
import { deleteAccessKey } from './delete-access-key.ts'
import { deleteAliasRotation } from './delete-alias-rotation.ts'
import { deleteAlias } from './delete-alias.ts'
import { deleteImportedKeyMaterial } from './delete-imported-key-material.ts'
import { deleteOidcIssuer } from './delete-oidc-issuer.ts'
import { deletePermissionsBoundary } from './delete-permissions-boundary.ts'
import { deletePrincipalPolicy } from './delete-principal-policy.ts'
import { deletePrincipal } from './delete-principal.ts'
import { deriveSharedSecret } from './derive-shared-secret.ts'
import { describeKey } from './describe-key.ts'
import { disableKeyRotation } from './disable-key-rotation.ts'
import { disableKey } from './disable-key.ts'
import { enableKeyRotation } from './enable-key-rotation.ts'
import { enableKey } from './enable-key.ts'
import { encrypt } from './encrypt.ts'
import { explainAccess } from './explain-access.ts'
import { generateDataKeyPairWithoutPlaintext } from './generate-data-key-pair-without-plaintext.ts'
import { generateDataKeyPair } from './generate-data-key-pair.ts'
import { generateDataKeyWithoutPlaintext } from './generate-data-key-without-plaintext.ts'
import { generateDataKey } from './generate-data-key.ts'
import { generateMac } from './generate-mac.ts'
import { generateRandom } from './generate-random.ts'
import { getAliasRotation } from './get-alias-rotation.ts'
import { getCallerIdentity } from './get-caller-identity.ts'
import { getClock } from './get-clock.ts'
import { getKeyLastUsage } from './get-key-last-usage.ts'
import { getKeyPolicy } from './get-key-policy.ts'
import { getKeyRotationStatus } from './get-key-rotation-status.ts'
import { getParametersForImport } from './get-parameters-for-import.ts'
import { getPrincipal } from './get-principal.ts'
import { getPublicKey } from './get-public-key.ts'
import { getSessionToken } from './get-session-token.ts'
import { importKeyMaterial } from './import-key-material.ts'
import { listAccessKeys } from './list-access-keys.ts'
import { listAliases } from './list-aliases.ts'
import { listAuditRecords } from './list-audit-records.ts'
import { listGrants } from './list-grants.ts'
import { listKeyAccess } from './list-key-access.ts'
import { listKeyPolicies } from './list-key-policies.ts'
import { listKeyRotations } from './list-key-rotations.ts'
import { listKeys } from './list-keys.ts'
import { listOidcIssuers } from './list-oidc-issuers.ts'
import { listPrincipals } from './list-principals.ts'
import { listResourceTags } from './list-resource-tags.ts'
import { listRetirableGrants } from './list-retirable-grants.ts'
import { listTenants } from './list-tenants.ts'
import { putAliasRotation } from './put-alias-rotation.ts'
import { putKeyPolicy } from './put-key-policy.ts'
import { putPermissionsBoundary } from './put-permissions-boundary.ts'
import { putPrincipalPolicy } from './put-principal-policy.ts'
import { putTrustPolicy } from './put-trust-policy.ts'
import { reEncrypt } from './re-encrypt.ts'
import { resumeTenant } from './resume-tenant.ts'
import { retireGrant } from './retire-grant.ts'
import { revokeGrant } from './revoke-grant.ts'
import { rotateKeyOnDemand } from './rotate-key-on-demand.ts'
import { scheduleKeyDeletion } from './schedule-key-deletion.ts'
import { sign } from './sign.ts'
import { suspendTenant } from './suspend-tenant.ts'
import { tagPrincipal } from './tag-principal.ts'
import { tagResource } from './tag-resource.ts'
import { untagPrincipal } from './untag-principal.ts'
import { untagResource } from './untag-resource.ts'
import { updateAccessKey } from './update-access-key.ts'
import { updateAlias } from './update-alias.ts'
import { updateKeyDescription } from './update-key-description.ts'
import { verifyMac } from './verify-mac.ts'
import { verify } from './verify.ts'

/** Every operation of the service. */
export const operations: readonly AnyOperation[] = [
  advanceClock,
  assumeRole,
  assumeRoleWithWebIdentity,
  cancelKeyDeletion,
  createAccessKey,
  createAlias,
  createGrant,
  createKey,
  createOidcIssuer,
  createPrincipal,
  createSession,
  createTenant,
  decrypt,
  deleteAccessKey,
  deleteAlias,
  deleteAliasRotation,
  deleteImportedKeyMaterial,
  deleteOidcIssuer,
  deletePermissionsBoundary,
  deletePrincipal,
  deletePrincipalPolicy,
  deriveSharedSecret,
  describeKey,
  disableKey,
  disableKeyRotation,
  enableKey,
  enableKeyRotation,
  encrypt,
  explainAccess,
  generateDataKey,
  generateDataKeyPair,
  generateDataKeyPairWithoutPlaintext,
  generateDataKeyWithoutPlaintext,
  generateMac,
  generateRandom,
  getAliasRotation,
  getCallerIdentity,
  getClock,
  getKeyLastUsage,
  getKeyPolicy,
  getKeyRotationStatus,
  getParametersForImport,
  getPrincipal,
  getPublicKey,
  getSessionToken,
  importKeyMaterial,
  listAccessKeys,
  listAliases,
  listAuditRecords,
  listGrants,
  listKeyAccess,
  listKeyPolicies,
  listKeyRotations,
  listKeys,
  listOidcIssuers,
  listPrincipals,
  listResourceTags,
  listRetirableGrants,
  listTenants,
  putAliasRotation,
  putKeyPolicy,
  putPermissionsBoundary,
  putPrincipalPolicy,
  putTrustPolicy,
  reEncrypt,
  resumeTenant,
  retireGrant,
  revokeGrant,
  rotateKeyOnDemand,
  scheduleKeyDeletion,
  sign,
  suspendTenant,
  tagPrincipal,
  tagResource,
  untagPrincipal,
  untagResource,
  updateAccessKey,
  updateAlias,
  updateKeyDescription,
  verify,
  verifyMac,
]
