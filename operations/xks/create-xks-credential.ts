import { readPrincipal } from '../../core/identity/principal.ts'
import { createXksAccess } from '../../core/identity/xks-access.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { principalMembers } from '../administration/admin-members.ts'
import { onPrincipal } from '../administration/admin-resources.ts'
import { xksCredential } from './xks-admin-members.ts'

/** Makes a path prefix for an external key store of AWS KMS, and its first credential. */
export const createXksCredential = defineOperation({
  name: 'CreateXksCredential',
  summary:
    'Makes a path prefix for an external key store of AWS KMS, and a credential of it that stands for a user or role, in the Region of the call. The secret is told this once.',
  http: 'POST /admin/v1/tenants/{AccountId}/principals/{Type}/{Name}/xks-credentials',
  status: 201,
  audience: 'operator',
  administers: onPrincipal,
  input: struct(principalMembers),
  output: xksCredential,
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'wrapping'],
  async run({ input, context: { now, region } }, ports) {
    const { data } = await readPrincipal(ports.read, input)
    const { AccountId, Type, Name } = input
    return createXksAccess(ports, {
      accountId: AccountId,
      principal: `${Type}/${Name}`,
      principalId: data.id,
      region,
      now,
    })
  },
})
