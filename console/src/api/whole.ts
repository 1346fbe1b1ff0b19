import { useEffect } from 'react'
import { type Listing, usePages } from './pages.ts'
import { useRead } from './queries.ts'
import type { Input, OperationName, Output } from './request.ts'

/**
 * All entries of a list, page after page: for choices among what an account has few of by its quotas, at most 5,000.
 * @param itemsOf the entries of a page
 */
export function useAll<N extends Listing, T>(
  name: N,
  input: Input<N>,
  itemsOf: (page: Output<N>) => readonly T[],
) {
  const pages = usePages(name, input, itemsOf)
  const { more, loadingMore, error, next } = pages
  useEffect(() => {
    if (more && !loadingMore && error === null) next()
  })
  return pages
}

/** A list that the service answers whole, as `Listing` shows it. */
export function useWhole<N extends OperationName, T>(
  name: N,
  input: Input<N>,
  itemsOf: (output: Output<N>) => readonly T[],
) {
  const { data, error, isPending, isRefetching, refetch } = useRead(name, input)
  return {
    items: data === undefined ? [] : itemsOf(data.output),
    error,
    loading: isPending,
    loadingMore: false,
    refreshing: isRefetching,
    more: false,
    next: () => {},
    retry: () => void refetch(),
  }
}
