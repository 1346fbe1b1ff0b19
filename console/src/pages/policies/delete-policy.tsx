import Alert from '@cloudscape-design/components/alert'
import { useRead } from '../../api/queries.ts'
import { useAll } from '../../api/whole.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ConfirmSteps } from '../../parts/confirm-steps.tsx'
import { stepOf } from '../../parts/steps.tsx'

/**
 * Deletes a policy with its other versions, as AWS's console does. One that somebody has is not deleted (DeleteConflict),
 * and then its versions stay too.
 */
export function DeletePolicy({
  arn: PolicyArn,
  name,
  onDismiss,
  onDone,
}: {
  readonly arn: string
  readonly name: string
  readonly onDismiss: () => void
  readonly onDone: () => void
}) {
  const t = useTexts()
  const versions = useAll(
    'IamListPolicyVersions',
    { PolicyArn, MaxItems: 1000 },
    (page) => page.Versions,
  )
  const { data, error, isFetching } = useRead('IamGetPolicy', { PolicyArn })
  const { AttachmentCount = 0, PermissionsBoundaryUsageCount = 0 } = data?.output.Policy ?? {}
  const used = AttachmentCount + PermissionsBoundaryUsageCount > 0
  const steps = [
    ...versions.items
      .filter(({ IsDefaultVersion }) => !IsDefaultVersion && !used)
      .map(({ VersionId }) => stepOf('IamDeletePolicyVersion', { PolicyArn, VersionId })),
    stepOf('IamDeletePolicy', { PolicyArn }),
  ]
  return (
    <ConfirmSteps
      steps={steps}
      title={t('delete.of', { what: name })}
      submit={t('delete')}
      done={t('managed.deleted', { policy: name })}
      typed={name}
      error={versions.error ?? error}
      waiting={versions.loading || versions.more || isFetching || data === undefined}
      onDismiss={onDismiss}
      onDone={onDone}
    >
      <Alert type="warning">{t('managed.delete.description')}</Alert>
    </ConfirmSteps>
  )
}
