// Written by npm run gen. Do not edit.
import type { AnyOperation } from '../core/operation.ts'
import { explainAccess } from './access/explain-access.ts'
import { listKeyAccess } from './access/list-key-access.ts'
import { previewKeyPolicy } from './access/preview-key-policy.ts'
import { advanceClock } from './administration/advance-clock.ts'
import { cancelTenantDeletion } from './administration/cancel-tenant-deletion.ts'
import { createAccessKey } from './administration/create-access-key.ts'
import { createInstallationIssuer } from './administration/create-installation-issuer.ts'
import { createOidcIssuer } from './administration/create-oidc-issuer.ts'
import { createPrincipal } from './administration/create-principal.ts'
import { createSession } from './administration/create-session.ts'
import { createTenant } from './administration/create-tenant.ts'
import { deleteAccessKey } from './administration/delete-access-key.ts'
import { deleteInstallationIssuer } from './administration/delete-installation-issuer.ts'
import { deleteOidcIssuer } from './administration/delete-oidc-issuer.ts'
import { deletePermissionsBoundary } from './administration/delete-permissions-boundary.ts'
import { deletePrincipal } from './administration/delete-principal.ts'
import { deletePrincipalPolicy } from './administration/delete-principal-policy.ts'
import { getAuditRetention } from './administration/get-audit-retention.ts'
import { getClock } from './administration/get-clock.ts'
import { getInstallation } from './administration/get-installation.ts'
import { getPrincipal } from './administration/get-principal.ts'
import { getTenant } from './administration/get-tenant.ts'
import { getTenantDeletion } from './administration/get-tenant-deletion.ts'
import { listAccessKeys } from './administration/list-access-keys.ts'
import { listInstallationIssuers } from './administration/list-installation-issuers.ts'
import { listOidcIssuers } from './administration/list-oidc-issuers.ts'
import { listPrincipalPolicyChanges } from './administration/list-principal-policy-changes.ts'
import { listPrincipals } from './administration/list-principals.ts'
import { listTenantValues } from './administration/list-tenant-values.ts'
import { listTenants } from './administration/list-tenants.ts'
import { putAuditRetention } from './administration/put-audit-retention.ts'
import { putPermissionsBoundary } from './administration/put-permissions-boundary.ts'
import { putPrincipalPolicy } from './administration/put-principal-policy.ts'
import { putTenantValues } from './administration/put-tenant-values.ts'
import { putTrustPolicy } from './administration/put-trust-policy.ts'
import { resumeTenant } from './administration/resume-tenant.ts'
import { revokeSessions } from './administration/revoke-sessions.ts'
import { scheduleTenantDeletion } from './administration/schedule-tenant-deletion.ts'
import { suspendTenant } from './administration/suspend-tenant.ts'
import { tagPrincipal } from './administration/tag-principal.ts'
import { untagPrincipal } from './administration/untag-principal.ts'
import { updateAccessKey } from './administration/update-access-key.ts'
import { updateInstallationIssuer } from './administration/update-installation-issuer.ts'
import { updateOidcIssuer } from './administration/update-oidc-issuer.ts'
import { updateTenant } from './administration/update-tenant.ts'
import { createAlias } from './aliases/create-alias.ts'
import { deleteAlias } from './aliases/delete-alias.ts'
import { deleteAliasRotation } from './aliases/delete-alias-rotation.ts'
import { getAliasRotation } from './aliases/get-alias-rotation.ts'
import { listAliases } from './aliases/list-aliases.ts'
import { putAliasRotation } from './aliases/put-alias-rotation.ts'
import { updateAlias } from './aliases/update-alias.ts'
import { getChanges } from './audit/get-changes.ts'
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
import { assumeRoleWithAwsIdentity } from './sessions/assume-role-with-aws-identity.ts'
import { assumeRoleWithWebIdentity } from './sessions/assume-role-with-web-identity.ts'
import { getAccessKeyInfo } from './sessions/get-access-key-info.ts'
import { getCallerIdentity } from './sessions/get-caller-identity.ts'
import { getFederationToken } from './sessions/get-federation-token.ts'
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
import { iamOperations } from './iam-registry.ts'

/** Every operation of the service's API. */
export const operations: readonly AnyOperation[] = [
  advanceClock,
  assumeRole,
  assumeRoleWithAwsIdentity,
  assumeRoleWithWebIdentity,
  cancelKeyDeletion,
  cancelTenantDeletion,
  connectCustomKeyStore,
  createAccessKey,
  createAlias,
  createCustomKeyStore,
  createGrant,
  createInstallationIssuer,
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
  deleteInstallationIssuer,
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
  getAccessKeyInfo,
  getAliasRotation,
  getAuditRetention,
  getCallerIdentity,
  getChanges,
  getClock,
  getFederationToken,
  getInstallation,
  getKeyLastUsage,
  getKeyPolicy,
  getKeyRotationStatus,
  getParametersForImport,
  getPrincipal,
  getPublicKey,
  getSessionToken,
  getTenant,
  getTenantDeletion,
  importKeyMaterial,
  listAccessKeys,
  listAliases,
  listAuditRecords,
  listGrants,
  listInstallationIssuers,
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
  listTenantValues,
  listTenants,
  listXksCredentials,
  previewKeyPolicy,
  putAliasRotation,
  putAuditRetention,
  putKeyPolicy,
  putPermissionsBoundary,
  putPrincipalPolicy,
  putTenantValues,
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
  scheduleTenantDeletion,
  sign,
  suspendTenant,
  tagPrincipal,
  tagResource,
  untagPrincipal,
  untagResource,
  updateAccessKey,
  updateAlias,
  updateCustomKeyStore,
  updateInstallationIssuer,
  updateKeyDescription,
  updateOidcIssuer,
  updatePrimaryRegion,
  updateTenant,
  verify,
  verifyMac,
  ...iamOperations,
]

/** What AWS KMS calls where the service is the proxy of an external key store. */
export const xksOperations: readonly AnyOperation[] = [
  xksDecrypt,
  xksEncrypt,
  xksGetHealthStatus,
  xksGetKeyMetadata,
]

/** Where the record of each operation is, and under functions/ its Lambda function where it has one of its own, by its id. */
export const operationFiles: ReadonlyMap<string, string> = new Map([
  ['AdvanceClock', 'administration/advance-clock'],
  ['AssumeRole', 'sessions/assume-role'],
  ['AssumeRoleWithAwsIdentity', 'sessions/assume-role-with-aws-identity'],
  ['AssumeRoleWithWebIdentity', 'sessions/assume-role-with-web-identity'],
  ['CancelKeyDeletion', 'keys/cancel-key-deletion'],
  ['CancelTenantDeletion', 'administration/cancel-tenant-deletion'],
  ['ConnectCustomKeyStore', 'custom-key-stores/connect-custom-key-store'],
  ['CreateAccessKey', 'administration/create-access-key'],
  ['CreateAlias', 'aliases/create-alias'],
  ['CreateCustomKeyStore', 'custom-key-stores/create-custom-key-store'],
  ['CreateGrant', 'grants/create-grant'],
  ['CreateInstallationIssuer', 'administration/create-installation-issuer'],
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
  ['DeleteInstallationIssuer', 'administration/delete-installation-issuer'],
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
  ['GetAccessKeyInfo', 'sessions/get-access-key-info'],
  ['GetAliasRotation', 'aliases/get-alias-rotation'],
  ['GetAuditRetention', 'administration/get-audit-retention'],
  ['GetCallerIdentity', 'sessions/get-caller-identity'],
  ['GetChanges', 'audit/get-changes'],
  ['GetClock', 'administration/get-clock'],
  ['GetFederationToken', 'sessions/get-federation-token'],
  ['GetInstallation', 'administration/get-installation'],
  ['GetKeyLastUsage', 'keys/get-key-last-usage'],
  ['GetKeyPolicy', 'policies/get-key-policy'],
  ['GetKeyRotationStatus', 'rotation/get-key-rotation-status'],
  ['GetParametersForImport', 'import/get-parameters-for-import'],
  ['GetPrincipal', 'administration/get-principal'],
  ['GetPublicKey', 'cryptography/get-public-key'],
  ['GetSessionToken', 'sessions/get-session-token'],
  ['GetTenant', 'administration/get-tenant'],
  ['GetTenantDeletion', 'administration/get-tenant-deletion'],
  ['IamAddClientIDToOpenIDConnectProvider', 'iam/oidc-providers'],
  ['IamAddRoleToInstanceProfile', 'iam/instance-profiles'],
  ['IamAddUserToGroup', 'iam/groups'],
  ['IamAttachGroupPolicy', 'iam/attachments'],
  ['IamAttachRolePolicy', 'iam/attachments'],
  ['IamAttachUserPolicy', 'iam/attachments'],
  ['IamCreateAccessKey', 'iam/access-keys'],
  ['IamCreateGroup', 'iam/groups'],
  ['IamCreateInstanceProfile', 'iam/instance-profiles'],
  ['IamCreateOpenIDConnectProvider', 'iam/oidc-providers'],
  ['IamCreatePolicy', 'iam/policies'],
  ['IamCreatePolicyVersion', 'iam/policy-versions'],
  ['IamCreateRole', 'iam/roles'],
  ['IamCreateUser', 'iam/users'],
  ['IamCreateVirtualMFADevice', 'iam/mfa-devices'],
  ['IamDeactivateMFADevice', 'iam/mfa-devices'],
  ['IamDeleteAccessKey', 'iam/access-keys'],
  ['IamDeleteGroup', 'iam/groups'],
  ['IamDeleteGroupPolicy', 'iam/inline-policies'],
  ['IamDeleteInstanceProfile', 'iam/instance-profiles'],
  ['IamDeleteLoginProfile', 'iam/none'],
  ['IamDeleteOpenIDConnectProvider', 'iam/oidc-providers'],
  ['IamDeletePolicy', 'iam/policies'],
  ['IamDeletePolicyVersion', 'iam/policy-versions'],
  ['IamDeleteRole', 'iam/roles'],
  ['IamDeleteRolePermissionsBoundary', 'iam/boundaries'],
  ['IamDeleteRolePolicy', 'iam/inline-policies'],
  ['IamDeleteUser', 'iam/users'],
  ['IamDeleteUserPermissionsBoundary', 'iam/boundaries'],
  ['IamDeleteUserPolicy', 'iam/inline-policies'],
  ['IamDeleteVirtualMFADevice', 'iam/virtual-mfa-devices'],
  ['IamDetachGroupPolicy', 'iam/attachments'],
  ['IamDetachRolePolicy', 'iam/attachments'],
  ['IamDetachUserPolicy', 'iam/attachments'],
  ['IamEnableMFADevice', 'iam/mfa-devices'],
  ['IamGetAccessKeyLastUsed', 'iam/access-keys'],
  ['IamGetAccountAuthorizationDetails', 'iam/account-details'],
  ['IamGetAccountSummary', 'iam/account'],
  ['IamGetContextKeysForCustomPolicy', 'iam/simulation'],
  ['IamGetContextKeysForPrincipalPolicy', 'iam/simulation'],
  ['IamGetGroup', 'iam/groups'],
  ['IamGetGroupPolicy', 'iam/inline-policies'],
  ['IamGetInstanceProfile', 'iam/instance-profiles'],
  ['IamGetLoginProfile', 'iam/none'],
  ['IamGetMFADevice', 'iam/mfa-devices'],
  ['IamGetOpenIDConnectProvider', 'iam/oidc-providers'],
  ['IamGetPolicy', 'iam/policies'],
  ['IamGetPolicyVersion', 'iam/policy-versions'],
  ['IamGetRole', 'iam/roles'],
  ['IamGetRolePolicy', 'iam/inline-policies'],
  ['IamGetUser', 'iam/users'],
  ['IamGetUserPolicy', 'iam/inline-policies'],
  ['IamListAccessKeys', 'iam/access-keys'],
  ['IamListAccountAliases', 'iam/none'],
  ['IamListAttachedGroupPolicies', 'iam/attachments'],
  ['IamListAttachedRolePolicies', 'iam/attachments'],
  ['IamListAttachedUserPolicies', 'iam/attachments'],
  ['IamListEntitiesForPolicy', 'iam/policy-entities'],
  ['IamListGroupPolicies', 'iam/inline-policies'],
  ['IamListGroups', 'iam/groups'],
  ['IamListGroupsForUser', 'iam/groups'],
  ['IamListInstanceProfileTags', 'iam/instance-profiles'],
  ['IamListInstanceProfiles', 'iam/instance-profiles'],
  ['IamListInstanceProfilesForRole', 'iam/instance-profiles'],
  ['IamListMFADeviceTags', 'iam/virtual-mfa-devices'],
  ['IamListMFADevices', 'iam/mfa-devices'],
  ['IamListOpenIDConnectProviderTags', 'iam/oidc-providers'],
  ['IamListOpenIDConnectProviders', 'iam/oidc-providers'],
  ['IamListPolicies', 'iam/policies'],
  ['IamListPolicyTags', 'iam/tags'],
  ['IamListPolicyVersions', 'iam/policy-versions'],
  ['IamListRolePolicies', 'iam/inline-policies'],
  ['IamListRoleTags', 'iam/tags'],
  ['IamListRoles', 'iam/roles'],
  ['IamListSSHPublicKeys', 'iam/none'],
  ['IamListServiceSpecificCredentials', 'iam/none'],
  ['IamListSigningCertificates', 'iam/none'],
  ['IamListUserPolicies', 'iam/inline-policies'],
  ['IamListUserTags', 'iam/tags'],
  ['IamListUsers', 'iam/users'],
  ['IamListVirtualMFADevices', 'iam/virtual-mfa-devices'],
  ['IamPutGroupPolicy', 'iam/inline-policies'],
  ['IamPutRolePermissionsBoundary', 'iam/boundaries'],
  ['IamPutRolePolicy', 'iam/inline-policies'],
  ['IamPutUserPermissionsBoundary', 'iam/boundaries'],
  ['IamPutUserPolicy', 'iam/inline-policies'],
  ['IamRemoveClientIDFromOpenIDConnectProvider', 'iam/oidc-providers'],
  ['IamRemoveRoleFromInstanceProfile', 'iam/instance-profiles'],
  ['IamRemoveUserFromGroup', 'iam/groups'],
  ['IamResyncMFADevice', 'iam/mfa-devices'],
  ['IamSetDefaultPolicyVersion', 'iam/policy-versions'],
  ['IamSimulateCustomPolicy', 'iam/simulation'],
  ['IamSimulatePrincipalPolicy', 'iam/simulation'],
  ['IamTagInstanceProfile', 'iam/instance-profiles'],
  ['IamTagMFADevice', 'iam/virtual-mfa-devices'],
  ['IamTagOpenIDConnectProvider', 'iam/oidc-providers'],
  ['IamTagPolicy', 'iam/tags'],
  ['IamTagRole', 'iam/tags'],
  ['IamTagUser', 'iam/tags'],
  ['IamUntagInstanceProfile', 'iam/instance-profiles'],
  ['IamUntagMFADevice', 'iam/virtual-mfa-devices'],
  ['IamUntagOpenIDConnectProvider', 'iam/oidc-providers'],
  ['IamUntagPolicy', 'iam/tags'],
  ['IamUntagRole', 'iam/tags'],
  ['IamUntagUser', 'iam/tags'],
  ['IamUpdateAccessKey', 'iam/access-keys'],
  ['IamUpdateAssumeRolePolicy', 'iam/roles'],
  ['IamUpdateGroup', 'iam/groups'],
  ['IamUpdateOpenIDConnectProviderThumbprint', 'iam/oidc-providers'],
  ['IamUpdateRole', 'iam/roles'],
  ['IamUpdateRoleDescription', 'iam/roles'],
  ['IamUpdateUser', 'iam/users'],
  ['ImportKeyMaterial', 'import/import-key-material'],
  ['ListAccessKeys', 'administration/list-access-keys'],
  ['ListAliases', 'aliases/list-aliases'],
  ['ListAuditRecords', 'audit/list-audit-records'],
  ['ListGrants', 'grants/list-grants'],
  ['ListInstallationIssuers', 'administration/list-installation-issuers'],
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
  ['ListTenantValues', 'administration/list-tenant-values'],
  ['ListTenants', 'administration/list-tenants'],
  ['ListXksCredentials', 'xks/list-xks-credentials'],
  ['PreviewKeyPolicy', 'access/preview-key-policy'],
  ['PutAliasRotation', 'aliases/put-alias-rotation'],
  ['PutAuditRetention', 'administration/put-audit-retention'],
  ['PutKeyPolicy', 'policies/put-key-policy'],
  ['PutPermissionsBoundary', 'administration/put-permissions-boundary'],
  ['PutPrincipalPolicy', 'administration/put-principal-policy'],
  ['PutTenantValues', 'administration/put-tenant-values'],
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
  ['ScheduleTenantDeletion', 'administration/schedule-tenant-deletion'],
  ['Sign', 'cryptography/sign'],
  ['SuspendTenant', 'administration/suspend-tenant'],
  ['TagPrincipal', 'administration/tag-principal'],
  ['TagResource', 'tags/tag-resource'],
  ['UntagPrincipal', 'administration/untag-principal'],
  ['UntagResource', 'tags/untag-resource'],
  ['UpdateAccessKey', 'administration/update-access-key'],
  ['UpdateAlias', 'aliases/update-alias'],
  ['UpdateCustomKeyStore', 'custom-key-stores/update-custom-key-store'],
  ['UpdateInstallationIssuer', 'administration/update-installation-issuer'],
  ['UpdateKeyDescription', 'keys/update-key-description'],
  ['UpdateOidcIssuer', 'administration/update-oidc-issuer'],
  ['UpdatePrimaryRegion', 'multi-region/update-primary-region'],
  ['UpdateTenant', 'administration/update-tenant'],
  ['Verify', 'cryptography/verify'],
  ['VerifyMac', 'cryptography/verify-mac'],
  ['XksDecrypt', 'xks/xks-decrypt'],
  ['XksEncrypt', 'xks/xks-encrypt'],
  ['XksGetHealthStatus', 'xks/xks-get-health-status'],
  ['XksGetKeyMetadata', 'xks/xks-get-key-metadata'],
])
