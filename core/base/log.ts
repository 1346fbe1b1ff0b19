/** One line of the log: what happened, as data. Nothing secret is ever passed here. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  entry: Readonly<Record<string, unknown>>,
) => void

/** One JSON line for each entry, as CloudWatch Logs Insights reads it; errors go to stderr. */
export const jsonLog: Log = (level, { error, ...entry }) => {
  const line = JSON.stringify({
    time: new Date().toISOString(),
    level,
    ...entry,
    ...(error !== undefined && { error: describe(error) }),
  })
  const stream = level === 'info' ? process.stdout : process.stderr
  stream.write(`${line}\n`)
}

/** An error's own words and place. Errors never carry key material (tested), so neither does a line. */
function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  const { name, message, stack, cause } = error
  return { name, message, stack, ...(cause !== undefined && { cause: describe(cause) }) }
}
