// @module-tag local: proxies of this process are called, at a loopback address
// @module-tag process
import {
  ConnectCustomKeyStoreCommand,
  CreateCustomKeyStoreCommand,
  CustomKeyStoreNotFoundException,
  DeleteCustomKeyStoreCommand,
  DescribeCustomKeyStoresCommand,
  DisconnectCustomKeyStoreCommand,
  type KMSClient,
  UpdateCustomKeyStoreCommand,
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
import { CREDENTIAL, externalKey, startXksServer } from '../support/xks-server.ts'

/**
 * The calls of Terraform's AWS provider for aws_kms_custom_key_store of the type EXTERNAL_KEY_STORE and for
 * aws_kms_key with custom_key_store_id and xks_key_id. The provider does not connect a store: whoever runs it
 * does, and asks until it is CONNECTED.
 * @see https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service/kms
 */

const proxy = await startXksServer()
afterAll(() => proxy.stop())

const wanted = {
  CustomKeyStoreName: 'terraform',
  CustomKeyStoreType: 'EXTERNAL_KEY_STORE',
  XksProxyConnectivity: 'PUBLIC_ENDPOINT',
  XksProxyUriEndpoint: 'https://localhost',
  XksProxyUriPath: '/terraform/kms/xks/v1',
  XksProxyAuthenticationCredential: CREDENTIAL,
} as const

/** Refresh; undefined for a store that is gone. */
async function readStore(kms: KMSClient, CustomKeyStoreId: string) {
  try {
    const told = await kms.send(new DescribeCustomKeyStoresCommand({ CustomKeyStoreId }))
    expect(told.CustomKeyStores).toHaveLength(1)
    return told.CustomKeyStores?.[0]
  } catch (error) {
    if (error instanceof CustomKeyStoreNotFoundException) return undefined
    throw error
  }
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
    test('creates, reads, changes and destroys the store and a key in it', async () => {
      const tenant = await harness.tenant()
      const kms = harness.client(tenant)
      const { CustomKeyStoreId: id = '' } = await kms.send(new CreateCustomKeyStoreCommand(wanted))
      expect(await readStore(kms, id)).toMatchObject({
        CustomKeyStoreName: 'terraform',
        CustomKeyStoreType: 'EXTERNAL_KEY_STORE',
        ConnectionState: 'DISCONNECTED',
        XksProxyConfiguration: {
          Connectivity: 'PUBLIC_ENDPOINT',
          UriEndpoint: wanted.XksProxyUriEndpoint,
          UriPath: wanted.XksProxyUriPath,
        },
      })
      await kms.send(new ConnectCustomKeyStoreCommand({ CustomKeyStoreId: id }))
      expect(await waitFor(kms, id, 'CONNECTING')).toBe('CONNECTED')

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

      const NewCustomKeyStoreName = 'renamed'
      await kms.send(
        new UpdateCustomKeyStoreCommand({ CustomKeyStoreId: id, NewCustomKeyStoreName }),
      )
      expect(await readStore(kms, id)).toMatchObject({ CustomKeyStoreName: 'renamed' })

      await destroyKey(kms, key, 7)
      await kms.send(new DisconnectCustomKeyStoreCommand({ CustomKeyStoreId: id }))
      expect(await waitFor(kms, id, 'DISCONNECTING')).toBe('DISCONNECTED')
      const destroy = new DeleteCustomKeyStoreCommand({ CustomKeyStoreId: id })
      await expect(kms.send(destroy)).rejects.toThrow(
        expect.objectContaining({ name: 'CustomKeyStoreHasCMKsException' }),
      )
      harness.advance(8 * 24 * 3600_000)
      const { service } = harness.inside
      await sweep(service, { now: service.now(), limit: 100 })
      await kms.send(destroy)
      expect(await readStore(kms, id)).toBeUndefined()
    })
  },
  ['sqlite', 'dynamodb'],
  { xks: proxy.options },
)
