import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Textarea from '@cloudscape-design/components/textarea'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { useTell } from '../../shell/notices.tsx'

/** The thumbprints that are kept of a provider for clients of AWS IAM; nothing looks at them. */
export function Thumbprints({
  arn,
  thumbprints,
  command,
}: {
  readonly arn: string
  readonly thumbprints: readonly string[]
  readonly command: ReactNode
}) {
  const t = useTexts()
  const [editing, setEditing] = useState(false)
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={t('provider.thumbprints.description')}
          actions={<Button onClick={() => setEditing(true)}>{t('edit')}</Button>}
        >
          {t('provider.thumbprints')}
        </Header>
      }
      footer={command}
    >
      {thumbprints.length === 0 ? (
        <Box color="text-body-secondary">{t('provider.thumbprints.none')}</Box>
      ) : (
        <pre className="policy-text">{thumbprints.join('\n')}</pre>
      )}
      {editing && (
        <EditThumbprints arn={arn} before={thumbprints} onDismiss={() => setEditing(false)} />
      )}
    </Container>
  )
}

function EditThumbprints({
  arn: OpenIDConnectProviderArn,
  before,
  onDismiss,
}: {
  readonly arn: string
  readonly before: readonly string[]
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange('IamUpdateOpenIDConnectProviderThumbprint')
  const [text, setText] = useState(before.join('\n'))
  const ThumbprintList = text.split(/\s+/).filter((one) => one !== '')
  const input = { OpenIDConnectProviderArn, ThumbprintList }
  return (
    <ActionModal
      title={t('edit.of', { what: t('provider.thumbprints') })}
      submit={t('save')}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="IamUpdateOpenIDConnectProviderThumbprint" input={input} />}
      onSubmit={async () => {
        await change.mutateAsync(input)
        tell({ content: t('saved') })
        onDismiss()
      }}
    >
      <FormField
        label={t('provider.thumbprints')}
        description={t('provider.thumbprints.edit')}
        stretch
      >
        <Textarea
          value={text}
          onChange={({ detail }) => setText(detail.value)}
          rows={3}
          spellcheck={false}
        />
      </FormField>
    </ActionModal>
  )
}
