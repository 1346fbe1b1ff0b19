import { onTestFinished, vi } from 'vitest'

/**
 * Stops the clock of this process until the test ends, at the begin of its next second: what hangs on a second
 * or a minute is then asked at one moment, however slow the machine is. Timers go on.
 */
export function stopClock(): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Math.ceil(Date.now() / 1000) * 1000 })
  onTestFinished(() => {
    vi.useRealTimers()
  })
}
