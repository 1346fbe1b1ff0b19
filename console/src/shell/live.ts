import { type Query, type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { follow, type LiveState, startOfLife } from '../api/live.ts'
import { type ChangeKind, isShown } from '../api/shown.ts'
import { useSession } from '../session/context.tsx'

/** ms in which changes gather before what is shown is read anew, and ms between two such readings */
const [GATHER, GAP] = [200, 2_000] as const

/**
 * Whether an answer is to be read anew. Of the trail what somebody has paged through stays as it is: new records would
 * move it under their eyes.
 */
function isStale({ queryKey: [operation], state }: Query, kinds: ReadonlySet<ChangeKind>): boolean {
  if (operation === 'ListAuditRecords' && pagesOf(state.data) > 1) return false
  return isShown(String(operation), kinds)
}

function pagesOf(data: unknown): number {
  if (typeof data !== 'object' || data === null || !('pages' in data)) return 0
  return Array.isArray(data.pages) ? data.pages.length : 0
}

/** Gathers changes, and has what is shown of them read anew: one reading after the other. */
function rereading(client: QueryClient) {
  let waiting = new Set<ChangeKind>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let next = 0
  let reading = false
  let stopped = false

  async function read(): Promise<void> {
    timer = undefined
    const kinds = waiting
    waiting = new Set()
    reading = true
    await client.invalidateQueries({ predicate: (query) => isStale(query, kinds) })
    reading = false
    next = performance.now() + GAP
    begin()
  }
  function begin(): void {
    if (stopped || reading || timer !== undefined || waiting.size === 0) return
    timer = setTimeout(() => void read(), Math.max(GATHER, next - performance.now()))
  }
  return {
    add(kinds: readonly ChangeKind[]) {
      for (const kind of kinds) waiting.add(kind)
      begin()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}

/**
 * Has every page of the session read anew what others change, while the tab is shown: over one connection, whatever
 * is open in it.
 */
export function useLive(): LiveState {
  const session = useSession()
  const client = useQueryClient()
  const [state, setState] = useState<LiveState>('starting')
  useEffect(() => {
    const rereads = rereading(client)
    const position = startOfLife()
    let following: AbortController | undefined
    const follower = {
      changed: rereads.add,
      state: setState,
      // the reads are told why, and the sign-in shown where nothing else helps
      ended: () => void client.invalidateQueries(),
    }
    function look(): void {
      if (document.visibilityState === 'hidden') {
        following?.abort()
        following = undefined
      } else if (following === undefined) {
        following = new AbortController()
        void follow(session, follower, position, following.signal)
      }
    }
    look()
    document.addEventListener('visibilitychange', look)
    return () => {
      document.removeEventListener('visibilitychange', look)
      following?.abort()
      rereads.stop()
    }
  }, [session, client])
  return state
}
