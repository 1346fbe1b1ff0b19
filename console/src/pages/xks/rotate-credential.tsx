import { useChange } from '../../api/queries.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLine } from '../../parts/command-line.tsx'
import { ShownCredential } from './made-credential.tsx'
import { rotatedLine } from './xks.ts'

/** Makes the second credential of a path; both hold until one is deleted. */
export function RotateCredential({
  account: AccountId,
  id: AccessKeyId,
  onDismiss,
}: {
  readonly account: string
  readonly id: string
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const change = useChange('RotateXksCredential')
  const input = { AccountId, AccessKeyId }
  const title = t('xks.rotate.of', { id: AccessKeyId })
  if (change.data !== undefined) {
    return (
      <ShownCredential
        made={change.data}
        title={title}
        line={rotatedLine()}
        onDismiss={onDismiss}
      />
    )
  }
  return (
    <ActionModal
      title={title}
      submit={t('xks.rotate')}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation="RotateXksCredential" input={input} />}
      onSubmit={async () => void (await change.mutateAsync(input))}
    >
      {t('xks.rotate.description')}
    </ActionModal>
  )
}
