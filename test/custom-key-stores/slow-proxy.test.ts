// @module-tag local: proxies of this process are called, at a loopback address
// @module-tag process
import { afterAll, expect, test } from 'vitest'
import { describeStores } from '../support/harness.ts'
import { base64, keyStores } from '../support/key-stores.ts'
import { startXksServer } from '../support/xks-server.ts'

const proxy = await startXksServer()
afterAll(() => proxy.stop())

/** as many ms as a call takes on a busy machine */
const LIMIT = 5000
const IN_TIME =
  'AWS KMS rejected the request because the external key store proxy did not respond in time. Retry the request. If you see this error repeatedly, report it to your external key store proxy administrator.'

describeStores(
  'A proxy that does not answer',
  (harness) => {
    const stores = keyStores(harness, proxy)

    test('holds up nobody: every call ends with its time, and what follows is as before', async () => {
      const tenant = await harness.tenant()
      const store = await stores.connected(tenant)
      const key = await stores.keyIn(tenant, store)
      const input = { KeyId: key.id, Plaintext: base64('slow') }
      const { CiphertextBlob } = await harness.ok(tenant, 'Encrypt', input)
      const other = await stores.create(tenant)
      proxy.fail(() => 'answered')
      const plain = await harness.key(tenant)
      const [encrypt, decrypt, create, make, state] = await Promise.all([
        harness.call('aws', tenant, 'Encrypt', input),
        harness.call('aws', tenant, 'Decrypt', { CiphertextBlob }),
        harness.call('aws', tenant, 'CreateCustomKeyStore', stores.wanted()),
        harness.call('aws', tenant, 'CreateKey', {
          Origin: 'EXTERNAL_KEY_STORE',
          CustomKeyStoreId: store,
          XksKeyId: stores.newExternalKey(),
        }),
        stores.connect(tenant, other),
        // keys of no store don't wait
        harness.ok(tenant, 'Encrypt', { KeyId: plain.id, Plaintext: base64('quick') }),
      ])
      const message = IN_TIME
      expect(encrypt).toMatchObject({ code: 'KMSInvalidStateException', message })
      expect(decrypt).toMatchObject({ code: 'KMSInvalidStateException', message })
      expect(create).toMatchObject({ code: 'XksProxyUriUnreachableException', message })
      expect(make).toMatchObject({ code: 'CustomKeyStoreInvalidStateException', message })
      expect(state).toMatchObject({
        ConnectionState: 'FAILED',
        ConnectionErrorCode: 'XKS_PROXY_TIMED_OUT',
      })
      proxy.fail()
      expect(await harness.ok(tenant, 'Decrypt', { CiphertextBlob })).toMatchObject({
        Plaintext: base64('slow'),
      })
    })
  },
  ['sqlite', 'dynamodb'],
  { xks: { ...proxy.options, limit: LIMIT } },
)
