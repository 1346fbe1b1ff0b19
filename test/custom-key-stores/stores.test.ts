// @module-tag local: proxies of this process are called, at a loopback address
// @module-tag process
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { describeStores, type Input, REGION, type Tenant } from '../support/harness.ts'
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
const NOBODY = 'cks-00000000000000000'

describeStores(
  'Custom key stores',
  (harness) => {
    const stores = keyStores(harness, proxy)
    const told = async (tenant: Tenant, operation: string, input: Input) =>
      (await harness.call('aws', tenant, operation, input)).code ?? 'done'

    test('are created disconnected, described without their secret, connected and deleted', async () => {
      const tenant = await harness.tenant()
      const id = await stores.create(tenant, {
        CustomKeyStoreName: 'mine',
        XksProxyUriPath: '/mine/kms/xks/v1',
      })
      expect(id).toMatch(/^cks-[0-9a-f]{17}$/)
      expect(proxy.asked).toMatchObject([
        {
          path: '/mine/kms/xks/v1/health',
          body: { requestMetadata: { kmsOperation: 'CreateCustomKeyStore' } },
          signedHeaders: 'host;x-amz-date',
          scope: expect.stringContaining(`/${REGION}/kms-xks-proxy/aws4_request`),
        },
      ])
      expect(await stores.described(tenant, id)).toEqual({
        CustomKeyStoreId: id,
        CustomKeyStoreName: 'mine',
        CustomKeyStoreType: 'EXTERNAL_KEY_STORE',
        ConnectionState: 'DISCONNECTED',
        CreationDate: expect.any(Number),
        XksProxyConfiguration: {
          Connectivity: 'PUBLIC_ENDPOINT',
          AccessKeyId: CREDENTIAL.AccessKeyId,
          UriEndpoint: 'https://localhost',
          UriPath: '/mine/kms/xks/v1',
        },
      })
      const connecting = await harness.call('aws', tenant, 'ConnectCustomKeyStore', {
        CustomKeyStoreId: id,
      })
      expect(connecting.text).toBe('{}')
      await harness.inside.service.keyStores.settled()
      expect(await stores.described(tenant, id)).toMatchObject({ ConnectionState: 'CONNECTED' })
      await stores.disconnect(tenant, id)
      await harness.ok(tenant, 'DeleteCustomKeyStore', { CustomKeyStoreId: id })
      expect(await harness.ok(tenant, 'DescribeCustomKeyStores')).toEqual({
        CustomKeyStores: [],
        Truncated: false,
      })
    })

    test('by the SDK and by REST too', async () => {
      const tenant = await harness.tenant()
      for (const via of ['sdk', 'rest'] as const) {
        const made = await harness.ok(tenant, 'CreateCustomKeyStore', stores.wanted(), { via })
        const CustomKeyStoreId = String(made['CustomKeyStoreId'])
        const NewCustomKeyStoreName = `renamed ${via}`
        await harness.ok(
          tenant,
          'UpdateCustomKeyStore',
          { CustomKeyStoreId, NewCustomKeyStoreName },
          { via },
        )
        await harness.ok(tenant, 'ConnectCustomKeyStore', { CustomKeyStoreId }, { via })
        await harness.inside.service.keyStores.settled()
        const { CustomKeyStores } = await harness.ok(
          tenant,
          'DescribeCustomKeyStores',
          { CustomKeyStoreName: NewCustomKeyStoreName },
          { via },
        )
        expect(CustomKeyStores).toMatchObject([{ CustomKeyStoreId, ConnectionState: 'CONNECTED' }])
        await harness.ok(tenant, 'DisconnectCustomKeyStore', { CustomKeyStoreId }, { via })
        await harness.inside.service.keyStores.settled()
        await harness.ok(tenant, 'DeleteCustomKeyStore', { CustomKeyStoreId }, { via })
      }
    })

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
        const samePath = { XksProxyUriPath, XksProxyUriEndpoint: 'https://LOCALHOST' }
        expect(await told(tenant, 'CreateCustomKeyStore', stores.wanted(samePath))).toBe(
          'XksProxyUriInUseException',
        )
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

    test('every state lets through what it does (API_ConnectCustomKeyStore and its neighbours)', async () => {
      const tenant = await harness.tenant()
      const invalid = 'CustomKeyStoreInvalidStateException'
      const rows: readonly [
        state: string,
        Connect: string,
        Disconnect: string,
        Rename: string,
        Move: string,
      ][] = [
        ['DISCONNECTED', 'done', invalid, 'done', 'done'],
        ['CONNECTING', 'done', 'done', invalid, invalid],
        ['CONNECTED', 'done', 'done', 'done', invalid],
        ['FAILED', invalid, 'done', invalid, invalid],
        ['DISCONNECTING', invalid, invalid, invalid, invalid],
      ]
      const CustomKeyStoreId = await stores.create(tenant)
      const place = { pk: `${tenant.accountId}/${REGION}`, sk: 'custom-key-stores' }
      async function put(state: string) {
        await harness.inside.service.keyStores.settled()
        const [item] = await harness.inside.store.get([place])
        if (item === undefined) throw new Error('the stores are not where they are kept')
        const [one] = item.data['stores'] as Record<string, string>[]
        const { underWay: _, ...rest } = one ?? {}
        const data = { stores: [{ ...rest, state }] }
        await harness.inside.store.put({ ...item, version: item.version + 1, data })
      }
      for (const [state, connect, disconnect, rename, move] of rows) {
        const calls: readonly [operation: string, input: Input, wanted: string][] = [
          ['ConnectCustomKeyStore', {}, connect],
          ['DisconnectCustomKeyStore', {}, disconnect],
          ['UpdateCustomKeyStore', { NewCustomKeyStoreName: `in ${state}` }, rename],
          ['UpdateCustomKeyStore', { XksProxyAuthenticationCredential: CREDENTIAL }, rename],
          ['UpdateCustomKeyStore', { XksProxyUriPath: `/${state}/kms/xks/v1` }, rename],
          ['UpdateCustomKeyStore', { XksProxyUriEndpoint: 'https://localhost' }, move],
          ['UpdateCustomKeyStore', { XksProxyConnectivity: 'PUBLIC_ENDPOINT' }, move],
          ...(state === 'DISCONNECTED' ? [] : [['DeleteCustomKeyStore', {}, invalid] as const]),
        ].map(([operation, input, wanted]) => [operation, input, wanted] as [string, Input, string])
        for (const [operation, input, wanted] of calls) {
          await put(state)
          const what = `${operation} ${Object.keys(input)} in ${state}`
          expect(await told(tenant, operation, { CustomKeyStoreId, ...input }), what).toBe(wanted)
        }
      }
      await harness.inside.service.keyStores.settled()
    })

    test('a connection that is under way is seen, and ends with the disconnection', async () => {
      const tenant = await harness.tenant()
      const CustomKeyStoreId = await stores.create(tenant)
      const held: (() => void)[] = []
      const asked = new Promise<void>((resolve) => {
        proxy.fail((_asked, right, response) => {
          held.push(() => response.writeHead(200).end(JSON.stringify(right.body)))
          resolve()
          return 'answered'
        })
      })
      await harness.ok(tenant, 'ConnectCustomKeyStore', { CustomKeyStoreId })
      await asked
      const state = async () =>
        (await stores.described(tenant, CustomKeyStoreId))['ConnectionState']
      expect(await state()).toBe('CONNECTING')
      await harness.ok(tenant, 'ConnectCustomKeyStore', { CustomKeyStoreId })
      expect(held).toHaveLength(1)
      await harness.ok(tenant, 'DisconnectCustomKeyStore', { CustomKeyStoreId })
      for (const answer of held) answer()
      await harness.inside.service.keyStores.settled()
      // what the proxy answered to the former attempt connects nothing
      expect(await state()).toBe('DISCONNECTED')
    })

    test('one that is not there', async () => {
      const tenant = await harness.tenant()
      const CustomKeyStoreId = NOBODY
      const message = `The custom key store with ID ${NOBODY} does not exist.`
      for (const name of ['Connect', 'Disconnect', 'Update', 'Delete']) {
        const input = { CustomKeyStoreId }
        const refused = await harness.call('aws', tenant, `${name}CustomKeyStore`, input)
        expect(refused).toMatchObject({ code: 'CustomKeyStoreNotFoundException', message })
      }
      for (const input of [{ CustomKeyStoreId }, { CustomKeyStoreName: 'nobody' }]) {
        expect(await told(tenant, 'DescribeCustomKeyStores', input)).toBe(
          'CustomKeyStoreNotFoundException',
        )
      }
      const both = { CustomKeyStoreId, CustomKeyStoreName: 'nobody' }
      expect(await told(tenant, 'DescribeCustomKeyStores', both)).toBe('ValidationException')
      // another account's is not there either
      const id = await stores.create(await harness.tenant())
      expect(await told(tenant, 'ConnectCustomKeyStore', { CustomKeyStoreId: id })).toBe(
        'CustomKeyStoreNotFoundException',
      )
    })

    test('change their names, proxies and credentials', async () => {
      const tenant = await harness.tenant()
      const CustomKeyStoreId = await stores.create(tenant)
      const taken = stores.wanted()
      await harness.ok(tenant, 'CreateCustomKeyStore', taken)
      const update = (input: Input) =>
        told(tenant, 'UpdateCustomKeyStore', { CustomKeyStoreId, ...input })
      const { CustomKeyStoreName, XksProxyUriPath } = taken
      expect(await update({ NewCustomKeyStoreName: CustomKeyStoreName })).toBe(
        'CustomKeyStoreNameInUseException',
      )
      expect(await update({ XksProxyUriPath })).toBe('XksProxyUriInUseException')
      expect(await update({ KeyStorePassword: 'password' })).toBe('ValidationException')
      expect(await update({ XksProxyUriEndpoint: 'https://10.0.0.1' })).toBe(
        'XksProxyInvalidConfigurationException',
      )
      expect(
        await update({
          XksProxyConnectivity: 'VPC_ENDPOINT_SERVICE',
          XksProxyVpcEndpointServiceName: SERVICE,
        }),
      ).toBe('XksProxyVpcEndpointServiceNotFoundException')
      expect(await update({ XksProxyAuthenticationCredential: OTHER })).toBe(
        'XksProxyIncorrectAuthenticationCredentialException',
      )
      await stores.connect(tenant, CustomKeyStoreId)
      // a credential is exchanged while keys are in use
      proxy.credentials.set(OTHER.AccessKeyId, OTHER.RawSecretAccessKey)
      expect(await update({ XksProxyAuthenticationCredential: OTHER })).toBe('done')
      proxy.credentials.delete(CREDENTIAL.AccessKeyId)
      const { id } = await stores.keyIn(tenant, CustomKeyStoreId)
      await harness.ok(tenant, 'Encrypt', { KeyId: id, Plaintext: 'AAAA' })
      expect(await update({ NewCustomKeyStoreName: 'renamed' })).toBe('done')
      expect(await stores.described(tenant, CustomKeyStoreId)).toMatchObject({
        CustomKeyStoreName: 'renamed',
        ConnectionState: 'CONNECTED',
        XksProxyConfiguration: { AccessKeyId: OTHER.AccessKeyId },
      })
    })

    test('are listed in pages, oldest first', async () => {
      const tenant = await harness.tenant()
      const made: string[] = []
      for (let count = 0; count < 5; count++) {
        made.push(await stores.create(tenant))
        harness.advance(1000)
      }
      const listed: unknown[] = []
      let Marker: unknown
      do {
        const page = await harness.ok(tenant, 'DescribeCustomKeyStores', {
          Limit: 2,
          ...(Marker !== undefined && { Marker }),
        })
        const entries = page['CustomKeyStores'] as { CustomKeyStoreId: string }[]
        listed.push(...entries.map((one) => one.CustomKeyStoreId))
        expect(page['Truncated']).toBe(page['NextMarker'] !== undefined)
        Marker = page['NextMarker']
      } while (Marker !== undefined)
      expect(listed).toEqual(made)
      expect(await told(tenant, 'DescribeCustomKeyStores', { Marker: 'x' })).toBe(
        'InvalidMarkerException',
      )
    })

    test('leave records as CloudTrail has them, without a secret', async () => {
      const tenant = await harness.tenant()
      const CustomKeyStoreId = await stores.create(tenant, { CustomKeyStoreName: 'recorded' })
      await stores.connect(tenant, CustomKeyStoreId)
      await harness.ok(tenant, 'UpdateCustomKeyStore', {
        CustomKeyStoreId,
        XksProxyAuthenticationCredential: CREDENTIAL,
      })
      await stores.disconnect(tenant, CustomKeyStoreId)
      await harness.ok(tenant, 'DeleteCustomKeyStore', { CustomKeyStoreId })
      const records = (await harness.trail(tenant)).filter(({ eventName }) =>
        /CustomKeyStore$/.test(String(eventName)),
      )
      expect(records.map(({ eventName }) => eventName).reverse()).toEqual([
        'CreateCustomKeyStore',
        'ConnectCustomKeyStore',
        'UpdateCustomKeyStore',
        'DisconnectCustomKeyStore',
        'DeleteCustomKeyStore',
      ])
      expect(records.at(-1)).toMatchObject({
        requestParameters: {
          customKeyStoreName: 'recorded',
          customKeyStoreType: 'EXTERNAL_KEY_STORE',
        },
        responseElements: { customKeyStoreId: CustomKeyStoreId },
        resources: [],
      })
      for (const record of records.slice(0, -1)) {
        expect(record).toMatchObject({
          requestParameters: { customKeyStoreId: CustomKeyStoreId },
          responseElements: null,
          additionalEventData: { customKeyStoreName: 'recorded' },
          resources: [],
          readOnly: false,
        })
      }
      const text = JSON.stringify(records)
      expect(text).not.toContain(CREDENTIAL.RawSecretAccessKey)
      expect(text).not.toContain('xksProxyAuthenticationCredential')
    })

    test('are asked by their own actions, on everything', async () => {
      const tenant = await harness.tenant()
      const user = await harness.user(tenant, 'nobody')
      if (user.credential === undefined) throw new Error('the user has an access key')
      const refused = await harness.call(
        'aws',
        user.credential,
        'CreateCustomKeyStore',
        stores.wanted(),
      )
      expect(refused.code).toBe('AccessDeniedException')
      expect(refused.message).toContain('kms:CreateCustomKeyStore')
      expect(proxy.asked).toEqual([])
    })

    test('what a process left of a connection is ended by the sweeper', async () => {
      const { sweep } = await import('../../core/lifecycle/sweep.ts')
      const tenant = await harness.tenant()
      const id = await stores.create(tenant)
      const place = { pk: `${tenant.accountId}/${REGION}`, sk: 'custom-key-stores' }
      const { store, service } = harness.inside
      for (const [state, end] of [
        ['CONNECTING', 'CONNECTED'],
        ['DISCONNECTING', 'DISCONNECTED'],
      ]) {
        const [item] = await store.get([place])
        const [one] = (item?.data['stores'] ?? []) as Record<string, string>[]
        const at = service.now()
        const data = { stores: [{ ...one, state, underWay: { at, attempt: 'lost' } }] }
        if (item === undefined) throw new Error('the stores are there')
        await store.put({
          ...item,
          version: item.version + 1,
          due: at + 60_000,
          data: data as never,
        })
        await sweep(service, { now: service.now(), limit: 10 })
        expect(await stores.described(tenant, id)).toMatchObject({ ConnectionState: state })
        harness.advance(61_000)
        await sweep(service, { now: service.now(), limit: 10 })
        expect(await stores.described(tenant, id)).toMatchObject({ ConnectionState: end })
        const [after] = await store.get([place])
        expect(after?.due).toBeUndefined()
      }
    })
  },
  ['sqlite', 'dynamodb'],
  { xks: proxy.options },
)
