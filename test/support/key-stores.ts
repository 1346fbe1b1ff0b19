import { expect } from 'vitest'
import type { Harness, Input, Tenant } from './harness.ts'
import { type StoreCalls, storeCalls } from './store-calls.ts'
import { CREDENTIAL, externalKey, type TestProxy } from './xks-server.ts'

/** Custom key stores of a suite, at one proxy. */
export interface KeyStores extends StoreCalls {
  /** members of a store that no other test has */
  wanted(more?: Input): Input
  create(tenant: Tenant, more?: Input): Promise<string>
  /** a store that is connected */
  connected(tenant: Tenant, more?: Input): Promise<string>
  newExternalKey(): string
  keyIn(tenant: Tenant, store: string, external?: string): Promise<{ id: string; arn: string }>
}

let stores = 0
let keys = 0

export function keyStores(harness: Harness, proxy: TestProxy): KeyStores {
  const calls = storeCalls(harness)
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
  function newExternalKey(): string {
    const id = `external-${++keys}`
    proxy.keys.set(id, externalKey())
    return id
  }
  return {
    wanted,
    create,
    ...calls,
    newExternalKey,
    async connected(tenant, more = {}) {
      const id = await create(tenant, more)
      expect(await calls.connect(tenant, id)).toMatchObject({ ConnectionState: 'CONNECTED' })
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
export const PLAINTEXT = base64('hello')
export const CONTEXT = { purpose: 'test' }

/** What tests of keys in external key stores do over and over. */
export function keysOf(harness: Harness, proxy: TestProxy) {
  const stores = keyStores(harness, proxy)
  const outcome = (tenant: Tenant, operation: string, input: Input) =>
    harness.call('aws', tenant, operation, input)
  return {
    stores,
    outcome,
    told: async (tenant: Tenant, operation: string, input: Input) =>
      (await outcome(tenant, operation, input)).code ?? 'done',
    /** a tenant with a key in a store that is connected; what the proxy was asked for that is forgotten */
    async world() {
      const tenant = await harness.tenant()
      const store = await stores.connected(tenant)
      const external = stores.newExternalKey()
      const key = await stores.keyIn(tenant, store, external)
      proxy.asked.length = 0
      return { tenant, store, external, key }
    },
    async encrypted(tenant: Tenant, KeyId: string): Promise<string> {
      const input = { KeyId, Plaintext: PLAINTEXT, EncryptionContext: CONTEXT }
      return String((await harness.ok(tenant, 'Encrypt', input))['CiphertextBlob'])
    },
  }
}

/** Members of CreateKey for a key in an external key store. */
export const inStore = (CustomKeyStoreId: string, XksKeyId: string): Input => ({
  Origin: 'EXTERNAL_KEY_STORE',
  CustomKeyStoreId,
  XksKeyId,
})
