import { createContext, useContext } from 'react'
import type { Session } from './session.ts'

export const SessionContext = createContext<Session | undefined>(undefined)

/** Who is signed in. Pages are shown to nobody else. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session === undefined) throw new Error('nobody is signed in')
  return session
}
