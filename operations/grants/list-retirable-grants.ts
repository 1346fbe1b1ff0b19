import { hadOtherName } from '../../core/access/renamed-grantee.ts'
import { ofActiveAccounts, shownGrants } from '../../core/access/shown-grants.ts'
import { retiringItem, retiringPrefix } from '../../core/grant/grant-items.ts'
import { grantListEntry } from '../../core/grant/grant-list.ts'
import { inForce } from '../../core/grant/grant-lookup.ts'
import { regionPartition } from '../../core/item/partition.ts'
import { queryPage } from '../../core/key/paging.ts'
import { defineOperation } from '../../core/operation.ts'
import { checkGrantPrincipal } from '../../core/policy/grant-decision.ts'
import { boolean, list, struct } from '../../core/shape/shapes.ts'
import { limit, marker } from '../members.ts'
import { grantEntry, principalArn, refuseServices, servicePrincipal } from './grant-members.ts'

/** Lists the grants that a principal of the caller's account may retire, whosever keys they are for. */
export const listRetirableGrants = defineOperation({
  name: 'ListRetirableGrants',
  summary: 'Lists the grants that name a retiring principal of the account.',
  http: 'GET /v1/grants/retirable',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_ListRetirableGrants.html',
  differs:
    'For a principal of another account the list is empty, and it has no grants of keys whose account is suspended.',
  audience: 'tenant',
  input: struct({
    Limit: limit,
    Marker: marker,
    RetiringPrincipal: principalArn,
    RetiringServicePrincipal: servicePrincipal,
  }),
  output: struct({ Grants: list(grantEntry), NextMarker: marker, Truncated: boolean }),
  errors: ['InvalidMarkerException', 'InvalidArnException', 'NotFoundException'],
  keys: {},
  mutates: false,
  uses: ['read', 'tokens'],
  validate({ RetiringPrincipal, RetiringServicePrincipal }) {
    refuseServices(RetiringServicePrincipal)
    checkGrantPrincipal(RetiringPrincipal)
  },
  async run({ input, caller: { accountId }, context: { region } }, { read, tokens }) {
    const { RetiringPrincipal, Marker, Limit = 50 } = input
    const byName = !(await hadOtherName(read, RetiringPrincipal, accountId))
    const of = `${byName ? '' : '*'}${RetiringPrincipal}`
    const { items, members } = await queryPage(
      { read, tokens },
      { accountId, list: `ListRetirableGrants/${region}/${of}`, marker: Marker },
      {
        pk: regionPartition(accountId, region),
        prefix: byName ? retiringPrefix(RetiringPrincipal) : retiringItem.prefix(),
        limit: Limit,
      },
    )
    const there = await inForce(items.map(retiringItem.read), read)
    const grants = await ofActiveAccounts(read, there, accountId)
    const shown = await shownGrants(read, grants, { accountId, region })
    const theirs = shown.filter(({ retiringPrincipal }) => retiringPrincipal === RetiringPrincipal)
    return { Grants: theirs.map(grantListEntry), ...members }
  },
})
