// @module-tag local: calls the functions in this process
import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { signRequest } from '../../core/signature/sign-request.ts'
import * as describeKey from '../../functions/keys/describe-key.ts'
import * as updateKeyDescription from '../../functions/keys/update-key-description.ts'
import * as pages from '../../functions/pages.ts'
import { describeStores, type MadeKey, REGION, type Tenant } from '../support/harness.ts'

const HOST = 'kms.tenkey.example'

/** DynamoDB behind a proxy that refuses some writes. */
async function faultyProxy(endpoint: string, refuses: (body: string) => boolean) {
  const { hostname, port } = new URL(endpoint)
  const server = createServer(async (message, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of message) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const { method, url: path, headers } = message
    if (String(headers['x-amz-target']).endsWith('.PutItem') && refuses(body.toString())) {
      response.writeHead(500, { 'content-type': 'application/x-amz-json-1.0' })
      return response.end('{"__type":"InternalServerError","message":"made up"}')
    }
    const onward = request({ hostname, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    return onward.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  return { server, url: `http://127.0.0.1:${address.port}` }
}

type Handler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>

describeStores(
  'Lambda functions whose audit records can’t be written',
  (harness) => {
    let proxy: { server: Server; url: string }
    const away = new Set<string>()
    let [one, two]: Tenant[] = []
    const keys = new Map<Tenant, MadeKey>()

    beforeAll(async () => {
      const { environment } = harness.inside
      const endpoint = environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? ''
      proxy = await faultyProxy(endpoint, (body) =>
        [...away].some((partition) => body.includes(`"S":"${partition}`)),
      )
      const settings = { ...environment, AWS_ENDPOINT_URL_DYNAMODB: proxy.url }
      for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
      ;[one, two] = [await harness.tenant(), await harness.tenant()]
      for (const tenant of [one, two]) keys.set(tenant, await harness.key(tenant))
    })
    afterAll(() => {
      vi.unstubAllEnvs()
      proxy.server.closeAllConnections()
      proxy.server.close()
    })

    async function invoke(handler: Handler, as: Tenant, method: string, body = '') {
      const path = `/v1/keys/${keys.get(as)?.id}`
      const headers = signRequest(
        {
          method,
          path,
          query: '',
          body: Buffer.from(body),
          headers: { host: HOST, 'content-type': 'application/json' },
        },
        as,
        { region: REGION, service: 'kms', now: Date.now() },
      )
      const http = { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' }
      const event = {
        version: '2.0',
        routeKey: '$default',
        rawPath: path,
        rawQueryString: '',
        headers,
        requestContext: { http, requestId: crypto.randomUUID(), stage: '$default' },
        body,
        isBase64Encoded: false,
      } as unknown as APIGatewayProxyEventV2
      const { statusCode, body: text } = await handler(event, {} as Context)
      return { statusCode, code: text ? JSON.parse(text).code : undefined }
    }
    const describe_ = (as: Tenant) => invoke(describeKey.handler, as, 'GET')
    const update = (as: Tenant, Description: string) =>
      invoke(updateKeyDescription.handler, as, 'PATCH', JSON.stringify({ Description }))
    const namesOf = async (tenant: Tenant) =>
      (await harness.trail(tenant)).map(({ eventName }) => eventName).reverse()

    test('are answered so for that tenant alone, in the same process', async () => {
      if (one === undefined || two === undefined) throw new Error('no tenants')
      // each process has answered before
      for (const tenant of [one, two]) {
        expect(await describe_(tenant)).toMatchObject({ statusCode: 200 })
        expect(await update(tenant, 'first')).toMatchObject({ code: undefined })
      }
      away.add(`${two.accountId}/audit/`)
      for (let round = 0; round < 2; round++) {
        const refused = { statusCode: 503, code: 'DependencyTimeoutException' }
        expect(await update(two, `while away ${round}`)).toEqual(refused)
        expect(await describe_(two)).toEqual(refused)
        expect(await update(one, `while away ${round}`)).toMatchObject({ code: undefined })
        expect(await describe_(one)).toMatchObject({ statusCode: 200 })
      }
      away.clear()
      expect(await update(two, 'over')).toMatchObject({ code: undefined })
      expect(await describe_(two)).toMatchObject({ statusCode: 200 })
      const made = (name: string, count: number) => Array.from({ length: count }, () => name)
      for (const tenant of [one, two]) {
        const names = await namesOf(tenant)
        const rounds = tenant === two ? 4 : 3
        expect(names.filter((name) => name === 'UpdateKeyDescription')).toEqual(
          made('UpdateKeyDescription', rounds),
        )
        expect(names.filter((name) => name === 'DescribeKey')).toEqual(made('DescribeKey', rounds))
      }
    })

    test('the health page tells whether the table takes writes', async () => {
      away.add('health')
      expect(await pages.health()).toMatchObject({
        statusCode: 503,
        body: '{"status":"unavailable"}',
      })
      away.clear()
      for (let round = 0; round < 2; round++) {
        expect(await pages.health()).toMatchObject({ statusCode: 200, body: '{"status":"ok"}' })
      }
      // a table that was only asked is still one that an import goes into
      const page = await harness.inside.store.query({ pk: 'health', prefix: '', limit: 1 })
      expect(page.items).toEqual([])
    })
  },
  ['dynamodb'],
)
