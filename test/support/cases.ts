import { beforeAll, describe, expect, test } from 'vitest'
import type { ErrorCode } from '../../core/base/errors.ts'
import { FAULTS } from '../../core/base/errors.ts'
import { serviceOf } from '../../core/operation.ts'
import { operationNamed } from './calls.ts'
import type { Credential, Harness, Input, Outcome, Via } from './harness.ts'
import { slice } from './slice.ts'

/** One thing an operation does: what is asked, and exactly what is answered. */
export interface Case<F> {
  readonly title: string
  readonly input: (fixture: F) => Input
  /** whose credential signs; the fixture's `caller` unless given */
  readonly caller?: (fixture: F) => Credential
  readonly region?: string
  /** ways that can carry the input; the SDK and REST unless given */
  readonly via?: readonly Via[]
  /** the answer, no member more or less */
  readonly gives?: (fixture: F, input: Input, via: Via) => unknown
  readonly refused?: ErrorCode
  /** the refusal's text; null where AWS gives none */
  readonly message?: string | null | ((fixture: F, via: Via) => string)
  /** done after the call */
  readonly after?: (fixture: F, outcome: Outcome, via: Via) => Promise<void> | void
}

export interface Fixture {
  readonly caller: Credential
}

/**
 * Of an operation's cases those that `npm test` makes elsewhere than in this process: the first that is
 * answered and the first that is refused show that the operation's function, its role and its code do what
 * they do here, where all are made.
 */
function casesFor<F>(cases: readonly Case<F>[]): readonly Case<F>[] {
  if (process.env['TENKEY_TEST_ENDPOINT'] === undefined) return cases
  const firsts = [true, false].map((answered) =>
    cases.find(({ refused }) => (refused === undefined) === answered),
  )
  return slice(cases, (one) => firsts.includes(one))
}

/**
 * Carries out each case by the SDK and by REST. One that changes something has a fixture of its own, so
 * that none needs another; the others share one. @param tags of all these tests
 */
export function testOperation<F extends Fixture>(
  harness: Harness,
  operation: string,
  setUp: () => Promise<F>,
  cases: readonly Case<F>[],
  tags: string[] = [],
): void {
  describe(operation, { tags }, () => {
    let fixture: F
    beforeAll(async () => {
      fixture = await setUp()
      harness.begin()
    })
    const described = operationNamed(operation)
    const { mutates } = described
    const ways: readonly Via[] = serviceOf(described) === 'kms' ? ['sdk', 'rest'] : ['rest']
    for (const one of casesFor(cases)) {
      for (const via of one.via ?? ways) {
        test(`${one.title} (${via})`, async () => {
          const changes = mutates && one.refused === undefined
          await carryOut(harness, operation, changes ? await setUp() : fixture, one, via)
        })
      }
    }
  })
}

async function carryOut<F extends Fixture>(
  harness: Harness,
  operation: string,
  fixture: F,
  one: Case<F>,
  via: Via,
): Promise<void> {
  const input = one.input(fixture)
  const caller = one.caller?.(fixture) ?? fixture.caller
  const options = one.region === undefined ? {} : { region: one.region }
  const outcome = await harness.call(via, caller, operation, input, options)
  if (one.refused === undefined) expectSuccess(operation, outcome, via)
  else {
    const message = typeof one.message === 'function' ? one.message(fixture, via) : one.message
    expectRefusal(outcome, via, one.refused, message)
  }
  if (one.gives !== undefined) expect(outcome.json).toEqual(one.gives(fixture, input, via))
  await one.after?.(fixture, outcome, via)
}

function expectSuccess(operation: string, outcome: Outcome, via: Via): void {
  const { output, status = 200 } = operationNamed(operation)
  expect(outcome.code, outcome.text).toBeUndefined()
  const empty = output === undefined || (via === 'rest' && status === 204)
  expect(outcome.status).toBe(via !== 'rest' ? 200 : empty ? 204 : status)
  if (empty) expect(outcome.text).toBe('')
}

/** @param message undefined: whatever; null: no such member in the body */
export function expectRefusal(
  outcome: Outcome,
  via: Via,
  code: ErrorCode,
  message?: string | null,
): void {
  expect(outcome.code, outcome.text).toBe(code)
  expect(outcome.status).toBe(via === 'rest' ? FAULTS.get(code)?.status : 400)
  if (message === null) {
    expect(outcome.message).toBeUndefined()
    expect(Object.keys(outcome.json)).toEqual(
      via === 'rest' ? ['title', 'status', 'code', 'requestId'] : ['__type'],
    )
  } else if (message !== undefined) {
    expect(via === 'rest' ? inAwsWords(outcome.message) : outcome.message).toBe(message)
  }
}

/** REST names members as they are there, and where they stand; cases have AWS's words. */
const inAwsWords = (message = ''): string =>
  message.replaceAll(
    / at (?:'\/([^']*)'|(?:path member|query parameter) '(\w+)') failed to satisfy/g,
    (_, pointer?: string, name?: string) => {
      const parts = (pointer ?? name ?? '').split('/').map((part) => {
        const place = /^\d+$/.test(part) ? `${Number(part) + 1}.member` : part
        return place.charAt(0).toLowerCase() + place.slice(1)
      })
      return ` at '${parts.join('.')}' failed to satisfy`
    },
  )
