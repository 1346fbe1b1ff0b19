import { requireState } from '../../core/custom-key-store/refusals.ts'
import { defineOperation } from '../../core/operation.ts'
import { beginAttempt, changesConnection, namedStore } from './connection.ts'

/** Begins to connect a custom key store; DescribeCustomKeyStores tells how it ends. */
export const connectCustomKeyStore = defineOperation({
  name: 'ConnectCustomKeyStore',
  summary: 'Begins to connect a custom key store.',
  http: 'POST /v1/custom-key-stores/{CustomKeyStoreId}/connect',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_ConnectCustomKeyStore.html',
  ...changesConnection,
  errors: [
    'CloudHsmClusterInvalidConfigurationException',
    'CloudHsmClusterNotActiveException',
    ...changesConnection.errors,
  ],
  uses: [...changesConnection.uses, 'clusters'],
  async run(call, ports) {
    const { found, store } = await namedStore(call, ports)
    const { name, state } = store
    // one that is connected, or about to be, is no error (API_ConnectCustomKeyStore)
    if (state === 'CONNECTED' || state === 'CONNECTING') return { name }
    requireState(store, 'DISCONNECTED')
    if (store.type === 'AWS_CLOUDHSM') {
      const clusters = await ports.clusters.open()
      await clusters.inspectToConnect(call.caller.accountId, store.cluster.id)
    }
    await beginAttempt(call, found, store, 'CONNECTING', ports)
    return { name }
  },
})
