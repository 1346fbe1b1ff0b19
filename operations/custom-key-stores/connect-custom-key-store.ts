import {
  readStores,
  withStore,
  writeStores,
} from '../../core/custom-key-store/custom-key-store-items.ts'
import { requireState, requireStore } from '../../core/custom-key-store/refusals.ts'
import { defineOperation } from '../../core/operation.ts'
import { noMembers, struct } from '../../core/shape/shapes.ts'
import { auditedStore, type NamedStore, storeId } from './key-store-members.ts'

/** Begins to connect a custom key store; DescribeCustomKeyStores tells what came of it. */
export const connectCustomKeyStore = defineOperation({
  name: 'ConnectCustomKeyStore',
  summary: 'Begins to connect a custom key store.',
  http: 'POST /v1/custom-key-stores/{CustomKeyStoreId}/connect',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_ConnectCustomKeyStore.html',
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
    const { id, name, state } = store
    // one that is connected, or about to be, is no error (API_ConnectCustomKeyStore)
    if (state === 'CONNECTED' || state === 'CONNECTING') return { name }
    requireState(store, 'DISCONNECTED')
    const underWay = { at: now, attempt: requestId }
    const connecting = { ...store, state: 'CONNECTING', underWay } as const
    await writeStores(home, found, withStore(found.stores, connecting), write)
    keyStores.begin({ ...home, id }, requestId)
    return { name }
  },
})
