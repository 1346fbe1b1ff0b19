import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { handler } from '../../functions/canary-rollback.ts'

interface Asked {
  readonly line: string
  readonly body: unknown
  readonly authorization: string
}

let lambda: Server
const asked: Asked[] = []
/** names that AWS Lambda refuses */
let refused: readonly string[] = []

beforeEach(async () => {
  asked.length = 0
  refused = []
  lambda = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method, url = '', headers } = request
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString())
    asked.push({ line: `${method} ${url}`, body, authorization: headers.authorization ?? '' })
    const status = refused.some((name) => url.includes(`/${name}/`)) ? 429 : 200
    response.writeHead(status).end('{}')
  })
  lambda.listen(0, '127.0.0.1')
  await once(lambda, 'listening')
  const { port } = lambda.address() as AddressInfo
  const settings = {
    TENKEY_LAMBDA_ENDPOINT: `http://127.0.0.1:${port}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDTEST',
    AWS_SECRET_ACCESS_KEY: 'made-up',
    AWS_SESSION_TOKEN: 'of the role',
  }
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(() => {
  vi.unstubAllEnvs()
  lambda.close()
})

const functions = Array.from({ length: 12 }, (_, n) => `function-${n}`)

// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html
test('takes the new version’s weight from every alias', async () => {
  expect(await handler({ functions, alias: 'live' })).toEqual({ setBack: 12 })
  expect(asked.map(({ line }) => line).sort()).toEqual(
    functions.map((name) => `PUT /2015-03-31/functions/${name}/aliases/live`).sort(),
  )
  for (const { body, authorization } of asked) {
    expect(body).toEqual({ RoutingConfig: { AdditionalVersionWeights: {} } })
    expect(authorization).toContain('/eu-west-1/lambda/aws4_request')
    expect(authorization).toContain('x-amz-security-token')
  }
})

test('where one is refused the others are set back, and the event fails, to come again', async () => {
  refused = ['function-3']
  await expect(handler({ functions, alias: 'live' })).rejects.toThrow('1 of 12 not set back')
  expect(asked).toHaveLength(12)
})
