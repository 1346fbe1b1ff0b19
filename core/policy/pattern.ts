import { syntaxError } from './json.ts'
import type { ConditionContext, ContextValue } from './request.ts'

/** A text of a policy: literal, or with wildcards and policy variables. */
export interface Pattern {
  /** whether the value matches; false where a policy variable has no value */
  matches(value: string, variables: ConditionContext): boolean
  /** whether every policy variable has a value */
  resolves(variables: ConditionContext): boolean
  /** the text a value must be equal to, where it is that simple */
  readonly literal?: string
}

export interface PatternSyntax {
  /** `*` stands for any characters, `?` for one */
  readonly wildcards: boolean
  /** `${name}` stands for a condition key's value; language version 2012-10-17 only */
  readonly variables: boolean
  readonly ignoreCase?: boolean
}

/** What a pattern is made of: a wildcard, literal text, or a variable. */
type Part = '*' | '?' | { readonly text: string } | Variable
interface Variable {
  /** in lower case */
  readonly name: string
  readonly fallback: string | undefined
}

/** Tokens of a glob beside UTF-16 code units. */
const STAR = -1
const ANY = -2

/**
 * Compiles a pattern (IAM User Guide, "Wildcards" and "Variables and tags"). A variable's value is literal:
 * wildcards in it are characters. `${*}`, `${?}` and `${$}` are these characters.
 *
 * @throws KmsError MalformedPolicyDocumentException for `${` without its end, or with an empty name
 */
export function compilePattern(text: string, syntax: PatternSyntax): Pattern {
  return fromParts(parse(text, syntax), syntax.ignoreCase === true)
}

/**
 * Compiles a pattern for ARNs: each of the six parts between colons is matched on its own, the last one
 * keeps its colons. A pattern without colons (`*`, or a variable) is matched against the whole ARN.
 *
 * @throws KmsError MalformedPolicyDocumentException as `compilePattern`
 */
export function compileArnPattern(text: string, syntax: PatternSyntax): Pattern {
  const sections = splitSections(parse(text, syntax))
  const [whole] = sections
  if (sections.length === 1 && whole !== undefined) return fromParts(whole, false)
  const patterns = sections.map((section) => fromParts(section, false))
  return {
    matches: (value, variables) => {
      const parts = splitArn(value)
      return (
        parts.length === 6 &&
        patterns.length === 6 &&
        patterns.every((pattern, i) => pattern.matches(parts[i] ?? '', variables))
      )
    },
    resolves: (variables) => patterns.every((pattern) => pattern.resolves(variables)),
  }
}

/**
 * Whether the text matches the glob. Only the last star is ever tried again, never one before it, so that the
 * work is at most the product of the lengths, whatever the pattern.
 *
 * @param glob UTF-16 code units, -1 for `*`, -2 for `?` (which takes a surrogate pair whole)
 */
export function matchGlob(glob: readonly number[], text: string): boolean {
  let token = 0
  let at = 0
  let star = -1
  let starAt = 0
  while (at < text.length) {
    const expected = glob[token]
    if (expected === STAR) {
      star = token
      starAt = at
      token += 1
    } else if (expected === ANY) {
      at += isPair(text, at) ? 2 : 1
      token += 1
    } else if (expected === text.charCodeAt(at)) {
      at += 1
      token += 1
    } else if (star >= 0) {
      starAt += 1
      at = starAt
      token = star + 1
    } else {
      return false
    }
  }
  while (glob[token] === STAR) token += 1
  return token === glob.length
}

const isPair = (text: string, at: number): boolean => (text.codePointAt(at) ?? 0) > 0xffff

function fromParts(parts: readonly Part[], ignoreCase: boolean): Pattern {
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text)
  const variables = parts.filter(isVariable)
  if (variables.length > 0) {
    return {
      matches: (value, context) => {
        const glob = toGlob(parts, context, fold)
        if (glob === undefined || value.length < shortest(glob)) return false
        return matchGlob(glob, fold(value))
      },
      resolves: (context) =>
        variables.every((variable) => resolve(variable, context) !== undefined),
    }
  }
  const resolves = () => true
  const literal = literalOf(parts)
  if (literal !== undefined) {
    const folded = fold(literal)
    if (!ignoreCase) return { matches: (value) => value === literal, resolves, literal }
    return { matches: (value) => value.toLowerCase() === folded, resolves }
  }
  if (parts.every((part) => part === '*')) return { matches: () => true, resolves }
  const prefix = literalOf(parts.slice(0, -1))
  if (prefix !== undefined && parts.at(-1) === '*') {
    const folded = fold(prefix)
    const end = folded.length - 1
    const last = folded.charCodeAt(end)
    return {
      matches: (value) => {
        const text = ignoreCase ? value.toLowerCase() : value
        // most ARNs begin alike and differ late
        return text.charCodeAt(end) === last && text.startsWith(folded)
      },
      resolves,
    }
  }
  const glob = toGlob(parts, undefined, fold) ?? []
  const minimum = shortest(glob)
  const needle = longestText(parts, fold)
  return {
    matches: (value) => {
      const folded = fold(value)
      return folded.length >= minimum && folded.includes(needle) && matchGlob(glob, folded)
    },
    resolves,
  }
}

/** The longest literal text of the parts: a native search for it spares matching most values that can't match. */
function longestText(parts: readonly Part[], fold: (text: string) => string): string {
  const texts = parts.map((part) => (typeof part === 'object' && 'text' in part ? part.text : ''))
  return fold(texts.reduce((longest, text) => (text.length > longest.length ? text : longest), ''))
}

/** The text of parts that are all literal. */
function literalOf(parts: readonly Part[]): string | undefined {
  let text = ''
  for (const part of parts) {
    if (typeof part === 'string' || isVariable(part)) return undefined
    text += part.text
  }
  return text
}

/** How many code units a text must have at least; a shorter one needs no matching. */
function shortest(glob: readonly number[]): number {
  let length = 0
  for (const token of glob) if (token !== STAR) length += 1
  return length
}

function toGlob(
  parts: readonly Part[],
  context: ConditionContext | undefined,
  fold: (text: string) => string,
): number[] | undefined {
  const glob: number[] = []
  for (const part of parts) {
    if (part === '*') {
      if (glob.at(-1) !== STAR) glob.push(STAR)
    } else if (part === '?') {
      glob.push(ANY)
    } else {
      const text = isVariable(part) ? context && resolve(part, context) : part.text
      if (text === undefined) return undefined
      const folded = fold(text)
      for (let i = 0; i < folded.length; i++) glob.push(folded.charCodeAt(i))
    }
  }
  return glob
}

const isVariable = (part: Part): part is Variable => typeof part === 'object' && 'name' in part

/** A key with several values is no variable (IAM User Guide: multivalued keys can't be used as one). */
function resolve(variable: Variable, context: ConditionContext): string | undefined {
  const value: ContextValue = context.get(variable.name)
  const single = typeof value === 'object' ? (value.length === 1 ? value[0] : undefined) : value
  return single ?? variable.fallback
}

function parse(text: string, syntax: PatternSyntax): Part[] {
  const parts: Part[] = []
  /** where the literal text began that isn't among the parts yet */
  let start = 0
  const flush = (end: number) => {
    if (end > start) parts.push({ text: text.slice(start, end) })
  }
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (syntax.variables && character === '$' && text[at + 1] === '{') {
      const end = text.indexOf('}', at)
      if (end < 0) throw syntaxError('A policy variable has no end.')
      const name = text.slice(at + 2, end)
      flush(at)
      parts.push(isEscape(name) ? { text: name } : parseVariable(name))
      at = end
      start = end + 1
    } else if (syntax.wildcards && (character === '*' || character === '?')) {
      flush(at)
      parts.push(character)
      start = at + 1
    }
  }
  flush(text.length)
  return parts
}

const isEscape = (name: string): boolean => name === '*' || name === '?' || name === '$'

/** `name` or `name, 'default value'`. */
function parseVariable(text: string): Variable {
  const comma = text.indexOf(',')
  const name = (comma < 0 ? text : text.slice(0, comma)).trim().toLowerCase()
  if (name === '') throw syntaxError('A policy variable has no name.')
  if (comma < 0) return { name, fallback: undefined }
  const fallback = text.slice(comma + 1).trim()
  if (fallback.length < 2 || !fallback.startsWith("'") || !fallback.endsWith("'")) {
    throw syntaxError("The default value of a policy variable must stand between ' and '.")
  }
  return { name, fallback: fallback.slice(1, -1) }
}

/** Cuts parts at the first five colons of literal text; the colons of a variable's value cut nothing. */
function splitSections(parts: readonly Part[]): Part[][] {
  let section: Part[] = []
  const sections = [section]
  for (const part of parts) {
    if (typeof part === 'string' || isVariable(part)) {
      section.push(part)
      continue
    }
    const pieces = splitArn(part.text, 7 - sections.length)
    pieces.forEach((piece, i) => {
      if (i > 0) {
        section = []
        sections.push(section)
      }
      if (piece !== '') section.push({ text: piece })
    })
  }
  return sections
}

/** At most `limit` pieces between colons; the last one keeps the colons that are left. */
function splitArn(text: string, limit = 6): string[] {
  const pieces: string[] = []
  let start = 0
  while (pieces.length < limit - 1) {
    const colon = text.indexOf(':', start)
    if (colon < 0) break
    pieces.push(text.slice(start, colon))
    start = colon + 1
  }
  pieces.push(text.slice(start))
  return pieces
}
