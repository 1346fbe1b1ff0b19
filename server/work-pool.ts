/**
 * Lets so many works run at a time. `run` waits for a place, `drain` for all; the first failure fails
 * the next of either, and no work begins after it.
 */
export function pool(size: number) {
  const running = new Set<Promise<void>>()
  let failure: { error: unknown } | undefined
  const check = () => {
    if (failure !== undefined) throw failure.error
  }
  return {
    async run(work: () => Promise<void>): Promise<void> {
      while (running.size >= size) await Promise.race(running)
      check()
      const one = work()
        .catch((error: unknown) => {
          failure ??= { error }
        })
        .finally(() => running.delete(one))
      running.add(one)
    },
    async drain(): Promise<void> {
      await Promise.all(running)
      check()
    },
  }
}
