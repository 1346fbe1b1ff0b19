/** Where the account-wide secrets (access keys) of a tenant are wrapped: beside the Regions. */
export const GLOBAL = 'global'

/** What a root key wraps. */
export const TENANT_KEY_PURPOSE = 'tenkey/tenant-key'

/** What a tenant key is wrapped for by the root key: the encryption context of a root in AWS KMS. */
export const tenantKeyContext = (tenant: string, region: string) => ({
  tenant,
  region,
  purpose: TENANT_KEY_PURPOSE,
})
