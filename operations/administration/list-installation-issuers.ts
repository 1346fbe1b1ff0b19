import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import { installationIssuerItem } from '../../core/identity/installation-issuer.ts'
import { queryPage } from '../../core/key/paging.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, list, struct } from '../../core/shape/shapes.ts'
import { limit, marker } from '../members.ts'
import {
  installationIssuerMembers,
  shownInstallationIssuer,
} from './installation-issuer-members.ts'

/** Lists the OpenID Connect issuers of the whole installation. */
export const listInstallationIssuers = defineOperation({
  name: 'ListInstallationIssuers',
  summary: 'Lists the OpenID Connect issuers whose tokens are for all tenants.',
  http: 'GET /admin/v1/installation-issuers',
  audience: 'operator',
  input: struct({ Limit: limit, Marker: marker }),
  output: struct({
    Issuers: list(installationIssuerMembers),
    NextMarker: marker,
    Truncated: boolean,
  }),
  errors: ['InvalidMarkerException'],
  keys: {},
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input: { Limit = 100, Marker } }, ports) {
    const { items, members } = await queryPage(
      ports,
      { accountId: OPERATOR_ACCOUNT, list: 'ListInstallationIssuers', marker: Marker },
      { pk: OPERATOR_ACCOUNT, prefix: installationIssuerItem.prefix(), limit: Limit },
    )
    const Issuers = items.map((item) => shownInstallationIssuer(installationIssuerItem.read(item)))
    return { Issuers, ...members }
  },
})
