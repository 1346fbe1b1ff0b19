import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useWhole } from '../../api/whole.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Confirm } from '../../parts/confirm.tsx'
import { Listing } from '../../parts/listing.tsx'
import { useTell } from '../../shell/notices.tsx'

/** The audiences (client IDs) whose tokens are taken from a provider. */
export function Audiences({
  arn: OpenIDConnectProviderArn,
  command,
}: {
  readonly arn: string
  readonly command: ReactNode
}) {
  const t = useTexts()
  const [adding, setAdding] = useState(false)
  const [leaving, setLeaving] = useState<string>()
  const pages = useWhole(
    'IamGetOpenIDConnectProvider',
    { OpenIDConnectProviderArn },
    ({ ClientIDList }) => ClientIDList.map((audience) => ({ audience })),
  )
  return (
    <>
      <Listing
        title={t('provider.audiences')}
        pages={pages}
        trackBy="audience"
        none={t('provider.audiences.none')}
        actions={<Button onClick={() => setAdding(true)}>{t('provider.audience.add')}</Button>}
        command={command}
        columns={[
          {
            id: 'audience',
            header: t('provider.audience'),
            cell: ({ audience }) => audience,
            isRowHeader: true,
          },
          {
            id: 'actions',
            header: t('actions'),
            cell: ({ audience }) => (
              <Button
                variant="inline-link"
                ariaLabel={t('provider.audience.remove', { audience })}
                onClick={() => setLeaving(audience)}
              >
                {t('remove')}
              </Button>
            ),
          },
        ]}
      />
      {adding && <AddAudience arn={OpenIDConnectProviderArn} onDismiss={() => setAdding(false)} />}
      {leaving !== undefined && (
        <Confirm
          operation="IamRemoveClientIDFromOpenIDConnectProvider"
          input={{ OpenIDConnectProviderArn, ClientID: leaving }}
          title={t('provider.audience.remove', { audience: leaving })}
          submit={t('remove')}
          done={t('saved')}
          onDismiss={() => setLeaving(undefined)}
        >
          {t('provider.audience.remove.description')}
        </Confirm>
      )}
    </>
  )
}

function AddAudience({
  arn: OpenIDConnectProviderArn,
  onDismiss,
}: {
  readonly arn: string
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange('IamAddClientIDToOpenIDConnectProvider')
  const [ClientID, setClient] = useState('')
  const input = { OpenIDConnectProviderArn, ClientID }
  return (
    <ActionModal
      title={t('provider.audience.add')}
      submit={t('provider.audience.add')}
      disabled={ClientID === ''}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="IamAddClientIDToOpenIDConnectProvider" input={input} />}
      onSubmit={async () => {
        await change.mutateAsync(input)
        tell({ content: t('saved') })
        onDismiss()
      }}
    >
      <FormField label={t('provider.audience')} description={t('provider.audience.description')}>
        <Input
          value={ClientID}
          onChange={({ detail }) => setClient(detail.value.trim())}
          autoFocus
        />
      </FormField>
    </ActionModal>
  )
}
