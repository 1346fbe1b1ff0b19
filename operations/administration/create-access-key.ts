import { readPrincipal } from '../../core/identity/principal.ts'
import { createAccessKey as create, readTenant } from '../../core/identity/tenant.ts'
import { defineOperation } from '../../core/operation.ts'
import { optional, struct } from '../../core/shape/shapes.ts'
import { accessKey, accountId, principalName } from './admin-members.ts'
import { onUserOrRoot } from './admin-resources.ts'

/** Creates an access key of a tenant's root or of one of its users. */
export const createAccessKey = defineOperation({
  name: 'CreateAccessKey',
  summary: "Creates an access key of a tenant's root or of one of its users.",
  http: 'POST /admin/v1/tenants/{AccountId}/access-keys',
  status: 201,
  idempotencyKey: true,
  audience: 'operator',
  administers: onUserOrRoot,
  input: struct({ AccountId: accountId, UserName: optional(principalName) }),
  output: accessKey,
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'wrapping'],
  async run({ input: { AccountId, UserName }, context: { now } }, ports) {
    await readTenant(ports.read, AccountId)
    const owner = { accountId: AccountId, now }
    if (UserName === undefined) return create(ports, { ...owner, principal: 'root' })
    const { data } = await readPrincipal(ports.read, { AccountId, Type: 'user', Name: UserName })
    return create(ports, { ...owner, principal: `user/${UserName}`, principalId: data.id })
  },
})
