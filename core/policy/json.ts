import { KmsError } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'

/** JSON as a policy may use it; objects are Maps, so that no name finds anything inherited. */
export type JsonNode = string | number | boolean | null | JsonNode[] | JsonObject
export type JsonObject = Map<string, JsonNode>

/** A policy needs 6 levels (document, statements, statement, condition, operator, values). */
const MAX_DEPTH = 10

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const LITERALS: readonly (readonly [string, boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
]

/** A policy document that breaks the grammar; AWS's sentence, then what it was. */
export const syntaxError = (detail: string): KmsError =>
  new KmsError('MalformedPolicyDocumentException', `Syntax errors in policy. ${detail}`)

/** A name or value of the document for use in a message: short, and quoted. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text)

/**
 * Reads JSON (RFC 8259) strictly, for documents where two readers must never disagree: a name that occurs
 * twice in one object is refused instead of overriding the first, as are text beyond the value, nesting
 * beyond 10 levels and strings with a lone surrogate. One pass over the text.
 *
 * @throws KmsError MalformedPolicyDocumentException
 */
export function readJson(text: string): JsonNode {
  const reader = new Reader(text)
  const value = reader.value(1)
  reader.end()
  return value
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  value(depth: number): JsonNode {
    this.#skipSpace()
    const first = this.#text[this.#at]
    if (first === '{') return this.#object(depth)
    if (first === '[') return this.#array(depth)
    if (first === '"') return this.#string()
    for (const [name, value] of LITERALS) {
      if (this.#text.startsWith(name, this.#at)) {
        this.#at += name.length
        return value
      }
    }
    const number = this.#token(NUMBER)
    if (number === '') throw this.#unexpected()
    return Number(number)
  }

  end(): void {
    this.#skipSpace()
    if (this.#at < this.#text.length) throw this.#unexpected()
  }

  #object(depth: number): JsonObject {
    const members: JsonObject = new Map()
    this.#list(depth, '}', () => {
      const at = this.#at
      const name = this.#string()
      if (members.has(name)) {
        throw syntaxError(`Duplicate element ${quoted(name)} at position ${at}.`)
      }
      this.#skipSpace()
      this.#expect(':')
      members.set(name, this.value(depth + 1))
    })
    return members
  }

  #array(depth: number): JsonNode[] {
    const items: JsonNode[] = []
    this.#list(depth, ']', () => items.push(this.value(depth + 1)))
    return items
  }

  /** What stands between brackets: nothing, or items with commas between them. */
  #list(depth: number, close: string, readItem: () => void): void {
    if (depth > MAX_DEPTH) throw syntaxError(`Nesting exceeds ${MAX_DEPTH} levels.`)
    this.#at += 1
    this.#skipSpace()
    if (this.#text[this.#at] === close) {
      this.#at += 1
      return
    }
    for (;;) {
      this.#skipSpace()
      readItem()
      this.#skipSpace()
      if (this.#text[this.#at] === close) break
      this.#expect(',')
    }
    this.#at += 1
  }

  #string(): string {
    const at = this.#at
    const text = this.#text
    if (text[at] !== '"') throw this.#unexpected()
    let end = at + 1
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
    this.#at = end + 1
    let value: unknown
    try {
      value = parseJson(text.slice(at, end + 1))
    } catch {
      throw syntaxError(`Invalid string at position ${at}.`)
    }
    if (typeof value !== 'string' || !value.isWellFormed()) {
      throw syntaxError(`Invalid Unicode in the string at position ${at}.`)
    }
    return value
  }

  #token(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const token = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += token.length
    return token
  }

  #skipSpace(): void {
    this.#token(SPACE)
  }

  #expect(character: string): void {
    if (this.#text[this.#at] !== character) throw this.#unexpected()
    this.#at += 1
  }

  #unexpected(): KmsError {
    return this.#at >= this.#text.length
      ? syntaxError('The document ends too early.')
      : syntaxError(`Unexpected character at position ${this.#at}.`)
  }
}
