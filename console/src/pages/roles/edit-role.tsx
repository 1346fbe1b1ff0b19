import FormField from '@cloudscape-design/components/form-field'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { useTell } from '../../shell/notices.tsx'
import { isSession, SessionField } from './session-field.tsx'

/** Changes a role's description, and how long its sessions may last. */
export function EditRole({
  role: RoleName,
  description,
  seconds,
  onDismiss,
}: {
  readonly role: string
  readonly description: string
  readonly seconds: number
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange('IamUpdateRole')
  const [Description, setDescription] = useState(description)
  const [text, setText] = useState(String(seconds))
  const MaxSessionDuration = isSession(text) ? Number(text) : seconds
  const input = { RoleName, Description, MaxSessionDuration }
  return (
    <ActionModal
      title={t('edit.of', { what: RoleName })}
      submit={t('save')}
      disabled={!isSession(text)}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="IamUpdateRole" input={input} />}
      onSubmit={async () => {
        await change.mutateAsync(input)
        tell({ content: t('saved') })
        onDismiss()
      }}
    >
      <FormField label={t('description')}>
        <Textarea
          value={Description}
          onChange={({ detail }) => setDescription(detail.value)}
          rows={2}
        />
      </FormField>
      <SessionField value={text} onChange={setText} />
    </ActionModal>
  )
}
