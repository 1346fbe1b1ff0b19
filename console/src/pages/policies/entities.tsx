import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { usePages } from '../../api/pages.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Listing } from '../../parts/listing.tsx'
import { addressOf, placeOf, useFollow } from '../../shell/navigate.ts'

/** Who has a policy: as permissions, and as the boundary. */
export function PolicyEntities({ arn }: { readonly arn: string }) {
  const t = useTexts()
  return (
    <SpaceBetween size="l">
      <Entities arn={arn} usage="PermissionsPolicy" title={t('policy.entities')} />
      <Entities arn={arn} usage="PermissionsBoundary" title={t('policy.boundaries')} />
    </SpaceBetween>
  )
}

const KINDS = {
  user: { section: 'users', title: 'user.title' },
  role: { section: 'roles', title: 'role.title' },
  group: { section: 'groups', title: 'group.title' },
} as const

function Entities({
  arn: PolicyArn,
  usage: PolicyUsageFilter,
  title,
}: {
  readonly arn: string
  readonly usage: 'PermissionsPolicy' | 'PermissionsBoundary'
  readonly title: string
}) {
  const t = useTexts()
  const follow = useFollow()
  const input = { PolicyArn, PolicyUsageFilter, MaxItems: 50 }
  const pages = usePages('IamListEntitiesForPolicy', input, (page) => [
    ...page.PolicyUsers.map(({ UserName, UserId }) => ({
      ...{ kind: 'user' as const, name: UserName, id: UserId },
    })),
    ...page.PolicyRoles.map(({ RoleName, RoleId }) => ({
      ...{ kind: 'role' as const, name: RoleName, id: RoleId },
    })),
    ...page.PolicyGroups.map(({ GroupName, GroupId }) => ({
      ...{ kind: 'group' as const, name: GroupName, id: GroupId },
    })),
  ])
  return (
    <Listing
      title={title}
      pages={pages}
      trackBy="id"
      none={t('policy.entities.none')}
      command={<CommandLine operation="IamListEntitiesForPolicy" input={input} />}
      columns={[
        {
          id: 'name',
          header: t('entity.name'),
          cell: ({ kind, name }) => (
            <Link href={addressOf(placeOf(KINDS[kind].section, name))} onFollow={follow}>
              {name}
            </Link>
          ),
          isRowHeader: true,
        },
        { id: 'kind', header: t('entity.kind'), cell: ({ kind }) => t(KINDS[kind].title) },
      ]}
    />
  )
}
