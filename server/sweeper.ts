import { type SweepResult, sweep } from '../core/lifecycle/sweep.ts'
import { markSweep } from '../core/lifecycle/sweep-mark.ts'
import type { Service } from '../core/service.ts'

/** ms between two looks for what has fallen due */
const INTERVAL = 60_000
/** items of one run */
const LIMIT = 10_000

/**
 * Sweeps now and every minute, one run after the other, or where something else sweeps, looks at the
 * store's mark alone.
 * @param swept told of each run; undefined for one that ended early
 * @param sweeps whether there is no other sweeper
 * @returns what ends it; resolves when the run under way has ended
 */
export function startSweeper(
  service: Service,
  swept: (result: SweepResult | undefined) => void = () => undefined,
  sweeps = true,
): () => Promise<void> {
  let stopping = false
  let run: Promise<void> | undefined

  // what a process that ended had deleted may still be in the store's files
  let owed = true

  async function forget(): Promise<void> {
    try {
      await service.store.forget()
      owed = false
    } catch (error) {
      service.log('error', { sweep: 'what was destroyed is not forgotten yet', error })
    }
  }

  async function sweepOnce(): Promise<void> {
    try {
      await service.mark.refresh()
      if (owed) await forget()
      const options = { limit: LIMIT, expired: () => stopping }
      for (let more = sweeps; more && !stopping; ) {
        const all = { ...service, store: service.everywhere }
        const result = await sweep(all, { ...options, now: service.now() })
        swept(result)
        await markSweep(service.store, result, service.now()).catch((error: unknown) =>
          service.log('error', { sweep: 'the run is not marked', error }),
        )
        more = result.more
      }
    } catch (error) {
      swept(undefined)
      service.log('error', { sweep: 'the run ended early', error })
    } finally {
      run = undefined
    }
  }
  const begin = () => {
    run ??= sweepOnce()
  }
  const timer = setInterval(begin, INTERVAL).unref()
  begin()
  return async () => {
    stopping = true
    clearInterval(timer)
    await run
  }
}
