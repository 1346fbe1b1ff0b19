import Button from '@cloudscape-design/components/button'
import Link from '@cloudscape-design/components/link'
import { usePages } from '../../api/pages.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Time } from '../../parts/time.tsx'
import { addressOf, placeOf, useFollow } from '../../shell/navigate.ts'
import { trustedOf } from './trust.ts'

/** The roles of the account. */
export default function Roles() {
  const t = useTexts()
  const follow = useFollow()
  const input = { MaxItems: 50 }
  const pages = usePages('IamListRoles', input, (page) => page.Roles)
  return (
    <Listing
      variant="full-page"
      title={t('roles.title')}
      description={t('roles.description')}
      pages={pages}
      trackBy="RoleId"
      none={t('roles.none')}
      actions={
        <Button variant="primary" href={addressOf('/create-role')} onFollow={follow}>
          {t('role.create')}
        </Button>
      }
      command={<CommandLine operation="IamListRoles" input={input} />}
      columns={[
        {
          id: 'name',
          header: t('role.name'),
          cell: ({ RoleName }) => (
            <Link href={addressOf(placeOf('roles', RoleName))} onFollow={follow}>
              {RoleName}
            </Link>
          ),
          isRowHeader: true,
        },
        {
          id: 'trusted',
          header: t('role.trusted'),
          cell: ({ AssumeRolePolicyDocument }) => trustedOf(AssumeRolePolicyDocument) || '–',
        },
        {
          id: 'description',
          header: t('description'),
          cell: ({ Description }) => Description || '–',
        },
        {
          id: 'created',
          header: t('created'),
          cell: ({ CreateDate }) => <Time at={CreateDate} />,
        },
      ]}
    />
  )
}
