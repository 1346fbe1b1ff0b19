// @module-tag local: proxies of this process are called, at a loopback address
// @module-tag process
import { afterAll, beforeEach, expect, test } from 'vitest'
import { describeStores, type Input, REGION, type Tenant } from '../support/harness.ts'
import { keyStores } from '../support/key-stores.ts'
import { CREDENTIAL, startXksServer } from '../support/xks-server.ts'

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
      expect(await update({ XksProxyUriPath, XksProxyUriEndpoint: 'https://localhost.' })).toBe(
        'XksProxyUriInUseException',
      )
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
  },
  ['sqlite', 'dynamodb'],
  { xks: proxy.options },
)
