import type { Progress } from '../transfer.ts'
import type { CommonOptions } from './command.ts'

/** ms between two looks of the line that counts */
const INTERVAL = 200
/** characters of a bar */
const BAR = 20

/** What long work tells of itself. */
export interface Told {
  readonly progress: Progress
  /** what it waits for */
  waits(text: string): void
}

/**
 * Does long work, and shows how far it is on stderr where a person looks at it: a line that is written over, and is
 * gone when the work ends, well or not. Nothing for programs.
 * @param doing what is counted, e.g. `items`
 */
export async function withProgress<T>(
  doing: string,
  { json }: CommonOptions,
  work: (told: Told) => Promise<T>,
): Promise<T> {
  const shown = process.stderr.isTTY === true && json !== true
  const show = (text: string) => {
    if (shown) process.stderr.write(`\r\u001b[K${text}`)
  }
  let last = -INTERVAL
  try {
    return await work({
      progress(done, of) {
        if (performance.now() - last < INTERVAL) return
        last = performance.now()
        show(progressLine(doing, done, of))
      },
      waits: (text) => show(`waits ${text}`),
    })
  } finally {
    show('')
  }
}

/** `items [#####...............] 250 of 1000`; without a bar where nobody knows how many there are. */
export function progressLine(doing: string, done: number, of: number | undefined): string {
  if (of === undefined || of === 0) return `${doing} ${done}`
  const full = Math.min(BAR, Math.floor((done / of) * BAR))
  return `${doing} [${'#'.repeat(full).padEnd(BAR, '.')}] ${done} of ${of}`
}
