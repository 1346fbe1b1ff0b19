import { printable } from '../core/base/printable.ts'

/** ms; npm and the terminal both hand Ctrl-C on, so what comes this soon is the same wish */
const ONE_WISH = 1_000

/** Stops gracefully on SIGINT and SIGTERM; asked again later, ends the process at once. */
export function onSignals(stop: () => Promise<void>): void {
  let askedAt: number | undefined
  const onSignal = () => {
    if (askedAt !== undefined) {
      if (performance.now() - askedAt > ONE_WISH) process.exit(1)
      return
    }
    askedAt = performance.now()
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(
          `tenkey: did not stop cleanly: ${printable(error instanceof Error ? error.message : String(error))}`,
        )
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}
