import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { useTell } from '../../shell/notices.tsx'

/** Suspends a tenant, or lets it go on. */
export function SwitchTenant({
  operation,
  account: AccountId,
  onDismiss,
}: {
  readonly operation: 'SuspendTenant' | 'ResumeTenant'
  readonly account: string
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useChange(operation)
  const suspending = operation === 'SuspendTenant'
  const title = t(suspending ? 'tenant.suspend' : 'tenant.resume')
  return (
    <ActionModal
      title={`${title}: ${AccountId}`}
      submit={title}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation={operation} input={{ AccountId }} />}
      onSubmit={async () => {
        await change.mutateAsync({ AccountId })
        const done = suspending ? 'tenant.suspend.done' : 'tenant.resume.done'
        tell({ content: t(done, { account: AccountId }) })
        onDismiss()
      }}
    >
      {t(suspending ? 'tenant.suspend.description' : 'tenant.resume.description')}
    </ActionModal>
  )
}
