import type { Harness, Tenant } from './harness.ts'

/** What a suite asks of custom key stores, whatever their type. */
export interface StoreCalls {
  described(tenant: Tenant, id: string): Promise<Record<string, unknown>>
  /** Connects one, and answers how it is once that is finished. */
  connect(tenant: Tenant, id: string): Promise<Record<string, unknown>>
  disconnect(tenant: Tenant, id: string): Promise<void>
}

export function storeCalls(harness: Harness): StoreCalls {
  const settled = () => harness.inside.service.keyStores.settled()
  async function described(tenant: Tenant, CustomKeyStoreId: string) {
    const told = await harness.ok(tenant, 'DescribeCustomKeyStores', { CustomKeyStoreId })
    const [one] = told['CustomKeyStores'] as Record<string, unknown>[]
    return one ?? {}
  }
  return {
    described,
    async connect(tenant, id) {
      await harness.ok(tenant, 'ConnectCustomKeyStore', { CustomKeyStoreId: id })
      await settled()
      return described(tenant, id)
    },
    async disconnect(tenant, id) {
      await harness.ok(tenant, 'DisconnectCustomKeyStore', { CustomKeyStoreId: id })
      await settled()
    },
  }
}
