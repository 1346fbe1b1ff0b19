import type { Store } from '../store/store.ts'
import type { ClockControl, TestClock } from './clock.ts'
import { type Sweeping, sweep } from './sweep.ts'

/** items a sweep at one moment may do */
const MOST = 1_000_000

/** The control of a server that was started with a test clock. */
export function clockControl(clock: TestClock, service: Sweeping): ClockControl {
  const shown = () => ({ now: clock.now(), ahead: clock.ahead() })
  let turn: Promise<unknown> = Promise.resolve()

  async function advance(ms: number) {
    const target = clock.now() + ms
    const failed = new Set<string>()
    const total = { rotated: 0, expired: 0, deleted: 0, aliasesRotated: 0, importsRemoved: 0 }
    const swept = { ...total, failed: 0, more: false }
    for (;;) {
      const next = await firstDue(service.store, target, failed)
      if (next === undefined) break
      await clock.set(next)
      const done = await sweep(service, { now: next, limit: MOST, failed })
      for (const name of ['rotated', 'expired', 'deleted', 'aliasesRotated'] as const) {
        swept[name] += done[name]
      }
      swept.importsRemoved += done.importsRemoved
      swept.failed += done.failed
    }
    await clock.set(target)
    return { ...shown(), swept }
  }

  return {
    show: shown,
    advance(ms) {
      // one after the other: two at once would step on each other's dates
      const result = turn.then(() => advance(ms))
      turn = result.catch(() => undefined)
      return result
    },
  }
}

/** Unix ms of the earliest thing due by `target` that has not failed already. */
async function firstDue(
  store: Pick<Store, 'due'>,
  target: number,
  failed: ReadonlySet<string>,
): Promise<number | undefined> {
  const items = await store.due(target, failed.size + 1)
  const times = items
    .filter(({ pk, sk }) => !failed.has(`${pk}/${sk}`))
    .map(({ due }) => due ?? target)
  return times.length === 0 ? undefined : Math.min(...times)
}
