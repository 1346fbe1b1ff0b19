import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import { listedTenantItem, tenantPlace } from '../../core/identity/credential.ts'
import { shownTenant } from '../../core/identity/shown-tenant.ts'
import { openMarker, pageMembers } from '../../core/key/paging.ts'
import { defineOperation, type Ports } from '../../core/operation.ts'
import { boolean, described, integer, list, optional, struct } from '../../core/shape/shapes.ts'
import { marker } from '../members.ts'
import { externalId, tenant, tenantName } from './admin-members.ts'

/** tenants of one read; Store.get */
const READ = 100
/** reads of one page: a filter may find nobody among so many */
const MOST_READS = 10

/** Lists the tenants, in the order of their account ids. */
export const listTenants = defineOperation({
  name: 'ListTenants',
  summary: 'Lists the tenants, in the order of their account ids.',
  http: 'GET /admin/v1/tenants',
  audience: 'operator',
  input: struct({
    Limit: optional(integer({ min: 1, max: 100 })),
    Marker: marker,
    Name: optional(
      described('Only tenants of exactly this name; there may be several', tenantName),
    ),
    ExternalId: optional(described('Only tenants of exactly this external id', externalId)),
  }),
  output: struct({ Tenants: list(tenant), NextMarker: marker, Truncated: boolean }),
  errors: ['InvalidMarkerException'],
  keys: {},
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input }, ports) {
    const { Limit: limit = READ, Name, ExternalId } = input
    const request = { accountId: OPERATOR_ACCOUNT, list: 'ListTenants', marker: input.Marker }
    const filtered = Name !== undefined || ExternalId !== undefined
    const Tenants: Shown[] = []
    let after = await openMarker(ports.tokens, request)
    for (let reads = 1; ; reads++) {
      const page = await tenantsAfter(after, filtered ? READ : limit, ports)
      for (const [index, one] of page.tenants.entries()) {
        const wanted =
          (Name ?? one.Name) === one.Name &&
          (ExternalId ?? one.ExternalId ?? '') === (one.ExternalId ?? '')
        if (!wanted) continue
        Tenants.push(one)
        if (Tenants.length < limit) continue
        const more = index < page.tenants.length - 1 || page.next !== undefined
        const next = more ? one.AccountId : undefined
        return { Tenants, ...(await pageMembers(ports.tokens, request, next)) }
      }
      after = page.next
      if (after === undefined || !filtered || reads === MOST_READS) {
        return { Tenants, ...(await pageMembers(ports.tokens, request, after)) }
      }
    }
  },
})

type Shown = ReturnType<typeof shownTenant>

/** Tenants that the list names behind an account, and where it goes on. What it names that is none is left out. */
async function tenantsAfter(
  after: string | undefined,
  limit: number,
  { read }: Pick<Ports, 'read'>,
): Promise<{ readonly tenants: Shown[]; readonly next: string | undefined }> {
  const prefix = listedTenantItem.prefix()
  const { items, more } = await read.query({
    pk: OPERATOR_ACCOUNT,
    prefix,
    limit,
    ...(after !== undefined && { after: prefix + after }),
  })
  const ids = items.map((item) => listedTenantItem.parts(item).account)
  const found = ids.length === 0 ? [] : await read.get(ids.map(tenantPlace))
  const tenants = ids.flatMap((id, index) => {
    const item = found[index]
    return item === undefined ? [] : [shownTenant(id, item)]
  })
  return { tenants, next: more ? ids.at(-1) : undefined }
}
