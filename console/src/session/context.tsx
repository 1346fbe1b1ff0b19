import { createContext, useContext } from 'react'
import type { Session } from './session.ts'

export const SessionContext = createContext<Session | undefined>(undefined)

/** Shows the console in another Region, as AWS's console does: all that was read is forgotten. */
export const RegionContext = createContext<(region: string) => void>(() => {})
export const useSwitchRegion = (): ((region: string) => void) => useContext(RegionContext)

/** Who is signed in. Pages are shown to nobody else. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session === undefined) throw new Error('nobody is signed in')
  return session
}
