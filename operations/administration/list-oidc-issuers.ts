import { issuerItem } from '../../core/identity/issuer.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { queryPage } from '../../core/key/paging.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, list, struct } from '../../core/shape/shapes.ts'
import { limit, marker } from '../members.ts'
import { accountId } from './admin-members.ts'
import { onAccount } from './admin-resources.ts'
import { issuerMembers, shownIssuer } from './oidc-members.ts'

/** Lists the OpenID Connect issuers a tenant trusts. */
export const listOidcIssuers = defineOperation({
  name: 'ListOidcIssuers',
  summary: 'Lists the OpenID Connect issuers whose tokens a tenant accepts.',
  http: 'GET /admin/v1/tenants/{AccountId}/oidc-issuers',
  audience: 'operator',
  administers: onAccount,
  input: struct({ AccountId: accountId, Limit: limit, Marker: marker }),
  output: struct({ Issuers: list(issuerMembers), NextMarker: marker, Truncated: boolean }),
  errors: ['NotFoundException', 'InvalidMarkerException'],
  keys: {},
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input: { AccountId, Limit = 100, Marker }, caller }, ports) {
    await readTenant(ports.read, AccountId)
    const { items, members } = await queryPage(
      ports,
      { accountId: caller.accountId, list: `ListOidcIssuers/${AccountId}`, marker: Marker },
      { pk: AccountId, prefix: issuerItem.prefix(), limit: Limit },
    )
    const Issuers = items.map((item) => shownIssuer(issuerItem.read(item)))
    return { Issuers, ...members }
  },
})
