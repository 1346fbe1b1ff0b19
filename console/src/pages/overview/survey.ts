import { useInfiniteQuery } from '@tanstack/react-query'
import { type Answer, call } from '../../api/call.ts'
import { isPassing } from '../../api/problem.ts'
import type { Input, Output } from '../../api/request.ts'
import { useSession } from '../../session/context.tsx'

type ListedKey = Output<'ListKeys'>['Keys'][number]

/** keys that a page of the service has at most */
const MOST = 100
/** pages that are counted at a time: an account with more is counted on when a person asks */
const AT_ONCE = 10

/** The keys of the account and Region, counted page by page. */
export function useSurvey() {
  const session = useSession()
  const query = useInfiniteQuery({
    queryKey: ['ListKeys', 'survey'],
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }) => {
      const keys: ListedKey[] = []
      let next: string | undefined = pageParam
      for (let page = 0; page < AT_ONCE && next !== undefined; page += 1) {
        const input: Input<'ListKeys'> = { Limit: MOST, ...(next !== '' && { Marker: next }) }
        const { output }: Answer<Output<'ListKeys'>> = await call(session, 'ListKeys', input, {
          signal,
        })
        keys.push(...output.Keys)
        next = output.NextMarker
      }
      return { keys, next }
    },
    getNextPageParam: ({ next }) => next,
    retry: (count, error) => count < 3 && isPassing(error),
  })
  return {
    keys: (query.data?.pages ?? []).flatMap(({ keys }) => keys),
    loading: query.isPending || query.isFetchingNextPage,
    error: query.error,
    retry: () => void query.refetch(),
    /** whether there are keys that are not counted yet */
    more: query.hasNextPage,
    countOn: () => void query.fetchNextPage(),
  }
}
export type Survey = ReturnType<typeof useSurvey>
