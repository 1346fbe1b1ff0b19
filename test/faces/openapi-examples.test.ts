import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FAULTS } from '../../core/base/errors.ts'
import type { Input } from '../support/harness.ts'
import { api, documented, errorsOf, otherwise, resolved } from '../support/openapi.ts'
import { shown } from '../support/openapi-examples.ts'
import { REFUSALS } from '../support/openapi-refusals.ts'
import { laidOut, sendLaid } from '../support/openapi-request.ts'
import { sampleOf } from '../support/openapi-samples.ts'
import { NEVER_DONE } from '../support/openapi-samples-iam.ts'
import { type OpenapiWorld, openapiWorld } from '../support/openapi-world.ts'

/*
 * The examples of docs/openapi.json are recorded here: RECORD_EXAMPLES=on writes scripts/openapi-examples.json, which
 * `npm run gen` puts into the document; RECORD_EXAMPLES=missing, by which gen itself has them recorded, adds those of
 * operations that have none. Otherwise what is recorded must be as it is there.
 */
interface Example {
  readonly input: Input
  /** absent of an operation that is refused to everybody, and of one that answers nothing */
  readonly output?: unknown
}
const file = new URL('../../scripts/openapi-examples.json', import.meta.url)
const frozen = JSON.parse(readFileSync(file, 'utf8')) as {
  operations: Record<string, Example>
  errors: Record<string, unknown>
}
const mode = process.env['RECORD_EXAMPLES']
const recording = mode === 'on' || mode === 'missing'
/** what is kept of the file as it is */
const kept: typeof frozen = mode === 'missing' ? frozen : { operations: {}, errors: {} }
const recorded: typeof frozen = { operations: { ...kept.operations }, errors: { ...kept.errors } }

let world: OpenapiWorld
beforeAll(async () => {
  world = await openapiWorld()
})
afterAll(async () => {
  await world.stop()
  if (!recording) return
  const sorted = <V>(some: Record<string, V>) =>
    Object.fromEntries(Object.entries(some).sort(([a], [b]) => (a < b ? -1 : 1)))
  const all = { operations: sorted(recorded.operations), errors: sorted(recorded.errors) }
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`)
})

const asked = api.filter(({ details }) => !(details.operationId in kept.operations))
const cases = asked.flatMap((one) =>
  one.details.security.flatMap((ways) =>
    Object.keys(ways).map((way) => ({ ...one, way, title: `${one.title} by ${way}` })),
  ),
)
const namesOf = (value: unknown) => Object.keys((value ?? {}) as object).sort()

describe('A request that succeeds', () => {
  test.each(cases)('$title', async ({ way, ...one }) => {
    const id = one.details.operationId
    const proof = await world.callers.proof(one, way)
    const input = await sampleOf(world, id)
    const laid = laidOut(one, input)
    const answer = await sendLaid(world.harness.target, laid, proof)
    expect(otherwise(answer, one.details)).toEqual([])
    const done = !NEVER_DONE.has(id)
    if (done) expect(answer.status, `${JSON.stringify(laid)} ${answer.body}`).toBeLessThan(300)
    else expect(answer).toMatchObject({ status: 404 })
    const { tenant } = world
    const output = done && answer.body !== '' ? (JSON.parse(answer.body) as unknown) : undefined
    const example = shown(
      { input, ...(output !== undefined && { output }) },
      { operation: id, tenant, now: world.harness.target.now() },
    ) as Example
    recorded.operations[id] ??= example
    if (recording) return
    const { input: said, output: answered } = frozen.operations[id] ?? {}
    expect(said, 'RECORD_EXAMPLES=on records it').toEqual(example.input)
    // of a list what is on its page depends on what else there is
    expect(namesOf(answered)).toEqual(namesOf(example.output))
  })
})

describe.skipIf(mode === 'missing')('A refusal', () => {
  test.each(Object.entries(REFUSALS))('%s', async (code, refused) => {
    const { operation, input, way = 'sigv4', headers = {} } = await refused(world)
    const one = documented(operation)
    const laid = laidOut(one, input)
    const proof = await world.callers.proof(one, way)
    const answer = await sendLaid(
      world.harness.target,
      { ...laid, headers: { ...laid.headers, ...headers } },
      proof,
    )
    expect(otherwise(answer, one.details)).toEqual([])
    expect(answer.body).toContain(`"${code}"`)
    const { tenant } = world
    const now = world.harness.target.now()
    const problem = shown(JSON.parse(answer.body), { operation, tenant, now })
    recorded.errors[code] = problem
    if (!recording) expect(frozen.errors[code]).toEqual(problem)
  })
})

describe.skipIf(recording)('An example of the document', () => {
  test.each(api)('$title is what the document takes and answers', ({ details }) => {
    const content = details.requestBody?.content['application/json']
    if (content !== undefined) {
      expect(content.example).toBeDefined()
      expect(errorsOf(content.schema, content.example)).toBeUndefined()
    }
    for (const [status, found] of Object.entries(details.responses)) {
      const response = '$ref' in found ? resolved(found as never) : found
      const contents = (response as { content?: Record<string, unknown> }).content ?? {}
      for (const one of Object.values(contents) as ExampleContent[]) {
        const examples = examplesOf(one)
        if (Number(status) < 300 && NEVER_DONE.has(details.operationId)) continue
        expect(examples.length, status).toBeGreaterThan(0)
        for (const value of examples) expect(errorsOf(one.schema, value)).toBeUndefined()
      }
    }
  })

  test.each([...FAULTS.keys()].filter((code) => code in REFUSALS))('%s was recorded', (code) => {
    expect(frozen.errors[code]).toMatchObject({ code, status: FAULTS.get(code)?.status })
  })
})

interface ExampleContent {
  readonly schema: Record<string, unknown>
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { readonly $ref: string }>>
}
const examplesOf = ({ example, examples = {} }: ExampleContent): unknown[] => [
  ...(example === undefined ? [] : [example]),
  ...Object.values(examples).map((one) => (resolved(one) as { value?: unknown }).value),
]
