import { usersOf } from '../../core/identity/attachment.ts'
import { defineOperation } from '../../core/operation.ts'
import { list, oneOf, optional, string, struct } from '../../core/shape/shapes.ts'
import { listPage } from './iam-list.ts'
import { arn, groupName, iam, page, paging, pathPrefix, roleName, userName } from './iam-members.ts'
import { onPolicy } from './iam-resources.ts'
import { policyNamed } from './named-policy.ts'

const FILTERS = { User: 'user', Role: 'role', Group: 'group' } as const

/** Lists the users, groups and roles that have a managed policy. */
export const listEntitiesForPolicy = defineOperation({
  ...iam('ListEntitiesForPolicy'),
  summary: 'Lists the users, groups and roles that have a managed policy.',
  http: 'GET /iam/v1/policies/{PolicyArn}/entities',
  administers: onPolicy,
  input: struct({
    PolicyArn: arn,
    EntityFilter: optional(
      oneOf(['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy']),
    ),
    PathPrefix: optional(pathPrefix),
    PolicyUsageFilter: optional(oneOf(['PermissionsPolicy', 'PermissionsBoundary'])),
    ...paging,
  }),
  output: struct({
    PolicyGroups: list(struct({ GroupName: groupName, GroupId: string() })),
    PolicyUsers: list(struct({ UserName: userName, UserId: string() })),
    PolicyRoles: list(struct({ RoleName: roleName, RoleId: string() })),
    ...page,
  }),
  errors: ['NoSuchEntityException', 'InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller: { accountId }, context: { region } }, { read, tokens }) {
    const { PolicyArn, EntityFilter, PathPrefix = '/', PolicyUsageFilter } = input
    const { attached } = await policyNamed(read, { accountId, region }, PolicyArn)
    const { users } = await usersOf(read, accountId, attached.id)
    const as = PolicyUsageFilter === 'PermissionsBoundary' ? 'boundary' : 'policy'
    const type =
      EntityFilter === 'User' || EntityFilter === 'Role' || EntityFilter === 'Group'
        ? FILTERS[EntityFilter]
        : undefined
    const wanted = users.filter(
      (one) =>
        (PolicyUsageFilter === undefined || one.as === as) &&
        (EntityFilter === undefined || one.holder.type === type) &&
        (one.holder.data.path ?? '/').startsWith(PathPrefix),
    )
    const list = `ListEntitiesForPolicy/${attached.id}/${EntityFilter}/${PolicyUsageFilter}${PathPrefix}`
    const request = { accountId, list, Marker: input.Marker, MaxItems: input.MaxItems }
    // one that has it both ways is told once
    const once = new Map(wanted.map(({ holder }) => [holder.data.id, holder]))
    const { items, page } = await listPage(
      tokens,
      request,
      [...once.values()],
      (one) => one.data.id,
    )
    const of = (kind: (typeof FILTERS)[keyof typeof FILTERS]) =>
      items.filter((one) => one.type === kind).map(({ data }) => data)
    return {
      PolicyGroups: of('group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: of('user').map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: of('role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...page,
    }
  },
})
