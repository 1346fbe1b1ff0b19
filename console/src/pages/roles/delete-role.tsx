import Alert from '@cloudscape-design/components/alert'
import { useAll } from '../../api/whole.ts'
import { useTexts } from '../../i18n/texts.tsx'
import { ConfirmSteps } from '../../parts/confirm-steps.tsx'
import { stepOf } from '../../parts/steps.tsx'

/** Deletes a role with what must go first, as AWS's console does: its policies, and its place in instance profiles. */
export function DeleteRole({
  role: RoleName,
  onDismiss,
  onDone,
}: {
  readonly role: string
  readonly onDismiss: () => void
  readonly onDone: () => void
}) {
  const t = useTexts()
  const input = { RoleName, MaxItems: 1000 }
  const attached = useAll('IamListAttachedRolePolicies', input, (page) => page.AttachedPolicies)
  const own = useAll('IamListRolePolicies', input, (page) => page.PolicyNames)
  const profiles = useAll('IamListInstanceProfilesForRole', input, (page) => page.InstanceProfiles)
  const lists = [attached, own, profiles]
  const steps = [
    ...attached.items.map(({ PolicyArn }) =>
      stepOf('IamDetachRolePolicy', { RoleName, PolicyArn }),
    ),
    ...own.items.map((PolicyName) => stepOf('IamDeleteRolePolicy', { RoleName, PolicyName })),
    ...profiles.items.map(({ InstanceProfileName }) =>
      stepOf('IamRemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName }),
    ),
    stepOf('IamDeleteRole', { RoleName }),
  ]
  return (
    <ConfirmSteps
      steps={steps}
      title={t('delete.of', { what: RoleName })}
      submit={t('delete')}
      done={t('role.deleted', { role: RoleName })}
      typed={RoleName}
      error={lists.find(({ error }) => error !== null)?.error}
      waiting={lists.some(({ loading, more }) => loading || more)}
      onDismiss={onDismiss}
      onDone={onDone}
    >
      <Alert type="warning">{t('role.delete.description')}</Alert>
    </ConfirmSteps>
  )
}
