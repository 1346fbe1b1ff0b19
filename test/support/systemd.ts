/**
 * The settings of a unit file by name, each with its values in order.
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html
 */
export function unitOf(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [, name, value = ''] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? []
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), value])
  }
  return found
}

/** The variables of Environment=, NAME=value without quotes. */
export const settingsOf = (unit: ReadonlyMap<string, readonly string[]>): Record<string, string> =>
  Object.fromEntries(
    (unit.get('Environment') ?? [])
      .flatMap((words) => words.split(' '))
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )
