import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Tiles from '@cloudscape-design/components/tiles'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useChange } from '../../api/queries.ts'
import type { Input as InputOf } from '../../api/request.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import type { ChosenFile } from '../../parts/file-field.tsx'
import { Problem } from '../../parts/problem.tsx'
import { useTell } from '../../shell/notices.tsx'
import { ClusterFields, TrustAnchorField } from './cluster-fields.tsx'
import { credentialOf, ProxyFields } from './proxy-fields.tsx'
import type { ClusterText, ProxyText } from './store.ts'

const TYPES = ['EXTERNAL_KEY_STORE', 'AWS_CLOUDHSM'] as const

/** Makes a custom key store: one at an external key store proxy, or one in a cluster. */
export default function CreateKeyStore() {
  const t = useTexts()
  const tell = useTell()
  const [, navigate] = useLocation()
  const create = useChange('CreateCustomKeyStore')
  const [type, setType] = useState<(typeof TYPES)[number]>('EXTERNAL_KEY_STORE')
  const [name, setName] = useState('')
  const [proxy, setProxy] = useState<ProxyText>({
    ...{ endpoint: '', path: '', accessKeyId: '', secret: '' },
  })
  const [cluster, setCluster] = useState<ClusterText>({ cluster: '', password: '' })
  const [anchor, setAnchor] = useState<ChosenFile>()
  const certificate = anchor === undefined ? '' : new TextDecoder().decode(anchor.bytes)

  const input: InputOf<'CreateCustomKeyStore'> = {
    CustomKeyStoreName: name.trim(),
    CustomKeyStoreType: type,
    ...(type === 'EXTERNAL_KEY_STORE'
      ? {
          XksProxyConnectivity: 'PUBLIC_ENDPOINT',
          XksProxyUriEndpoint: proxy.endpoint,
          XksProxyUriPath: proxy.path,
          XksProxyAuthenticationCredential: credentialOf(proxy),
        }
      : {
          CloudHsmClusterId: cluster.cluster,
          KeyStorePassword: cluster.password,
          TrustAnchorCertificate: certificate,
        }),
  }
  const needed =
    type === 'EXTERNAL_KEY_STORE'
      ? Object.values(proxy)
      : [cluster.cluster, cluster.password, certificate]
  const ready = [input.CustomKeyStoreName, ...needed].every((one) => one !== '')
  const submit = async () => {
    const { CustomKeyStoreId = '' } = await create.mutateAsync(input)
    tell({ content: t('store.created', { store: input.CustomKeyStoreName }) })
    navigate(`/key-stores/${CustomKeyStoreId}`)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        // the refusal is shown below
        if (ready && !create.isPending) void submit().catch(() => {})
      }}
    >
      <Form
        header={
          <Header variant="h1" description={t('stores.description')}>
            {t('store.create')}
          </Header>
        }
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" formAction="none" onClick={() => navigate('/key-stores')}>
              {t('cancel')}
            </Button>
            <Button variant="primary" disabled={!ready} loading={create.isPending}>
              {t('store.create')}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">{t('store.type')}</Header>}>
            <SpaceBetween size="l">
              <Tiles
                ariaLabel={t('store.type')}
                value={type}
                onChange={({ detail }) => {
                  const chosen = TYPES.find((one) => one === detail.value)
                  if (chosen !== undefined) setType(chosen)
                }}
                items={TYPES.map((value) => ({
                  value,
                  label: t(`store-type.${value}`),
                  description: t(`store-type.${value}.description`),
                }))}
              />
              <FormField label={t('store.name')}>
                <Input value={name} onChange={({ detail }) => setName(detail.value)} />
              </FormField>
            </SpaceBetween>
          </Container>
          {type === 'EXTERNAL_KEY_STORE' ? (
            <Container header={<Header variant="h2">{t('proxy')}</Header>}>
              <SpaceBetween size="l">
                <Alert type="info">{t('proxy.asked')}</Alert>
                <ProxyFields proxy={proxy} onChange={setProxy} />
              </SpaceBetween>
            </Container>
          ) : (
            <Container header={<Header variant="h2">{t('cluster')}</Header>}>
              <SpaceBetween size="l">
                <Alert type="info">{t('cluster.registered')}</Alert>
                <ClusterFields cluster={cluster} onChange={setCluster} />
                <TrustAnchorField chosen={anchor} onChange={setAnchor} />
              </SpaceBetween>
            </Container>
          )}
          <Container header={<Header variant="h2">{t('command')}</Header>}>
            <CommandLine
              operation="CreateCustomKeyStore"
              input={input}
              hidden={[
                'XksProxyAuthenticationCredential',
                'KeyStorePassword',
                'TrustAnchorCertificate',
              ]}
            />
          </Container>
          <Problem error={create.error} title={t('store.not-created')} />
        </SpaceBetween>
      </Form>
    </form>
  )
}
