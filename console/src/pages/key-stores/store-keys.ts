import { useInfiniteQuery } from '@tanstack/react-query'
import { type Answer, call } from '../../api/call.ts'
import { ApiProblem, isPassing } from '../../api/problem.ts'
import type { Input, Output } from '../../api/request.ts'
import { useSession } from '../../session/context.tsx'
import type { KeyMetadata } from '../key/metadata.ts'

/** keys that a page of the service has at most */
const MOST = 100
/** pages of the service after which what was found is shown */
const SEARCH = 10

interface Page {
  readonly keys: readonly KeyMetadata[]
  readonly next: string | undefined
  readonly searched: number
}

/**
 * The keys of a custom key store, as AWS's console finds them: among all keys those of its kind, each of which is
 * asked where it is. Keys that the person may not describe are left out.
 */
export function useStoreKeys(id: string, origin: 'AWS_CLOUDHSM' | 'EXTERNAL_KEY_STORE') {
  const session = useSession()
  const query = useInfiniteQuery({
    queryKey: ['ListKeys', 'of store', id],
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }): Promise<Page> => {
      const describe = async (KeyId: string): Promise<KeyMetadata | undefined> => {
        try {
          return (await call(session, 'DescribeKey', { KeyId }, { signal })).output.KeyMetadata
        } catch (error) {
          if (error instanceof ApiProblem && (error.status === 403 || error.status === 404)) {
            return undefined
          }
          throw error
        }
      }
      const keys: KeyMetadata[] = []
      let next: string | undefined = pageParam
      let searched = 0
      for (let page = 0; page < SEARCH && next !== undefined && keys.length === 0; page += 1) {
        const input: Input<'ListKeys'> = { Limit: MOST, ...(next !== '' && { Marker: next }) }
        const { output }: Answer<Output<'ListKeys'>> = await call(session, 'ListKeys', input, {
          signal,
        })
        for (const { KeyId, Origin: from } of output.Keys) {
          if (from !== origin) continue
          const found = await describe(KeyId)
          if (found?.CustomKeyStoreId === id) keys.push(found)
        }
        searched += output.Keys.length
        next = output.NextMarker
      }
      return { keys, next, searched }
    },
    getNextPageParam: ({ next }) => next,
    retry: (count, error) => count < 3 && isPassing(error),
  })
  const pages = query.data?.pages ?? []
  return {
    items: pages.flatMap(({ keys }) => keys),
    searched: pages.reduce((sum, one) => sum + one.searched, 0),
    error: query.error,
    loading: query.isPending,
    loadingMore: query.isFetchingNextPage,
    refreshing: query.isRefetching,
    more: query.hasNextPage,
    next: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
  }
}
