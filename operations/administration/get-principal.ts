import { readPrincipal, shownPrincipal } from '../../core/identity/principal.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { principal, principalMembers } from './admin-members.ts'
import { onPrincipal } from './admin-resources.ts'

/** Answers a user or role with its policies and tags. */
export const getPrincipal = defineOperation({
  name: 'GetPrincipal',
  summary: 'Answers a user or role of a tenant, with its policies and tags.',
  http: 'GET /admin/v1/tenants/{AccountId}/principals/{Type}/{Name}',
  audience: 'operator',
  administers: onPrincipal,
  input: struct(principalMembers),
  output: principal,
  errors: ['NotFoundException'],
  keys: {},
  mutates: false,
  uses: ['read'],
  async run({ input, context: { region } }, { read }) {
    const { data } = await readPrincipal(read, input)
    return shownPrincipal(read, region, input.AccountId, data)
  },
})
