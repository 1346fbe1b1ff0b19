import { printableJson } from './printable.ts'

/** One line of the log: what happened, as data. Nothing secret is ever passed here. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  entry: Readonly<Record<string, unknown>>,
) => void

/** One JSON line for each entry, as CloudWatch Logs Insights reads it; errors go to stderr. */
export const jsonLog: Log = (level, entry) => jsonLine(level, { level, ...entry })

/** The line of an entry that says its level in members of its own. @param level decides where it goes */
export const jsonLine: Log = (level, { error, ...entry }) => {
  const line = JSON.stringify({
    time: new Date().toISOString(),
    ...entry,
    ...(error !== undefined && { error: describe(error) }),
  })
  const stream = level === 'info' ? process.stdout : process.stderr
  stream.write(`${printableJson(line)}\n`)
}

/** characters of a message and of a stack: an error may name what a caller sent */
const MOST_TEXT = 4096
/** errors that caused each other */
const MOST_CAUSES = 8

/** An error's own words and place. Errors never carry key material (tested), so neither does a line. */
function describe(error: unknown, causes = MOST_CAUSES): unknown {
  if (!(error instanceof Error)) return cut(String(error))
  const { name, message, stack, cause } = error
  return {
    name,
    message: cut(message),
    // V8 puts the message before the frames: those are the end
    stack: stack === undefined ? undefined : cut(stack.replace(message, () => cut(message))),
    ...(cause !== undefined && causes > 1 && { cause: describe(cause, causes - 1) }),
  }
}

const cut = (text: string): string =>
  text.length <= MOST_TEXT
    ? text
    : `${text.slice(0, MOST_TEXT)}…(cut: ${text.length - MOST_TEXT} characters)`
