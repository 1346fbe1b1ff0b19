// @module-tag local: tokens are registered on this machine
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
import { expect, test } from 'vitest'
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
import { PASSWORD, quickTokens } from '../support/tokens.ts'

/**
 * The calls of Terraform's AWS provider for aws_kms_custom_key_store of the type AWS_CLOUDHSM and for aws_kms_key
 * with custom_key_store_id. The provider does not connect a store: whoever runs it does, and asks until it is
 * CONNECTED.
 * @see https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service/kms
 */

const tokens = quickTokens()

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

async function waitFor(kms: KMSClient, id: string, passing: string): Promise<string | undefined> {
  for (;;) {
    const state = (await readStore(kms, id))?.ConnectionState
    if (state !== passing) return state
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describeStores(
  'Terraform, with a CloudHSM key store',
  (harness) => {
    test('creates, reads, changes and destroys the store and a key in it', async () => {
      const tenant = await harness.tenant()
      const kms = harness.client(tenant)
      const { cluster, trustAnchor } = tokens.register(tenant.accountId)
      const wanted = {
        CloudHsmClusterId: cluster,
        CustomKeyStoreName: 'terraform',
        TrustAnchorCertificate: trustAnchor,
        KeyStorePassword: PASSWORD,
      }
      const { CustomKeyStoreId: id = '' } = await kms.send(new CreateCustomKeyStoreCommand(wanted))
      expect(await readStore(kms, id)).toMatchObject({
        CloudHsmClusterId: cluster,
        CustomKeyStoreName: 'terraform',
        TrustAnchorCertificate: trustAnchor,
        ConnectionState: 'DISCONNECTED',
      })
      const connect = new ConnectCustomKeyStoreCommand({ CustomKeyStoreId: id })
      await kms.send(connect)
      expect(await waitFor(kms, id, 'CONNECTING')).toBe('CONNECTED')

      const first: TerraformKey = {
        spec: 'SYMMETRIC_DEFAULT',
        description: 'first',
        tags: { a: '1' },
        keyStore: { id },
      }
      const key = await createKey(kms, first)
      const read = await readKey(kms, key)
      expect(read && differences(first, read)).toEqual([])
      const second: TerraformKey = { ...first, description: 'second', tags: {}, enabled: false }
      await updateKey(kms, key, first, second)
      const changed = await readKey(kms, key)
      expect(changed && differences(second, changed)).toEqual([])

      // the provider sends all three of a changed store, which must be disconnected for it
      const disconnect = new DisconnectCustomKeyStoreCommand({ CustomKeyStoreId: id })
      await kms.send(disconnect)
      expect(await waitFor(kms, id, 'DISCONNECTING')).toBe('DISCONNECTED')
      await kms.send(
        new UpdateCustomKeyStoreCommand({
          CustomKeyStoreId: id,
          NewCustomKeyStoreName: 'renamed',
          KeyStorePassword: PASSWORD,
          CloudHsmClusterId: cluster,
        }),
      )
      expect(await readStore(kms, id)).toMatchObject({ CustomKeyStoreName: 'renamed' })
      await kms.send(connect)
      expect(await waitFor(kms, id, 'CONNECTING')).toBe('CONNECTED')

      await destroyKey(kms, key, 7)
      harness.advance(8 * 24 * 3600_000)
      const { service } = harness.inside
      await sweep(service, { now: service.now(), limit: 100 })
      await kms.send(disconnect)
      expect(await waitFor(kms, id, 'DISCONNECTING')).toBe('DISCONNECTED')
      await kms.send(new DeleteCustomKeyStoreCommand({ CustomKeyStoreId: id }))
      expect(await readStore(kms, id)).toBeUndefined()
    })
  },
  ['sqlite', 'dynamodb'],
  { hsm: async () => tokens.open() },
)
