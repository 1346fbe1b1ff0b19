/** ms by which clocks may differ before it matters: signatures hold for five minutes to either side */
const SLACK = 60_000
/** ms that a browser's timer waits at most (HTML, "timers": a signed 32-bit number) */
const LONGEST = 2 ** 31 - 1

/** The service's clock, where the browser's is wrong. AWS's SDKs correct theirs by the Date of an answer as well. */
export class Clock {
  /** ms that the service is ahead */
  #ahead = 0

  /** ms since 1970 */
  readonly now = (): number => Date.now() + this.#ahead

  /**
   * Hears what time the service has.
   * @param served the Date of an answer (RFC 9110 §6.6.1)
   * @returns whether it is another than was thought
   */
  readonly heard = (served: string | null): boolean => {
    const ahead = Date.parse(served ?? '') - Date.now()
    if (!(Math.abs(ahead - this.#ahead) > SLACK)) return false
    this.#ahead = ahead
    return true
  }

  /** A moment of the service's, by the browser's clock. */
  readonly here = (moment: Date): Date => new Date(moment.getTime() - this.#ahead)
}

/**
 * Runs when a moment has come, however far it lies: a timer of more than 24 days would run at once.
 * @returns what calls it off
 */
export function whenCome(moment: Date, run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const wait = () => {
    const left = moment.getTime() - Date.now()
    if (left <= 0) run()
    else timer = setTimeout(wait, Math.min(left, LONGEST))
  }
  wait()
  return () => clearTimeout(timer)
}
