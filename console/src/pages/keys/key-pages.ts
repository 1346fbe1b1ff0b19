import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Answer, type Caller, call } from '../../api/call.ts'
import { ApiProblem, isPassing } from '../../api/problem.ts'
import type { Input, Output } from '../../api/request.ts'
import { useSession } from '../../session/context.tsx'

export type ListedKey = Output<'ListKeys'>['Keys'][number]

/** What is looked for. The service filters keys by nothing but their names; the rest is searched page by page. */
export interface KeyFilter {
  /** a key id, ARN or alias as a whole, or a part of an id, alias or description */
  readonly text: string
  readonly state: string
  readonly usage: string
}
export const NO_FILTER: KeyFilter = { text: '', state: '', usage: '' }

interface KeyPage {
  readonly keys: readonly ListedKey[]
  readonly next: string | undefined
  readonly searched: number
}

/** keys that a page of the service has at most */
const MOST = 100
/** pages of the service after which something that was found is shown; while nothing is, the search goes on */
const SEARCH = 20
const WHOLE_NAME = /^(alias\/|arn:|mrk-|[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-)/

const meets = ({ text, state, usage }: KeyFilter, key: ListedKey): boolean => {
  if (state !== '' && key.KeyState !== state) return false
  if (usage !== '' && key.KeyUsage !== usage) return false
  const wanted = text.toLowerCase()
  return [key.KeyId, key.Description ?? '', ...(key.Aliases ?? [])].some((one) =>
    one.toLowerCase().includes(wanted),
  )
}

/** The key of a whole name, without a search. */
async function named(
  caller: Caller,
  name: string,
  signal: AbortSignal,
): Promise<ListedKey | undefined> {
  try {
    const { output } = await call(caller, 'DescribeKey', { KeyId: name }, { signal })
    const { Arn = '', ...key } = output.KeyMetadata
    return { ...key, KeyArn: Arn, Aliases: name.startsWith('alias/') ? [name] : [] }
  } catch (error) {
    if (error instanceof ApiProblem && (error.status === 404 || error.status === 400)) {
      return undefined
    }
    throw error
  }
}

/**
 * Keys that meet the filter, from a marker on: as many as fill a page, or what a number of pages of the service has.
 * Where nothing is found it goes on to the end, tells how far it is, and stops when another filter is asked for.
 */
async function searched(
  caller: Caller,
  filter: KeyFilter,
  pageSize: number,
  marker: string,
  signal: AbortSignal,
  progress: (count: number) => void,
): Promise<KeyPage> {
  const keys: ListedKey[] = []
  let next: string | undefined = marker
  let count = 0
  for (let page = 0; next !== undefined && keys.length < pageSize; page += 1) {
    if (page % SEARCH === 0 && keys.length > 0) break
    const input: Input<'ListKeys'> = { Limit: MOST, ...(next !== '' && { Marker: next }) }
    const { output }: Answer<Output<'ListKeys'>> = await call(caller, 'ListKeys', input, { signal })
    keys.push(...output.Keys.filter((key) => meets(filter, key)))
    count += output.Keys.length
    next = output.NextMarker
    progress(count)
  }
  return { keys, next, searched: count }
}

/** The keys that a table shows, and how to come to others. */
export function useKeys(filter: KeyFilter, pageSize: number) {
  const session = useSession()
  const [page, setPage] = useState(1)
  const [progress, setProgress] = useState(0)
  const [shownFor, setShownFor] = useState({ filter, pageSize })
  if (shownFor.filter !== filter || shownFor.pageSize !== pageSize) {
    setShownFor({ filter, pageSize })
    setPage(1)
    setProgress(0)
  }
  const query = useInfiniteQuery({
    queryKey: ['ListKeys', filter, pageSize],
    initialPageParam: '',
    queryFn: async ({ pageParam: marker, signal }): Promise<KeyPage> => {
      if (filter === NO_FILTER) {
        const input = { Limit: pageSize, ...(marker !== '' && { Marker: marker }) }
        const { output } = await call(session, 'ListKeys', input, { signal })
        return { keys: output.Keys, next: output.NextMarker, searched: output.Keys.length }
      }
      const { text, state, usage } = filter
      if (state === '' && usage === '' && WHOLE_NAME.test(text)) {
        const key = await named(session, text, signal)
        if (key !== undefined) return { keys: [key], next: undefined, searched: 1 }
      }
      return searched(session, filter, pageSize, marker, signal, setProgress)
    },
    getNextPageParam: ({ next }) => next,
    retry: (count, error) => count < 3 && isPassing(error),
  })
  const pages = query.data?.pages ?? []
  return {
    items: pages[page - 1]?.keys ?? [],
    loading: query.isPending || query.isFetchingNextPage,
    refreshing: query.isRefetching,
    error: query.error,
    retry: () => void query.refetch(),
    page,
    pages: Math.max(1, pages.length),
    more: query.hasNextPage,
    searched: query.isFetching
      ? progress
      : pages.reduce((sum, { searched: count }) => sum + count, 0),
    goTo: (wanted: number) => {
      if (wanted > pages.length && query.hasNextPage) void query.fetchNextPage()
      setPage(wanted)
    },
  }
}
export type Keys = ReturnType<typeof useKeys>
