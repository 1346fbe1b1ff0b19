import type { Log } from '../base/log.ts'

/** ms for which refusals that are alike are one line */
const WINDOW = 60_000
/** lines of one window about issuers that are registered, and about all others */
const MOST_OF_REGISTERED = 50
const MOST_OF_OTHERS = 5
/** characters of an issuer's name that a line shows: of a token nobody has verified */
const MOST_ISSUER = 255

/** Why a token was not accepted: for the operator's log, since its sender is not told. */
export interface TokenRefusal {
  readonly account: string
  readonly issuer: string | undefined
  /** whether the account has registered the issuer: others' names are whatever a stranger writes */
  readonly registered: boolean
  readonly reason: string
}

/** Tells the log why tokens are refused, in a bounded number of lines, whoever sends how many. */
export type TokenRefusals = (refusal: TokenRefusal, now: number) => void

/** Lines are bounded for each process and minute; what got none is counted, in a line of the next minute. */
export function tokenRefusals(log: Log): TokenRefusals {
  let began = Number.NEGATIVE_INFINITY
  let untold = 0
  const told = { registered: new Set<string>(), others: new Set<string>() }

  function turn(now: number): void {
    if (untold > 0) log('warn', { identityToken: 'not accepted', more: untold })
    began = now
    untold = 0
    told.registered.clear()
    told.others.clear()
  }

  return ({ account, issuer, registered, reason }, now) => {
    if (now - began >= WINDOW || now < began) turn(now)
    const lines = registered ? told.registered : told.others
    const slot = registered ? `${account} ${issuer} ${reason}` : `${account} ${reason}`
    if (lines.has(slot) || lines.size >= (registered ? MOST_OF_REGISTERED : MOST_OF_OTHERS)) {
      untold++
      return
    }
    lines.add(slot)
    const shown = issuer?.slice(0, MOST_ISSUER)
    log('warn', { identityToken: 'not accepted', account, issuer: shown, reason })
  }
}
