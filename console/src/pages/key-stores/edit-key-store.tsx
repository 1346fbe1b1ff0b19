import Alert from '@cloudscape-design/components/alert'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import type { Input as InputOf } from '../../api/request.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { useTell } from '../../shell/notices.tsx'
import { ClusterFields } from './cluster-fields.tsx'
import { credentialOf, ProxyFields } from './proxy-fields.tsx'
import type { ClusterText, KeyStore, ProxyText } from './store.ts'

/** Changes a custom key store: what is left as it is, is not sent. */
export function EditKeyStore({
  store,
  onDismiss,
}: {
  readonly store: KeyStore
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange('UpdateCustomKeyStore')
  const { CustomKeyStoreName: before = '', XksProxyConfiguration: former } = store
  const [name, setName] = useState(before)
  const [proxy, setProxy] = useState<ProxyText>({
    endpoint: former?.UriEndpoint ?? '',
    path: former?.UriPath ?? '',
    ...{ accessKeyId: '', secret: '' },
  })
  const [cluster, setCluster] = useState<ClusterText>({
    cluster: store.CloudHsmClusterId ?? '',
    password: '',
  })
  const ofCluster = store.CustomKeyStoreType === 'AWS_CLOUDHSM'
  const credential = proxy.accessKeyId !== '' || proxy.secret !== ''
  const input: InputOf<'UpdateCustomKeyStore'> = {
    CustomKeyStoreId: store.CustomKeyStoreId ?? '',
    ...(name.trim() !== before && { NewCustomKeyStoreName: name.trim() }),
    ...(ofCluster
      ? {
          ...(cluster.cluster !== store.CloudHsmClusterId && {
            CloudHsmClusterId: cluster.cluster,
          }),
          ...(cluster.password !== '' && { KeyStorePassword: cluster.password }),
        }
      : {
          ...(proxy.endpoint !== former?.UriEndpoint && { XksProxyUriEndpoint: proxy.endpoint }),
          ...(proxy.path !== former?.UriPath && { XksProxyUriPath: proxy.path }),
          ...(credential && { XksProxyAuthenticationCredential: credentialOf(proxy) }),
        }),
  }
  const whole = !credential || (proxy.accessKeyId !== '' && proxy.secret !== '')
  return (
    <ActionModal
      title={t('edit.of', { what: before })}
      submit={t('save')}
      size="large"
      disabled={Object.keys(input).length === 1 || name.trim() === '' || !whole}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={
        <CommandLine
          operation="UpdateCustomKeyStore"
          input={input}
          hidden={['XksProxyAuthenticationCredential', 'KeyStorePassword']}
        />
      }
      onSubmit={async () => {
        await change.mutateAsync(input)
        tell({ content: t('saved') })
        onDismiss()
      }}
    >
      {store.ConnectionState !== 'DISCONNECTED' && (
        <Alert type="info">
          {t(ofCluster ? 'store.edit.cluster-connected' : 'store.edit.proxy-connected')}
        </Alert>
      )}
      <FormField label={t('store.name')}>
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      {ofCluster ? (
        <ClusterFields cluster={cluster} onChange={setCluster} keeps />
      ) : (
        <ProxyFields proxy={proxy} onChange={setProxy} keeps />
      )}
    </ActionModal>
  )
}
