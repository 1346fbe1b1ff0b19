import { hadOtherName } from '../../core/access/renamed-grantee.ts'
import { shownGrants } from '../../core/access/shown-grants.ts'
import {
  type GrantData,
  granteeItem,
  granteePrefix,
  grantItem,
  grantPrefix,
} from '../../core/grant/grant-items.ts'
import { grantListEntry } from '../../core/grant/grant-list.ts'
import { checkGrantId, findGrant, inForce } from '../../core/grant/grant-lookup.ts'
import { regionPartition } from '../../core/item/partition.ts'
import { queryPage } from '../../core/key/paging.ts'
import { ANY } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { checkGrantPrincipal } from '../../core/policy/grant-decision.ts'
import { boolean, list, optional, struct } from '../../core/shape/shapes.ts'
import { keyId, limit, marker } from '../members.ts'
import {
  grantEntry,
  grantId,
  principalArn,
  refuseServices,
  servicePrincipal,
} from './grant-members.ts'

/** Lists the grants of a key: all, those of one grantee, or one. */
export const listGrants = defineOperation({
  name: 'ListGrants',
  summary: 'Lists the grants of a key.',
  http: 'GET /v1/keys/{KeyId}/grants',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html',
  differs:
    'Of the principals of other accounts it is not told that they are gone: their names stay.',
  audience: 'tenant',
  input: struct({
    Limit: limit,
    Marker: marker,
    KeyId: keyId,
    GrantId: optional(grantId),
    GranteePrincipal: optional(principalArn),
    GranteeServicePrincipal: servicePrincipal,
  }),
  output: struct({ Grants: list(grantEntry), NextMarker: marker, Truncated: boolean }),
  errors: [
    'NotFoundException',
    'InvalidMarkerException',
    'InvalidGrantIdException',
    'InvalidArnException',
    'KMSInvalidStateException',
  ],
  keys: { key: { from: ['KeyId'], states: ANY, alias: false, crossAccount: true } },
  versionOf: 'key',
  mutates: false,
  uses: ['read', 'tokens'],
  validate({ GrantId, GranteePrincipal, GranteeServicePrincipal }) {
    refuseServices(GranteeServicePrincipal)
    if (GrantId !== undefined) checkGrantId(GrantId)
    if (GranteePrincipal !== undefined) checkGrantPrincipal(GranteePrincipal)
  },
  async run({ input, keys: { key }, caller: { accountId }, context }, { read, tokens }) {
    const { GrantId, GranteePrincipal, Marker, Limit = 50 } = input
    const home = { accountId, region: context.region }
    /** Those of the grantee that is asked for: by its name there may be a namesake's. */
    const entries = async (grants: readonly GrantData[]) =>
      (await shownGrants(read, grants, home))
        .filter(({ granteePrincipal: name }) => name === (GranteePrincipal ?? name))
        .map(grantListEntry)
    if (GrantId !== undefined) {
      const grant = await findGrant(key, GrantId, read)
      const found = grant === undefined ? [] : await inForce([grant], read)
      return { Grants: await entries(found), Truncated: false }
    }
    const byName =
      GranteePrincipal !== undefined && !(await hadOtherName(read, GranteePrincipal, accountId))
    const of = `${byName ? '' : '*'}${GranteePrincipal ?? ''}`
    const { items, members } = await queryPage(
      { read, tokens },
      { accountId, list: `ListGrants/${key.arn}/${of}`, marker: Marker },
      {
        pk: regionPartition(key.accountId, key.region),
        prefix: byName ? granteePrefix(key, GranteePrincipal) : grantPrefix(key),
        limit: Limit,
      },
    )
    const kind = byName ? granteeItem : grantItem
    const grants = items.map(kind.read)
    // what is listed by grantee is in force by being there
    const shown = byName ? grants : await inForce(grants, read)
    return { Grants: await entries(shown), ...members }
  },
})
