// @module-tag local: proxies of this process are called, at a loopback address
// @module-tag process
import { afterAll, beforeEach, expect, test } from 'vitest'
import { sweep } from '../../core/lifecycle/sweep.ts'
import { describeStores, REGION } from '../support/harness.ts'
import { CONTEXT, keysOf, PLAINTEXT } from '../support/key-stores.ts'
import { refuse, startXksServer } from '../support/xks-server.ts'

const proxy = await startXksServer()
afterAll(() => proxy.stop())
beforeEach(() => {
  proxy.fail()
  proxy.asked.length = 0
})

const NOT_CONNECTED =
  'This KMS key is in a custom key store that is not connected to its external key store proxy. Connect the external key store and try the request again.'

describeStores(
  'States of keys of external key stores',
  (harness) => {
    const { stores, outcome, told, world, encrypted } = keysOf(harness, proxy)

    test('are unavailable while their store is not connected, and as they were afterwards', async () => {
      const { tenant, store, key } = await world()
      const KeyId = key.id
      const blob = await encrypted(tenant, KeyId)
      const disabled = await stores.keyIn(tenant, store)
      await harness.ok(tenant, 'DisableKey', { KeyId: disabled.id })
      const going = await stores.keyIn(tenant, store)
      await harness.ok(tenant, 'ScheduleKeyDeletion', { KeyId: going.id })
      const stateOf = async (id: string) => {
        const { KeyMetadata } = await harness.ok(tenant, 'DescribeKey', { KeyId: id })
        return (KeyMetadata as { KeyState: string }).KeyState
      }
      const states = async () => [
        await stateOf(KeyId),
        await stateOf(disabled.id),
        await stateOf(going.id),
      ]
      await stores.disconnect(tenant, store)
      expect(await states()).toEqual(['Unavailable', 'Unavailable', 'PendingDeletion'])
      const refused = { code: 'KMSInvalidStateException', message: NOT_CONNECTED }
      proxy.asked.length = 0
      expect(await outcome(tenant, 'Encrypt', { KeyId, Plaintext: PLAINTEXT })).toMatchObject(
        refused,
      )
      const decrypt = { CiphertextBlob: blob, EncryptionContext: CONTEXT }
      expect(await outcome(tenant, 'Decrypt', decrypt)).toMatchObject(refused)
      expect(proxy.asked).toEqual([])
      expect(await told(tenant, 'EnableKeyRotation', { KeyId })).toBe(
        'UnsupportedOperationException',
      )
      // what the developer guide allows of an unavailable key takes effect with the connection
      await harness.ok(tenant, 'EnableKey', { KeyId: disabled.id })
      await harness.ok(tenant, 'DisableKey', { KeyId })
      await harness.ok(tenant, 'UpdateKeyDescription', { KeyId, Description: 'changed' })
      await harness.ok(tenant, 'TagResource', { KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] })
      await harness.ok(tenant, 'CancelKeyDeletion', { KeyId: going.id })
      expect(await states()).toEqual(['Unavailable', 'Unavailable', 'Unavailable'])
      await stores.connect(tenant, store)
      expect(await states()).toEqual(['Disabled', 'Enabled', 'Disabled'])
      await harness.ok(tenant, 'EnableKey', { KeyId })
      expect(await harness.ok(tenant, 'Decrypt', decrypt)).toMatchObject({ Plaintext: PLAINTEXT })
      // a store that failed to connect is not connected
      await stores.disconnect(tenant, store)
      proxy.fail(() => refuse(500, 'InternalException'))
      await stores.connect(tenant, store)
      expect(await stateOf(KeyId)).toBe('Unavailable')
    })

    test('keep their store until they are deleted', async () => {
      const { tenant, store, external, key } = await world()
      await stores.disconnect(tenant, store)
      const CustomKeyStoreId = store
      expect(await told(tenant, 'DeleteCustomKeyStore', { CustomKeyStoreId })).toBe(
        'CustomKeyStoreHasCMKsException',
      )
      await harness.ok(tenant, 'ScheduleKeyDeletion', { KeyId: key.id, PendingWindowInDays: 7 })
      expect(await told(tenant, 'DeleteCustomKeyStore', { CustomKeyStoreId })).toBe(
        'CustomKeyStoreHasCMKsException',
      )
      harness.advance(8 * 24 * 3600_000)
      const { service } = harness.inside
      const swept = await sweep(service, { now: service.now(), limit: 100 })
      expect(swept.deleted).toBeGreaterThan(0)
      // the external key is free again, and was never touched
      await stores.connect(tenant, store)
      const again = await stores.keyIn(tenant, store, external)
      await harness.ok(tenant, 'ScheduleKeyDeletion', { KeyId: again.id, PendingWindowInDays: 7 })
      harness.advance(8 * 24 * 3600_000)
      await sweep(service, { now: service.now(), limit: 100 })
      await stores.disconnect(tenant, store)
      expect(await told(tenant, 'DeleteCustomKeyStore', { CustomKeyStoreId })).toBe('done')
      expect(proxy.keys.has(external)).toBe(true)
      const left = await harness.inside.store.query({
        pk: `${tenant.accountId}/${REGION}`,
        prefix: 'custom-key-store-key',
        limit: 10,
      })
      expect(left.items).toEqual([])
    })
  },
  ['sqlite', 'dynamodb'],
  { xks: proxy.options },
)
