import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import { useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { useTell } from '../../shell/notices.tsx'
import { CancelDeletion, ScheduleDeletion } from './deletion.tsx'
import { EditDescription } from './description.tsx'
import type { KeyMetadata } from './metadata.ts'

type Action = 'enable' | 'disable' | 'describe' | 'delete' | 'cancel-deletion'

/** What can be done with the key as a whole; each asks first. */
export function Actions({ metadata }: { readonly metadata: KeyMetadata }) {
  const t = useTexts()
  const [action, setAction] = useState<Action>()
  const { KeyState: state } = metadata
  const isPending = state === 'PendingDeletion' || state === 'PendingReplicaDeletion'
  const close = () => setAction(undefined)
  const props = { metadata, onDismiss: close }
  return (
    <>
      <ButtonDropdown
        items={[
          { id: 'enable', text: t('key.enable'), disabled: state !== 'Disabled' },
          { id: 'disable', text: t('key.disable'), disabled: state !== 'Enabled' },
          { id: 'describe', text: t('description.edit'), disabled: isPending },
          { id: 'delete', text: t('deletion.schedule'), disabled: isPending },
          { id: 'cancel-deletion', text: t('deletion.cancel'), disabled: !isPending },
        ]}
        onItemClick={({ detail }) => setAction(detail.id as Action)}
      >
        {t('key.actions')}
      </ButtonDropdown>
      {action === 'enable' && <Switched operation="EnableKey" {...props} />}
      {action === 'disable' && <Switched operation="DisableKey" {...props} />}
      {action === 'describe' && <EditDescription {...props} />}
      {action === 'delete' && <ScheduleDeletion {...props} />}
      {action === 'cancel-deletion' && <CancelDeletion {...props} />}
    </>
  )
}

/** Enables or disables a key. */
function Switched({
  metadata: { KeyId },
  operation,
  onDismiss,
}: {
  readonly metadata: KeyMetadata
  readonly operation: 'EnableKey' | 'DisableKey'
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange(operation)
  const enabling = operation === 'EnableKey'
  const title = t(enabling ? 'key.enable' : 'key.disable')
  return (
    <ActionModal
      title={title}
      submit={title}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation={operation} input={{ KeyId }} />}
      onSubmit={async () => {
        await change.mutateAsync({ KeyId })
        tell({ content: t(enabling ? 'key.enabled' : 'key.disabled', { key: KeyId }) })
        onDismiss()
      }}
    >
      {t(enabling ? 'key.enable.description' : 'key.disable.description')}
    </ActionModal>
  )
}
