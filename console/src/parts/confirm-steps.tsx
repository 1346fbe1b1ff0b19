import { type ReactNode, useState } from 'react'
import { useTell } from '../shell/notices.tsx'
import { ActionModal } from './action-modal.tsx'
import { CommandLines, type Step, useSteps } from './steps.tsx'
import { TypedName } from './typed-name.tsx'

/** Asks before several calls, of which the last deletes what the others empty. */
export function ConfirmSteps({
  steps,
  title,
  submit,
  done,
  typed,
  error,
  waiting,
  onDismiss,
  onDone,
  children,
}: {
  readonly steps: readonly Step[]
  readonly title: string
  readonly submit: string
  readonly done: string
  readonly typed: string
  /** why the steps are not known: then none is made, as what they empty could not be deleted */
  readonly error: unknown
  /** whether the steps are not all known yet */
  readonly waiting: boolean
  readonly onDismiss: () => void
  readonly onDone: () => void
  readonly children?: ReactNode
}) {
  const tell = useTell()
  const change = useSteps()
  const [name, setName] = useState('')
  return (
    <ActionModal
      title={title}
      submit={submit}
      disabled={name !== typed || waiting || (error ?? null) !== null}
      error={change.error ?? error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLines steps={steps} />}
      onSubmit={async () => {
        await change.mutateAsync(steps)
        tell({ content: done })
        onDone()
      }}
    >
      {children}
      <TypedName name={typed} value={name} onChange={setName} />
    </ActionModal>
  )
}
