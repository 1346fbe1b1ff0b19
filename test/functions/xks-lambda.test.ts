// @module-tag local: calls a function in this process, with settings of its own
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { signRequest } from '../../core/signature/sign-request.ts'
import { xksLambda } from '../../functions/xks-lambda.ts'
import { xksEncrypt } from '../../operations/xks/xks-encrypt.ts'
import { xksGetHealthStatus } from '../../operations/xks/xks-get-health-status.ts'
import { describeStores } from '../support/harness.ts'
import { metadata, PROXY_POLICY, type XksCredential, xksCredential } from '../support/xks.ts'

const HOST = 'kms.example.com'

describeStores(
  'a function of a proxy',
  (harness) => {
    let credential: XksCredential
    let key: string
    beforeAll(async () => {
      const tenant = await harness.tenant()
      await harness.role(tenant, 'aws', { Policy: PROXY_POLICY })
      credential = await xksCredential(harness, tenant, 'role/aws')
      key = (await harness.key(tenant)).id
    })
    afterEach(() => {
      vi.unstubAllEnvs()
      vi.restoreAllMocks()
    })

    const settings = (more: Readonly<Record<string, string>> = {}) => {
      for (const [name, value] of Object.entries({ ...harness.inside.environment, ...more })) {
        vi.stubEnv(name, value)
      }
    }
    /** What a function writes to its log: a line of JSON each. */
    const lines = () => {
      const said: Record<string, unknown>[] = []
      for (const stream of [process.stdout, process.stderr]) {
        vi.spyOn(stream, 'write').mockImplementation((text) => {
          said.push(JSON.parse(String(text)))
          return true
        })
      }
      return said
    }

    function eventOf(path: string, body: object): APIGatewayProxyEventV2 {
      const text = JSON.stringify(body)
      const headers = signRequest(
        { method: 'POST', path, query: '', headers: { host: HOST }, body: Buffer.from(text) },
        credential,
        { region: 'us-east-1', service: 'kms-xks-proxy', now: Date.now() },
      )
      return {
        version: '2.0',
        routeKey: '$default',
        rawPath: path,
        rawQueryString: '',
        headers,
        requestContext: {
          accountId: 'anonymous',
          apiId: 'api',
          domainName: HOST,
          domainPrefix: 'kms',
          http: {
            method: 'POST',
            path,
            protocol: 'HTTP/1.1',
            sourceIp: '192.0.2.1',
            userAgent: '',
          },
          requestId: 'request-of-the-gateway',
          routeKey: '$default',
          stage: '$default',
          time: '01/Jan/2026:00:00:00 +0000',
          timeEpoch: 0,
        },
        body: text,
        isBase64Encoded: false,
      }
    }
    const encryption = () =>
      eventOf(`${credential.path}/keys/${key}/encrypt`, {
        requestMetadata: metadata(),
        plaintext: 'SGVsbG8gV29ybGQh',
        encryptionAlgorithm: 'AES_GCM',
      })

    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    test('an instance that is kept warm is open before its first event', async () => {
      settings({ AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency' })
      const said = lines()
      const handler = await xksLambda(xksEncrypt)
      const answer = await handler(encryption(), {} as Context)
      expect(answer.statusCode, answer.body).toBe(200)
      const [line] = said
      expect(line).toMatchObject({ operation: 'XksEncrypt', code: 'Success' })
      // nothing was opened for the event
      expect(line).not.toHaveProperty('openMs')
    })

    test('another opens with its first event', async () => {
      settings({ AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' })
      const said = lines()
      const handler = await xksLambda(xksEncrypt)
      expect((await handler(encryption(), {} as Context)).statusCode).toBe(200)
      expect(said[0]).toHaveProperty('openMs')
    })

    test('one that could not be opened says so, and tries again with its first event', async () => {
      settings({ AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency', TENKEY_STORE: 'none' })
      const said = lines()
      const handler = await xksLambda(xksEncrypt)
      expect(said[0]).toMatchObject({ severity: 'warn', start: 'not warmed' })
      const refused = await handler(encryption(), {} as Context)
      // in words that AWS KMS reads
      expect(refused.statusCode).toBe(500)
      expect(JSON.parse(refused.body ?? '')).toMatchObject({ errorName: 'InternalException' })
      settings()
      expect((await handler(encryption(), {} as Context)).statusCode).toBe(200)
    })

    test('tells how many are kept warm', async () => {
      settings({ TENKEY_FLEET: '7' })
      lines()
      const handler = await xksLambda(xksGetHealthStatus)
      const requestMetadata = { kmsOperation: 'KmsHealthCheck', kmsRequestId: '1' }
      const { body = '' } = await handler(
        eventOf(`${credential.path}/health`, { requestMetadata }),
        {} as Context,
      )
      expect(JSON.parse(body)).toMatchObject({
        xksProxyFleetSize: 7,
        ekmFleetDetails: [{ healthStatus: 'ACTIVE' }],
      })
    })

    test('the path of another function is none of its own', async () => {
      settings()
      lines()
      const handler = await xksLambda(xksGetHealthStatus)
      const { statusCode, body = '' } = await handler(encryption(), {} as Context)
      expect(statusCode).toBe(404)
      expect(JSON.parse(body)).toMatchObject({ errorName: 'InvalidUriPathException' })
    })

    describe('what comes before the pipeline', () => {
      test.for([
        [
          'a body of a megabyte',
          { body: 'x'.repeat(1_100_000) },
          'UnsupportedOperationException',
          501,
        ],
        ['no event of an HTTP API', { version: '1.0' }, 'ValidationException', 400],
      ] as const)('%s is refused in words that AWS KMS reads', async ([, more, name, status]) => {
        settings()
        lines()
        const handler = await xksLambda(xksEncrypt)
        const answer = await handler({ ...encryption(), ...more }, {} as Context)
        expect(answer.statusCode).toBe(status)
        expect(JSON.parse(answer.body ?? '')).toMatchObject({ errorName: name })
      })
    })
  },
  ['dynamodb'],
)
