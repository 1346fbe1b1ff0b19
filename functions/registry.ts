// Written by npm run gen. Do not edit.
import type { AnyOperation } from '../core/operation.ts'
import { createAccessKey } from './create-access-key.ts'
import { createAlias } from './create-alias.ts'
import { createKey } from './create-key.ts'
import { createPrincipal } from './create-principal.ts'
import { createTenant } from './create-tenant.ts'
import { decrypt } from './decrypt.ts'
import { deleteAccessKey } from './delete-access-key.ts'
import { deleteAlias } from './delete-alias.ts'
import { describeKey } from './describe-key.ts'
import { disableKey } from './disable-key.ts'
import { enableKey } from './enable-key.ts'
import { encrypt } from './encrypt.ts'
import { generateDataKeyWithoutPlaintext } from './generate-data-key-without-plaintext.ts'
import { generateDataKey } from './generate-data-key.ts'
import { generateRandom } from './generate-random.ts'
import { getKeyPolicy } from './get-key-policy.ts'
import { listAccessKeys } from './list-access-keys.ts'
import { listAliases } from './list-aliases.ts'
import { listAuditRecords } from './list-audit-records.ts'
import { listKeyPolicies } from './list-key-policies.ts'
import { listKeys } from './list-keys.ts'
import { listPrincipals } from './list-principals.ts'
import { listResourceTags } from './list-resource-tags.ts'
import { listTenants } from './list-tenants.ts'
import { putKeyPolicy } from './put-key-policy.ts'
import { reEncrypt } from './re-encrypt.ts'
import { resumeTenant } from './resume-tenant.ts'
import { suspendTenant } from './suspend-tenant.ts'
import { tagResource } from './tag-resource.ts'
import { untagResource } from './untag-resource.ts'
import { updateAccessKey } from './update-access-key.ts'
import { updateAlias } from './update-alias.ts'
import { updateKeyDescription } from './update-key-description.ts'

/** Every operation of the service. */
export const operations: readonly AnyOperation[] = [
  createAccessKey,
  createAlias,
  createKey,
  createPrincipal,
  createTenant,
  decrypt,
  deleteAccessKey,
  deleteAlias,
  describeKey,
  disableKey,
  enableKey,
  encrypt,
  generateDataKey,
  generateDataKeyWithoutPlaintext,
  generateRandom,
  getKeyPolicy,
  listAccessKeys,
  listAliases,
  listAuditRecords,
  listKeyPolicies,
  listKeys,
  listPrincipals,
  listResourceTags,
  listTenants,
  putKeyPolicy,
  reEncrypt,
  resumeTenant,
  suspendTenant,
  tagResource,
  untagResource,
  updateAccessKey,
  updateAlias,
  updateKeyDescription,
]
