import { commit } from '../../core/base/conflict.ts'
import { listedTenantItem, tenantItem } from '../../core/identity/credential.ts'
import { shownTenant } from '../../core/identity/shown-tenant.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { withTags } from '../../core/key/tags.ts'
import { defineOperation } from '../../core/operation.ts'
import { described, optional, struct } from '../../core/shape/shapes.ts'
import { tags } from '../members.ts'
import { accountId, externalId, tenant, tenantName } from './admin-members.ts'
import { onAccount } from './admin-resources.ts'

/** Gives a tenant another name, external id or tags. */
export const updateTenant = defineOperation({
  name: 'UpdateTenant',
  summary: 'Gives a tenant another name, external id or tags; what is not given stays.',
  http: 'PATCH /admin/v1/tenants/{AccountId}',
  audience: 'operator',
  administers: onAccount,
  input: struct({
    AccountId: accountId,
    Name: optional(tenantName),
    ExternalId: optional(described('The new external id; empty for none', externalId)),
    Tags: optional(described('All tags from now on; an empty list for none', tags)),
  }),
  output: tenant,
  errors: ['NotFoundException', 'TagException', 'UnsupportedOperationException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write'],
  async run({ input: { AccountId, Name, ExternalId, Tags } }, { read, write }) {
    const item = await readTenant(read, AccountId)
    const { externalId, tags, ...kept } = tenantItem.read(item)
    const id = ExternalId ?? externalId
    const all = Tags === undefined ? tags : Object.fromEntries(withTags([], Tags))
    const next = tenantItem.next(item, {
      ...kept,
      ...(Name !== undefined && { name: Name }),
      ...(id !== undefined && id !== '' && { externalId: id }),
      ...(all !== undefined && Object.keys(all).length > 0 && { tags: all }),
    })
    // the operator's list has the name along; the tenant's own item is what is shown
    if (Name !== undefined && Name !== kept.name) {
      const [listed] = await read.get([listedTenantItem.place({ account: AccountId })])
      if (listed !== undefined) {
        const data = { ...listedTenantItem.read(listed), name: Name }
        await commit(write.put(listedTenantItem.next(listed, data)))
      }
    }
    await commit(write.put(next))
    return shownTenant(AccountId, next)
  },
})
