import type {
  ConnectionState,
  CustomKeyStore,
} from '../../core/custom-key-store/custom-key-store.ts'
import {
  type ReadStores,
  readStores,
  withStore,
  writeStores,
} from '../../core/custom-key-store/custom-key-store-items.ts'
import { requireStore } from '../../core/custom-key-store/refusals.ts'
import type { Ports, Run } from '../../core/operation.ts'
import { noMembers, struct, type TypeOf } from '../../core/shape/shapes.ts'
import { auditedStore, type NamedStore, storeId } from './key-store-members.ts'

const input = struct({ CustomKeyStoreId: storeId })
type Call = Pick<Run<TypeOf<typeof input>, unknown>, 'input' | 'caller' | 'context'>

/** What the records of ConnectCustomKeyStore and DisconnectCustomKeyStore have in common. */
export const changesConnection = {
  audience: 'tenant',
  input,
  output: noMembers<NamedStore>(),
  errors: ['CustomKeyStoreInvalidStateException', 'CustomKeyStoreNotFoundException'],
  keys: {},
  mutates: true,
  audited: auditedStore,
  uses: ['read', 'write', 'keyStores'],
} as const

/** The store that a call names, among those of the account. @throws KmsError CustomKeyStoreNotFoundException */
export async function namedStore(
  { input: { CustomKeyStoreId }, caller: { accountId }, context: { region } }: Call,
  { read }: Pick<Ports, 'read'>,
): Promise<{ readonly found: ReadStores; readonly store: CustomKeyStore }> {
  const found = await readStores({ accountId, region }, read)
  return { found, store: requireStore(found.stores, CustomKeyStoreId) }
}

/** Begins an attempt, which is named by the call; the caller does not wait for its end. @throws StoreConflict */
export async function beginAttempt(
  { caller: { accountId }, context }: Call,
  found: ReadStores,
  store: CustomKeyStore,
  state: Extract<ConnectionState, 'CONNECTING' | 'DISCONNECTING'>,
  { write, keyStores }: Pick<Ports, 'write' | 'keyStores'>,
): Promise<void> {
  const { region, now, requestId } = context
  const home = { accountId, region }
  const begun = { ...store, state, underWay: { at: now, attempt: requestId } }
  await writeStores(home, found, withStore(found.stores, begun), write)
  keyStores.begin({ ...home, id: store.id }, requestId)
}
