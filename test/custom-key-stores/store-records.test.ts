// @module-tag local: proxies of this process are called, at a loopback address
// @module-tag process
import { afterAll, beforeEach, expect, test } from 'vitest'
import { describeStores, REGION } from '../support/harness.ts'
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

describeStores(
  'What custom key stores leave',
  (harness) => {
    const stores = keyStores(harness, proxy)

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
