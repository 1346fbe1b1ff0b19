import type { Item } from '../store/store.ts'
import { tenantItem } from './credential.ts'
import { deletionDate, deletionState } from './tenant-deletion.ts'

/** A tenant as the operator is shown it. @param item the tenant's own */
export function shownTenant(AccountId: string, item: Item) {
  const data = tenantItem.read(item)
  const { externalId, tags, deletion } = data
  return {
    AccountId,
    Name: data.name,
    Status: data.status,
    ...(externalId !== undefined && { ExternalId: externalId }),
    ...(tags !== undefined && {
      Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
    }),
    SessionsValidAfter: data.sessionsValidAfter,
    DeletionState: deletion && deletionState(deletion),
    DeletionDate: deletion && deletionDate(deletion),
    CreationDate: data.created,
  }
}
