// Written by npm run gen. Do not edit.
import type { AnyOperation } from '../core/operation.ts'
import { explainAccess } from './access/explain-access.ts'
import { listKeyAccess } from './access/list-key-access.ts'
import { advanceClock } from './administration/advance-clock.ts'
import { createAccessKey } from './administration/create-access-key.ts'
import { createOidcIssuer } from './administration/create-oidc-issuer.ts'
import { createPrincipal } from './administration/create-principal.ts'
import { createSession } from './administration/create-session.ts'
import { createTenant } from './administration/create-tenant.ts'
import { deleteAccessKey } from './administration/delete-access-key.ts'
import { deleteOidcIssuer } from './administration/delete-oidc-issuer.ts'
import { deletePermissionsBoundary } from './administration/delete-permissions-boundary.ts'
import { deletePrincipal } from './administration/delete-principal.ts'
import { deletePrincipalPolicy } from './administration/delete-principal-policy.ts'
import { getAuditRetention } from './administration/get-audit-retention.ts'
import { getClock } from './administration/get-clock.ts'
import { getPrincipal } from './administration/get-principal.ts'
import { listAccessKeys } from './administration/list-access-keys.ts'
import { listOidcIssuers } from './administration/list-oidc-issuers.ts'
import { listPrincipalPolicyChanges } from './administration/list-principal-policy-changes.ts'
import { listPrincipals } from './administration/list-principals.ts'
import { listTenants } from './administration/list-tenants.ts'
import { putAuditRetention } from './administration/put-audit-retention.ts'
import { putPermissionsBoundary } from './administration/put-permissions-boundary.ts'
import { putPrincipalPolicy } from './administration/put-principal-policy.ts'
import { putTrustPolicy } from './administration/put-trust-policy.ts'
import { resumeTenant } from './administration/resume-tenant.ts'
import { revokeSessions } from './administration/revoke-sessions.ts'
import { suspendTenant } from './administration/suspend-tenant.ts'
import { tagPrincipal } from './administration/tag-principal.ts'
import { untagPrincipal } from './administration/untag-principal.ts'
import { updateAccessKey } from './administration/update-access-key.ts'
import { createAlias } from './aliases/create-alias.ts'
import { deleteAlias } from './aliases/delete-alias.ts'
import { deleteAliasRotation } from './aliases/delete-alias-rotation.ts'
import { getAliasRotation } from './aliases/get-alias-rotation.ts'
import { listAliases } from './aliases/list-aliases.ts'
import { putAliasRotation } from './aliases/put-alias-rotation.ts'
import { updateAlias } from './aliases/update-alias.ts'
import { listAuditRecords } from './audit/list-audit-records.ts'
import { decapsulate } from './cryptography/decapsulate.ts'
import { decrypt } from './cryptography/decrypt.ts'
import { deriveSharedSecret } from './cryptography/derive-shared-secret.ts'
import { encapsulate } from './cryptography/encapsulate.ts'
import { encrypt } from './cryptography/encrypt.ts'
import { generateDataKey } from './cryptography/generate-data-key.ts'
import { generateDataKeyPair } from './cryptography/generate-data-key-pair.ts'
import { generateDataKeyPairWithoutPlaintext } from './cryptography/generate-data-key-pair-without-plaintext.ts'
import { generateDataKeyWithoutPlaintext } from './cryptography/generate-data-key-without-plaintext.ts'
import { generateMac } from './cryptography/generate-mac.ts'
import { generateRandom } from './cryptography/generate-random.ts'
import { getPublicKey } from './cryptography/get-public-key.ts'
import { reEncrypt } from './cryptography/re-encrypt.ts'
import { sign } from './cryptography/sign.ts'
import { verify } from './cryptography/verify.ts'
import { verifyMac } from './cryptography/verify-mac.ts'
import { connectCustomKeyStore } from './custom-key-stores/connect-custom-key-store.ts'
import { createCustomKeyStore } from './custom-key-stores/create-custom-key-store.ts'
import { deleteCustomKeyStore } from './custom-key-stores/delete-custom-key-store.ts'
import { describeCustomKeyStores } from './custom-key-stores/describe-custom-key-stores.ts'
import { disconnectCustomKeyStore } from './custom-key-stores/disconnect-custom-key-store.ts'
import { updateCustomKeyStore } from './custom-key-stores/update-custom-key-store.ts'
import { createGrant } from './grants/create-grant.ts'
import { listGrants } from './grants/list-grants.ts'
import { listRetirableGrants } from './grants/list-retirable-grants.ts'
import { retireGrant } from './grants/retire-grant.ts'
import { revokeGrant } from './grants/revoke-grant.ts'
import { deleteImportedKeyMaterial } from './import/delete-imported-key-material.ts'
import { getParametersForImport } from './import/get-parameters-for-import.ts'
import { importKeyMaterial } from './import/import-key-material.ts'
import { cancelKeyDeletion } from './keys/cancel-key-deletion.ts'
import { createKey } from './keys/create-key.ts'
import { describeKey } from './keys/describe-key.ts'
import { disableKey } from './keys/disable-key.ts'
import { enableKey } from './keys/enable-key.ts'
import { getKeyLastUsage } from './keys/get-key-last-usage.ts'
import { listKeys } from './keys/list-keys.ts'
import { scheduleKeyDeletion } from './keys/schedule-key-deletion.ts'
import { updateKeyDescription } from './keys/update-key-description.ts'
import { replicateKey } from './multi-region/replicate-key.ts'
import { updatePrimaryRegion } from './multi-region/update-primary-region.ts'
import { getKeyPolicy } from './policies/get-key-policy.ts'
import { listKeyPolicies } from './policies/list-key-policies.ts'
import { listKeyPolicyChanges } from './policies/list-key-policy-changes.ts'
import { putKeyPolicy } from './policies/put-key-policy.ts'
import { disableKeyRotation } from './rotation/disable-key-rotation.ts'
import { enableKeyRotation } from './rotation/enable-key-rotation.ts'
import { getKeyRotationStatus } from './rotation/get-key-rotation-status.ts'
import { listKeyRotations } from './rotation/list-key-rotations.ts'
import { rotateKeyOnDemand } from './rotation/rotate-key-on-demand.ts'
import { assumeRole } from './sessions/assume-role.ts'
import { assumeRoleWithWebIdentity } from './sessions/assume-role-with-web-identity.ts'
import { getCallerIdentity } from './sessions/get-caller-identity.ts'
import { getSessionToken } from './sessions/get-session-token.ts'
import { listResourceTags } from './tags/list-resource-tags.ts'
import { tagResource } from './tags/tag-resource.ts'
import { untagResource } from './tags/untag-resource.ts'
import { createXksCredential } from './xks/create-xks-credential.ts'
import { deleteXksCredential } from './xks/delete-xks-credential.ts'
import { listXksCredentials } from './xks/list-xks-credentials.ts'
import { rotateXksCredential } from './xks/rotate-xks-credential.ts'
import { xksDecrypt } from './xks/xks-decrypt.ts'
import { xksEncrypt } from './xks/xks-encrypt.ts'
import { xksGetHealthStatus } from './xks/xks-get-health-status.ts'
import { xksGetKeyMetadata } from './xks/xks-get-key-metadata.ts'

/** Every operation of the service's API. */
export const operations: readonly AnyOperation[] = [
  advanceClock,
  assumeRole,
  assumeRoleWithWebIdentity,
  cancelKeyDeletion,
  connectCustomKeyStore,
  createAccessKey,
  createAlias,
  createCustomKeyStore,
  createGrant,
  createKey,
  createOidcIssuer,
  createPrincipal,
  createSession,
  createTenant,
  createXksCredential,
  decapsulate,
  decrypt,
  deleteAccessKey,
  deleteAlias,
  deleteAliasRotation,
  deleteCustomKeyStore,
  deleteImportedKeyMaterial,
  deleteOidcIssuer,
  deletePermissionsBoundary,
  deletePrincipal,
  deletePrincipalPolicy,
  deleteXksCredential,
  deriveSharedSecret,
  describeCustomKeyStores,
  describeKey,
  disableKey,
  disableKeyRotation,
  disconnectCustomKeyStore,
  enableKey,
  enableKeyRotation,
  encapsulate,
  encrypt,
  explainAccess,
  generateDataKey,
  generateDataKeyPair,
  generateDataKeyPairWithoutPlaintext,
  generateDataKeyWithoutPlaintext,
  generateMac,
  generateRandom,
  getAliasRotation,
  getAuditRetention,
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
  listKeyPolicyChanges,
  listKeyRotations,
  listKeys,
  listOidcIssuers,
  listPrincipalPolicyChanges,
  listPrincipals,
  listResourceTags,
  listRetirableGrants,
  listTenants,
  listXksCredentials,
  putAliasRotation,
  putAuditRetention,
  putKeyPolicy,
  putPermissionsBoundary,
  putPrincipalPolicy,
  putTrustPolicy,
  reEncrypt,
  replicateKey,
  resumeTenant,
  retireGrant,
  revokeGrant,
  revokeSessions,
  rotateKeyOnDemand,
  rotateXksCredential,
  scheduleKeyDeletion,
  sign,
  suspendTenant,
  tagPrincipal,
  tagResource,
  untagPrincipal,
  untagResource,
  updateAccessKey,
  updateAlias,
  updateCustomKeyStore,
  updateKeyDescription,
  updatePrimaryRegion,
  verify,
  verifyMac,
]

/** What AWS KMS calls where the service is the proxy of an external key store. */
export const xksOperations: readonly AnyOperation[] = [
  xksDecrypt,
  xksEncrypt,
  xksGetHealthStatus,
  xksGetKeyMetadata,
]

/** Where the record of each operation is, and under functions/ its Lambda function, by its name. */
export const operationFiles: ReadonlyMap<string, string> = new Map([
  ['AdvanceClock', 'administration/advance-clock'],
  ['AssumeRole', 'sessions/assume-role'],
  ['AssumeRoleWithWebIdentity', 'sessions/assume-role-with-web-identity'],
  ['CancelKeyDeletion', 'keys/cancel-key-deletion'],
  ['ConnectCustomKeyStore', 'custom-key-stores/connect-custom-key-store'],
  ['CreateAccessKey', 'administration/create-access-key'],
  ['CreateAlias', 'aliases/create-alias'],
  ['CreateCustomKeyStore', 'custom-key-stores/create-custom-key-store'],
  ['CreateGrant', 'grants/create-grant'],
  ['CreateKey', 'keys/create-key'],
  ['CreateOidcIssuer', 'administration/create-oidc-issuer'],
  ['CreatePrincipal', 'administration/create-principal'],
  ['CreateSession', 'administration/create-session'],
  ['CreateTenant', 'administration/create-tenant'],
  ['CreateXksCredential', 'xks/create-xks-credential'],
  ['Decapsulate', 'cryptography/decapsulate'],
  ['Decrypt', 'cryptography/decrypt'],
  ['DeleteAccessKey', 'administration/delete-access-key'],
  ['DeleteAlias', 'aliases/delete-alias'],
  ['DeleteAliasRotation', 'aliases/delete-alias-rotation'],
  ['DeleteCustomKeyStore', 'custom-key-stores/delete-custom-key-store'],
  ['DeleteImportedKeyMaterial', 'import/delete-imported-key-material'],
  ['DeleteOidcIssuer', 'administration/delete-oidc-issuer'],
  ['DeletePermissionsBoundary', 'administration/delete-permissions-boundary'],
  ['DeletePrincipal', 'administration/delete-principal'],
  ['DeletePrincipalPolicy', 'administration/delete-principal-policy'],
  ['DeleteXksCredential', 'xks/delete-xks-credential'],
  ['DeriveSharedSecret', 'cryptography/derive-shared-secret'],
  ['DescribeCustomKeyStores', 'custom-key-stores/describe-custom-key-stores'],
  ['DescribeKey', 'keys/describe-key'],
  ['DisableKey', 'keys/disable-key'],
  ['DisableKeyRotation', 'rotation/disable-key-rotation'],
  ['DisconnectCustomKeyStore', 'custom-key-stores/disconnect-custom-key-store'],
  ['EnableKey', 'keys/enable-key'],
  ['EnableKeyRotation', 'rotation/enable-key-rotation'],
  ['Encapsulate', 'cryptography/encapsulate'],
  ['Encrypt', 'cryptography/encrypt'],
  ['ExplainAccess', 'access/explain-access'],
  ['GenerateDataKey', 'cryptography/generate-data-key'],
  ['GenerateDataKeyPair', 'cryptography/generate-data-key-pair'],
  ['GenerateDataKeyPairWithoutPlaintext', 'cryptography/generate-data-key-pair-without-plaintext'],
  ['GenerateDataKeyWithoutPlaintext', 'cryptography/generate-data-key-without-plaintext'],
  ['GenerateMac', 'cryptography/generate-mac'],
  ['GenerateRandom', 'cryptography/generate-random'],
  ['GetAliasRotation', 'aliases/get-alias-rotation'],
  ['GetAuditRetention', 'administration/get-audit-retention'],
  ['GetCallerIdentity', 'sessions/get-caller-identity'],
  ['GetClock', 'administration/get-clock'],
  ['GetKeyLastUsage', 'keys/get-key-last-usage'],
  ['GetKeyPolicy', 'policies/get-key-policy'],
  ['GetKeyRotationStatus', 'rotation/get-key-rotation-status'],
  ['GetParametersForImport', 'import/get-parameters-for-import'],
  ['GetPrincipal', 'administration/get-principal'],
  ['GetPublicKey', 'cryptography/get-public-key'],
  ['GetSessionToken', 'sessions/get-session-token'],
  ['ImportKeyMaterial', 'import/import-key-material'],
  ['ListAccessKeys', 'administration/list-access-keys'],
  ['ListAliases', 'aliases/list-aliases'],
  ['ListAuditRecords', 'audit/list-audit-records'],
  ['ListGrants', 'grants/list-grants'],
  ['ListKeyAccess', 'access/list-key-access'],
  ['ListKeyPolicies', 'policies/list-key-policies'],
  ['ListKeyPolicyChanges', 'policies/list-key-policy-changes'],
  ['ListKeyRotations', 'rotation/list-key-rotations'],
  ['ListKeys', 'keys/list-keys'],
  ['ListOidcIssuers', 'administration/list-oidc-issuers'],
  ['ListPrincipalPolicyChanges', 'administration/list-principal-policy-changes'],
  ['ListPrincipals', 'administration/list-principals'],
  ['ListResourceTags', 'tags/list-resource-tags'],
  ['ListRetirableGrants', 'grants/list-retirable-grants'],
  ['ListTenants', 'administration/list-tenants'],
  ['ListXksCredentials', 'xks/list-xks-credentials'],
  ['PutAliasRotation', 'aliases/put-alias-rotation'],
  ['PutAuditRetention', 'administration/put-audit-retention'],
  ['PutKeyPolicy', 'policies/put-key-policy'],
  ['PutPermissionsBoundary', 'administration/put-permissions-boundary'],
  ['PutPrincipalPolicy', 'administration/put-principal-policy'],
  ['PutTrustPolicy', 'administration/put-trust-policy'],
  ['ReEncrypt', 'cryptography/re-encrypt'],
  ['ReplicateKey', 'multi-region/replicate-key'],
  ['ResumeTenant', 'administration/resume-tenant'],
  ['RetireGrant', 'grants/retire-grant'],
  ['RevokeGrant', 'grants/revoke-grant'],
  ['RevokeSessions', 'administration/revoke-sessions'],
  ['RotateKeyOnDemand', 'rotation/rotate-key-on-demand'],
  ['RotateXksCredential', 'xks/rotate-xks-credential'],
  ['ScheduleKeyDeletion', 'keys/schedule-key-deletion'],
  ['Sign', 'cryptography/sign'],
  ['SuspendTenant', 'administration/suspend-tenant'],
  ['TagPrincipal', 'administration/tag-principal'],
  ['TagResource', 'tags/tag-resource'],
  ['UntagPrincipal', 'administration/untag-principal'],
  ['UntagResource', 'tags/untag-resource'],
  ['UpdateAccessKey', 'administration/update-access-key'],
  ['UpdateAlias', 'aliases/update-alias'],
  ['UpdateCustomKeyStore', 'custom-key-stores/update-custom-key-store'],
  ['UpdateKeyDescription', 'keys/update-key-description'],
  ['UpdatePrimaryRegion', 'multi-region/update-primary-region'],
  ['Verify', 'cryptography/verify'],
  ['VerifyMac', 'cryptography/verify-mac'],
  ['XksDecrypt', 'xks/xks-decrypt'],
  ['XksEncrypt', 'xks/xks-encrypt'],
  ['XksGetHealthStatus', 'xks/xks-get-health-status'],
  ['XksGetKeyMetadata', 'xks/xks-get-key-metadata'],
])
