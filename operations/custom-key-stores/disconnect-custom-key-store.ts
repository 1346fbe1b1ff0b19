import {
  readStores,
  withStore,
  writeStores,
} from '../../core/custom-key-store/custom-key-store-items.ts'
import { requireState, requireStore } from '../../core/custom-key-store/refusals.ts'
import { defineOperation } from '../../core/operation.ts'
import { noMembers, struct } from '../../core/shape/shapes.ts'
import { auditedStore, type NamedStore, storeId } from './key-store-members.ts'

/** Disconnects a custom key store: from the answer on, its keys are Unavailable. */
export const disconnectCustomKeyStore = defineOperation({
  name: 'DisconnectCustomKeyStore',
  summary: 'Disconnects a custom key store: its keys are unavailable until it is connected again.',
  http: 'POST /v1/custom-key-stores/{CustomKeyStoreId}/disconnect',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_DisconnectCustomKeyStore.html',
  audience: 'tenant',
  input: struct({ CustomKeyStoreId: storeId }),
  output: noMembers<NamedStore>(),
  errors: ['CustomKeyStoreInvalidStateException', 'CustomKeyStoreNotFoundException'],
  keys: {},
  mutates: true,
  audited: auditedStore,
  uses: ['read', 'write', 'keyStores'],
  async run({ input, caller: { accountId }, context }, { read, write, keyStores }) {
    const { region, now, requestId } = context
    const home = { accountId, region }
    const found = await readStores(home, read)
    const store = requireStore(found.stores, input.CustomKeyStoreId)
    requireState(store, 'CONNECTED', 'CONNECTING', 'FAILED')
    const { id, name } = store
    const { error: _error, ...rest } = store
    const underWay = { at: now, attempt: requestId }
    const disconnecting = { ...rest, state: 'DISCONNECTING', underWay } as const
    await writeStores(home, found, withStore(found.stores, disconnecting), write)
    keyStores.begin({ ...home, id }, requestId)
    return { name }
  },
})
