import { tenantValuesItem } from '../../core/identity/installation-issuer.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { queryPage } from '../../core/key/paging.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, list, string, struct } from '../../core/shape/shapes.ts'
import { limit, marker } from '../members.ts'
import { accountId } from './admin-members.ts'
import { onAccount } from './admin-resources.ts'

/** Lists by which values of which issuers' tokens a tenant is named. */
export const listTenantValues = defineOperation({
  name: 'ListTenantValues',
  summary: "Lists by which values of the installation's issuers a tenant is named.",
  http: 'GET /admin/v1/tenants/{AccountId}/installation-issuers',
  audience: 'operator',
  administers: onAccount,
  input: struct({ AccountId: accountId, Limit: limit, Marker: marker }),
  output: struct({
    Issuers: list(struct({ IssuerId: string(), Values: list(string()) })),
    NextMarker: marker,
    Truncated: boolean,
  }),
  errors: ['NotFoundException', 'InvalidMarkerException'],
  keys: {},
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input: { AccountId, Limit = 100, Marker }, caller }, ports) {
    await readTenant(ports.read, AccountId)
    const { items, members } = await queryPage(
      ports,
      { accountId: caller.accountId, list: `ListTenantValues/${AccountId}`, marker: Marker },
      { pk: AccountId, prefix: tenantValuesItem.prefix(), limit: Limit },
    )
    const Issuers = items.map((item) => ({
      IssuerId: tenantValuesItem.parts(item).issuer,
      Values: [...tenantValuesItem.read(item).values],
    }))
    return { Issuers, ...members }
  },
})
