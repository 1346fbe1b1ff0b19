import { probeItem } from '../item/item-kind.ts'
import type { Store } from '../store/store.ts'
import type { SweepResult } from './sweep.ts'

/** What a run of the sweeper did, and when it ended. */
export type SweepCounts = Omit<SweepResult, 'more'>
export interface SweepRun extends SweepCounts {
  /** Unix ms */
  readonly at: number
}

/** The last run of the sweeper, and the last that had anything to do: kept where it sweeps. */
export interface SweepMark {
  readonly last: SweepRun
  readonly worked?: SweepRun
  /** what was due when the last had ended: what failed, or there was no time for */
  readonly left: { readonly count: number; readonly oldest?: number }
}

/** due items that are counted */
export const MOST_LEFT = 100

export const sweepMarkItem = probeItem<SweepMark, []>({ name: 'sweep', sort: [] })
export const SWEEP_MARK = sweepMarkItem.place({})

/**
 * Marks that a run has ended. Of several sweepers that end at once one writes: all have done the same.
 * @param at Unix ms
 */
export async function markSweep(
  store: Pick<Store, 'get' | 'put' | 'due'>,
  { more: _, ...counts }: SweepResult,
  at: number,
): Promise<void> {
  const [[item], due] = await Promise.all([store.get([SWEEP_MARK]), store.due(at, MOST_LEFT)])
  const before = item && sweepMarkItem.read(item)
  const last = { at, ...counts }
  const worked = Object.values(counts).some((count) => count > 0) ? last : before?.worked
  const dates = due.slice(0, MOST_LEFT).flatMap((one) => (one.due === undefined ? [] : [one.due]))
  const left = {
    count: dates.length,
    ...(dates.length > 0 && { oldest: Math.min(...dates) }),
  }
  const data = { last, left, ...(worked !== undefined && { worked }) }
  await store.put(
    item === undefined ? sweepMarkItem.item(SWEEP_MARK, 1, data) : sweepMarkItem.next(item, data),
  )
}
