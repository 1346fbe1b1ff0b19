import { useState } from 'react'
import { useTexts } from '../../i18n/texts.tsx'
import { ActionModal } from '../../parts/action-modal.tsx'
import { CommandLines, stepOf, useSteps } from '../../parts/steps.tsx'
import { useTell } from '../../shell/notices.tsx'
import { CALLS, type Entity, named } from './entity.ts'
import { PoliciesField } from './policies-field.tsx'

/** Attaches managed policies to a user, role or group. */
export function AttachPolicies({
  entity,
  onDismiss,
}: {
  readonly entity: Entity
  readonly onDismiss: () => void
}) {
  const t = useTexts()
  const tell = useTell()
  const change = useSteps()
  const [arns, setArns] = useState<readonly string[]>([])
  const steps = arns.map((PolicyArn) =>
    stepOf(CALLS.attach[entity.kind], { ...named(entity), PolicyArn }),
  )
  return (
    <ActionModal
      title={t('policy.attach')}
      submit={t('policy.attach')}
      disabled={arns.length === 0}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLines steps={steps} />}
      onSubmit={async () => {
        await change.mutateAsync(steps)
        tell({ content: t('saved') })
        onDismiss()
      }}
    >
      <PoliciesField label={t('policy.name')} arns={arns} onChange={setArns} />
    </ActionModal>
  )
}
