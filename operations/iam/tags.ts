import { changeEntity, readPrincipal } from '../../core/identity/entity.ts'
import { withIamTags, withoutIamTags } from '../../core/identity/iam-tags.ts'
import { putPolicyTags } from '../../core/identity/managed-policy.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import { defineOperation, type Run } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { type ListRequest, listPage } from './iam-list.ts'
import { arn, iam, page, paging, roleName, tagKeys, tags, userName } from './iam-members.ts'
import { onPolicy, onRole, onUser } from './iam-resources.ts'
import { ownPolicy, policyNamed } from './named-policy.ts'

/** A page of tags, in the order of their keys. */
export async function tagPage(
  tokens: DataPorts['tokens'],
  request: ListRequest,
  all: Readonly<Record<string, string>>,
) {
  const list = Object.entries(all).map(([Key, Value]) => ({ Key, Value }))
  const { items, page } = await listPage(tokens, request, list, ({ Key }) => Key)
  return { Tags: [...items], ...page }
}

type By = Pick<Run<unknown, unknown>, 'caller'>
type Owner = readonly [type: 'user' | 'role', name: string]

const puts = {
  status: 204,
  errors: ['NoSuchEntityException', 'InvalidInputException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
} as const

/** Changes what tags a user or role has. */
async function put(
  ports: Pick<DataPorts, 'read' | 'write' | 'remove'>,
  { caller: { accountId } }: By,
  [type, name]: Owner,
  change: (tags: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
) {
  const found = await readPrincipal(ports.read, accountId, type, name)
  await changeEntity(ports, accountId, found, { tags: change(found.data.tags) })
}

const lists = {
  output: struct({ Tags: tags, ...page }),
  errors: ['NoSuchEntityException', 'InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
} as const

/** Adds tags to a user, or gives them new values. */
export const tagUser = defineOperation({
  ...iam('TagUser'),
  ...puts,
  summary: 'Adds tags to a user, or gives them new values.',
  http: 'POST /iam/v1/users/{UserName}/tags',
  administers: onUser,
  input: struct({ UserName: userName, Tags: tags }),
  run: ({ input, ...by }, ports) =>
    put(ports, by, ['user', input.UserName], (tags) => withIamTags(tags, input.Tags)),
})

/** Takes tags from a user. */
export const untagUser = defineOperation({
  ...iam('UntagUser'),
  ...puts,
  summary: 'Takes tags from a user.',
  http: 'DELETE /iam/v1/users/{UserName}/tags',
  administers: onUser,
  input: struct({ UserName: userName, TagKeys: tagKeys }),
  run: ({ input, ...by }, ports) =>
    put(ports, by, ['user', input.UserName], (tags) => withoutIamTags(tags, input.TagKeys)),
})

/** Lists the tags of a user. */
export const listUserTags = defineOperation({
  ...iam('ListUserTags'),
  ...lists,
  summary: 'Lists the tags of a user.',
  http: 'GET /iam/v1/users/{UserName}/tags',
  administers: onUser,
  input: struct({ UserName: userName, ...paging }),
  async run({ input: { UserName, ...asked }, caller: { accountId } }, { read, tokens }) {
    const { data } = await readPrincipal(read, accountId, 'user', UserName)
    const list = `ListUserTags/${data.id}`
    return tagPage(tokens, { ...asked, accountId, list }, data.tags)
  },
})

/** Adds tags to a role, or gives them new values. */
export const tagRole = defineOperation({
  ...iam('TagRole'),
  ...puts,
  summary: 'Adds tags to a role, or gives them new values.',
  http: 'POST /iam/v1/roles/{RoleName}/tags',
  administers: onRole,
  input: struct({ RoleName: roleName, Tags: tags }),
  run: ({ input, ...by }, ports) =>
    put(ports, by, ['role', input.RoleName], (tags) => withIamTags(tags, input.Tags)),
})

/** Takes tags from a role. */
export const untagRole = defineOperation({
  ...iam('UntagRole'),
  ...puts,
  summary: 'Takes tags from a role.',
  http: 'DELETE /iam/v1/roles/{RoleName}/tags',
  administers: onRole,
  input: struct({ RoleName: roleName, TagKeys: tagKeys }),
  run: ({ input, ...by }, ports) =>
    put(ports, by, ['role', input.RoleName], (tags) => withoutIamTags(tags, input.TagKeys)),
})

/** Lists the tags of a role. */
export const listRoleTags = defineOperation({
  ...iam('ListRoleTags'),
  ...lists,
  summary: 'Lists the tags of a role.',
  http: 'GET /iam/v1/roles/{RoleName}/tags',
  administers: onRole,
  input: struct({ RoleName: roleName, ...paging }),
  async run({ input: { RoleName, ...asked }, caller: { accountId } }, { read, tokens }) {
    const { data } = await readPrincipal(read, accountId, 'role', RoleName)
    const list = `ListRoleTags/${data.id}`
    return tagPage(tokens, { ...asked, accountId, list }, data.tags)
  },
})

/** Adds tags to a customer-managed policy, or gives them new values. */
export const tagPolicy = defineOperation({
  ...iam('TagPolicy'),
  summary: 'Adds tags to a customer-managed policy, or gives them new values.',
  http: 'POST /iam/v1/policies/{PolicyArn}/tags',
  status: 204,
  administers: onPolicy,
  input: struct({ PolicyArn: arn, Tags: tags }),
  errors: ['NoSuchEntityException', 'InvalidInputException', 'AccessDeniedException'],
  mutates: true,
  uses: ['read', 'write'],
  async run({ input, caller, context: { region } }, ports) {
    const own = await ownPolicy(ports.read, caller, region, 'TagPolicy', input.PolicyArn)
    await putPolicyTags(ports, own, withIamTags(own.data.tags, input.Tags))
  },
})

/** Takes tags from a customer-managed policy. */
export const untagPolicy = defineOperation({
  ...iam('UntagPolicy'),
  summary: 'Takes tags from a customer-managed policy.',
  http: 'DELETE /iam/v1/policies/{PolicyArn}/tags',
  status: 204,
  administers: onPolicy,
  input: struct({ PolicyArn: arn, TagKeys: tagKeys }),
  errors: ['NoSuchEntityException', 'InvalidInputException', 'AccessDeniedException'],
  mutates: true,
  uses: ['read', 'write'],
  async run({ input, caller, context: { region } }, ports) {
    const own = await ownPolicy(ports.read, caller, region, 'UntagPolicy', input.PolicyArn)
    await putPolicyTags(ports, own, withoutIamTags(own.data.tags, input.TagKeys))
  },
})

/** Lists the tags of a managed policy. */
export const listPolicyTags = defineOperation({
  ...iam('ListPolicyTags'),
  ...lists,
  summary: 'Lists the tags of a managed policy.',
  http: 'GET /iam/v1/policies/{PolicyArn}/tags',
  administers: onPolicy,
  input: struct({ PolicyArn: arn, ...paging }),
  async run(
    { input: { PolicyArn, ...asked }, caller: { accountId }, context: { region } },
    { read, tokens },
  ) {
    const { data, attached } = await policyNamed(read, { accountId, region }, PolicyArn)
    const list = `ListPolicyTags/${attached.id}`
    return tagPage(tokens, { ...asked, accountId, list }, data?.tags ?? {})
  },
})
