import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import { KmsError } from '../../core/base/errors.ts'
import { createTenant as create, createAccessKey } from '../../core/identity/tenant.ts'
import { defineOperation } from '../../core/operation.ts'
import { optional, struct } from '../../core/shape/shapes.ts'
import { accessKey, accountId, tenantName } from './admin-members.ts'
import { onNewAccount } from './admin-resources.ts'

/** Creates a tenant: an account with a root principal and its first access key. */
export const createTenant = defineOperation({
  name: 'CreateTenant',
  summary: 'Creates a tenant and an access key of its root.',
  http: 'POST /admin/v1/tenants',
  status: 201,
  idempotencyKey: true,
  audience: 'operator',
  administers: { ...onNewAccount, also: () => ['tenkey:CreateAccessKey'] },
  input: struct({ Name: tenantName, AccountId: optional(accountId) }),
  output: struct({ AccountId: accountId, Name: tenantName, AccessKey: accessKey }),
  errors: ['AlreadyExistsException', 'NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'wrapping'],
  validate({ AccountId }) {
    if (AccountId !== OPERATOR_ACCOUNT) return
    throw new KmsError('AlreadyExistsException', `Account ${AccountId} is the operator's.`)
  },
  async run({ input, context: { now } }, ports) {
    const id = await create(ports, { name: input.Name, accountId: input.AccountId, now })
    const AccessKey = await createAccessKey(ports, { accountId: id, principal: 'root', now })
    return { AccountId: id, Name: input.Name, AccessKey }
  },
})
