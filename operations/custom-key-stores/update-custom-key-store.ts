import type { CustomKeyStore, XksProxy } from '../../core/custom-key-store/custom-key-store.ts'
import {
  readStores,
  withStore,
  writeStores,
} from '../../core/custom-key-store/custom-key-store-items.ts'
import {
  requireFreeName,
  requireFreeUri,
  requireState,
  requireStore,
} from '../../core/custom-key-store/refusals.ts'
import { probe } from '../../core/custom-key-store/xks-failures.ts'
import { sealCredential } from '../../core/external-store/credential.ts'
import { defineOperation } from '../../core/operation.ts'
import { noMembers, optional, struct, type TypeOf } from '../../core/shape/shapes.ts'
import { eraseSoon } from '../../core/store/store.ts'
import {
  auditedStore,
  checkConnectivity,
  clusterId,
  keyStorePassword,
  type NamedStore,
  proxyMembers,
  refuseMembers,
  refuseService,
  requireHost,
  storeId,
  storeName,
} from './key-store-members.ts'

const input = struct({
  CustomKeyStoreId: storeId,
  NewCustomKeyStoreName: optional(storeName),
  KeyStorePassword: optional(keyStorePassword),
  CloudHsmClusterId: optional(clusterId),
  ...proxyMembers,
})
type Input = TypeOf<typeof input>

/** Changes a custom key store; of one that is connected its name and how its proxy is called. */
export const updateCustomKeyStore = defineOperation({
  name: 'UpdateCustomKeyStore',
  summary: 'Changes the name of a custom key store, or the proxy that it is at.',
  http: 'PATCH /v1/custom-key-stores/{CustomKeyStoreId}',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateCustomKeyStore.html',
  differs:
    'Members of AWS CloudHSM key stores are refused with ValidationException, VPC endpoint services with XksProxyVpcEndpointServiceNotFoundException: there are none.',
  audience: 'tenant',
  input,
  output: noMembers<NamedStore>(),
  errors: [
    'CustomKeyStoreInvalidStateException',
    'CustomKeyStoreNameInUseException',
    'CustomKeyStoreNotFoundException',
    'XksProxyIncorrectAuthenticationCredentialException',
    'XksProxyInvalidConfigurationException',
    'XksProxyInvalidResponseException',
    'XksProxyUriInUseException',
    'XksProxyUriUnreachableException',
    'XksProxyVpcEndpointServiceNotFoundException',
  ],
  keys: {},
  mutates: true,
  audited: auditedStore,
  uses: ['read', 'write', 'forget', 'wrapping', 'keyStores'],
  validate: (input) => checkConnectivity(input),
  async run({ input, caller: { accountId }, context }, ports) {
    const { read, write, wrapping, keyStores } = ports
    const home = { accountId, region: context.region }
    const found = await readStores(home, read)
    const store = requireStore(found.stores, input.CustomKeyStoreId)
    refuseMembers('an external key store', {
      CloudHsmClusterId: input.CloudHsmClusterId,
      KeyStorePassword: input.KeyStorePassword,
    })
    requireUpdatable(store, input)
    refuseService(input)
    const name = input.NewCustomKeyStoreName ?? store.name
    const proxy = await proxyAfter(input, { ...home, ...store }, wrapping)
    requireHost(proxy.endpoint)
    requireFreeName(found.stores, name, store.id)
    requireFreeUri(found.stores, proxy, store.id)
    if (changesProxy(input)) {
      const changed = { ...home, id: store.id, proxy }
      await probe(await keyStores.proxies(), changed, 'UpdateCustomKeyStore', context.requestId)
    }
    await writeStores(home, found, withStore(found.stores, { ...store, name, proxy }), write)
    // the credential that was replaced
    if (proxy !== store.proxy) await eraseSoon(ports.forget)
    return { name }
  },
})

/** While a store is connected, its endpoint and its connectivity stay. @throws KmsError CustomKeyStoreInvalidStateException */
function requireUpdatable(store: CustomKeyStore, input: Input): void {
  const moved = input.XksProxyUriEndpoint ?? input.XksProxyConnectivity
  if (moved === undefined) requireState(store, 'DISCONNECTED', 'CONNECTED')
  else requireState(store, 'DISCONNECTED')
}

const changesProxy = (input: Input): boolean =>
  [
    input.XksProxyUriEndpoint,
    input.XksProxyUriPath,
    input.XksProxyAuthenticationCredential,
    input.XksProxyConnectivity,
  ].some((member) => member !== undefined)

async function proxyAfter(
  input: Input,
  store: CustomKeyStore & { readonly accountId: string; readonly region: string },
  wrapping: Parameters<typeof sealCredential>[0],
): Promise<XksProxy> {
  const { proxy } = store
  const given = input.XksProxyAuthenticationCredential
  const endpoint = input.XksProxyUriEndpoint ?? proxy.endpoint
  const path = input.XksProxyUriPath ?? proxy.path
  if (given === undefined) return { ...proxy, endpoint, path }
  const { AccessKeyId: accessKeyId, RawSecretAccessKey: secret } = given
  const sealed = await sealCredential(wrapping, store, { accessKeyId, secret })
  return { endpoint, path, accessKeyId, secret: sealed }
}
