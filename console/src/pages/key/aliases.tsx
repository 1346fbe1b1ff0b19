import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { usePages } from '../../api/pages.ts'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Time } from '../../parts/time.tsx'
import { useTell } from '../../shell/notices.tsx'
import { isAlias } from '../create-key/choices.ts'
import type { KeyMetadata } from './metadata.ts'

/** The aliases of a key. */
export function Aliases({ metadata: { KeyId } }: { readonly metadata: KeyMetadata }) {
  const t = useTexts()
  const [asked, setAsked] = useState<{ readonly remove?: string }>()
  const input = { KeyId, Limit: 50 }
  const pages = usePages('ListAliases', input, (page) => page.Aliases)
  const close = () => setAsked(undefined)
  return (
    <>
      <Listing
        title={t('keys.aliases')}
        pages={pages}
        trackBy="AliasName"
        none={t('aliases.none')}
        actions={<Button onClick={() => setAsked({})}>{t('alias.create')}</Button>}
        command={<CommandLine operation="ListAliases" input={input} />}
        columns={[
          {
            id: 'name',
            header: t('alias'),
            cell: ({ AliasName }) => AliasName,
            isRowHeader: true,
          },
          { id: 'arn', header: t('arn'), cell: ({ AliasArn }) => AliasArn },
          {
            id: 'updated',
            header: t('updated'),
            cell: ({ LastUpdatedDate }) => <Time at={LastUpdatedDate} />,
          },
          {
            id: 'delete',
            header: t('actions'),
            cell: ({ AliasName }) => (
              <Button
                variant="inline-link"
                ariaLabel={t('delete.of', { what: AliasName })}
                onClick={() => setAsked({ remove: AliasName })}
              >
                {t('delete')}
              </Button>
            ),
          },
        ]}
      />
      {asked !== undefined && asked.remove === undefined && (
        <CreateAlias keyId={KeyId} onDismiss={close} />
      )}
      {asked?.remove !== undefined && <DeleteAlias name={asked.remove} onDismiss={close} />}
    </>
  )
}

function CreateAlias({
  keyId: TargetKeyId,
  onDismiss,
}: {
  readonly keyId: string
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange('CreateAlias')
  const [name, setName] = useState('')
  const AliasName = `alias/${name}`
  return (
    <ActionModal
      title={t('alias.create')}
      submit={t('alias.create')}
      disabled={name === '' || !isAlias(name)}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="CreateAlias" input={{ AliasName, TargetKeyId }} />}
      onSubmit={async () => {
        await change.mutateAsync({ AliasName, TargetKeyId })
        tell({ content: t('alias.created', { alias: AliasName }) })
        onDismiss()
      }}
    >
      <FormField
        label={t('alias')}
        description={t('alias.description')}
        errorText={isAlias(name) ? '' : t('alias.wrong')}
      >
        <Input
          value={name}
          onChange={({ detail }) => setName(detail.value.trim())}
          placeholder="app/orders"
          autoFocus
        />
      </FormField>
    </ActionModal>
  )
}

function DeleteAlias({
  name: AliasName,
  onDismiss,
}: {
  readonly name: string
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange('DeleteAlias')
  return (
    <ActionModal
      title={t('delete.of', { what: AliasName })}
      submit={t('delete')}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="DeleteAlias" input={{ AliasName }} />}
      onSubmit={async () => {
        await change.mutateAsync({ AliasName })
        tell({ content: t('alias.deleted', { alias: AliasName }) })
        onDismiss()
      }}
    >
      {t('alias.delete.description')}
    </ActionModal>
  )
}
