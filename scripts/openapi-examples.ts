import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type ErrorCode, FAULTS } from '../core/base/errors.ts'

type Json = Readonly<Record<string, unknown>>

/** A request of an operation and what was answered, recorded by test/faces/openapi-examples.test.ts. */
export interface Example {
  readonly input: Json
  /** absent where nothing is answered */
  readonly output?: unknown
}

const FILE = new URL('openapi-examples.json', import.meta.url)
const { operations, errors } = JSON.parse(readFileSync(FILE, 'utf8')) as {
  readonly operations: Readonly<Record<string, Example>>
  readonly errors: Readonly<Record<string, Json>>
}

/** The example of an operation; an empty one until there is one. */
export const exampleOf = (id: string): Example => operations[id] ?? { input: {} }

/** Operations without an example, and examples of no operation. */
export function unsettledExamples(ids: readonly string[]) {
  return {
    missing: ids.filter((id) => operations[id] === undefined),
    idle: Object.keys(operations).filter((id) => !ids.includes(id)),
  }
}

/** Takes examples of what is no operation any more out of the file. */
export function dropExamples(idle: readonly string[]): void {
  const kept = Object.entries(operations).filter(([id]) => !idle.includes(id))
  writeFileSync(
    FILE,
    `${JSON.stringify({ operations: Object.fromEntries(kept), errors }, null, 2)}\n`,
  )
}

/**
 * Has the service asked for the examples that are missing, by the test that records them, once docs/openapi.json has
 * their operations. @throws Error with what the test said, for an operation whose request must be written first
 */
export function recordExamples(): void {
  const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [vitest, 'run', 'test/faces/openapi-examples.test.ts'],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, RECORD_EXAMPLES: 'missing' },
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw new Error(`the examples could not be recorded:\n${stdout}${stderr}`)
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
