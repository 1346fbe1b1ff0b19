import { shownChanges } from '../../core/access/shown-changes.ts'
import { readPrincipal } from '../../core/identity/principal.ts'
import { principalChanges } from '../../core/identity/principal-policies.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { marker } from '../members.ts'
import { changeLimit, changePage } from '../policies/policy-change-members.ts'
import { principalMembers } from './admin-members.ts'
import { onPrincipalToRead } from './admin-resources.ts'

/** Lists who changed the policies of a user or role, when, from what to what; newest first. */
export const listPrincipalPolicyChanges = defineOperation({
  name: 'ListPrincipalPolicyChanges',
  summary:
    'Lists who changed identity policies, permissions boundary or trust policy of a user or role, when, from what to what, newest first: the last hundred changes.',
  http: 'GET /admin/v1/tenants/{AccountId}/principals/{Type}/{Name}/policy-history',
  audience: 'operator',
  administers: onPrincipalToRead,
  input: struct({ ...principalMembers, Limit: changeLimit, Marker: marker }),
  output: changePage,
  errors: ['NotFoundException', 'InvalidMarkerException'],
  keys: {},
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller, context: { region } }, ports) {
    const { AccountId, Limit, Marker } = input
    const { data } = await readPrincipal(ports.read, input)
    return shownChanges(
      principalChanges(AccountId, data),
      data.policyChange,
      { accountId: AccountId, region },
      {
        accountId: caller.accountId,
        list: `ListPrincipalPolicyChanges/${AccountId}/${data.id}`,
        marker: Marker,
      },
      Limit,
      ports,
    )
  },
})
