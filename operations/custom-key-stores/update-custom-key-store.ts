import {
  readStores,
  withStore,
  writeStores,
} from '../../core/custom-key-store/custom-key-store-items.ts'
import {
  requireFreeName,
  requireFreeUri,
  requireStore,
  requireUnchanged,
} from '../../core/custom-key-store/refusals.ts'
import { defineOperation } from '../../core/operation.ts'
import { noMembers } from '../../core/shape/shapes.ts'
import { eraseSoon } from '../../core/store/store.ts'
import { changedCluster, changedProxy } from './changed-key-store.ts'
import {
  auditedStore,
  changeMembers,
  checkConnectivity,
  type NamedStore,
} from './key-store-members.ts'
import { PROXY_REFUSALS } from './store-proxy.ts'

/** Changes a custom key store; of one that is connected its name, and how its proxy is called. */
export const updateCustomKeyStore = defineOperation({
  name: 'UpdateCustomKeyStore',
  summary: 'Changes the name of a custom key store, or the proxy or cluster that it is at.',
  http: 'PATCH /v1/custom-key-stores/{CustomKeyStoreId}',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateCustomKeyStore.html',
  differs:
    'Clusters that share a backup history are those that are registered with the same trust anchor. VPC endpoint services are refused with XksProxyVpcEndpointServiceNotFoundException: there are none.',
  audience: 'tenant',
  input: changeMembers,
  output: noMembers<NamedStore>(),
  errors: [
    'CloudHsmClusterInvalidConfigurationException',
    'CloudHsmClusterNotActiveException',
    'CloudHsmClusterNotFoundException',
    'CloudHsmClusterNotRelatedException',
    'CustomKeyStoreInvalidStateException',
    'CustomKeyStoreNotFoundException',
    ...PROXY_REFUSALS,
  ],
  keys: {},
  mutates: true,
  audited: auditedStore,
  uses: ['read', 'write', 'forget', 'wrapping', 'unwrapping', 'keyStores', 'clusters'],
  validate: (input) => checkConnectivity(input),
  async run({ input, caller: { accountId }, context }, ports) {
    const { region, requestId } = context
    const home = { accountId, region }
    const before = await readStores(home, ports.read)
    const store = requireStore(before.stores, input.CustomKeyStoreId)
    const name = input.NewCustomKeyStoreName ?? store.name
    const place = { ...home, stores: before.stores, requestId }
    const changed =
      store.type === 'AWS_CLOUDHSM'
        ? await changedCluster(store, input, place, ports)
        : await changedProxy(store, input, place, ports)
    // what was read before is older than the proxy's or cluster's answer
    const found = changed === store ? before : await readStores(home, ports.read)
    requireUnchanged(found.stores, store)
    requireFreeName(found.stores, name, store.id)
    if (changed.type === 'EXTERNAL_KEY_STORE') requireFreeUri(found.stores, changed.proxy, store.id)
    await writeStores(home, found, withStore(found.stores, { ...changed, name }), ports.write)
    // the credential or password that was replaced
    if (changed !== store) await eraseSoon(ports.forget)
    return { name }
  },
})
