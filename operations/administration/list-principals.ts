import { principalItem } from '../../core/identity/credential.ts'
import { shownPrincipal } from '../../core/identity/principal.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { queryPage } from '../../core/key/paging.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, integer, list, optional, struct } from '../../core/shape/shapes.ts'
import { marker } from '../members.ts'
import { accountId, principal } from './admin-members.ts'
import { onAccount } from './admin-resources.ts'

/** Lists a tenant's users and roles. */
export const listPrincipals = defineOperation({
  name: 'ListPrincipals',
  summary: "Lists a tenant's users and roles.",
  http: 'GET /admin/v1/tenants/{AccountId}/principals',
  audience: 'operator',
  administers: onAccount,
  input: struct({
    AccountId: accountId,
    Limit: optional(integer({ min: 1, max: 1000 })),
    Marker: marker,
  }),
  output: struct({ Principals: list(principal), NextMarker: marker, Truncated: boolean }),
  errors: ['NotFoundException', 'InvalidMarkerException'],
  keys: {},
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input: { AccountId, Limit, Marker }, caller, context: { region } }, ports) {
    await readTenant(ports.read, AccountId)
    const { items, members } = await queryPage(
      ports,
      { accountId: caller.accountId, list: `ListPrincipals/${AccountId}`, marker: Marker },
      { pk: AccountId, prefix: principalItem.prefix(), limit: Limit ?? 100 },
    )
    const Principals = await Promise.all(
      items.map((item) => shownPrincipal(ports.read, region, AccountId, principalItem.read(item))),
    )
    return { Principals, ...members }
  },
})
