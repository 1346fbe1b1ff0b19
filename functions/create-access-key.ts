import { principalPlace } from '../core/auth/credential.ts'
import { KmsError } from '../core/errors.ts'
import { defineOperation } from '../core/operation.ts'
import { optional, struct } from '../core/shape.ts'
import { createAccessKey as create, readTenant } from '../core/tenant.ts'
import { accessKey, accountId, principalName } from './admin-members.ts'
import { lambda } from './lambda.ts'

/** Creates an access key of a tenant's root or of one of its users. */
export const createAccessKey = defineOperation({
  name: 'CreateAccessKey',
  summary: "Creates an access key of a tenant's root or of one of its users.",
  http: 'POST /admin/v1/tenants/{AccountId}/access-keys',
  status: 201,
  audience: 'operator',
  input: struct({ AccountId: accountId, UserName: optional(principalName) }),
  output: accessKey,
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'wrapping'],
  async run({ input: { AccountId, UserName }, context: { now } }, ports) {
    await readTenant(ports.read, AccountId)
    const principal = UserName === undefined ? 'root' : `user/${UserName}`
    if (UserName !== undefined) {
      const [user] = await ports.read.get([principalPlace(AccountId, principal)])
      if (user === undefined) {
        throw new KmsError('NotFoundException', `The user ${UserName} does not exist.`)
      }
    }
    return create(ports, { accountId: AccountId, principal, now })
  },
})
export const handler = lambda(createAccessKey)
