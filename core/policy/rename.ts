import { parseJson } from '../base/json.ts'

/** A text, or a mark of structure; what else JSON has (numbers, literals, white space) is passed over. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs

/** What leads to a name: Statement, Principal or NotPrincipal, AWS; lists on the way are not counted. */
const isNamePath = ([statement, element, type, ...more]: readonly string[]): boolean =>
  statement === 'Statement' &&
  (element === 'Principal' || element === 'NotPrincipal') &&
  type === 'AWS' &&
  more.length === 0

/**
 * A policy document with other texts for some names in its Principal and NotPrincipal elements; all else stays
 * byte for byte. One pass over a text that `parsePolicy` has taken.
 * @param names the other text by the name
 */
export function renamed(document: string, names: ReadonlyMap<string, string>): string {
  if (names.size === 0) return document
  /** the member's name at each open object; undefined for an open list */
  const open: (string | undefined)[] = []
  let isMember = false
  return document.replace(TOKEN, (token) => {
    if (token === '{') open.push('')
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    if (token.length === 1) {
      // in an object a text after `{` or `,` is a member's name
      isMember = token === '{' || (token === ',' && open.at(-1) !== undefined)
      return token
    }
    const text: unknown = parseJson(token)
    if (typeof text !== 'string') return token
    if (isMember) {
      open[open.length - 1] = text
      return token
    }
    const other = isNamePath(open.filter((name) => name !== undefined)) && names.get(text)
    return other ? JSON.stringify(other) : token
  })
}
