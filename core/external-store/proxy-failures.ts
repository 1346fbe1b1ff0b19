import type { Log } from '../base/log.ts'
import type { ProxyFailure, ProxyStore } from '../custom-key-store/xks.ts'

/** ms for which failures of one store's proxy are one line */
const WINDOW = 60_000
/** stores that have a line of their own in one window */
const MOST_STORES = 100
/** characters of a reason's own words, some of which the other side chose: names in its certificate */
const MOST_DETAIL = 300

/**
 * Tells the log why proxies did not answer, or not as they should: their callers are told AWS's words, which
 * don't say. Nothing of a credential or of what was encrypted is in a failure.
 */
export type ProxyFailures = (store: ProxyStore, failure: ProxyFailure) => void

/**
 * One line for a store, a reason and a minute, for at most 100 stores; what got none is counted, in a line of
 * the next minute.
 * @param now Unix ms
 */
export function proxyFailures(log: Log, now: () => number): ProxyFailures {
  let began = Number.NEGATIVE_INFINITY
  let untold = 0
  const told = new Set<string>()

  function turn(at: number): void {
    if (untold > 0) log('warn', { xksProxy: 'failed', more: untold })
    began = at
    untold = 0
    told.clear()
  }

  return ({ accountId, region, id, proxy }, { reason, message }) => {
    const at = now()
    if (at - began >= WINDOW || at < began) turn(at)
    const slot = `${accountId}/${region}/${id}`
    if (told.has(slot) || told.size >= MOST_STORES) {
      untold++
      return
    }
    told.add(slot)
    log('warn', {
      xksProxy: 'failed',
      account: accountId,
      region,
      customKeyStore: id,
      endpoint: proxy.endpoint,
      reason,
      ...(message !== reason && { detail: message.slice(0, MOST_DETAIL) }),
    })
  }
}
