import { expect } from 'vitest'
import type { Harness, Input, Tenant } from './harness.ts'
import { CREDENTIAL, externalKey, type TestProxy } from './xks-server.ts'

/** Custom key stores of a suite, at one proxy. */
export interface KeyStores {
  /** members of a store that no other test has */
  wanted(more?: Input): Input
  create(tenant: Tenant, more?: Input): Promise<string>
  described(tenant: Tenant, id: string): Promise<Record<string, unknown>>
  connect(tenant: Tenant, id: string): Promise<Record<string, unknown>>
  disconnect(tenant: Tenant, id: string): Promise<void>
  /** a store that is connected */
  connected(tenant: Tenant, more?: Input): Promise<string>
  newExternalKey(): string
  keyIn(tenant: Tenant, store: string, external?: string): Promise<{ id: string; arn: string }>
}

let stores = 0
let keys = 0

export function keyStores(harness: Harness, proxy: TestProxy): KeyStores {
  const wanted = (more: Input = {}): Input => ({
    CustomKeyStoreName: `store ${++stores}`,
    CustomKeyStoreType: 'EXTERNAL_KEY_STORE',
    XksProxyConnectivity: 'PUBLIC_ENDPOINT',
    XksProxyUriEndpoint: 'https://localhost',
    XksProxyUriPath: `/tenant-${stores}/kms/xks/v1`,
    XksProxyAuthenticationCredential: CREDENTIAL,
    ...more,
  })
  async function create(tenant: Tenant, more: Input = {}): Promise<string> {
    const { CustomKeyStoreId } = await harness.ok(tenant, 'CreateCustomKeyStore', wanted(more))
    return String(CustomKeyStoreId)
  }
  async function described(tenant: Tenant, CustomKeyStoreId: string) {
    const told = await harness.ok(tenant, 'DescribeCustomKeyStores', { CustomKeyStoreId })
    const [one] = told['CustomKeyStores'] as Record<string, unknown>[]
    return one ?? {}
  }
  const settled = () => harness.inside.service.keyStores.settled()
  async function connect(tenant: Tenant, id: string) {
    await harness.ok(tenant, 'ConnectCustomKeyStore', { CustomKeyStoreId: id })
    await settled()
    return described(tenant, id)
  }
  function newExternalKey(): string {
    const id = `external-${++keys}`
    proxy.keys.set(id, externalKey())
    return id
  }
  return {
    wanted,
    create,
    described,
    connect,
    newExternalKey,
    async disconnect(tenant, id) {
      await harness.ok(tenant, 'DisconnectCustomKeyStore', { CustomKeyStoreId: id })
      await settled()
    },
    async connected(tenant, more = {}) {
      const id = await create(tenant, more)
      expect(await connect(tenant, id)).toMatchObject({ ConnectionState: 'CONNECTED' })
      return id
    },
    keyIn: (tenant, store, external = newExternalKey()) =>
      harness.key(tenant, {
        Origin: 'EXTERNAL_KEY_STORE',
        CustomKeyStoreId: store,
        XksKeyId: external,
      }),
  }
}

export const base64 = (value: string) => Buffer.from(value).toString('base64')
