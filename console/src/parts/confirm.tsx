import type { ReactNode } from 'react'
import { useChange } from '../api/queries.ts'
import type { Input, OperationName } from '../api/request.ts'
import { useTell } from '../shell/notices.tsx'
import { ActionModal } from './action-modal.tsx'
import { CommandLine } from './command-line.tsx'

/** Asks before a call that needs nothing more than a yes, and tells when it is done. */
export function Confirm<N extends OperationName>({
  operation,
  input,
  title,
  submit,
  done,
  onDismiss,
  children,
}: {
  readonly operation: N
  readonly input: Input<N>
  readonly title: string
  readonly submit: string
  readonly done: string
  readonly onDismiss: () => void
  readonly children?: ReactNode
}) {
  const tell = useTell()
  const change = useChange(operation)
  return (
    <ActionModal
      title={title}
      submit={submit}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation={operation} input={input} />}
      onSubmit={async () => {
        await change.mutateAsync({ ...input })
        tell({ content: done })
        onDismiss()
      }}
    >
      {children}
    </ActionModal>
  )
}
