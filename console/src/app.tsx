import { type QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react'
import { Router } from 'wouter'
import { isOver } from './api/problem.ts'
import { queryClient } from './api/query-client.ts'
import { Texts } from './i18n/texts.tsx'
import { whenCome } from './session/clock.ts'
import { RegionContext, SessionContext } from './session/context.tsx'
import type { Session } from './session/session.ts'
import type { Settings } from './session/settings.ts'
import { SignIn } from './session/sign-in.tsx'
import { Broken } from './shell/broken.tsx'
import { NoticesProvider } from './shell/notices.tsx'

/** loaded while people sign in */
const loadShell = () => import('./shell/shell.tsx')
const Shell = lazy(loadShell)

const BASE = import.meta.env.BASE_URL.replace(/\/$/, '')

interface State {
  readonly session: Session | undefined
  /** whether a session has just ended by itself */
  readonly over: boolean
}

const NOBODY: State = { session: undefined, over: false }

/** What a session's pages know. */
const clientOf = (_: Session | undefined): QueryClient => queryClient()

/** The console: who is signed in sees the pages, everybody else the sign-in at the same address. */
export function App({ settings }: { readonly settings: Promise<Settings> }) {
  const [{ session, over }, setState] = useState<State>(NOBODY)
  // each session's own: what was shown is forgotten with who was shown it
  const client = useMemo(() => clientOf(session), [session])
  useEffect(() => () => client.clear(), [client])
  useEffect(() => void loadShell(), [])
  const end = useCallback(
    (one: Session) =>
      setState((now) => (now.session === one ? { session: undefined, over: true } : now)),
    [],
  )
  useEffect(() => {
    if (session?.ends === undefined) return
    return whenCome(session.ends, () => end(session))
  }, [session, end])
  const signIn = useCallback(
    (begun: Session) => {
      const own: Session = {
        ...begun,
        // whatever was called: a page's reading, a change, an export
        refused: (problem) => isOver(problem) && end(own),
      }
      setState({ session: own, over: false })
    },
    [end],
  )
  const inRegion = useCallback(
    (region: string) => session !== undefined && signIn(session.inRegion(region)),
    [session, signIn],
  )
  return (
    <Texts>
      <Router base={BASE}>
        <QueryClientProvider client={client}>
          {session === undefined ? (
            <SignIn settings={settings} onSession={signIn} over={over} />
          ) : (
            <SessionContext.Provider value={session}>
              <RegionContext.Provider value={inRegion}>
                <NoticesProvider>
                  <Broken at="">
                    <Suspense key={session.region}>
                      <Shell onSignOut={() => setState(NOBODY)} />
                    </Suspense>
                  </Broken>
                </NoticesProvider>
              </RegionContext.Provider>
            </SessionContext.Provider>
          )}
        </QueryClientProvider>
      </Router>
    </Texts>
  )
}
