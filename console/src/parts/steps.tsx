import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Fragment, type ReactNode } from 'react'
import { type Caller, call } from '../api/call.ts'
import type { Input, OperationName } from '../api/request.ts'
import { useSession } from '../session/context.tsx'
import { CommandLine } from './command-line.tsx'

/** One of several calls that an action makes. */
export interface Step {
  readonly id: string
  readonly run: (caller: Caller) => Promise<unknown>
  /** the line that does the same */
  readonly command: ReactNode
}

export const stepOf = <N extends OperationName>(operation: N, input: Input<N>): Step => ({
  id: `${operation} ${JSON.stringify(input)}`,
  run: (caller) => call(caller, operation, input),
  command: <CommandLine operation={operation} input={input} />,
})

/** Makes calls one after the other up to the first that is refused; then all that is shown is asked anew. */
export function useSteps() {
  const session = useSession()
  const client = useQueryClient()
  return useMutation<void, Error, readonly Step[]>({
    mutationFn: async (steps) => {
      for (const step of steps) await step.run(session)
    },
    onSettled: () => client.invalidateQueries(),
  })
}

/** The lines of several calls. */
export function CommandLines({ steps }: { readonly steps: readonly Step[] }) {
  return (
    <div>
      {steps.map(({ id, command }) => (
        <Fragment key={id}>{command}</Fragment>
      ))}
    </div>
  )
}
