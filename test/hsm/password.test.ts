// @module-tag local: what is stored is changed from inside, and tokens are registered on this machine
// @module-tag process
import { expect, test } from 'vitest'
import { customKeyStoresItem } from '../../core/custom-key-store/custom-key-store-items.ts'
import { callAws } from '../support/calls.ts'
import { clusterStores } from '../support/cluster-stores.ts'
import { describeStores, type Input, REGION, type Tenant } from '../support/harness.ts'
import { quickTokens } from '../support/tokens.ts'

/** A cluster's password goes to its own cluster alone, and is there for keys while their store is connected. */

const tokens = quickTokens()

describeStores(
  'The password of a CloudHSM key store',
  (harness) => {
    const stores = clusterStores(harness, tokens)
    const told = async (tenant: Tenant, operation: string, input: Input) =>
      (await harness.call('aws', tenant, operation, input)).code ?? 'done'
    const place = ({ accountId }: Tenant) =>
      customKeyStoresItem.place({ accountId, region: REGION })
    async function storedOf(tenant: Tenant) {
      const [item] = await harness.inside.store.get([place(tenant)])
      if (item === undefined) throw new Error('the stores are not where they are kept')
      const found = customKeyStoresItem.read(item).stores
      return { item, stores: found.filter((one) => one.type === 'AWS_CLOUDHSM') }
    }
    /** Writes members of the one store, and of its cluster, into the table. */
    async function tamper(tenant: Tenant, members: object, cluster: object = {}) {
      const { item, stores: stored } = await storedOf(tenant)
      const changed = stored.map((one) => ({
        ...one,
        ...members,
        cluster: { ...one.cluster, ...cluster },
      }))
      const next = { ...item, version: item.version + 1, data: { stores: changed } }
      await harness.inside.store.put(next as never)
    }

    test('uses no key of a store that nobody has connected', async () => {
      const { tenant, registration, store } = await stores.world()
      const { id: KeyId } = await stores.keyIn(tenant, store)
      const use = { KeyId, Plaintext: 'AAAA' }
      expect(await told(tenant, 'Encrypt', use)).toBe('done')
      await stores.disconnect(tenant, store)
      const { logins } = tokens.read(registration)
      harness.expectFaults()
      await tamper(tenant, { state: 'CONNECTED' })
      expect(await told(tenant, 'Encrypt', use)).toBe('KMSInternalException')
      // nor with the password that is there, which is wrapped to connect alone
      const connected = (await storedOf(tenant)).stores[0]?.cluster.password
      await tamper(tenant, {}, { connected })
      expect(await told(tenant, 'Encrypt', use)).toBe('KMSInternalException')
      expect(tokens.read(registration).logins).toBe(logins)
    })

    test('goes to no other cluster of the account', async () => {
      const { tenant, store } = await stores.world()
      await stores.disconnect(tenant, store)
      const elsewhere = tokens.register(tenant.accountId)
      harness.expectFaults()
      await tamper(tenant, {}, { id: elsewhere.cluster })
      expect(await stores.connect(tenant, store)).toMatchObject({
        ConnectionState: 'FAILED',
        ConnectionErrorCode: 'INTERNAL_ERROR',
      })
      expect(tokens.read(elsewhere).logins).toBe(0)
    })

    test('that was refused to another process is tried there again once the store is connected anew', async () => {
      const { tenant, registration, store } = await stores.world()
      const { id: KeyId } = await stores.keyIn(tenant, store)
      const another = harness.inside.another()
      try {
        const elsewhere = { ...harness.target, url: await another.url }
        const use = async () =>
          (await callAws(elsewhere, tenant, 'Encrypt', { KeyId, Plaintext: 'AAAA' })).code ?? 'done'
        const { pin } = tokens.read(registration)
        tokens.change(registration, { pin: 'another-password' })
        expect(await use()).toBe('KMSInvalidStateException')
        tokens.change(registration, { pin })
        // it does not know what became of the password
        expect(await use()).toBe('KMSInvalidStateException')
        await stores.disconnect(tenant, store)
        await stores.connect(tenant, store)
        expect(await use()).toBe('done')
      } finally {
        await another.stop()
      }
    })

    test('is there for keys while the store is connected, and no longer', async () => {
      const { tenant, store } = await stores.world()
      const wrapped = async () => Object.keys((await storedOf(tenant)).stores[0]?.cluster ?? {})
      expect(await wrapped()).toContain('connected')
      await stores.disconnect(tenant, store)
      expect(await wrapped()).not.toContain('connected')
    })
  },
  ['sqlite'],
  { hsm: async () => tokens.open() },
)
