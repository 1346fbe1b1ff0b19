import { TokenFailure } from '../../core/custom-key-store/cluster.ts'
import { CKF_RW_SESSION, CKF_SERIAL_SESSION, CKR, codeOf, type Pkcs11 } from './pkcs11.ts'

/** sessions that one process opens: as many calls does a token carry out at once */
export const MOST_SESSIONS = 8
/** times that what was asked is asked again of another session, or after another login */
const MAX_TRIES = 3

const GONE: ReadonlySet<number | undefined> = new Set([
  CKR.SESSION_CLOSED,
  CKR.SESSION_HANDLE_INVALID,
])

/** Sessions with a token, each of which does one thing at a time. */
export interface Sessions {
  /**
   * Does something in a session. One that is gone is replaced, and who was logged out is logged in again.
   * @throws TokenFailure NoSession where the token has none left
   */
  use<T>(work: (session: Buffer) => T | Promise<T>): Promise<T>
}

/**
 * Opens sessions as they are needed. Where the token has no more of them, whoever asks waits for one of those that
 * there are.
 * @param login logs in anew; a user who is logged in already is none of its failures
 */
export function sessionPool(
  pkcs11: Pick<Pkcs11, 'C_OpenSession' | 'C_CloseSession'>,
  slot: Buffer,
  login: (session: Buffer) => void,
): Sessions {
  const idle: Buffer[] = []
  const waiting: ((session: Buffer | undefined) => void)[] = []
  let open = 0

  async function acquire(): Promise<Buffer> {
    for (;;) {
      const free = idle.pop()
      if (free !== undefined) return free
      const opened = open < MOST_SESSIONS ? openInTurn() : undefined
      if (opened !== undefined) return opened
      const given = await new Promise<Buffer | undefined>((resolve) => waiting.push(resolve))
      if (given !== undefined) return given
    }
  }

  /** Whoever waits is told too where none can be opened: it may be that no session is left to wait for. */
  function openInTurn(): Buffer | undefined {
    try {
      return openOne()
    } catch (error) {
      waiting.shift()?.(undefined)
      throw error
    }
  }

  /** @returns undefined where the token has no more, but this process has some */
  function openOne(): Buffer | undefined {
    try {
      const session = pkcs11.C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION)
      open++
      return session
    } catch (error) {
      if (codeOf(error) !== CKR.SESSION_COUNT) throw error
      if (open === 0) throw new TokenFailure('NoSession', 'the token has no session left')
      return undefined
    }
  }

  function release(session: Buffer): void {
    const next = waiting.shift()
    if (next === undefined) idle.push(session)
    else next(session)
  }

  /** An operation may be left active in it: it is no use to the next. */
  function drop(session: Buffer): void {
    open--
    try {
      pkcs11.C_CloseSession(session)
    } catch {
      // gone already
    }
    // whoever waits may open one instead
    waiting.shift()?.(undefined)
  }

  return {
    async use(work) {
      for (let tries = 1; ; tries++) {
        const session = await acquire()
        try {
          const done = await work(session)
          release(session)
          return done
        } catch (error) {
          const code = codeOf(error)
          if (code === CKR.USER_NOT_LOGGED_IN && tries < MAX_TRIES) {
            try {
              login(session)
            } catch (cause) {
              drop(session)
              throw cause
            }
            release(session)
            continue
          }
          drop(session)
          if (GONE.has(code) && tries < MAX_TRIES) continue
          throw error
        }
      }
    },
  }
}
