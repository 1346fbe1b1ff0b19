import { batchItem } from './audit/batch-item.ts'
import { customKeyStoresItem, storeKeyItem } from './custom-key-store/custom-key-store-items.ts'
import {
  grantCountItem,
  granteeItem,
  grantItem,
  grantNameItem,
  retiringItem,
} from './grant/grant-items.ts'
import {
  credentialItem,
  listedTenantItem,
  principalChangeItem,
  principalItem,
  tenantItem,
} from './identity/credential.ts'
import { issuerItem } from './identity/issuer.ts'
import { principalNameItem } from './identity/principal-name.ts'
import { xksAccessItem } from './identity/xks-access.ts'
import type { Release } from './item/formats.ts'
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
import { testClockItem, tombstoneItem } from './lifecycle/lifecycle-items.ts'
import { idempotencyItem } from './pipeline/idempotency-item.ts'

/** Every kind of stored item, in the order in which documents show them. */
export const ITEMS: readonly AnyItemKind[] = [
  installationItem,
  listedTenantItem,
  testClockItem,
  healthItem,
  tenantItem,
  tenantKeyItem,
  credentialItem,
  principalItem,
  principalChangeItem,
  principalNameItem,
  issuerItem,
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
  batchItem,
]

/**
 * What this release knows of stored items. The generation is raised by one with a release that brings a new
 * format: it reads it, and writes it once `tenkey upgrade` has raised the store's mark.
 */
export const RELEASE: Release = { generation: 2, kinds: ITEMS }
