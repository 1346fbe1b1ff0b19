import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Input } from '../support/harness.ts'
import { type Answered, type Api, api, otherwise, parametersOf } from '../support/openapi.ts'
import { laidOut, sendLaid } from '../support/openapi-request.ts'
import { requestsOf, wrongRequests } from '../support/openapi-values.ts'
import { type OpenapiWorld, openapiWorld } from '../support/openapi-world.ts'
import { sliced } from '../support/slice.ts'

/*
 * Requests that are made of docs/openapi.json alone, such as it takes and such as it does not, in each way to
 * authenticate that it names. That its examples succeed is shown by openapi-examples.test.ts.
 */

let world: OpenapiWorld
beforeAll(async () => {
  world = await openapiWorld()
})
afterAll(() => world.stop())

/** valid requests of each operation and way, always the same; `npm test` has fewer */
const RUNS = sliced ? 2 : 10
const SEED = 20260115
/** of a list of wrong requests `npm test` sends one of so many by each way, another by the next way */
const OF_WRONG = sliced ? 4 : 1

const cases = api.flatMap((one) =>
  one.details.security.flatMap((ways) =>
    Object.keys(ways).map((way) => ({ ...one, way, title: `${one.title} by ${way}` })),
  ),
)

async function ask(
  one: Api,
  way: string,
  input: Input,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const laid = laidOut(one, input)
  const proof = await world.callers.proof(one, way)
  const all = { ...laid, headers: { ...laid.headers, ...headers } }
  return sendLaid(world.harness.target, all, proof)
}

/** The request that the document shows. */
function exampleOf({ details }: Api): Input {
  const body = details.requestBody?.content['application/json'].example ?? {}
  const parameters = parametersOf(details).filter(({ example }) => example !== undefined)
  const shown = parameters.map(({ name, example }): [string, unknown] => [name, example])
  // where the path has ~, the query has the name
  const named = shown.map(([name, value]): [string, unknown] =>
    value === '~' ? [name, NAMED[name] ?? 'x'] : [name, value],
  )
  return { ...(body as Input), ...Object.fromEntries(named) }
}
const NAMED: Readonly<Record<string, string>> = {
  PolicyArn: 'arn:aws:iam::111122223333:policy/use-keys',
  OpenIDConnectProviderArn: 'arn:aws:iam::111122223333:oidc-provider/idp.example.com',
  SerialNumber: 'arn:aws:iam::111122223333:mfa/phone',
}

const codeOf = ({ body }: Answered) => (JSON.parse(body) as { code?: unknown }).code

/** Refusals of what a schema does not take. */
const OF_SHAPE = ['ValidationException', 'SerializationException']

describe('A request that the document takes is answered as it says', () => {
  test.each(cases)('$title', async ({ way, ...one }) => {
    // a clock that is put forward by years would end what others are about to call with
    if (one.details.operationId === 'AdvanceClock') return
    const requests = fc.sample(requestsOf(one), { numRuns: RUNS, seed: SEED })
    for (const input of requests) {
      const answer = await ask(one, way, input)
      expect(otherwise(answer, one.details), JSON.stringify(input)).toEqual([])
      expect(answer.status, answer.body).toBeLessThan(500)
      if (answer.status < 400) continue
      // sense that a schema can't say may be missing, but not its form
      expect(`${JSON.stringify(input)} ${answer.body}`).not.toMatch(
        /failed to satisfy constraint: (?!Member must not be null)|is not known here|more than once/,
      )
      expect(codeOf(answer), `${JSON.stringify(input)} ${answer.body}`).not.toBe(
        'SerializationException',
      )
    }
  })
})

describe('A request that it does not take is refused as it says', () => {
  test.each(cases)('$title', async ({ way, ...one }) => {
    const turn = Object.keys(WAYS).indexOf(way)
    const wrong = wrongRequests(one, exampleOf(one))
    const asked = wrong.filter((_, index) => (index + turn) % OF_WRONG === 0)
    for (const { why, input, headers } of asked) {
      const answer = await ask(one, way, input, headers)
      const told = `${one.title}, ${why}: ${answer.status} ${answer.body}`
      expect(otherwise(answer, one.details), told).toEqual([])
      expect(answer.status, told).toBe(400)
      expect(OF_SHAPE, told).toContain(codeOf(answer))
    }
  })
})

const WAYS = { sigv4: 0, bearer: 1, presigned: 2, awsIdentity: 3 }

describe('A way to authenticate that an operation does not name is refused', () => {
  const others = api.flatMap((one) => {
    const named = one.details.security.flatMap((ways) => Object.keys(ways))
    return ['sigv4', 'presigned', 'bearer', 'awsIdentity']
      .filter((way) => !named.includes(way))
      .map((way) => ({ ...one, way, title: `${one.title} by ${way}` }))
  })
  const few = others.filter(({ way }) => way !== 'awsIdentity' || !sliced)

  test.each(few)('$title', async ({ way, ...one }) => {
    const answer = await ask(one, way, exampleOf(one))
    expect(otherwise(answer, one.details)).toEqual([])
    // AWS STS's word for a token of another kind is another
    const refused = codeOf(answer) === 'InvalidIdentityTokenException' ? [400] : [401, 403]
    expect(refused, answer.body).toContain(answer.status)
  })
})
