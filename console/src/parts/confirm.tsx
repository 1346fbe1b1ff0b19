import { type ReactNode, useState } from 'react'
import { useChange } from '../api/queries.ts'
import type { Input, OperationName } from '../api/request.ts'
import { useTell } from '../shell/notices.tsx'
import { ActionModal } from './action-modal.tsx'
import { CommandLine } from './command-line.tsx'
import { TypedName } from './typed-name.tsx'

/** Asks before a call that needs nothing more than a yes, and tells when it is done. */
export function Confirm<N extends OperationName>({
  operation,
  input,
  title,
  submit,
  done,
  typed,
  onDismiss,
  onDone = onDismiss,
  children,
}: {
  readonly operation: N
  readonly input: Input<N>
  readonly title: string
  readonly submit: string
  readonly done: string
  /** the name that must be typed first, where what is done can't be undone */
  readonly typed?: string
  readonly onDismiss: () => void
  /** in the place of `onDismiss` once it is done */
  readonly onDone?: () => void
  readonly children?: ReactNode
}) {
  const tell = useTell()
  const change = useChange(operation)
  const [name, setName] = useState('')
  return (
    <ActionModal
      title={title}
      submit={submit}
      disabled={typed !== undefined && name !== typed}
      error={change.error}
      busy={change.isPending}
      onDismiss={onDismiss}
      command={<CommandLine operation={operation} input={input} />}
      onSubmit={async () => {
        await change.mutateAsync({ ...input })
        tell({ content: done })
        onDone()
      }}
    >
      {children}
      {typed !== undefined && <TypedName name={typed} value={name} onChange={setName} />}
    </ActionModal>
  )
}
