import type { ClockControl, TestClock } from '../core/lifecycle/clock.ts'
import type { Clock, Duration } from './types.ts'

const UNITS = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1000, ms: 1 } as const

/** A clock that stands still at a date, or goes on with the machine's, until it is moved. */
export function movableClock(frozenAt: number | undefined): TestClock {
  let at = frozenAt
  let ahead = 0
  const now = () => at ?? Date.now() + ahead
  return {
    now,
    ahead: () => now() - Date.now(),
    async set(time) {
      if (at === undefined) ahead = Math.max(ahead, time - Date.now())
      else at = Math.max(at, time)
    },
  }
}

/** The clock as tests have it. @param control moves it, and does what falls due on the way */
export function clockOf(now: () => number, control: () => ClockControl): Clock {
  const advance = async (ms: number) => new Date((await control().advance(ms)).now)
  return {
    now: () => new Date(now()),
    advance: async (by) => advance(msOf(by)),
    async set(to) {
      const ms = timeOf(to, 'the time to set') - now()
      if (ms < 0) throw new RangeError('the clock only moves forward; reset() begins anew')
      return advance(ms)
    },
  }
}

/** @throws RangeError for what is no span from 0 up */
function msOf(by: Duration): number {
  let ms = 0
  for (const [unit, factor] of Object.entries(UNITS)) {
    const count = by[unit as keyof Duration] ?? 0
    if (!(Number.isFinite(count) && count >= 0)) {
      throw new RangeError(`${unit} is a number from 0 up; not ${String(count)}`)
    }
    ms += count * factor
  }
  return Math.round(ms)
}

/** Unix ms of a date. @throws RangeError for what is none */
export function timeOf(date: Date | string, name: string): number {
  const time = new Date(date).getTime()
  if (Number.isNaN(time)) throw new RangeError(`${name} is no date: '${String(date)}'`)
  return time
}
