import { issuerItem } from '../../core/identity/issuer.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, list, struct } from '../../core/shape/shapes.ts'
import { marker } from '../members.ts'
import { accountPage, listsAccount } from './account-lists.ts'
import { issuerMembers, shownIssuer } from './oidc-members.ts'

/** Lists the OpenID Connect issuers a tenant trusts. */
export const listOidcIssuers = defineOperation({
  ...listsAccount,
  name: 'ListOidcIssuers',
  summary: 'Lists the OpenID Connect issuers whose tokens a tenant accepts.',
  http: 'GET /admin/v1/tenants/{AccountId}/oidc-issuers',
  output: struct({ Issuers: list(issuerMembers), NextMarker: marker, Truncated: boolean }),
  async run(call, ports) {
    const { items, members } = await accountPage(
      call,
      ports,
      'ListOidcIssuers',
      issuerItem.prefix(),
    )
    return { Issuers: items.map((item) => shownIssuer(issuerItem.read(item))), ...members }
  },
})
