// @module-tag local: calls the functions in this process
// @module-tag process
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { afterAll, expect, test, vi } from 'vitest'
import { signRequest } from '../../core/signature/sign-request.ts'
import { handler as decrypt } from '../../functions/cryptography/decrypt.ts'
import { handler as encrypt } from '../../functions/cryptography/encrypt.ts'
import { handler as connect } from '../../functions/custom-key-stores/connect-custom-key-store.ts'
import { handler as create } from '../../functions/custom-key-stores/create-custom-key-store.ts'
import { handler as describe } from '../../functions/custom-key-stores/describe-custom-key-stores.ts'
import { handler as disconnect } from '../../functions/custom-key-stores/disconnect-custom-key-store.ts'
import { handler as createKey } from '../../functions/keys/create-key.ts'
import { operationNamed, restRequest } from '../support/calls.ts'
import { describeStores, type Input, REGION, type Tenant } from '../support/harness.ts'
import { base64, keyStores } from '../support/key-stores.ts'
import { startXksServer } from '../support/xks-server.ts'

const proxy = await startXksServer()
afterAll(async () => {
  vi.unstubAllEnvs()
  await proxy.stop()
})

type Handler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>

const HANDLERS: Readonly<Record<string, Handler>> = {
  ConnectCustomKeyStore: connect,
  CreateCustomKeyStore: create,
  CreateKey: createKey,
  Decrypt: decrypt,
  DescribeCustomKeyStores: describe,
  DisconnectCustomKeyStore: disconnect,
  Encrypt: encrypt,
}
const HOST = 'kms.tenkey.example'

/** Calls the function of an operation as API Gateway does, on REST. */
async function call(credential: Tenant, name: string, input: Input) {
  const { method, path, query = '', body } = restRequest(operationNamed(name), input)
  const text = body === undefined ? '' : JSON.stringify(body)
  const headers = signRequest(
    {
      method,
      path,
      query,
      headers: { host: HOST, 'content-type': 'application/json' },
      body: Buffer.from(text),
    },
    credential,
    { region: REGION, service: 'kms', now: Date.now() },
  )
  const http = { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' }
  const event: APIGatewayProxyEventV2 = {
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
      http,
      requestId: 'request',
      routeKey: '$default',
      stage: '$default',
      time: '01/Jan/2026:00:00:00 +0000',
      timeEpoch: 0,
    },
    ...(text !== '' && { body: text }),
    isBase64Encoded: false,
  }
  const context = { getRemainingTimeInMillis: () => 60_000, awsRequestId: 'a' } as Context
  const answer = await HANDLERS[name]?.(event, context)
  return JSON.parse(answer?.body ?? '{}') as Record<string, unknown>
}

/** The functions find installation and proxies by their environment alone. */
describeStores(
  'External key stores in functions',
  (harness) => {
    test('are connected when Connect has answered, since a function is frozen then', async () => {
      const { networks = [], authorities = '', port, limit } = proxy.options
      const settings = {
        ...harness.inside.environment,
        TENKEY_XKS_NETWORKS: networks.join(','),
        TENKEY_XKS_CA: authorities,
        TENKEY_XKS_PORT: String(port),
        TENKEY_XKS_TIMEOUT: String(limit),
      }
      for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
      // says where suites run, and is no setting of a function
      vi.stubEnv('TENKEY_TEST_STORES', undefined)
      vi.spyOn(process.stdout, 'write').mockReturnValue(true)
      const tenant = await harness.tenant()
      const stores = keyStores(harness, proxy)
      const made = await call(tenant, 'CreateCustomKeyStore', stores.wanted())
      const CustomKeyStoreId = String(made['CustomKeyStoreId'])
      expect(CustomKeyStoreId).toMatch(/^cks-/)
      const stateOf = async () => {
        const told = await call(tenant, 'DescribeCustomKeyStores', { CustomKeyStoreId })
        const [one] = told['CustomKeyStores'] as { ConnectionState: string }[]
        return one?.ConnectionState
      }
      await call(tenant, 'ConnectCustomKeyStore', { CustomKeyStoreId })
      expect(await stateOf()).toBe('CONNECTED')
      const { KeyMetadata } = await call(tenant, 'CreateKey', {
        Origin: 'EXTERNAL_KEY_STORE',
        CustomKeyStoreId,
        XksKeyId: stores.newExternalKey(),
      })
      const { KeyId } = KeyMetadata as { KeyId: string }
      const { CiphertextBlob } = await call(tenant, 'Encrypt', {
        KeyId,
        Plaintext: base64('in a function'),
      })
      expect(await call(tenant, 'Decrypt', { CiphertextBlob })).toMatchObject({
        Plaintext: base64('in a function'),
      })
      await call(tenant, 'DisconnectCustomKeyStore', { CustomKeyStoreId })
      expect(await stateOf()).toBe('DISCONNECTED')
      expect(await call(tenant, 'Decrypt', { CiphertextBlob })).toMatchObject({
        code: 'KMSInvalidStateException',
      })
      const cluster = await call(tenant, 'CreateCustomKeyStore', {
        CustomKeyStoreName: 'cluster',
        CloudHsmClusterId: 'cluster-234567abcde',
        KeyStorePassword: 'kmsuser-password',
        TrustAnchorCertificate: 'PEM',
      })
      expect(cluster).toMatchObject({ code: 'CloudHsmClusterNotFoundException' })
    })
  },
  // functions open their installation once, and theirs is on DynamoDB
  ['dynamodb'],
)
