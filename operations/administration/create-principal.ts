import { readNewPolicy } from '../../core/access/new-policy.ts'
import { invalid } from '../../core/base/errors.ts'
import { principalArn, resourceOf } from '../../core/identity/principal-caller.ts'
import { createPrincipal as create, readTenant } from '../../core/identity/tenant.ts'
import { trusting } from '../../core/identity/trust.ts'
import { withTags } from '../../core/key/tags.ts'
import { defineOperation } from '../../core/operation.ts'
import { admitPolicy } from '../../core/policy/admit-document.ts'
import { boolean, oneOf, optional, string, struct } from '../../core/shape/shapes.ts'
import { tags } from '../members.ts'
import {
  accessKey,
  accountId,
  identityPolicy,
  maxSession,
  principalName,
  principalPath,
} from './admin-members.ts'
import { onNewPrincipal } from './admin-resources.ts'

/** Creates a user or a role of a tenant, with an identity policy and tags. */
export const createPrincipal = defineOperation({
  name: 'CreatePrincipal',
  summary:
    'Creates a user or role of a tenant. Its name is unique without regard to case and path; a Path is part of its ARN.',
  http: 'POST /admin/v1/tenants/{AccountId}/principals',
  status: 201,
  idempotencyKey: true,
  audience: 'operator',
  administers: {
    ...onNewPrincipal,
    also: ({ CreateAccessKey }) => (CreateAccessKey === true ? ['tenkey:CreateAccessKey'] : []),
  },
  input: struct({
    AccountId: accountId,
    Type: oneOf(['user', 'role']),
    Name: principalName,
    Path: optional(principalPath),
    Policy: optional(identityPolicy),
    TrustPolicy: optional(identityPolicy),
    Tags: optional(tags),
    MaxSessionDuration: optional(maxSession),
    CreateAccessKey: optional(boolean),
  }),
  output: struct({ Arn: string(), PrincipalId: string(), AccessKey: optional(accessKey) }),
  errors: [
    'NotFoundException',
    'AlreadyExistsException',
    'MalformedPolicyDocumentException',
    'TagException',
    'UnsupportedOperationException',
  ],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'remove', 'wrapping'],
  validate({ Type, Policy, TrustPolicy, Tags, CreateAccessKey, MaxSessionDuration }) {
    const role = Type === 'role'
    if (role !== (TrustPolicy !== undefined)) {
      throw invalid('A role needs a TrustPolicy, and only a role has one.')
    }
    if (role && CreateAccessKey === true) {
      throw invalid('A role has no access keys of its own: it is assumed.')
    }
    if (!role && MaxSessionDuration !== undefined) {
      throw invalid('MaxSessionDuration is for roles.')
    }
    if (Policy !== undefined) admitPolicy(Policy, 'identity-policy')
    if (TrustPolicy !== undefined) admitPolicy(TrustPolicy, 'trust-policy')
    withTags([], Tags ?? [])
  },
  async run({ input, context: { now, region } }, ports) {
    const {
      AccountId,
      Type,
      Name,
      Path = '/',
      Policy,
      TrustPolicy,
      Tags,
      MaxSessionDuration,
    } = input
    await readTenant(ports.read, AccountId)
    const home = { accountId: AccountId, region }
    const trust =
      TrustPolicy === undefined
        ? {}
        : trusting(
            TrustPolicy,
            (await readNewPolicy(TrustPolicy, 'trust-policy', home, ports.read)).meant,
          )
    const { data, accessKey } = await create(
      ports,
      AccountId,
      {
        type: Type,
        name: Name,
        ...(Path !== '/' && { path: Path }),
        policies: Policy === undefined ? {} : { default: Policy },
        ...trust,
        ...(MaxSessionDuration !== undefined && { maxSession: MaxSessionDuration }),
        tags: Object.fromEntries(withTags([], Tags ?? [])),
        created: now,
      },
      input.CreateAccessKey === true,
    )
    const Arn = principalArn(region, AccountId, resourceOf(data))
    return { Arn, PrincipalId: data.id, AccessKey: accessKey }
  },
})
