import { parseJson } from '../base/json.ts'

/** A text of JSON, a mark, or a number or word. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/gs

/** A list or structure that is not closed yet. */
interface Open {
  /** of a structure: those that it has had */
  readonly names: Set<string> | undefined
  /** where the next value stands; undefined before a member's name */
  at: string | undefined
}

/**
 * Members that JSON text has more than once, by the way to each.
 * @param text of valid JSON
 * @param most how many are looked for
 */
export function repeatedNames(text: string, most: number): (readonly string[])[] {
  const found: (readonly string[])[] = []
  const open: Open[] = []
  for (const [token] of text.matchAll(TOKEN)) {
    const inner = open.at(-1)
    if (token === '{' || token === '[') {
      const list = token === '['
      open.push({ names: list ? undefined : new Set(), at: list ? '0' : undefined })
    } else if (token === '}' || token === ']') open.pop()
    else if (inner === undefined) continue
    else if (token === ',') inner.at = inner.names ? undefined : String(Number(inner.at) + 1)
    else if (inner.names !== undefined && inner.at === undefined) {
      inner.at = String(parseJson(token))
      // the way is told of what is found alone: a copy with every level would be as many as levels squared
      if (inner.names.has(inner.at) && found.push(open.map(({ at = '' }) => at)) === most) break
      inner.names.add(inner.at)
    }
  }
  return found
}
