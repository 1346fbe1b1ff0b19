import { commit } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import type { Store } from '../store/store.ts'
import { testClockItem } from './lifecycle-items.ts'
import type { SweepResult } from './sweep.ts'

/** A clock that can be put forward: what keys live by, never what signatures are checked by. */
export interface TestClock {
  /** Unix ms */
  readonly now: () => number
  /** ms ahead of the machine's clock */
  readonly ahead: () => number
  /** Puts the clock forward to `time` (Unix ms); it never goes back. */
  set(time: number): Promise<void>
}

/** The test clock of a store, as far ahead as it was left. @param wallTime the machine's clock */
export async function testClock(store: Store, wallTime: () => number): Promise<TestClock> {
  const place = testClockItem.place({})
  const [item] = await store.get([place])
  let ahead = item === undefined ? 0 : testClockItem.read(item).ahead
  let version = item?.version ?? 0
  return {
    now: () => wallTime() + ahead,
    ahead: () => ahead,
    async set(time) {
      const next = Math.max(ahead, time - wallTime())
      if (next === ahead) return
      await commit(store.put(testClockItem.item(place, version + 1, { ahead: next })))
      version++
      ahead = next
    },
  }
}

/** What the operator may do with the clock. */
export interface ClockControl {
  /** @throws KmsError UnsupportedOperationException where the server's clock is the machine's */
  show(): { now: number; ahead: number }
  /**
   * Puts the clock forward, stopping wherever something falls due to do it at its date.
   * @throws KmsError UnsupportedOperationException where the server's clock is the machine's
   */
  advance(ms: number): Promise<{ now: number; ahead: number; swept: SweepResult }>
}

/** The control of a server that keeps the machine's time. */
export const fixedClock: ClockControl = {
  show: () => refuse(),
  advance: async () => refuse(),
}

function refuse(): never {
  throw new KmsError(
    'UnsupportedOperationException',
    'The clock of this server can not be moved: it was not started with --test-clock.',
  )
}
