import { useInfiniteQuery } from '@tanstack/react-query'
import { useSession } from '../session/context.tsx'
import { call } from './call.ts'
import { isPassing } from './problem.ts'
import type { Input, OperationName, Output } from './request.ts'

/** What the lists of AWS KMS, of AWS IAM and of tenkey call the beginning of the next page. */
interface Paged {
  readonly NextMarker?: string
  readonly Marker?: string
}

export type Listing = {
  [N in OperationName]: { readonly Marker?: string } extends Pick<
    Input<N>,
    Extract<keyof Input<N>, 'Marker'>
  >
    ? N
    : never
}[OperationName]

/**
 * What a list has so far, page by page as the service gives them; the next page when a person asks for it.
 * @param itemsOf the entries of a page
 */
export function usePages<N extends Listing, T>(
  name: N,
  input: Input<N>,
  itemsOf: (page: Output<N>) => readonly T[],
  { every }: { readonly every?: number } = {},
) {
  const session = useSession()
  const query = useInfiniteQuery({
    queryKey: [name, 'pages', input],
    initialPageParam: '',
    queryFn: async ({ pageParam: marker, signal }) => {
      const asked = { ...input, ...(marker !== '' && { Marker: marker }) }
      return (await call(session, name, asked, { signal })).output
    },
    getNextPageParam: (page) => {
      const { NextMarker, Marker } = page as Paged
      return NextMarker ?? Marker
    },
    retry: (count, error) => count < 3 && isPassing(error),
    ...(every !== undefined && { refetchInterval: every }),
  })
  return {
    /** the first page, as it was answered */
    first: query.data?.pages[0] as Output<N> | undefined,
    items: (query.data?.pages ?? []).flatMap((page) => itemsOf(page as Output<N>)),
    error: query.error,
    loading: query.isPending,
    loadingMore: query.isFetchingNextPage,
    refreshing: query.isRefetching,
    more: query.hasNextPage,
    next: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
  }
}
