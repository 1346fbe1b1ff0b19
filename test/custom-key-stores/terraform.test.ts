// @module-tag local: proxies of this process are called, at a loopback address
// @module-tag process
import {
  ConnectCustomKeyStoreCommand,
  DisconnectCustomKeyStoreCommand,
  type KMSClient,
} from '@aws-sdk/client-kms'
import { afterAll, expect, test } from 'vitest'
import { sweep } from '../../core/lifecycle/sweep.ts'
import { describeStores } from '../support/harness.ts'
import {
  createKey,
  destroyKey,
  differences,
  readKey,
  type TerraformKey,
  updateKey,
} from '../support/terraform-key.ts'
import {
  createStore,
  destroyStore,
  readStore,
  storeDifferences,
  type TerraformStore,
  updateStore,
} from '../support/terraform-key-store.ts'
import { CREDENTIAL, externalKey, startXksServer } from '../support/xks-server.ts'

/**
 * What Terraform's AWS provider does with aws_kms_custom_key_store of the type EXTERNAL_KEY_STORE and with
 * aws_kms_key with custom_key_store_id and xks_key_id. It does not connect a store: whoever runs it does, and
 * asks until it is CONNECTED.
 */

const proxy = await startXksServer()
afterAll(() => proxy.stop())

const wanted: TerraformStore = {
  CustomKeyStoreName: 'terraform',
  CustomKeyStoreType: 'EXTERNAL_KEY_STORE',
  XksProxyConnectivity: 'PUBLIC_ENDPOINT',
  XksProxyUriEndpoint: 'https://localhost',
  XksProxyUriPath: '/terraform/kms/xks/v1',
  XksProxyAuthenticationCredential: CREDENTIAL,
}

/** How one waits for a connection: asking again until the state is no passing one. */
async function waitFor(kms: KMSClient, id: string, passing: string): Promise<string | undefined> {
  for (;;) {
    const state = (await readStore(kms, id))?.ConnectionState
    if (state !== passing) return state
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describeStores(
  'Terraform, with an external key store',
  (harness) => {
    const converged = async (kms: KMSClient, id: string, store: TerraformStore) => {
      const read = await readStore(kms, id)
      expect(read && storeDifferences(store, read)).toEqual([])
    }
    const connect = async (kms: KMSClient, id: string) => {
      await kms.send(new ConnectCustomKeyStoreCommand({ CustomKeyStoreId: id }))
      expect(await waitFor(kms, id, 'CONNECTING')).toBe('CONNECTED')
    }
    const disconnect = async (kms: KMSClient, id: string) => {
      await kms.send(new DisconnectCustomKeyStoreCommand({ CustomKeyStoreId: id }))
      expect(await waitFor(kms, id, 'DISCONNECTING')).toBe('DISCONNECTED')
    }

    test('creates, reads, changes and destroys the store and a key in it', async () => {
      const tenant = await harness.tenant()
      const kms = harness.client(tenant)
      const id = await createStore(kms, wanted)
      await converged(kms, id, wanted)
      await connect(kms, id)

      proxy.keys.set('terraform-key', externalKey())
      const keyStore = { id, external: 'terraform-key' }
      const first: TerraformKey = {
        spec: 'SYMMETRIC_DEFAULT',
        description: 'first',
        tags: { a: '1' },
        keyStore,
      }
      const key = await createKey(kms, first)
      const read = await readKey(kms, key)
      expect(read && differences(first, read)).toEqual([])
      const second: TerraformKey = { ...first, description: 'second', tags: {}, enabled: false }
      await updateKey(kms, key, first, second)
      const changed = await readKey(kms, key)
      expect(changed && differences(second, changed)).toEqual([])

      // name and path of a store that is connected change in one call
      const renamed = { ...wanted, CustomKeyStoreName: 'renamed', XksProxyUriPath: '/t/kms/xks/v1' }
      await updateStore(kms, id, wanted, renamed)
      await converged(kms, id, renamed)
      // another host waits until it is disconnected
      const moved = { ...renamed, XksProxyUriEndpoint: 'https://LOCALHOST' }
      await expect(updateStore(kms, id, renamed, moved)).rejects.toThrow(
        expect.objectContaining({ name: 'CustomKeyStoreInvalidStateException' }),
      )
      await disconnect(kms, id)
      await updateStore(kms, id, renamed, moved)
      await converged(kms, id, moved)

      await destroyKey(kms, key, 7)
      // the provider says nothing of it, and the store stays
      expect(await destroyStore(kms, id)).toBe('CustomKeyStoreHasCMKsException')
      expect(await readStore(kms, id)).toBeDefined()
      harness.advance(8 * 24 * 3600_000)
      const { service } = harness.inside
      await sweep(service, { now: service.now(), limit: 100 })
      expect(await destroyStore(kms, id)).toBeUndefined()
      expect(await readStore(kms, id)).toBeUndefined()
    })
  },
  ['sqlite', 'dynamodb'],
  { xks: proxy.options },
)
