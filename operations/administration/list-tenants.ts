import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import { listedTenantItem, tenantItem, tenantPlace } from '../../core/identity/credential.ts'
import { queryPage } from '../../core/key/paging.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, integer, list, optional, struct } from '../../core/shape/shapes.ts'
import { marker } from '../members.ts'
import { tenant } from './admin-members.ts'

/** Lists the tenants, in the order of their account ids. */
export const listTenants = defineOperation({
  name: 'ListTenants',
  summary: 'Lists the tenants.',
  http: 'GET /admin/v1/tenants',
  audience: 'operator',
  input: struct({ Limit: optional(integer({ min: 1, max: 100 })), Marker: marker }),
  output: struct({ Tenants: list(tenant), NextMarker: marker, Truncated: boolean }),
  errors: ['InvalidMarkerException'],
  keys: {},
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input }, ports) {
    const { items, members } = await queryPage(
      ports,
      { accountId: OPERATOR_ACCOUNT, list: 'ListTenants', marker: input.Marker },
      { pk: OPERATOR_ACCOUNT, prefix: listedTenantItem.prefix(), limit: input.Limit ?? 100 },
    )
    const ids = items.map((item) => listedTenantItem.parts(item).account)
    const tenants = ids.length === 0 ? [] : await ports.read.get(ids.map(tenantPlace))
    const Tenants = ids.flatMap((id, index) => {
      const item = tenants[index]
      if (item === undefined) return []
      const data = tenantItem.read(item)
      return [
        {
          AccountId: id,
          Name: data.name,
          Status: data.status,
          SessionsValidAfter: data.sessionsValidAfter,
          CreationDate: data.created,
        },
      ]
    })
    return { Tenants, ...members }
  },
})
