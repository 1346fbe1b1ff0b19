import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import Tabs from '@cloudscape-design/components/tabs'
import { useState } from 'react'
import { useLocation, useParams } from 'wouter'
import { useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Time } from '../../parts/time.tsx'
import { addressOf } from '../../shell/navigate.ts'
import { AccessKeys } from './access-keys.tsx'
import { MfaDevices } from './mfa-devices.tsx'
import { UserPolicies } from './policies.tsx'

/** The parts of a user's page, each at /users/:user/:part. */
const PARTS = [
  { id: 'access-keys', title: 'user.access-keys', content: AccessKeys },
  { id: 'mfa', title: 'user.mfa', content: MfaDevices },
  { id: 'policies', title: 'user.policies', content: UserPolicies },
] as const

/** One user. */
export default function User() {
  const t = useTexts()
  const { user = '', part } = useParams<{ user: string; part?: string }>()
  const [, navigate] = useLocation()
  const [deleting, setDeleting] = useState(false)
  const { data, error, isPending, refetch } = useRead('IamGetUser', { UserName: user })
  if (isPending) {
    return (
      <Box textAlign="center" padding="xxl">
        <Spinner size="large" />
      </Box>
    )
  }
  if (data === undefined) {
    return <Problem error={error} title={t('user.not-shown')} onRetry={() => void refetch()} />
  }
  const { Arn, CreateDate } = data.output.User
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={<Button onClick={() => setDeleting(true)}>{t('user.delete')}</Button>}
        >
          {user}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Container footer={<CommandLine operation="IamGetUser" input={{ UserName: user }} />}>
          <KeyValuePairs
            columns={2}
            minColumnWidth={200}
            items={[
              {
                label: t('arn'),
                value: (
                  <CopyToClipboard
                    variant="inline"
                    textToCopy={Arn}
                    copyButtonAriaLabel={t('copy.of', { what: t('arn') })}
                    copySuccessText={t('copied')}
                    copyErrorText={t('copy.failed')}
                  />
                ),
              },
              { label: t('created'), value: <Time at={CreateDate} /> },
            ]}
          />
        </Container>
        <Tabs
          ariaLabel={user}
          activeTabId={part ?? 'access-keys'}
          onChange={({ detail }) =>
            navigate(`/users/${encodeURIComponent(user)}/${detail.activeTabId}`)
          }
          tabs={PARTS.map(({ id, title, content: Content }) => ({
            id,
            label: t(title),
            href: addressOf(`/users/${encodeURIComponent(user)}/${id}`),
            content: <Content user={user} />,
          }))}
        />
      </SpaceBetween>
      {deleting && (
        <Confirm
          operation="IamDeleteUser"
          input={{ UserName: user }}
          title={t('delete.of', { what: user })}
          submit={t('delete')}
          done={t('user.deleted', { user })}
          onDismiss={() => {
            setDeleting(false)
            void refetch().then(({ isError }) => isError && navigate('/users'))
          }}
        >
          {t('user.delete.description')}
        </Confirm>
      )}
    </ContentLayout>
  )
}
