import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useSession } from '../session/context.tsx'
import { type Answer, type CallOptions, call } from './call.ts'
import { isPassing } from './problem.ts'
import type { Input, OperationName, Output } from './request.ts'

interface Reading {
  /** false to wait until the input is known */
  readonly when?: boolean
  /** ms after which it is asked anew, while the page is shown */
  readonly every?: number
  /** whether the answer before stays until another input's is there */
  readonly keep?: boolean
}

/** What an operation that changes nothing answers; asked anew after every change made here. */
export function useRead<N extends OperationName>(
  name: N,
  input: Input<N>,
  { when = true, every, keep = false }: Reading = {},
) {
  const session = useSession()
  return useQuery<Answer<Output<N>>>({
    queryKey: [name, input],
    queryFn: ({ signal }) => call(session, name, input, { signal }),
    enabled: when,
    retry: (count, error) => count < 3 && isPassing(error),
    ...(every !== undefined && { refetchInterval: every }),
    ...(keep && { placeholderData: (before) => before }),
  })
}

type Act<N extends OperationName> = Input<N> & { readonly $?: Omit<CallOptions, 'signal'> }

/** A change, after which all that is shown is asked anew. `$` of its input has the options of the call. */
export function useChange<N extends OperationName>(name: N) {
  const session = useSession()
  const client = useQueryClient()
  return useMutation<Output<N>, Error, Act<N>>({
    mutationFn: async ({ $: options, ...input }) =>
      (await call(session, name, input as Input<N>, options)).output,
    // after a refusal too: it may tell that what is shown is no more so
    onSettled: () => client.invalidateQueries(),
  })
}
