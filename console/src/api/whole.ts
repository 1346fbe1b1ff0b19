import { useEffect } from 'react'
import { type Listing, usePages } from './pages.ts'
import type { Input, Output } from './request.ts'

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
