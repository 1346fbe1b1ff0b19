import Box from '@cloudscape-design/components/box'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useState } from 'react'
import { useParams } from 'wouter'
import { useRead } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { Problem } from '../../parts/problem.tsx'
import { StoreAction, type StoreActionName } from './actions.tsx'
import { Details } from './details.tsx'
import { KeysOfStore } from './keys-of-store.tsx'
import { isUnderWay, WHILE_UNDER_WAY } from './store.ts'

/** One custom key store: where it is, how it is connected, and its keys. */
export default function KeyStorePage() {
  const t = useTexts()
  const { store: id = '' } = useParams<{ store: string }>()
  const [action, setAction] = useState<StoreActionName>()
  const [passing, setPassing] = useState(false)
  const input = { CustomKeyStoreId: id }
  const { data, error, isPending, refetch } = useRead('DescribeCustomKeyStores', input, {
    ...(passing && { every: WHILE_UNDER_WAY }),
  })
  const store = data?.output.CustomKeyStores[0]
  const now = store !== undefined && isUnderWay(store)
  if (now !== passing) setPassing(now)
  if (isPending) {
    return (
      <Box textAlign="center" padding="xxl">
        <Spinner size="large" />
      </Box>
    )
  }
  if (store === undefined) {
    return <Problem error={error} title={t('store.not-shown')} onRetry={() => void refetch()} />
  }
  const state = store.ConnectionState
  const apart = state === 'DISCONNECTED'
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={
            <ButtonDropdown
              variant="primary"
              items={[
                { id: 'connect', text: t('store.connect'), disabled: !apart },
                {
                  id: 'disconnect',
                  text: t('store.disconnect'),
                  disabled: apart || state === 'DISCONNECTING',
                },
                { id: 'edit', text: t('edit'), disabled: now },
                { id: 'delete', text: t('delete'), disabled: !apart },
              ]}
              onItemClick={({ detail }) => setAction(detail.id as StoreActionName)}
            >
              {t('store.actions')}
            </ButtonDropdown>
          }
        >
          {store.CustomKeyStoreName}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Details store={store} />
        <KeysOfStore store={store} />
      </SpaceBetween>
      {action !== undefined && (
        <StoreAction action={action} store={store} onDismiss={() => setAction(undefined)} />
      )}
    </ContentLayout>
  )
}
