import { OPERATORS } from './condition-operators.ts'
import type { ConditionDocument, PolicyEffect } from './document.ts'
import { quoted, syntaxError } from './json.ts'
import { COMPARING, type Pattern, stepsOf } from './pattern.ts'
import type { ConditionContext, ContextValue } from './request.ts'

/** Whether one line of a Condition element holds for a request. */
export type Condition = (context: ConditionContext) => boolean

/** How a key's values are taken together. */
type SetOperator = 'ForAllValues' | 'ForAnyValue' | 'none'

/**
 * Compiles one operator, key and its values (IAM User Guide, "Condition operators" and "Single-valued vs.
 * multivalued context keys").
 *
 * - Values of the policy are alternatives; a negated operator holds where none of them matches.
 * - A missing key: negated operators hold, others don't; `…IfExists` holds; `ForAllValues` holds and
 *   `ForAnyValue` doesn't, with or without `IfExists`.
 * - Several values without a set operator are taken as one set: an operator holds where any value matches, a
 *   negated one where none does.
 * - A policy variable without a value matches nothing. In an Allow statement it makes a negated operator fail
 *   too, so that nothing is allowed by what isn't known.
 *
 * @throws KmsError MalformedPolicyDocumentException for an unknown operator or a value of the wrong type
 */
export function compileCondition(
  { operator: name, key, values }: ConditionDocument,
  effect: PolicyEffect,
  variables: boolean,
): Condition {
  const keyName = key.toLowerCase()
  if (name === 'Null') return compileNull(keyName, values)
  const { base, set, ifExists } = splitName(name)
  const operator = OPERATORS.get(base)
  if (operator === undefined) throw syntaxError(`Condition operator ${quoted(name)} is not known.`)
  const { negated, ignoreCase = false } = operator
  const patterns = values.map((value) => operator.compile(value, variables))
  const matches = anyOf(patterns, ignoreCase)
  const needsVariables = negated && effect === 'Allow'
  const missing = set === 'none' ? negated || ifExists : set === 'ForAllValues'
  return (context) => {
    const value = context.get(keyName)
    const absent = set === 'none' ? isAbsent(value) : isEmpty(value)
    if (absent && ifExists) return missing
    if (needsVariables && !patterns.every((pattern) => pattern.resolves(context))) return false
    if (absent || value === undefined) return missing
    if (typeof value === 'string') return matches(value, context) !== negated
    switch (set) {
      case 'ForAllValues':
        return value.every((one) => matches(one, context) !== negated)
      case 'ForAnyValue':
        return value.some((one) => matches(one, context) !== negated)
      case 'none':
        return value.some((one) => matches(one, context)) !== negated
    }
  }
}

/** `true` where the key must be missing, `false` where it must be there. */
function compileNull(key: string, values: readonly string[]): Condition {
  const wanted = new Set(
    values.map((value) => {
      const lower = value.toLowerCase()
      if (lower !== 'true' && lower !== 'false') {
        throw syntaxError(`${quoted(value)} is neither true nor false.`)
      }
      return lower === 'true'
    }),
  )
  return (context) => wanted.has(isAbsent(context.get(key)))
}

function splitName(name: string): { base: string; set: SetOperator; ifExists: boolean } {
  const colon = name.indexOf(':')
  const prefix = name.slice(0, Math.max(colon, 0))
  const set = colon < 0 ? 'none' : prefix
  if (set !== 'none' && set !== 'ForAllValues' && set !== 'ForAnyValue') {
    throw syntaxError(`Condition operator ${quoted(name)} is not known.`)
  }
  const ifExists = name.endsWith('IfExists')
  const base = name.slice(colon + 1, ifExists ? -'IfExists'.length : undefined)
  return { base, set, ifExists }
}

/** Whether a value matches any pattern; literal ones are looked up together. */
function anyOf(patterns: readonly Pattern[], ignoreCase: boolean): Pattern['matches'] {
  const literals = new Set(patterns.map(({ literal }) => literal))
  const others = patterns.filter(({ literal }) => literal === undefined)
  const steps = COMPARING + stepsOf(others)
  return (value, context) => {
    const text = ignoreCase ? value.toLowerCase() : value
    context.spend?.(steps)
    return literals.has(text) || others.some((pattern) => pattern.matches(text, context))
  }
}

const isAbsent = (value: ContextValue): boolean =>
  value === undefined || (typeof value === 'object' && value.length === 0)

/** For a set operator an empty text is no value either ("resolves to an empty data set"). */
const isEmpty = (value: ContextValue): boolean =>
  typeof value === 'object' ? value.every((one) => one === '') : value === undefined || value === ''
