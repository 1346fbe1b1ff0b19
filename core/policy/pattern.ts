import { ANY, matchGlob, type Spend, STAR, toGlob } from './glob.ts'
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
  /** steps that to ask takes at least, beside what it tells of itself; COMPARING unless given */
  readonly steps?: number
}

/** steps of asking a pattern, or a grant or a statement, which looks at little or nothing: some ten ns */
export const COMPARING = 12
/** steps of asking for an ARN pattern's sections one by one */
const COMPARING_ARNS = 192
/** steps of a character of a variable's value, which is made part of a pattern anew each time */
const FILLING = 16

/** Steps that asking all of some patterns takes at least. */
export const stepsOf = (patterns: readonly Pattern[]): number =>
  patterns.reduce((sum, { steps = COMPARING }) => sum + steps, 0)

export interface PatternSyntax {
  /** `*` stands for any characters, `?` for one */
  readonly wildcards: boolean
  /** `${name}` stands for a condition key's value; language version 2012-10-17 only */
  readonly variables: boolean
  /** the pattern in lower case is compared with values that come in lower case */
  readonly ignoreCase?: boolean
}

/** What a pattern is made of: a wildcard, literal text, or a variable. */
type Part = Fixed | Variable
type Fixed = '*' | '?' | { readonly text: string }
interface Variable {
  /** in lower case */
  readonly name: string
  readonly fallback: string | undefined
}

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
    steps: COMPARING_ARNS,
    matches: (value, variables) => {
      if (patterns.length !== 6) return false
      // whether or not it is taken apart: what a decision takes does not depend on the one before
      variables.spend?.(value.length)
      if (value !== lastArn) {
        lastArn = value
        lastSections = splitArn(value)
      }
      const parts = lastSections
      return (
        parts.length === 6 &&
        patterns.every((pattern, i) => pattern.matches(parts[i] ?? '', variables))
      )
    },
    resolves: (variables) => patterns.every((pattern) => pattern.resolves(variables)),
  }
}

let lastArn = ''
/** many patterns look at one ARN */
let lastSections = splitArn(lastArn)

function fromParts(parts: readonly Part[], ignoreCase: boolean): Pattern {
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text)
  const variables = parts.filter(isVariable)
  if (variables.length > 0) {
    return {
      matches: (value, context) => {
        const filled = fill(parts, context, fold, value.length)
        if (filled === undefined) return false
        const text = literalOf(filled)
        if (text !== undefined) return text === value
        return matchGlob(toGlob(tokensOf(filled)), value, spendIn(context))
      },
      resolves: (context) =>
        variables.every((variable) => resolve(variable, context) !== undefined),
    }
  }
  const resolves = () => true
  const folded = parts
    .filter((part): part is Fixed => !isVariable(part))
    .map((part): Fixed => (typeof part === 'string' ? part : { text: fold(part.text) }))
  const literal = literalOf(folded)
  if (literal !== undefined) return { matches: (value) => value === literal, resolves, literal }
  if (folded.every((part) => part === '*')) return { matches: () => true, resolves }
  const prefix = literalOf(folded.slice(0, -1))
  if (prefix !== undefined && folded.at(-1) === '*') {
    const end = prefix.length - 1
    const last = prefix.charCodeAt(end)
    // most ARNs begin alike and differ late
    return {
      matches: (value) => value.charCodeAt(end) === last && value.startsWith(prefix),
      resolves,
    }
  }
  const glob = toGlob(tokensOf(folded))
  return { matches: (value, context) => matchGlob(glob, value, spendIn(context)), resolves }
}

const uncounted: Spend = () => undefined
const spendIn = ({ spend = uncounted }: ConditionContext): Spend => spend

/**
 * The parts with the values of their variables; undefined where one has none, or where together they are
 * longer than any text they could match.
 *
 * @param longest code units
 */
function fill(
  parts: readonly Part[],
  context: ConditionContext,
  fold: (text: string) => string,
  longest: number,
): Fixed[] | undefined {
  const filled: Fixed[] = []
  let length = 0
  for (const part of parts) {
    if (typeof part === 'string') {
      filled.push(part)
      if (part === '?') length += 1
      continue
    }
    const text = isVariable(part) ? resolve(part, context) : part.text
    if (text === undefined) return undefined
    const folded = fold(text)
    length += folded.length
    if (length > longest) return undefined
    context.spend?.(FILLING * folded.length)
    filled.push({ text: folded })
  }
  return filled
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

function tokensOf(parts: readonly Fixed[]): number[] {
  const tokens: number[] = []
  for (const part of parts) {
    if (part === '*') {
      if (tokens.at(-1) !== STAR) tokens.push(STAR)
    } else if (part === '?') {
      tokens.push(ANY)
    } else {
      for (const character of part.text) tokens.push(character.codePointAt(0) ?? 0)
    }
  }
  return tokens
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
