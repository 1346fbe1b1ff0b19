import Button from '@cloudscape-design/components/button'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Copied } from '../../parts/copied.tsx'
import { Awaited, Detail } from '../../parts/detail.tsx'
import { Time } from '../../parts/time.tsx'
import { useMember } from '../../shell/navigate.ts'
import { Permissions } from '../permissions/permissions.tsx'
import { DeleteGroup } from './delete-group.tsx'
import { Members } from './members.tsx'

/** One group. */
export default function Group() {
  const t = useTexts()
  const group = useMember(1)
  const [, navigate] = useLocation()
  const [deleting, setDeleting] = useState(false)
  const input = { GroupName: group, MaxItems: 1 }
  const read = useRead('IamGetGroup', input)
  return (
    <Awaited read={read} notShown={t('group.not-shown')}>
      {({ output: { Group: told } }) => (
        <>
          <Detail
            section="groups"
            name={group}
            title={group}
            actions={<Button onClick={() => setDeleting(true)}>{t('delete')}</Button>}
            command={<CommandLine operation="IamGetGroup" input={input} />}
            facts={[
              { label: t('arn'), value: <Copied text={told.Arn} what={t('arn')} /> },
              { label: t('created'), value: <Time at={told.CreateDate} /> },
            ]}
            parts={[
              { id: 'users', title: t('users.title'), content: <Members group={group} /> },
              {
                id: 'permissions',
                title: t('user.policies'),
                content: <Permissions entity={{ kind: 'group', name: group }} />,
              },
            ]}
          />
          {deleting && (
            <DeleteGroup
              group={group}
              onDismiss={() => setDeleting(false)}
              onDone={() => navigate('/groups')}
            />
          )}
        </>
      )}
    </Awaited>
  )
}
