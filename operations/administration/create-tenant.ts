import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import { KmsError } from '../../core/base/errors.ts'
import { createTenant as create, createAccessKey } from '../../core/identity/tenant.ts'
import { withTags } from '../../core/key/tags.ts'
import { defineOperation } from '../../core/operation.ts'
import { optional, struct } from '../../core/shape/shapes.ts'
import { tags } from '../members.ts'
import { accessKey, accountId, externalId, tenantName } from './admin-members.ts'
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
  input: struct({
    Name: tenantName,
    AccountId: optional(accountId),
    ExternalId: optional(externalId),
    Tags: optional(tags),
  }),
  output: struct({ AccountId: accountId, Name: tenantName, AccessKey: accessKey }),
  errors: [
    'AlreadyExistsException',
    'NotFoundException',
    'TagException',
    'UnsupportedOperationException',
  ],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'wrapping'],
  validate({ AccountId }) {
    if (AccountId !== OPERATOR_ACCOUNT) return
    throw new KmsError('AlreadyExistsException', `Account ${AccountId} is the operator's.`)
  },
  async run({ input, context: { now } }, ports) {
    const { Name: name, AccountId: accountId, ExternalId, Tags = [] } = input
    const labels = {
      ...(ExternalId && { externalId: ExternalId }),
      ...(Tags.length > 0 && { tags: Object.fromEntries(withTags([], Tags)) }),
    }
    const id = await create(ports, { name, accountId, labels, now })
    const AccessKey = await createAccessKey(ports, { accountId: id, principal: 'root', now })
    return { AccountId: id, Name: input.Name, AccessKey }
  },
})
