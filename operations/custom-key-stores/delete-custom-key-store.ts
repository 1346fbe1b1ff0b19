import { KmsError } from '../../core/base/errors.ts'
import {
  hasKeys,
  readStores,
  writeStores,
} from '../../core/custom-key-store/custom-key-store-items.ts'
import { requireState, requireStore } from '../../core/custom-key-store/refusals.ts'
import { defineOperation } from '../../core/operation.ts'
import { noMembers, struct } from '../../core/shape/shapes.ts'
import { eraseSoon } from '../../core/store/store.ts'
import { auditedStore, type NamedStore, storeId } from './key-store-members.ts'

/** Deletes a custom key store without keys; nothing of the external key manager or the cluster is touched. */
export const deleteCustomKeyStore = defineOperation({
  name: 'DeleteCustomKeyStore',
  summary: 'Deletes a custom key store that has no keys and is disconnected.',
  http: 'DELETE /v1/custom-key-stores/{CustomKeyStoreId}',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteCustomKeyStore.html',
  audience: 'tenant',
  input: struct({ CustomKeyStoreId: storeId }),
  output: noMembers<NamedStore>(),
  errors: [
    'CustomKeyStoreHasCMKsException',
    'CustomKeyStoreInvalidStateException',
    'CustomKeyStoreNotFoundException',
  ],
  keys: {},
  mutates: true,
  audited: auditedStore,
  uses: ['read', 'write', 'forget'],
  async run({ input, caller: { accountId }, context: { region } }, { read, write, forget }) {
    const home = { accountId, region }
    const found = await readStores(home, read)
    const store = requireStore(found.stores, input.CustomKeyStoreId)
    const { id, name } = store
    requireState(store, 'DISCONNECTED')
    // after the stores were read: who makes a key claims it, and then looks at its store (core/key/store-key.ts)
    if (await hasKeys({ ...home, id }, read)) {
      throw new KmsError(
        'CustomKeyStoreHasCMKsException',
        `The custom key store ${id} has KMS keys; keys that are pending deletion count too.`,
      )
    }
    const left = found.stores.filter((one) => one.id !== id)
    await writeStores(home, found, left, write)
    // its credential
    await eraseSoon(forget)
    return { name }
  },
})
