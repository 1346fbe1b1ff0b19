import FormField from '@cloudscape-design/components/form-field'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { useTell } from '../../shell/notices.tsx'
import type { KeyMetadata } from './metadata.ts'

/** Says something else of a key. */
export function EditDescription({
  metadata: { KeyId, Description: before = '' },
  onDismiss,
}: {
  readonly metadata: KeyMetadata
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange('UpdateKeyDescription')
  const [Description, setDescription] = useState(before)
  return (
    <ActionModal
      title={t('description.edit')}
      submit={t('save')}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="UpdateKeyDescription" input={{ KeyId, Description }} />}
      onSubmit={async () => {
        await change.mutateAsync({ KeyId, Description })
        tell({ content: t('saved') })
        onDismiss()
      }}
    >
      <FormField label={t('description')}>
        <Textarea
          value={Description}
          onChange={({ detail }) => setDescription(detail.value)}
          rows={3}
        />
      </FormField>
    </ActionModal>
  )
}
