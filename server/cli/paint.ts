import { styleText } from 'node:util'
import type { Environment } from './command.ts'

/** What a word of an answer tells, and how it is shown. */
export type Tone = 'heading' | 'good' | 'bad' | 'pending'

const FORMATS = { heading: 'bold', good: 'green', bad: 'red', pending: 'yellow' } as const
/** bits of a terminal that has colours at all */
const SOME = 4

let painting = false

/** Says once for a process whether its output has colours: it goes to a terminal that has some, or they are asked for. */
export function paintFor(environment: Environment): void {
  painting = hasColours(process.stdout, environment)
}

/**
 * Whether what a stream gets may have colours.
 * @see https://no-color.org and https://force-color.org: each counts where it is set and not empty
 */
export function hasColours(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'getColorDepth'>,
  environment: Environment,
): boolean {
  const { NO_COLOR, FORCE_COLOR } = environment
  if (NO_COLOR) return false
  if (FORCE_COLOR) return !['0', 'false'].includes(FORCE_COLOR)
  return stream.isTTY === true && stream.getColorDepth({ ...environment }) >= SOME
}

/** A text as it is shown; the same text where there are no colours. */
export const paint = (tone: Tone | undefined, text: string): string =>
  painting && tone !== undefined ? styleText(FORMATS[tone], text, { validateStream: false }) : text

/** Words that tell how something stands, in the columns that have such. */
const TONES: Readonly<Record<Exclude<Tone, 'heading'>, readonly string[]>> = {
  good: ['active', 'ok', 'allowed', 'made'],
  bad: ['suspended', 'denied', 'deleting', 'deleted'],
  pending: ['inactive', 'pendingdeletion'],
}
const BY_WORD: ReadonlyMap<string, Tone> = new Map(
  Object.entries(TONES).flatMap(([tone, words]) => words.map((word) => [word, tone as Tone])),
)
const STANDS: ReadonlySet<string> = new Set(['status', 'state', 'outcome', 'decision'])

/** How a cell of a column is shown: of what comes of a call all but `ok` is bad. */
export function toneOf(column: string, text: string): Tone | undefined {
  if (!STANDS.has(column)) return undefined
  const known = BY_WORD.get(text.trim().toLowerCase())
  return known ?? (column === 'outcome' ? 'bad' : undefined)
}
