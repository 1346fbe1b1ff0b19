import { readFileSync } from 'node:fs'
import { type ErrorCode, FAULTS } from '../core/base/errors.ts'

type Json = Readonly<Record<string, unknown>>

/** A request of an operation and what was answered, recorded by test/faces/openapi-examples.test.ts. */
export interface Example {
  readonly input: Json
  /** absent where nothing is answered */
  readonly output?: unknown
}

const { operations, errors } = JSON.parse(
  readFileSync(new URL('openapi-examples.json', import.meta.url), 'utf8'),
) as {
  readonly operations: Readonly<Record<string, Example>>
  readonly errors: Readonly<Record<string, Json>>
}

const HOW =
  'test/support/openapi-samples.ts has the requests, RECORD_EXAMPLES=on npm run test:one -- test/faces/openapi-examples.test.ts records'

/** The example of an operation; an empty one, which `settleExamples` tells, where there is none. */
export const exampleOf = (id: string): Example => operations[id] ?? { input: {} }

/** @throws Error for operations without an example, and examples of no operation, unless they are being recorded */
export function settleExamples(ids: readonly string[]): void {
  const missing = ids.filter((id) => operations[id] === undefined)
  const idle = Object.keys(operations).filter((id) => !ids.includes(id))
  if (missing.length > 0) console.error(`no example of ${missing.join(', ')}: ${HOW}`)
  if (idle.length > 0)
    console.error(`an example of ${idle.join(', ')}, which is no operation: ${HOW}`)
  if (missing.length + idle.length > 0 && process.argv.includes('--check')) process.exitCode = 1
}

/** Of each error code what is answered with it: as recorded, else what is the same whenever it is answered. */
export function refusalExamples(answered: Iterable<ErrorCode>): Json {
  const codes = [...new Set(answered)].sort()
  return Object.fromEntries(
    codes.map((code) => [
      code,
      { summary: FAULTS.get(code)?.title, value: errors[code] ?? titled(code) },
    ]),
  )
}

const titled = (code: ErrorCode): Json => ({
  title: FAULTS.get(code)?.title,
  status: FAULTS.get(code)?.status,
  code,
  requestId: '5d0c6c43-9a45-4b50-8a64-1a4c6d1d3b5f',
})
