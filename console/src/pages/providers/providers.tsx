import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Link from '@cloudscape-design/components/link'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useChange } from '../../api/queries.ts'
import { useWhole } from '../../api/whole.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Listing } from '../../parts/listing.tsx'
import { providerName } from '../../parts/provider-name.ts'
import { addressOf, placeOf, useFollow } from '../../shell/navigate.ts'
import { useTell } from '../../shell/notices.tsx'

/** The OpenID Connect providers of the account: the same that the operator has as its issuers. */
export default function Providers() {
  const t = useTexts()
  const follow = useFollow()
  const [creating, setCreating] = useState(false)
  const pages = useWhole(
    'IamListOpenIDConnectProviders',
    {},
    (output) => output.OpenIDConnectProviderList,
  )
  return (
    <>
      <Listing
        variant="full-page"
        title={t('providers.title')}
        description={t('providers.description')}
        pages={pages}
        trackBy="Arn"
        none={t('providers.none')}
        actions={
          <Button variant="primary" onClick={() => setCreating(true)}>
            {t('provider.create')}
          </Button>
        }
        command={<CommandLine operation="IamListOpenIDConnectProviders" input={{}} />}
        columns={[
          {
            id: 'name',
            header: t('provider'),
            cell: ({ Arn }) => (
              <Link href={addressOf(placeOf('identity-providers', Arn))} onFollow={follow}>
                {providerName(Arn)}
              </Link>
            ),
            isRowHeader: true,
          },
          { id: 'type', header: t('entity.kind'), cell: () => 'OpenID Connect' },
          { id: 'arn', header: t('arn'), cell: ({ Arn }) => Arn },
        ]}
      />
      {creating && <CreateProvider onDismiss={() => setCreating(false)} />}
    </>
  )
}

function CreateProvider({ onDismiss }: { readonly onDismiss: () => void }) {
  const t = useTexts()
  const tell = useTell()
  const [, navigate] = useLocation()
  const change = useChange('IamCreateOpenIDConnectProvider')
  const [Url, setUrl] = useState('')
  const [audience, setAudience] = useState('')
  const input = { Url, ClientIDList: audience === '' ? [] : [audience] }
  return (
    <ActionModal
      title={t('provider.create')}
      submit={t('provider.create')}
      disabled={Url === '' || audience === ''}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="IamCreateOpenIDConnectProvider" input={input} />}
      onSubmit={async () => {
        const { OpenIDConnectProviderArn: arn } = await change.mutateAsync(input)
        tell({ content: t('provider.created', { provider: providerName(arn) }) })
        navigate(placeOf('identity-providers', arn))
      }}
    >
      <FormField label={t('provider.url')} description={t('provider.url.description')}>
        <Input
          value={Url}
          onChange={({ detail }) => setUrl(detail.value.trim())}
          placeholder="https://sso.example.com/realms/staff"
          autoFocus
        />
      </FormField>
      <FormField label={t('provider.audience')} description={t('provider.audience.description')}>
        <Input value={audience} onChange={({ detail }) => setAudience(detail.value.trim())} />
      </FormField>
    </ActionModal>
  )
}
