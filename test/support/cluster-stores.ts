import { expect } from 'vitest'
import type { Registration } from '../../server/hsm/registrations.ts'
import type { Harness, Input, Tenant } from './harness.ts'
import { type StoreCalls, storeCalls } from './store-calls.ts'
import { PASSWORD, type Tokens, TRUST_ANCHOR } from './tokens.ts'

/** CloudHSM key stores of a suite, at tokens of one kind. */
export interface ClusterStores extends StoreCalls {
  /** members of a store of a cluster, with a name that no other test has */
  wanted(cluster: string, more?: Input): Input
  create(tenant: Tenant, registration: Registration, more?: Input): Promise<string>
  keyIn(tenant: Tenant, store: string): Promise<{ id: string; arn: string }>
  /** a tenant with a cluster, and a store of it that is connected */
  world(): Promise<{ tenant: Tenant; registration: Registration; store: string }>
}

let stores = 0

export function clusterStores(harness: Harness, tokens: Tokens): ClusterStores {
  const calls = storeCalls(harness)
  const wanted = (cluster: string, more: Input = {}): Input => ({
    CustomKeyStoreName: `cluster store ${++stores}`,
    CloudHsmClusterId: cluster,
    KeyStorePassword: PASSWORD,
    TrustAnchorCertificate: TRUST_ANCHOR,
    ...more,
  })
  async function create(tenant: Tenant, { cluster }: Registration, more: Input = {}) {
    const input = wanted(cluster, more)
    const { CustomKeyStoreId } = await harness.ok(tenant, 'CreateCustomKeyStore', input)
    return String(CustomKeyStoreId)
  }
  return {
    wanted,
    create,
    ...calls,
    keyIn: (tenant, store) =>
      harness.key(tenant, { Origin: 'AWS_CLOUDHSM', CustomKeyStoreId: store }),
    async world() {
      const tenant = await harness.tenant()
      const registration = tokens.register(tenant.accountId)
      const store = await create(tenant, registration)
      expect(await calls.connect(tenant, store)).toMatchObject({ ConnectionState: 'CONNECTED' })
      return { tenant, registration, store }
    },
  }
}
