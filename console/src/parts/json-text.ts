import { applyEdits, format, type ParseError, parse, printParseErrorCode } from 'jsonc-parser'

/** A part of a JSON text, with what it is. */
export interface Token {
  readonly text: string
  readonly kind: 'name' | 'string' | 'value' | 'other'
}

const TOKEN = /("(?:[^"\\\n]|\\.)*"?)(\s*:)?|(\btrue\b|\bfalse\b|\bnull\b|-?\d[\d.eE+-]*)/g

/** The parts of a JSON text, right or wrong, for colours. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  for (const match of text.matchAll(TOKEN)) {
    const [whole, string, colon, value] = match
    if (match.index > at) tokens.push({ text: text.slice(at, match.index), kind: 'other' })
    if (value !== undefined) tokens.push({ text: value, kind: 'value' })
    else {
      tokens.push({ text: string ?? '', kind: colon === undefined ? 'string' : 'name' })
      if (colon !== undefined) tokens.push({ text: colon, kind: 'other' })
    }
    at = match.index + whole.length
  }
  if (at < text.length) tokens.push({ text: text.slice(at), kind: 'other' })
  return tokens
}

/** Where a text is no JSON. */
export interface JsonFault {
  readonly line: number
  readonly column: number
  readonly words: string
}

/** The first place at which a text is no JSON (RFC 8259); undefined where it is. */
export function jsonFault(text: string): JsonFault | undefined {
  const errors: ParseError[] = []
  parse(text, errors, { disallowComments: true, allowTrailingComma: false })
  const [first] = errors
  if (first === undefined) return undefined
  const lines = text.slice(0, first.offset).split('\n')
  return {
    line: lines.length,
    column: (lines.at(-1)?.length ?? 0) + 1,
    words: printParseErrorCode(first.error),
  }
}

const LAYOUT = { insertSpaces: true, tabSize: 2, eol: '\n' } as const

/**
 * A JSON text laid out over lines; as it is where it is no JSON. Nothing but its whitespace is changed: a number is not
 * rounded, and of a name that stands twice neither is lost, which the service then refuses.
 */
export function laidOut(text: string): string {
  if (jsonFault(text) !== undefined) return text
  const inOneLine = compact(text)
  return applyEdits(inOneLine, format(inOneLine, undefined, LAYOUT))
}

/** A JSON text without whitespace, as quotas of policies count it, and otherwise as it is; what is no JSON stays. */
export const compact = (text: string): string =>
  jsonFault(text) === undefined
    ? text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, string: string | undefined) => string ?? '')
    : text
