// @module-tag local: proxies of this process are called, at a loopback address
// @module-tag process
import { afterAll, beforeEach, expect, test } from 'vitest'
import { customKeyStoresItem } from '../../core/custom-key-store/custom-key-store-items.ts'
import { describeStores, REGION, type Tenant } from '../support/harness.ts'
import { CONTEXT, keysOf, PLAINTEXT } from '../support/key-stores.ts'
import { CREDENTIAL, startXksServer } from '../support/xks-server.ts'

const proxy = await startXksServer()
afterAll(() => proxy.stop())
beforeEach(() => {
  proxy.fail()
  proxy.asked.length = 0
})

const ELSEWHERE = '/elsewhere/kms/xks/v1'
const HOST = 'https://LOCALHOST'

describeStores(
  'The credential of an external key store, where another hand writes the table',
  (harness) => {
    const { stores, told, world, encrypted } = keysOf(harness, proxy)

    const placeOf = ({ accountId }: Tenant) =>
      customKeyStoresItem.place({ accountId, region: REGION })
    async function storedOf(tenant: Tenant) {
      const [item] = await harness.inside.store.get([placeOf(tenant)])
      if (item === undefined) throw new Error('the stores are not where they are kept')
      const { stores } = customKeyStoresItem.read(item)
      return { item, stores: stores.filter((one) => one.type === 'EXTERNAL_KEY_STORE') }
    }
    /** Writes members of the one store and its proxy into the table. */
    async function tamper(
      tenant: Tenant,
      { proxy = {}, ...members }: Record<string, object | string>,
    ) {
      const { item, stores: stored } = await storedOf(tenant)
      const changed = stored.map((one) => ({
        ...one,
        ...members,
        proxy: { ...one.proxy, ...(proxy as object) },
      }))
      await harness.inside.store.put({
        ...item,
        version: item.version + 1,
        data: { stores: changed },
      })
    }

    test.for<[title: string, proxy: Record<string, string>]>([
      ['another path', { path: ELSEWHERE }],
      ['another host', { endpoint: HOST }],
      ['another access key id', { accessKeyId: 'ZYXWVUTSRQPONMLKJIHG7654' }],
    ])('is sent nowhere with %s', async ([, change]) => {
      const { tenant, store, key } = await world()
      const CiphertextBlob = await encrypted(tenant, key.id)
      const asked = proxy.asked.length
      await tamper(tenant, { proxy: change })
      harness.expectFaults()
      const use = { KeyId: key.id, Plaintext: PLAINTEXT }
      expect(await told(tenant, 'Encrypt', use)).toBe('KMSInternalException')
      const input = { CiphertextBlob, EncryptionContext: CONTEXT }
      expect(await told(tenant, 'Decrypt', input)).toBe('KMSInternalException')
      await stores.disconnect(tenant, store)
      expect(await stores.connect(tenant, store)).toMatchObject({
        ConnectionState: 'FAILED',
        ConnectionErrorCode: 'INTERNAL_ERROR',
      })
      expect(proxy.asked).toHaveLength(asked)
    })

    test('uses no key of a store that nobody has connected', async () => {
      const { tenant, store, key } = await world()
      await stores.disconnect(tenant, store)
      proxy.asked.length = 0
      await tamper(tenant, { state: 'CONNECTED' })
      harness.expectFaults()
      const use = { KeyId: key.id, Plaintext: PLAINTEXT }
      expect(await told(tenant, 'Encrypt', use)).toBe('KMSInternalException')
      // nor with the secret that is there, which is wrapped for health alone
      const { secret } = (await storedOf(tenant)).stores[0]?.proxy ?? {}
      await tamper(tenant, { proxy: { connected: secret ?? '' } })
      expect(await told(tenant, 'Encrypt', use)).toBe('KMSInternalException')
      expect(proxy.asked).toHaveLength(0)
    })

    test('is there for keys while the store is connected, and no longer', async () => {
      const { tenant, store } = await world()
      const wrapped = async () => Object.keys((await storedOf(tenant)).stores[0]?.proxy ?? {})
      expect(await wrapped()).toContain('connected')
      await stores.disconnect(tenant, store)
      expect(await wrapped()).not.toContain('connected')
    })

    test('an update makes nothing good that it does not replace', async () => {
      const { tenant, store, key } = await world()
      await stores.disconnect(tenant, store)
      await tamper(tenant, { proxy: { path: ELSEWHERE } })
      proxy.asked.length = 0
      harness.expectFaults()
      const update = (members: object) =>
        told(tenant, 'UpdateCustomKeyStore', { CustomKeyStoreId: store, ...members })
      const XksProxyAuthenticationCredential = CREDENTIAL
      expect(await update({ XksProxyAuthenticationCredential })).toBe('KMSInternalException')
      expect(await update({ XksProxyUriEndpoint: HOST })).toBe('KMSInternalException')
      expect(proxy.asked).toHaveLength(0)
      const whole = {
        XksProxyAuthenticationCredential,
        XksProxyUriEndpoint: HOST,
        XksProxyUriPath: `/good-${store}/kms/xks/v1`,
      }
      expect(await update(whole)).toBe('done')
      expect(await stores.connect(tenant, store)).toMatchObject({ ConnectionState: 'CONNECTED' })
      await encrypted(tenant, key.id)
    })

    test('goes with the store to another host, and to another path while it is connected', async () => {
      const { tenant, store, key } = await world()
      const blob = await encrypted(tenant, key.id)
      const update = (members: object) =>
        harness.ok(tenant, 'UpdateCustomKeyStore', { CustomKeyStoreId: store, ...members })
      await update({ XksProxyUriPath: `/moved-${store}/kms/xks/v1` })
      const input = { CiphertextBlob: blob, EncryptionContext: CONTEXT }
      expect(await told(tenant, 'Decrypt', input)).toBe('done')
      expect(proxy.asked.at(-1)?.path).toContain(`/moved-${store}/`)
      await stores.disconnect(tenant, store)
      await update({ XksProxyUriEndpoint: HOST })
      await stores.connect(tenant, store)
      expect(await told(tenant, 'Decrypt', input)).toBe('done')
    })
  },
  ['sqlite', 'dynamodb'],
  { xks: proxy.options },
)
