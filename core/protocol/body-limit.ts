import type { Face } from '../base/call-context.ts'
import { KmsError } from '../base/errors.ts'
import type { AnyOperation } from '../operation.ts'

/** Methods whose input is the query instead of a body (RFC 9110 §9.3.1, §9.3.5). */
export const WITHOUT_BODY: ReadonlySet<string> = new Set(['GET', 'DELETE'])

/** bytes of a body, whatever it is for */
export const MAX_BODY = 1024 * 1024
/** bytes beside the largest input: members that this release does not know and ignores */
const ALLOWANCE = 16 * 1024
/** limits are told in whole KB */
const STEP = 1024

/** How long a body may be. */
export interface BodyLimit {
  readonly bytes: number
  /** the operation whose limit it is; undefined for one of several operations, or of all */
  readonly operation?: string
}

export const ANY_BODY: BodyLimit = { bytes: MAX_BODY }

const json = new WeakMap<AnyOperation, BodyLimit>()
const forms = new WeakMap<AnyOperation, BodyLimit>()

/**
 * How long the body of a request for an operation may be: its largest valid input as clients write it, and
 * some more; computed once. On REST the input of some methods is no body.
 */
export function bodyLimit(operation: AnyOperation, face: Face, method: string): BodyLimit {
  if (face === 'rest' && WITHOUT_BODY.has(method)) {
    return { bytes: ALLOWANCE, operation: operation.name }
  }
  const known = face === 'query' ? forms : json
  const kept = known.get(operation)
  if (kept !== undefined) return kept
  const { largest } = operation.input
  const input = face === 'query' ? largest.form(0) : largest.json
  const bytes = Math.ceil((input + ALLOWANCE) / STEP) * STEP
  const limit = bytes < MAX_BODY ? { bytes, operation: operation.name } : ANY_BODY
  known.set(operation, limit)
  return limit
}

/** How long a body may be whose operation is named in it. */
export const largestLimit = (operations: Iterable<AnyOperation>, face: Face): BodyLimit => ({
  bytes: Math.max(
    ALLOWANCE,
    ...[...operations].map((operation) => bodyLimit(operation, face, 'POST').bytes),
  ),
})

/** @throws KmsError RequestEntityTooLargeException */
export function refuseLonger(length: number, limit: BodyLimit): void {
  if (length > limit.bytes) throw tooLarge(limit)
}

/** What is said of a body that is longer. */
export const tooLarge = ({ bytes, operation }: BodyLimit): KmsError =>
  new KmsError(
    'RequestEntityTooLargeException',
    `A request body ${operation === undefined ? '' : `of ${operation} `}has at most ${bytes} bytes.`,
  )
