import { principalItem } from '../../core/identity/credential.ts'
import { shownPrincipal } from '../../core/identity/principal.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, list, struct } from '../../core/shape/shapes.ts'
import { marker } from '../members.ts'
import { accountPage, listsAccount } from './account-lists.ts'
import { principal } from './admin-members.ts'

/** Lists a tenant's users and roles. */
export const listPrincipals = defineOperation({
  name: 'ListPrincipals',
  summary: "Lists a tenant's users and roles.",
  http: 'GET /admin/v1/tenants/{AccountId}/principals',
  ...listsAccount,
  output: struct({ Principals: list(principal), NextMarker: marker, Truncated: boolean }),
  async run(call, ports) {
    const { AccountId } = call.input
    const { region } = call.context
    const prefix = principalItem.prefix()
    const { items, members } = await accountPage(call, ports, 'ListPrincipals', prefix)
    const Principals = await Promise.all(
      items.map((item) => shownPrincipal(ports.read, region, AccountId, principalItem.read(item))),
    )
    return { Principals, ...members }
  },
})
