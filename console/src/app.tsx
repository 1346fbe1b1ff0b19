import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { Router } from 'wouter'
import { isOver } from './api/problem.ts'
import { Texts } from './i18n/texts.tsx'
import { RegionContext, SessionContext } from './session/context.tsx'
import type { Session } from './session/session.ts'
import type { Settings } from './session/settings.ts'
import { SignIn } from './session/sign-in.tsx'
import { NoticesProvider } from './shell/notices.tsx'

/** loaded while people sign in */
const loadShell = () => import('./shell/shell.tsx')
const Shell = lazy(loadShell)

const BASE = import.meta.env.BASE_URL.replace(/\/$/, '')

/** The console: who is signed in sees the pages, everybody else the sign-in at the same address. */
export function App({ settings }: { readonly settings: Promise<Settings> }) {
  const [session, setSession] = useState<Session>()
  const [over, setOver] = useState(false)
  const client = useMemo(
    () =>
      new QueryClient({
        queryCache: new QueryCache({
          onError(error) {
            if (isOver(error)) setOver(true)
          },
        }),
        defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } },
      }),
    [],
  )
  useEffect(() => {
    // what was shown is forgotten with who was shown it
    if (session === undefined || over) client.clear()
    if (over) setSession(undefined)
  }, [session, over, client])
  useEffect(() => void loadShell(), [])
  useEffect(() => {
    if (session?.ends === undefined) return
    const timer = setTimeout(() => setOver(true), session.ends.getTime() - Date.now())
    return () => clearTimeout(timer)
  }, [session])
  const signIn = (one: Session) => {
    setOver(false)
    setSession(one)
  }
  const inRegion = (region: string) => {
    client.clear()
    setSession((before) => before?.inRegion(region))
  }
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
                  <Suspense key={session.region}>
                    <Shell onSignOut={() => setSession(undefined)} />
                  </Suspense>
                </NoticesProvider>
              </RegionContext.Provider>
            </SessionContext.Provider>
          )}
        </QueryClientProvider>
      </Router>
    </Texts>
  )
}
