import { isWithin, readAddress, readRange } from './condition-ip.ts'
import { quoted, syntaxError } from './json.ts'
import { COMPARING, compileArnPattern, compilePattern, type Pattern } from './pattern.ts'

/** What a condition operator does (IAM User Guide, "IAM JSON policy elements: Condition operators"). */
export interface ConditionOperator {
  /** holds where no value of the policy matches, hence also where the key is missing */
  readonly negated: boolean
  /** values are compared in lower case */
  readonly ignoreCase?: boolean
  /**
   * Compiles one value of the policy.
   * @param variables whether the language version has policy variables
   * @throws KmsError MalformedPolicyDocumentException where the value isn't of the operator's type
   */
  compile(text: string, variables: boolean): Pattern
}

type Compile = ConditionOperator['compile']
type Read = (text: string) => number | undefined
type Comparison = (actual: number, wanted: number) => boolean

const string =
  (wildcards: boolean, ignoreCase: boolean): Compile =>
  (text, variables) =>
    compilePattern(text, { wildcards, variables, ignoreCase })

const arn: Compile = (text, variables) => compileArnPattern(text, { wildcards: true, variables })

/** A test without policy variables. @param steps that it takes */
const fixed = (matches: (value: string) => boolean, steps = COMPARING): Pattern => ({
  matches,
  resolves: () => true,
  steps,
})

/** Reads a text once, however many values of policies it is compared with one after the other. */
function once<T>(read: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly value: T } | undefined
  return (text) => {
    if (last?.text !== text) last = { text, value: read(text) }
    return last.value
  }
}

const ordered =
  (type: string, read: Read, readOnce: Read, compare: Comparison): Compile =>
  (text) => {
    const wanted = read(text)
    if (wanted === undefined) throw syntaxError(`${quoted(text)} is not a ${type}.`)
    return fixed((value) => {
      const actual = value.length > LONGEST ? undefined : readOnce(value)
      return actual !== undefined && compare(actual, wanted)
    })
  }

/** characters that a number or a date has at most; what is longer needs no reading */
const LONGEST = 64

const DECIMAL = /^[+-]?\d{1,30}(\.\d{1,30})?$/
const readNumber = (text: string): number | undefined =>
  DECIMAL.test(text) ? Number(text) : undefined

const ISO_DATE = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/i
const EPOCH_SECONDS = /^\d{1,15}(\.\d{1,9})?$/

/**
 * Unix milliseconds of a W3C date (NOTE-datetime, a profile of ISO 8601) or of Unix seconds. Digits alone are
 * seconds, a date without a zone is UTC.
 */
function readDate(text: string): number | undefined {
  if (EPOCH_SECONDS.test(text)) return Number(text) * 1000
  if (!ISO_DATE.test(text)) return undefined
  const hasTime = /T/i.test(text)
  const hasZone = /(Z|[+-]\d\d:\d\d)$/i.test(text.slice(11))
  const milliseconds = Date.parse(hasTime && !hasZone ? `${text}Z` : text.toUpperCase())
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}

const numberOnce = once(readNumber)
const dateOnce = once(readDate)

const bool: Compile = (text, variables) => {
  if (!/^(true|false)$/i.test(text) && !(variables && text.includes('${'))) {
    throw syntaxError(`${quoted(text)} is neither true nor false.`)
  }
  return compilePattern(text, { wildcards: false, variables, ignoreCase: true })
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** steps of making bytes of a text, and of comparing addresses: some hundred ns */
const READING_BYTES = 128
const COMPARING_ADDRESSES = 40

/** Binary values are base64 on both sides; the bytes are compared. */
const binary: Compile = (text) => {
  if (!BASE64.test(text)) throw syntaxError(`${quoted(text)} is not base64.`)
  const wanted = Buffer.from(text, 'base64')
  const longest = Math.ceil(wanted.length / 3) * 4
  return fixed(
    (value) =>
      value.length <= longest && BASE64.test(value) && wanted.equals(Buffer.from(value, 'base64')),
    READING_BYTES + longest,
  )
}

const addressOnce = once(readAddress)

const address: Compile = (text) => {
  const range = readRange(text)
  if (range === undefined) throw syntaxError(`${quoted(text)} is not an IP address or CIDR range.`)
  return fixed((value) => isWithin(addressOnce(value), range), COMPARING_ADDRESSES)
}

const COMPARISONS: readonly (readonly [string, boolean, Comparison])[] = [
  ['Equals', false, (a, b) => a === b],
  ['NotEquals', true, (a, b) => a === b],
  ['LessThan', false, (a, b) => a < b],
  ['LessThanEquals', false, (a, b) => a <= b],
  ['GreaterThan', false, (a, b) => a > b],
  ['GreaterThanEquals', false, (a, b) => a >= b],
]

const is = (compile: Compile): ConditionOperator => ({ negated: false, compile })
const isNot = (compile: Compile): ConditionOperator => ({ negated: true, compile })

/** Every operator by its name without prefix and suffix; `Null` is not among them, it compares nothing. */
export const OPERATORS: ReadonlyMap<string, ConditionOperator> = new Map([
  ['StringEquals', is(string(false, false))],
  ['StringNotEquals', isNot(string(false, false))],
  ['StringEqualsIgnoreCase', { ...is(string(false, true)), ignoreCase: true }],
  ['StringNotEqualsIgnoreCase', { ...isNot(string(false, true)), ignoreCase: true }],
  ['StringLike', is(string(true, false))],
  ['StringNotLike', isNot(string(true, false))],
  ...COMPARISONS.map(([name, negated, compare]): [string, ConditionOperator] => [
    `Numeric${name}`,
    { negated, compile: ordered('number', readNumber, numberOnce, compare) },
  ]),
  ...COMPARISONS.map(([name, negated, compare]): [string, ConditionOperator] => [
    `Date${name}`,
    { negated, compile: ordered('date', readDate, dateOnce, compare) },
  ]),
  ['Bool', { ...is(bool), ignoreCase: true }],
  ['BinaryEquals', is(binary)],
  ['IpAddress', is(address)],
  ['NotIpAddress', isNot(address)],
  ['ArnEquals', is(arn)],
  ['ArnLike', is(arn)],
  ['ArnNotEquals', isNot(arn)],
  ['ArnNotLike', isNot(arn)],
])
