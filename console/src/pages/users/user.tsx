import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Copied } from '../../parts/copied.tsx'
import { Awaited, Detail } from '../../parts/detail.tsx'
import { Time } from '../../parts/time.tsx'
import { useMember } from '../../shell/navigate.ts'
import { Boundary } from '../permissions/boundary.tsx'
import { Permissions } from '../permissions/permissions.tsx'
import { IamTags } from '../permissions/tags.tsx'
import { AccessKeys } from './access-keys.tsx'
import { UserGroups } from './groups.tsx'
import { MfaDevices } from './mfa-devices.tsx'

/** One user. */
export default function User() {
  const t = useTexts()
  const user = useMember(1)
  const [, navigate] = useLocation()
  const [deleting, setDeleting] = useState(false)
  const read = useRead('IamGetUser', { UserName: user })
  const entity = { kind: 'user', name: user } as const
  return (
    <Awaited read={read} notShown={t('user.not-shown')}>
      {({ output: { User: told } }) => (
        <>
          <Detail
            section="users"
            name={user}
            title={user}
            actions={<Button onClick={() => setDeleting(true)}>{t('user.delete')}</Button>}
            command={<CommandLine operation="IamGetUser" input={{ UserName: user }} />}
            facts={[
              { label: t('arn'), value: <Copied text={told.Arn} what={t('arn')} /> },
              { label: t('created'), value: <Time at={told.CreateDate} /> },
            ]}
            parts={[
              {
                id: 'access-keys',
                title: t('user.access-keys'),
                content: <AccessKeys user={user} />,
              },
              { id: 'mfa', title: t('user.mfa'), content: <MfaDevices user={user} /> },
              {
                id: 'policies',
                title: t('user.policies'),
                content: (
                  <SpaceBetween size="l">
                    <Permissions entity={entity} />
                    <Boundary
                      entity={entity}
                      arn={told.PermissionsBoundary?.PermissionsBoundaryArn}
                    />
                  </SpaceBetween>
                ),
              },
              { id: 'groups', title: t('groups.title'), content: <UserGroups user={user} /> },
              { id: 'tags', title: t('tags'), content: <IamTags kind="user" name={user} /> },
            ]}
          />
          {deleting && (
            <Confirm
              operation="IamDeleteUser"
              input={{ UserName: user }}
              title={t('delete.of', { what: user })}
              submit={t('delete')}
              done={t('user.deleted', { user })}
              typed={user}
              onDismiss={() => setDeleting(false)}
              onDone={() => navigate('/users')}
            >
              {t('user.delete.description')}
            </Confirm>
          )}
        </>
      )}
    </Awaited>
  )
}
