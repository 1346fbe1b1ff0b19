import Alert from '@cloudscape-design/components/alert'
import { useAll } from '../../api/whole.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ConfirmSteps } from '../../parts/confirm-steps.tsx'
import { stepOf } from '../../parts/steps.tsx'

/** Deletes a group with what must go first, as AWS's console does: its policies and its users' membership. */
export function DeleteGroup({
  group: GroupName,
  onDismiss,
  onDone,
}: {
  readonly group: string
  readonly onDismiss: () => void
  readonly onDone: () => void
}) {
  const t = useTexts()
  const input = { GroupName, MaxItems: 1000 }
  const attached = useAll('IamListAttachedGroupPolicies', input, (page) => page.AttachedPolicies)
  const own = useAll('IamListGroupPolicies', input, (page) => page.PolicyNames)
  const users = useAll('IamGetGroup', input, (page) => page.Users)
  const lists = [attached, own, users]
  const steps = [
    ...users.items.map(({ UserName }) => stepOf('IamRemoveUserFromGroup', { GroupName, UserName })),
    ...attached.items.map(({ PolicyArn }) =>
      stepOf('IamDetachGroupPolicy', { GroupName, PolicyArn }),
    ),
    ...own.items.map((PolicyName) => stepOf('IamDeleteGroupPolicy', { GroupName, PolicyName })),
    stepOf('IamDeleteGroup', { GroupName }),
  ]
  return (
    <ConfirmSteps
      steps={steps}
      title={t('delete.of', { what: GroupName })}
      submit={t('delete')}
      done={t('group.deleted', { group: GroupName })}
      typed={GroupName}
      error={lists.find(({ error }) => error !== null)?.error}
      waiting={lists.some(({ loading, more }) => loading || more)}
      onDismiss={onDismiss}
      onDone={onDone}
    >
      <Alert type="warning">{t('group.delete.description')}</Alert>
    </ConfirmSteps>
  )
}
