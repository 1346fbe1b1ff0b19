// @module-tag local: calls the functions in this process
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { bodyLimit, MAX_BODY } from '../../core/protocol/body-limit.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import * as decrypt from '../../functions/cryptography/decrypt.ts'
import * as encrypt from '../../functions/cryptography/encrypt.ts'
import * as createKey from '../../functions/keys/create-key.ts'
import * as describeKey from '../../functions/keys/describe-key.ts'
import * as listKeys from '../../functions/keys/list-keys.ts'
import { encrypt as encryptOperation } from '../../operations/cryptography/encrypt.ts'
import { describeStores, type MadeKey, REGION, type Tenant } from '../support/harness.ts'
import { send } from '../support/http.ts'

const HOST = 'kms.tenkey.example'

interface Asked {
  readonly method: string
  readonly path: string
  readonly query?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** An HTTP API's event, payload 2.0, as API Gateway makes it of a signed request. */
function eventOf(credential: Tenant, asked: Asked, encoded: boolean): APIGatewayProxyEventV2 {
  const { method, path, query = '', body = '' } = asked
  const typed = body === '' ? {} : { 'content-type': 'application/json' }
  const headers = signRequest(
    {
      method,
      path,
      query,
      headers: { host: HOST, ...typed, ...asked.headers },
      body: Buffer.from(body),
    },
    credential,
    { region: REGION, service: 'kms', now: Date.now() },
  )
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers,
    requestContext: {
      accountId: 'anonymous',
      apiId: 'api',
      domainName: HOST,
      domainPrefix: 'kms',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'request-of-the-gateway',
      routeKey: '$default',
      stage: '$default',
      time: '01/Jan/2026:00:00:00 +0000',
      timeEpoch: 0,
    },
    ...(body !== '' && { body: encoded ? Buffer.from(body).toString('base64') : body }),
    isBase64Encoded: encoded,
  }
}

type Handler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>

/** The functions find their installation by their environment alone. */
describeStores(
  'Lambda functions',
  (harness) => {
    let tenant: Tenant
    let key: MadeKey
    beforeAll(async () => {
      tenant = await harness.tenant()
      key = await harness.key(tenant)
      for (const [name, value] of Object.entries(harness.inside.environment)) {
        vi.stubEnv(name, value)
      }
    })
    afterAll(() => {
      vi.unstubAllEnvs()
    })

    const invoke = (handler: Handler, asked: Asked, { encoded = false, as = tenant } = {}) =>
      handler(eventOf(as, asked, encoded), {} as Context)

    const serve = async ({ method, path, query = '', body = '', headers = {} }: Asked) => {
      const { host } = new URL(harness.target.url)
      const typed = body === '' ? {} : { 'content-type': 'application/json' }
      const signed = signRequest(
        { method, path, query, headers: { host, ...typed, ...headers }, body: Buffer.from(body) },
        tenant,
        { region: REGION, service: 'kms', now: Date.now() },
      )
      const target = query === '' ? path : `${path}?${query}`
      return send(harness.target.url, { method, target, headers: signed, body })
    }
    const bodyOf = ({ body }: APIGatewayProxyStructuredResultV2) =>
      JSON.parse(body ?? '') as Record<string, unknown>

    test('what is read is answered as the server answers it', async () => {
      const asked: [Handler, Asked][] = [
        [describeKey.handler, { method: 'GET', path: `/v1/keys/${key.id}` }],
        [describeKey.handler, { method: 'GET', path: `/v1/keys/${encodeURIComponent(key.arn)}` }],
        [describeKey.handler, { method: 'GET', path: '/v1/keys/nothing' }],
        [listKeys.handler, { method: 'GET', path: '/v1/keys', query: 'Limit=1' }],
        [listKeys.handler, { method: 'GET', path: '/v1/keys', query: 'Limit=0' }],
      ]
      for (const [handler, one] of asked) {
        const [function_, server] = [await invoke(handler, one), await serve(one)]
        expect(function_.statusCode).toBe(server.status)
        const { requestId: _ours, ...ours } = bodyOf(function_)
        const { requestId: _theirs, ...theirs } = JSON.parse(server.text) as Record<string, unknown>
        expect(ours).toEqual(theirs)
        expect(function_.headers?.['content-type']).toBe(server.headers['content-type'])
        expect(function_.headers?.['etag']).toBe(server.headers['etag'])
        expect(function_.headers?.['x-request-id']).toBe('request-of-the-gateway')
      }
    })

    test.each([false, true])('a body comes as text or as base64 (%s)', async (encoded) => {
      const body = JSON.stringify({ Plaintext: Buffer.from('über λ').toString('base64') })
      const path = `/v1/keys/${key.id}/encrypt`
      const sealed = await invoke(encrypt.handler, { method: 'POST', path, body }, { encoded })
      expect(sealed.statusCode).toBe(200)
      const { CiphertextBlob } = bodyOf(sealed)
      const opened = await invoke(
        decrypt.handler,
        { method: 'POST', path: '/v1/decrypt', body: JSON.stringify({ CiphertextBlob }) },
        { encoded },
      )
      expect(Buffer.from(String(bodyOf(opened)['Plaintext']), 'base64').toString()).toBe('über λ')
      const there = await harness.ok(tenant, 'Decrypt', { CiphertextBlob })
      expect(there['KeyId']).toBe(key.arn)
    })

    test('a body that is too long for the operation, or for any, is refused', async () => {
      const path = `/v1/keys/${key.id}/encrypt`
      const { bytes } = bodyLimit(encryptOperation, 'rest', 'POST')
      const long = (length: number) => ({ method: 'POST', path, body: '{'.padEnd(length, ' ') })
      for (const encoded of [false, true]) {
        const refused = await invoke(encrypt.handler, long(bytes + 1), { encoded })
        expect(refused.statusCode).toBe(413)
        const { code, detail } = bodyOf(refused)
        expect(code).toBe('RequestEntityTooLargeException')
        expect(detail).toBe(`A request body of Encrypt has at most ${bytes} bytes.`)
        const huge = await invoke(encrypt.handler, long(5 * MAX_BODY), { encoded })
        expect(huge.statusCode).toBe(413)
        expect(bodyOf(huge)['detail']).toBe(`A request body has at most ${MAX_BODY} bytes.`)
        const read = await invoke(encrypt.handler, long(bytes), { encoded })
        expect(bodyOf(read)['code']).toBe('SerializationException')
      }
    })

    test('a key made by a function is there for the server', async () => {
      const made = await invoke(createKey.handler, { method: 'POST', path: '/v1/keys', body: '{}' })
      expect(made.statusCode).toBe(201)
      const { KeyMetadata } = bodyOf(made)
      const { KeyId } = KeyMetadata as { KeyId: string }
      const found = await harness.ok(tenant, 'DescribeKey', { KeyId })
      expect(found['KeyMetadata']).toMatchObject({ KeyId, KeyState: 'Enabled' })
    })

    test('the record of a call is written when the function has answered', async () => {
      await invoke(describeKey.handler, { method: 'GET', path: `/v1/keys/${key.id}` })
      const [record] = await harness.trail(tenant, { EventName: 'DescribeKey' })
      expect(record).toMatchObject({
        requestID: 'request-of-the-gateway',
        sourceIPAddress: '192.0.2.1',
      })
    })

    test('a function answers for its own operation and no other', async () => {
      const outcome = await invoke(describeKey.handler, { method: 'GET', path: '/v1/keys' })
      expect(outcome.statusCode).toBe(404)
    })

    test('a wrong secret', async () => {
      const forged = { ...tenant, secretAccessKey: 'x'.repeat(40) }
      const asked = { method: 'GET', path: `/v1/keys/${key.id}` }
      const outcome = await invoke(describeKey.handler, asked, { as: forged })
      expect(outcome.statusCode).toBe(403)
      expect(bodyOf(outcome)['code']).toBe('InvalidSignatureException')
    })
  },
  ['dynamodb'],
)
