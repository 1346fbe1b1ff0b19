import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Copied } from '../../parts/copied.tsx'
import { Awaited, Detail } from '../../parts/detail.tsx'
import { DocumentEditor } from '../../parts/document-editor.tsx'
import { Time } from '../../parts/time.tsx'
import { useMember } from '../../shell/navigate.ts'
import { Boundary } from '../permissions/boundary.tsx'
import { Permissions } from '../permissions/permissions.tsx'
import { IamTags } from '../permissions/tags.tsx'
import { DeleteRole } from './delete-role.tsx'
import { EditRole } from './edit-role.tsx'
import { RevokeSessions } from './revoke-sessions.tsx'

/** One role. */
export default function Role() {
  const t = useTexts()
  const role = useMember(1)
  const [, navigate] = useLocation()
  const [asked, setAsked] = useState<'edit' | 'delete'>()
  const close = () => setAsked(undefined)
  const input = { RoleName: role }
  const read = useRead('IamGetRole', input)
  const entity = { kind: 'role', name: role } as const
  return (
    <Awaited read={read} notShown={t('role.not-shown')}>
      {({ output: { Role: told } }) => {
        const { Description = '', MaxSessionDuration = 3600, RoleLastUsed } = told
        const used = RoleLastUsed?.LastUsedDate
        return (
          <>
            <Detail
              section="roles"
              name={role}
              title={role}
              actions={
                <SpaceBetween direction="horizontal" size="xs">
                  <Button onClick={() => setAsked('delete')}>{t('delete')}</Button>
                  <Button onClick={() => setAsked('edit')}>{t('edit')}</Button>
                </SpaceBetween>
              }
              command={<CommandLine operation="IamGetRole" input={input} />}
              facts={[
                { label: t('arn'), value: <Copied text={told.Arn} what={t('arn')} /> },
                {
                  label: t('role.max-session'),
                  value: t('role.session.minutes', { count: MaxSessionDuration / 60 }),
                },
                { label: t('created'), value: <Time at={told.CreateDate} /> },
                { label: t('description'), value: Description || '–' },
                ...(used === undefined
                  ? []
                  : [{ label: t('key.last-use'), value: <Time at={used} /> }]),
              ]}
              parts={[
                {
                  id: 'permissions',
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
                {
                  id: 'trust',
                  title: t('role.trust'),
                  content: (
                    <DocumentEditor
                      title={t('role.trust.policy')}
                      description={t('role.trust.description')}
                      document={told.AssumeRolePolicyDocument ?? ''}
                      command={<CommandLine operation="IamGetRole" input={input} />}
                      operation="IamUpdateAssumeRolePolicy"
                      inputOf={(PolicyDocument) => ({ RoleName: role, PolicyDocument })}
                    />
                  ),
                },
                {
                  id: 'sessions',
                  title: t('role.revoke.tab'),
                  content: <RevokeSessions role={role} />,
                },
                { id: 'tags', title: t('tags'), content: <IamTags kind="role" name={role} /> },
              ]}
            />
            {asked === 'edit' && (
              <EditRole
                role={role}
                description={Description}
                seconds={MaxSessionDuration}
                onDismiss={close}
              />
            )}
            {asked === 'delete' && (
              <DeleteRole role={role} onDismiss={close} onDone={() => navigate('/roles')} />
            )}
          </>
        )
      }}
    </Awaited>
  )
}
