import { batchItem, spreadDayItem } from './audit/batch-item.ts'
import { customKeyStoresItem, storeKeyItem } from './custom-key-store/custom-key-store-items.ts'
import {
  grantCountItem,
  granteeItem,
  grantItem,
  grantNameItem,
  retiringItem,
} from './grant/grant-items.ts'
import { accessKeyUseItem } from './identity/access-key-use-item.ts'
import {
  credentialItem,
  listedTenantItem,
  principalChangeItem,
  principalItem,
  tenantItem,
} from './identity/credential.ts'
import {
  attachmentItem,
  groupItem,
  instanceProfileItem,
  managedPolicyItem,
  memberItem,
  mfaDeviceItem,
  policyVersionItem,
  principalNameItem,
  renamedItem,
} from './identity/iam-items.ts'
import { installationIssuerItem, tenantValuesItem } from './identity/installation-issuer.ts'
import { issuerItem } from './identity/issuer.ts'
import { usedIdentityItem } from './identity/used-identity-item.ts'
import { xksAccessItem } from './identity/xks-access-item.ts'
import { healthItem } from './item/health.ts'
import { installationItem } from './item/installation.ts'
import type { AnyItemKind } from './item/item-kind.ts'
import {
  aliasItem,
  importItem,
  keyItem,
  materialItem,
  policyChangeItem,
  policyItem,
  sharedItem,
  tenantKeyItem,
  usageItem,
} from './key/key-items.ts'
import { regionDeletionItem, testClockItem, tombstoneItem } from './lifecycle/lifecycle-items.ts'
import { sweepMarkItem } from './lifecycle/sweep-mark.ts'
import { idempotencyItem } from './pipeline/idempotency-item.ts'

/** Every kind of stored item, in the order in which documents show them. */
export const ITEMS: readonly AnyItemKind[] = [
  installationItem,
  listedTenantItem,
  installationIssuerItem,
  testClockItem,
  healthItem,
  sweepMarkItem,
  tenantItem,
  tenantKeyItem,
  credentialItem,
  principalItem,
  principalChangeItem,
  principalNameItem,
  renamedItem,
  groupItem,
  memberItem,
  managedPolicyItem,
  policyVersionItem,
  attachmentItem,
  instanceProfileItem,
  mfaDeviceItem,
  issuerItem,
  usedIdentityItem,
  tenantValuesItem,
  xksAccessItem,
  idempotencyItem,
  keyItem,
  sharedItem,
  materialItem,
  importItem,
  usageItem,
  tombstoneItem,
  aliasItem,
  policyItem,
  policyChangeItem,
  grantItem,
  granteeItem,
  retiringItem,
  grantNameItem,
  grantCountItem,
  customKeyStoresItem,
  storeKeyItem,
  regionDeletionItem,
  accessKeyUseItem,
  batchItem,
  spreadDayItem,
]
