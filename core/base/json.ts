/** A text of JSON, and what makes it the name of a member. */
const TEXT = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?/gs
/** what the name begins with while it is read: one that was escaped, and any other */
const [ESCAPED, PLAIN] = ['~', '=']
/** UTF-16, in which a name may have half of a surrogate pair */
const CODING = 'utf16le'

/**
 * Reads JSON text. V8 gives a member whose name is written with an escape the name of another that some
 * earlier text had: where that one has a backslash, and the escape's own characters are its beginning
 * (`{"a":1,"\\u":2}`, then `{"a":1,"\u00e9\u00e8":2}`; Node 24 to 26, nodejs/node#63785). An encryption
 * context would be another by what a stranger sent. So such names are written without escapes first; texts
 * without them, which is nearly all, are read at once.
 * @throws SyntaxError for what is not JSON
 */
export function parseJson(text: string): unknown {
  const read: unknown = JSON.parse(text)
  return text.includes('\\') && hasEscapedName(text)
    ? named(JSON.parse(text.replace(TEXT, marked)))
    : read
}

function hasEscapedName(text: string): boolean {
  for (const [, token = '', colon] of text.matchAll(TEXT)) {
    if (colon !== undefined && token.includes('\\')) return true
  }
  return false
}

function marked(whole: string, token: string, colon: string | undefined): string {
  if (colon === undefined) return whole
  const name = token.includes('\\')
    ? ESCAPED + Buffer.from(String(JSON.parse(token)), CODING).toString('hex')
    : PLAIN + token.slice(1, -1)
  return `"${name}"${colon}`
}

const unmarked = (name: string): string =>
  name.startsWith(PLAIN) ? name.slice(1) : Buffer.from(name.slice(1), 'hex').toString(CODING)

/** Gives every member its name, in place and one object after the other: a text may be nested deep. */
function named(json: unknown): unknown {
  const open = [json]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value !== 'object' || value === null) continue
    const members = Object.entries(value)
    for (const [, member] of members) open.push(member)
    if (Array.isArray(value)) continue
    for (const [name] of members) Reflect.deleteProperty(value, name)
    for (const [name, member] of members) {
      // what is set may be `__proto__`
      Object.defineProperty(value, unmarked(name), {
        value: member,
        configurable: true,
        enumerable: true,
        writable: true,
      })
    }
  }
  return json
}
