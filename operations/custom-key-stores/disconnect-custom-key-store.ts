import { requireState } from '../../core/custom-key-store/refusals.ts'
import { disconnectedCluster, disconnectedProxy } from '../../core/external-store/credential.ts'
import { defineOperation } from '../../core/operation.ts'
import { beginAttempt, changesConnection, namedStore } from './connection.ts'

/** Disconnects a custom key store: from the answer on, its keys are Unavailable. */
export const disconnectCustomKeyStore = defineOperation({
  name: 'DisconnectCustomKeyStore',
  summary: 'Disconnects a custom key store: its keys are unavailable until it is connected again.',
  http: 'POST /v1/custom-key-stores/{CustomKeyStoreId}/disconnect',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_DisconnectCustomKeyStore.html',
  ...changesConnection,
  async run(call, ports) {
    const { found, store } = await namedStore(call, ports)
    requireState(store, 'CONNECTED', 'CONNECTING', 'FAILED')
    const { error: _error, ...rest } = store
    const cut =
      rest.type === 'AWS_CLOUDHSM'
        ? { ...rest, cluster: disconnectedCluster(rest.cluster) }
        : { ...rest, proxy: disconnectedProxy(rest.proxy) }
    await beginAttempt(call, found, cut, 'DISCONNECTING', ports)
    return { name: store.name }
  },
})
