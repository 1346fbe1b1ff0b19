/** One call as it was seen from outside: between when and when, and what came of it. */
export interface Observed<C> {
  readonly call: C
  readonly outcome: string
  /** turns of one clock: a call that ended before another began happened before it */
  readonly began: number
  readonly ended: number
}

/** What a call does to a state that nothing else touches, and what is answered. */
export type Model<C, S extends string> = (state: S, call: C) => { next: S; outcome: string }

/**
 * Whether calls that overlapped can have happened one after the other, each at some moment between its
 * beginning and its end, as the model says (Herlihy and Wing, "Linearizability", 1990). Searches as Wing
 * and Gong do, remembering what has failed.
 */
export function isLinearizable<C, S extends string>(
  history: readonly Observed<C>[],
  initial: S,
  model: Model<C, S>,
): boolean {
  const failed = new Set<string>()
  function search(left: readonly Observed<C>[], state: S): boolean {
    if (left.length === 0) return true
    const memo = `${state} ${left.map((one) => history.indexOf(one)).join()}`
    if (failed.has(memo)) return false
    const firstEnd = Math.min(...left.map(({ ended }) => ended))
    for (const one of left) {
      // it can't come before a call that had ended when it began
      if (one.began > firstEnd) continue
      const { next, outcome } = model(state, one.call)
      if (outcome !== one.outcome) continue
      const rest = left.filter((other) => other !== one)
      if (search(rest, next)) return true
    }
    failed.add(memo)
    return false
  }
  return search(history, initial)
}
