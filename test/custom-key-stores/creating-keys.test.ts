// @module-tag local: proxies of this process are called, at a loopback address
// @module-tag process
import { afterAll, beforeEach, expect, test } from 'vitest'
import { storeKeyItem } from '../../core/custom-key-store/custom-key-store-items.ts'
import { describeStores, type Input, REGION, type Tenant } from '../support/harness.ts'
import { inStore, keysOf } from '../support/key-stores.ts'
import { externalKey, startXksServer } from '../support/xks-server.ts'

const proxy = await startXksServer()
afterAll(() => proxy.stop())
beforeEach(() => {
  proxy.fail()
  proxy.asked.length = 0
})

describeStores(
  'CreateKey in an external key store refuses',
  (harness) => {
    const { stores, outcome, told, world } = keysOf(harness, proxy)

    test.for<[title: string, more: Input, code: string]>([
      ['no store', { CustomKeyStoreId: undefined }, 'ValidationException'],
      ['no external key', { XksKeyId: undefined }, 'ValidationException'],
      ['no origin', { Origin: undefined }, 'ValidationException'],
      ['the origin of ordinary keys', { Origin: 'AWS_KMS' }, 'ValidationException'],
      ['the origin of clusters', { Origin: 'AWS_CLOUDHSM' }, 'ValidationException'],
      [
        'the origin of clusters, in this store',
        { Origin: 'AWS_CLOUDHSM', XksKeyId: undefined },
        'ValidationException',
      ],
      [
        'an HMAC key',
        { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
        'UnsupportedOperationException',
      ],
      [
        'an RSA key',
        { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' },
        'UnsupportedOperationException',
      ],
      ['a multi-Region key', { MultiRegion: true }, 'UnsupportedOperationException'],
      [
        'a store nobody has',
        { CustomKeyStoreId: 'cks-00000000000000000' },
        'CustomKeyStoreNotFoundException',
      ],
      ['an external key nobody has', { XksKeyId: 'nobody' }, 'XksKeyNotFoundException'],
      // the pattern of API_CreateKey has them; a path can't
      ['an external key that is a step of a path', { XksKeyId: '.' }, 'XksKeyNotFoundException'],
      ['one that is a step up', { XksKeyId: '..' }, 'XksKeyNotFoundException'],
    ])('%s', async ([, more, code]) => {
      const { tenant, store } = await world()
      const XksKeyId = stores.newExternalKey()
      const input = { Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId: store, XksKeyId, ...more }
      const dots = /\/\.+\//
      expect(await told(tenant, 'CreateKey', input)).toBe(code)
      expect(proxy.asked.filter(({ path }) => dots.test(path))).toEqual([])
    })

    test('an external key that another key of the store has', async () => {
      const { tenant, store, external } = await world()
      const input = { Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId: store, XksKeyId: external }
      expect(await told(tenant, 'CreateKey', input)).toBe('XksKeyAlreadyInUseException')
      const other = await stores.connected(tenant)
      await stores.keyIn(tenant, other, external)
    })

    test('nothing is stored for a key that is refused', async () => {
      const { tenant, store, external } = await world()
      const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }]
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
      const input = { Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId: store, Policy }
      const pk = `${tenant.accountId}/${REGION}`
      const stored = async () =>
        (await harness.inside.store.query({ pk, prefix: '', limit: 100 })).items.map(({ sk }) => sk)
      const before = await stored()
      expect(await told(tenant, 'CreateKey', { ...input, XksKeyId: external })).toBe(
        'XksKeyAlreadyInUseException',
      )
      expect(await told(tenant, 'CreateKey', { ...input, XksKeyId: 'nobody' })).toBe(
        'XksKeyNotFoundException',
      )
      expect(await stored()).toEqual(before)
    })

    test('an external key that a process claimed, and left, for a minute', async () => {
      const { tenant, store } = await world()
      const XksKeyId = stores.newExternalKey()
      const { service } = harness.inside
      const place = storeKeyItem.place({
        accountId: tenant.accountId,
        region: REGION,
        store,
        external: XksKeyId,
      })
      const claim = { key: 'of-a-process-that-ended', making: service.now() }
      await harness.inside.store.put(storeKeyItem.item(place, 1, claim))
      const input = { Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId: store, XksKeyId }
      expect(await told(tenant, 'CreateKey', input)).toBe('XksKeyAlreadyInUseException')
      harness.advance(61_000)
      expect(await told(tenant, 'CreateKey', input)).toBe('done')
    })

    /** A call of CreateKey whose proxy has been asked, and answers when it is told to. */
    async function askedOf(tenant: Tenant, input: Input) {
      let answer: () => void = () => undefined
      const asked = new Promise<void>((resolve) => {
        proxy.fail(({ path }, right, response) => {
          if (!path.endsWith('/metadata')) return undefined
          answer = () => response.writeHead(200).end(JSON.stringify(right.body))
          resolve()
          return 'answered'
        })
      })
      const made = told(tenant, 'CreateKey', input)
      await asked
      proxy.fail()
      return { made, answer: () => answer() }
    }

    test('a store that was disconnected after its proxy answered; it can be deleted at once', async () => {
      const tenant = await harness.tenant()
      const store = await stores.connected(tenant)
      const { made, answer } = await askedOf(tenant, inStore(store, stores.newExternalKey()))
      await stores.disconnect(tenant, store)
      answer()
      expect(await made).toBe('CustomKeyStoreInvalidStateException')
      // its claim does not wait for the sweeper
      const deleted = await told(tenant, 'DeleteCustomKeyStore', { CustomKeyStoreId: store })
      expect(deleted).toBe('done')
    })

    test('what another proxy said of the external key: the one that will have it is asked', async () => {
      const { tenant, store } = await world()
      const external = stores.newExternalKey()
      const { made, answer } = await askedOf(tenant, inStore(store, external))
      const XksProxyUriPath = `/moved-${store}/kms/xks/v1`
      const update = { CustomKeyStoreId: store, XksProxyUriPath }
      await harness.ok(tenant, 'UpdateCustomKeyStore', update)
      const secret = proxy.keys.get(external)
      proxy.keys.delete(external)
      answer()
      expect(await made).toBe('XksKeyNotFoundException')
      expect(proxy.asked.at(-1)?.path).toBe(`${XksProxyUriPath}/keys/${external}/metadata`)
      if (secret !== undefined) proxy.keys.set(external, secret)
      expect(await told(tenant, 'CreateKey', inStore(store, external))).toBe('done')
    })

    test('one of two that ask for an external key at once', async () => {
      const { tenant, store } = await world()
      const XksKeyId = stores.newExternalKey()
      const input = { Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId: store, XksKeyId }
      const both = [1, 2, 3].map(() => told(tenant, 'CreateKey', input))
      expect((await Promise.all(both)).sort()).toEqual([
        'XksKeyAlreadyInUseException',
        'XksKeyAlreadyInUseException',
        'done',
      ])
    })

    test('a store that is not connected', async () => {
      const { tenant, store } = await world()
      await stores.disconnect(tenant, store)
      const XksKeyId = stores.newExternalKey()
      const input = { Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId: store, XksKeyId }
      expect(await told(tenant, 'CreateKey', input)).toBe('CustomKeyStoreInvalidStateException')
    })

    test.for<[title: string, change: Partial<ReturnType<typeof externalKey>>, message: string]>([
      [
        'spec',
        { spec: 'RSA_2048' },
        'The key spec of the external key must be AES_256. The key spec of specified external key is RSA_2048.',
      ],
      [
        'status',
        { status: 'DISABLED' },
        'The status of the external key must be ENABLED. The status of specified external key is DISABLED.',
      ],
      [
        'usage',
        { usage: ['ENCRYPT', 'SIGN'] },
        'The key usage of the external key must include ENCRYPT and DECRYPT. The key use of specified external key is ENCRYPT, SIGN.',
      ],
    ])('an external key of another %s', async ([, change, message]) => {
      const { tenant, store } = await world()
      const XksKeyId = stores.newExternalKey()
      proxy.keys.set(XksKeyId, { ...externalKey(), ...change })
      const input = { Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId: store, XksKeyId }
      expect(await outcome(tenant, 'CreateKey', input)).toMatchObject({
        code: 'XksKeyInvalidConfigurationException',
        message,
      })
    })
  },
  ['sqlite', 'dynamodb'],
  { xks: proxy.options },
)
