import Alert from '@cloudscape-design/components/alert'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Time } from '../../parts/time.tsx'
import { Connection, typeText } from './connection.tsx'
import type { KeyStore } from './store.ts'

/** What a custom key store is, and why it is not connected where that failed. */
export function Details({ store }: { readonly store: KeyStore }) {
  const t = useTexts()
  const { CustomKeyStoreId = '', ConnectionErrorCode: code, XksProxyConfiguration: proxy } = store
  const text = (label: string, value: string | undefined) => ({ label, value: value ?? '–' })
  return (
    <SpaceBetween size="l">
      {code !== undefined && (
        <Alert type="error" header={`${t('store-state.FAILED')}: ${code}`}>
          {t(`store-error.${code}`)} {t('store.failed')}
        </Alert>
      )}
      <Container
        header={<Header variant="h2">{t('key.general')}</Header>}
        footer={<CommandLine operation="DescribeCustomKeyStores" input={{ CustomKeyStoreId }} />}
      >
        <KeyValuePairs
          columns={4}
          minColumnWidth={170}
          items={[
            text(t('store.id'), CustomKeyStoreId),
            { label: t('store.connection'), value: <Connection store={store} /> },
            { label: t('store.type'), value: t(typeText(store)) },
            { label: t('created'), value: <Time at={store.CreationDate} /> },
            ...(proxy === undefined
              ? [text(t('cluster.id'), store.CloudHsmClusterId)]
              : [
                  text(t('proxy.endpoint'), proxy.UriEndpoint),
                  text(t('proxy.path'), proxy.UriPath),
                  text(t('proxy.access-key-id'), proxy.AccessKeyId),
                  text(t('proxy.connectivity'), proxy.Connectivity),
                ]),
          ]}
        />
      </Container>
    </SpaceBetween>
  )
}
