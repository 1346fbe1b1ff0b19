// @module-tag local: proxies of this process are called, at a loopback address
// @module-tag process
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { describeStores, type Input, type Tenant } from '../support/harness.ts'
import { keyStores } from '../support/key-stores.ts'
import { CREDENTIAL, HEALTHY, refuse, startXksServer } from '../support/xks-server.ts'

const proxy = await startXksServer()
afterAll(() => proxy.stop())
beforeEach(() => {
  proxy.fail()
  proxy.asked.length = 0
  proxy.credentials.clear()
  proxy.credentials.set(CREDENTIAL.AccessKeyId, CREDENTIAL.RawSecretAccessKey)
})

const OTHER = {
  AccessKeyId: 'ZYXWVUTSRQPONMLKJIHG7654',
  RawSecretAccessKey: 'zYxWvUtSrQpOnMlKjIhGfEdCbA9876543210+/zYxWvUtS=',
}
const CLUSTER = {
  CustomKeyStoreType: 'AWS_CLOUDHSM',
  CloudHsmClusterId: 'cluster-234567abcde',
  KeyStorePassword: 'kmsuser-password',
  TrustAnchorCertificate: 'PEM',
}
const SERVICE = 'com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0'

describeStores(
  'Custom key stores that are created',
  (harness) => {
    const stores = keyStores(harness, proxy)
    const told = async (tenant: Tenant, operation: string, input: Input) =>
      (await harness.call('aws', tenant, operation, input)).code ?? 'done'

    describe('CreateCustomKeyStore refuses', () => {
      test.for<[title: string, more: Input, code: string]>([
        ['a cluster', { ...CLUSTER }, 'ValidationException'],
        ['no path', { XksProxyUriPath: undefined }, 'ValidationException'],
        ['no endpoint', { XksProxyUriEndpoint: undefined }, 'ValidationException'],
        ['no credential', { XksProxyAuthenticationCredential: undefined }, 'ValidationException'],
        ['no connectivity', { XksProxyConnectivity: undefined }, 'ValidationException'],
        ['a password', { KeyStorePassword: 'password' }, 'ValidationException'],
        [
          'a service at a public endpoint',
          { XksProxyVpcEndpointServiceName: SERVICE },
          'ValidationException',
        ],
        [
          'no service at a VPC endpoint service',
          { XksProxyConnectivity: 'VPC_ENDPOINT_SERVICE' },
          'ValidationException',
        ],
        [
          'a VPC endpoint service: there are none outside AWS',
          {
            XksProxyConnectivity: 'VPC_ENDPOINT_SERVICE',
            XksProxyVpcEndpointServiceName: SERVICE,
          },
          'XksProxyVpcEndpointServiceNotFoundException',
        ],
        [
          'an address for a host',
          { XksProxyUriEndpoint: 'https://127.0.0.1' },
          'XksProxyInvalidConfigurationException',
        ],
        [
          'a host that nobody has',
          { XksProxyUriEndpoint: 'https://nobody.invalid' },
          'XksProxyUriUnreachableException',
        ],
        [
          'a credential that the proxy does not know',
          { XksProxyAuthenticationCredential: OTHER },
          'XksProxyIncorrectAuthenticationCredentialException',
        ],
      ])('%s', async ([, more, code]) => {
        const tenant = await harness.tenant()
        expect(await told(tenant, 'CreateCustomKeyStore', stores.wanted(more))).toBe(code)
        expect(await harness.ok(tenant, 'DescribeCustomKeyStores')).toMatchObject({
          CustomKeyStores: [],
        })
      })

      test('a cluster that nobody has registered', async () => {
        const tenant = await harness.tenant()
        const input = { CustomKeyStoreName: 'hsm', ...CLUSTER }
        const code = 'CloudHsmClusterNotFoundException'
        expect(await told(tenant, 'CreateCustomKeyStore', input)).toBe(code)
      })

      test('a name, a proxy, an eleventh store', async () => {
        const tenant = await harness.tenant()
        const first = stores.wanted()
        const made = await harness.ok(tenant, 'CreateCustomKeyStore', first)
        // the same again, of one that is disconnected, is the same (API_CreateCustomKeyStore)
        expect(await harness.ok(tenant, 'CreateCustomKeyStore', first)).toEqual(made)
        const { CustomKeyStoreName, XksProxyUriPath } = first
        expect(
          await told(tenant, 'CreateCustomKeyStore', stores.wanted({ CustomKeyStoreName })),
        ).toBe('CustomKeyStoreNameInUseException')
        for (const host of ['LOCALHOST', 'localhost.', 'Localhost..']) {
          const same = { XksProxyUriPath, XksProxyUriEndpoint: `https://${host}` }
          expect(await told(tenant, 'CreateCustomKeyStore', stores.wanted(same))).toBe(
            'XksProxyUriInUseException',
          )
        }
        await stores.connect(tenant, String(made['CustomKeyStoreId']))
        expect(await told(tenant, 'CreateCustomKeyStore', first)).toBe(
          'CustomKeyStoreNameInUseException',
        )
        for (let more = 1; more < 10; more++) await stores.create(tenant)
        expect(await told(tenant, 'CreateCustomKeyStore', stores.wanted())).toBe(
          'LimitExceededException',
        )
        // names and proxies are an account's own, and a Region's
        const other = await harness.tenant()
        expect(await told(other, 'CreateCustomKeyStore', first)).toBe('done')
        const elsewhere = { region: 'eu-west-1' }
        expect(
          (await harness.call('aws', tenant, 'CreateCustomKeyStore', first, elsewhere)).code,
        ).toBe(undefined)
      })
    })

    test('the same call again is answered as before, and asks the proxy nothing', async () => {
      const tenant = await harness.tenant()
      const wanted = stores.wanted()
      const made = await harness.ok(tenant, 'CreateCustomKeyStore', wanted)
      const asked = proxy.asked.length
      proxy.fail(() => refuse(500, 'InternalException'))
      expect(await harness.ok(tenant, 'CreateCustomKeyStore', wanted)).toEqual(made)
      expect(proxy.asked).toHaveLength(asked)
      // another secret is another call
      const other = { ...CREDENTIAL, RawSecretAccessKey: OTHER.RawSecretAccessKey }
      const changed = { ...wanted, XksProxyAuthenticationCredential: other }
      const told = await harness.call('aws', tenant, 'CreateCustomKeyStore', changed)
      expect(told.code).toBe('CustomKeyStoreNameInUseException')
    })

    test('the same call while the first waits for its proxy makes one store', async () => {
      const tenant = await harness.tenant()
      const wanted = stores.wanted()
      const answers: (() => void)[] = []
      const both = new Promise<void>((resolve) => {
        proxy.fail((_asked, right, response) => {
          answers.push(() => response.writeHead(200).end(JSON.stringify(right.body)))
          if (answers.length === 2) resolve()
          return 'answered'
        })
      })
      const calls = [1, 2].map(() => harness.ok(tenant, 'CreateCustomKeyStore', wanted))
      await both
      for (const answer of answers) answer()
      const [one, other] = await Promise.all(calls)
      expect(other).toEqual(one)
      // each of the two asked once, however their writes met
      expect(answers).toHaveLength(2)
      const { CustomKeyStores } = await harness.ok(tenant, 'DescribeCustomKeyStores')
      expect(CustomKeyStores).toHaveLength(1)
    })

    test.for<[title: string, status: number, error: string, created: string, connection: string]>([
      [
        'a path it has not',
        404,
        'InvalidUriPathException',
        'XksProxyInvalidConfigurationException',
        'XKS_PROXY_INVALID_CONFIGURATION',
      ],
      [
        'a credential',
        401,
        'AuthenticationFailedException',
        'XksProxyIncorrectAuthenticationCredentialException',
        'INVALID_CREDENTIALS',
      ],
      [
        'access',
        403,
        'AccessDeniedException',
        'XksProxyInvalidResponseException',
        'XKS_PROXY_ACCESS_DENIED',
      ],
      [
        'the request',
        400,
        'ValidationException',
        'XksProxyInvalidResponseException',
        'XKS_PROXY_INVALID_RESPONSE',
      ],
      [
        'for a fault of its own',
        500,
        'InternalException',
        'XksProxyInvalidResponseException',
        'XKS_PROXY_INVALID_RESPONSE',
      ],
      [
        'for its load',
        429,
        'ThrottlingException',
        'XksProxyUriUnreachableException',
        'XKS_PROXY_NOT_REACHABLE',
      ],
      [
        'for a time limit',
        503,
        'DependencyTimeoutException',
        'XksProxyUriUnreachableException',
        'XKS_PROXY_TIMED_OUT',
      ],
      [
        'what it does not know',
        501,
        'UnsupportedOperationException',
        'XksProxyInvalidResponseException',
        'XKS_PROXY_INVALID_RESPONSE',
      ],
      [
        'in words of a gateway',
        502,
        'Bad gateway',
        'XksProxyInvalidResponseException',
        'XKS_PROXY_INVALID_RESPONSE',
      ],
    ])('a proxy that refuses %s', async ([, status, error, created, connection]) => {
      const tenant = await harness.tenant()
      const id = await stores.create(tenant)
      proxy.fail(() => refuse(status, error))
      expect(await told(tenant, 'CreateCustomKeyStore', stores.wanted())).toBe(created)
      const path = { CustomKeyStoreId: id, XksProxyUriPath: '/other/kms/xks/v1' }
      expect(await told(tenant, 'UpdateCustomKeyStore', path)).toBe(created)
      const failed = { ConnectionState: 'FAILED', ConnectionErrorCode: connection }
      expect(await stores.connect(tenant, id)).toMatchObject(failed)
      // one that failed is disconnected before it is connected again
      proxy.fail()
      expect(await told(tenant, 'ConnectCustomKeyStore', { CustomKeyStoreId: id })).toBe(
        'CustomKeyStoreInvalidStateException',
      )
      await stores.disconnect(tenant, id)
      const after = await stores.described(tenant, id)
      expect(after).not.toHaveProperty('ConnectionErrorCode')
      expect(await stores.connect(tenant, id)).toMatchObject({ ConnectionState: 'CONNECTED' })
    })

    test('a proxy whose key managers are all unavailable is not connected; one that is degraded is', async () => {
      const tenant = await harness.tenant()
      const id = await stores.create(tenant)
      const health = (healthStatus: string) => ({
        status: 200,
        body: { ...HEALTHY.body, ekmFleetDetails: [{ id: 'one', model: 'm', healthStatus }] },
      })
      proxy.fail(() => health('UNAVAILABLE'))
      expect(await told(tenant, 'CreateCustomKeyStore', stores.wanted())).toBe(
        'XksProxyUriUnreachableException',
      )
      expect(await stores.connect(tenant, id)).toMatchObject({
        ConnectionErrorCode: 'XKS_PROXY_NOT_REACHABLE',
      })
      await stores.disconnect(tenant, id)
      proxy.fail(() => health('DEGRADED'))
      expect(await stores.connect(tenant, id)).toMatchObject({ ConnectionState: 'CONNECTED' })
    })
  },
  ['sqlite', 'dynamodb'],
  { xks: proxy.options },
)
