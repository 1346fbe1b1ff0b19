import { grantItems } from '../../core/grant/grant-items.ts'
import type { Key, KeyData } from '../../core/key/key.ts'
import { keyFromItem, keyPlace, keyToItem } from '../../core/key/key-item.ts'
import {
  type AliasRotation,
  aliasItem,
  importItem,
  materialItem,
} from '../../core/key/key-items.ts'
import { type Keyring, keyring } from '../../core/key/keyring.ts'
import { newKey, newMaterial } from '../../core/key/new-key.ts'
import { aliasPlace } from '../../core/key/resolve.ts'
import { storePolicy } from '../../core/key/stored-policy.ts'
import { DAY } from '../../core/lifecycle/rotation.ts'
import type { RootKey } from '../../core/root/root.ts'
import { memoryStore } from '../../core/store/memory.ts'
import type { Item, Store } from '../../core/store/store.ts'

export const ACCOUNT = '111122223333'
export const REGION = 'us-east-1'
const HOME = { accountId: ACCOUNT, region: REGION }
/** when everything in the world falls due, Unix ms */
export const DUE = Date.parse('2027-01-01T00:00:00Z')

/** A root that hides nothing: what is tested here is what is written, not how it is wrapped. */
export const openRoot: RootKey = {
  id: 'test',
  wrap: async (bytes) => Uint8Array.from(bytes),
  unwrap: async (bytes) => Uint8Array.from(bytes),
  close: async () => undefined,
}

export const keyringOf = (store: Store, root = openRoot): Keyring =>
  keyring({ store, root, capacity: 100, lifetime: 1000 })

export const IDS = {
  rotating: '00000000-0000-4000-8000-000000000001',
  leaving: '00000000-0000-4000-8000-000000000002',
  imported: '00000000-0000-4000-8000-000000000003',
  signing: '00000000-0000-4000-8000-000000000004',
} as const

/**
 * A store with one of everything that falls due: rotation, deletion, expiry, alias rotation.
 * @param due when, Unix ms
 */
export async function makeWorld(
  store: Store = memoryStore(),
  root = openRoot,
  due = DUE,
): Promise<Store> {
  const keys = keyringOf(store, root)
  const before = due - 90 * DAY
  await keys.createTenantKey(ACCOUNT, REGION, before)
  const make = (id: string, more: Partial<KeyData>) => addKey(store, keys, id, before, more)

  await make(IDS.rotating, { rotation: { days: 90, next: due } })
  const deletion = { at: due, days: 7 }
  const leaving = await make(IDS.leaving, {
    state: 'PendingDeletion',
    deletion,
    aliases: ['alias/leaving', 'alias/moved'],
  })
  await storePolicy(leaving, { document: '{}', meant: {} }, store)
  const old = materialItem.place({ ...HOME, id: IDS.leaving, material: 'old' })
  await store.put(materialItem.item(old, 1, { id: 'old', wrapped: 'x', created: 0 }))
  const grant = {
    id: 'a',
    key: leaving.arn,
    granteePrincipal: `arn:aws:iam::${ACCOUNT}:root`,
    retiringPrincipal: `arn:aws:iam::${ACCOUNT}:root`,
    operations: ['Decrypt' as const],
    issuingAccount: `arn:aws:iam::${ACCOUNT}:root`,
    created: before,
  }
  for (const item of grantItems(leaving, grant)) await store.put(item)
  await addAlias(store, 'alias/leaving', IDS.leaving)
  await addAlias(store, 'alias/moved', IDS.rotating)

  const mine = await make(IDS.imported, { origin: 'EXTERNAL', state: 'Enabled' })
  const { material: held } = mine.data
  if (held === undefined) throw new Error('a key without material')
  await store.put(keyToItem(mine, { material: { ...held, validTo: due } }))
  const place = importItem.place({ ...HOME, id: IDS.imported, wrappingKey: '1' })
  await store.put(importItem.item(place, 1, { secret: 'x' }, { due }))

  const hmac = { spec: 'HMAC_256', usage: 'GENERATE_VERIFY_MAC' } as const
  await make(IDS.signing, { ...hmac, aliases: ['alias/signing'] })
  await addAlias(store, 'alias/signing', IDS.signing, { days: 90, next: due })
  return store
}

async function addKey(
  store: Store,
  keys: Keyring,
  id: string,
  before: number,
  more: Partial<KeyData>,
): Promise<Key> {
  const key = newKey(
    { ...HOME, id },
    { spec: 'SYMMETRIC_DEFAULT', usage: 'ENCRYPT_DECRYPT', created: before, ...more },
  )
  const item = keyToItem(key, { material: await newMaterial(key, keys, before) })
  await store.put(item)
  return keyFromItem(item)
}

async function addAlias(
  store: Store,
  name: string,
  target: string,
  rotation?: AliasRotation,
): Promise<void> {
  const data = { target, created: 0, updated: 0, ...(rotation && { rotation }) }
  await store.put(aliasItem.item(aliasPlace(ACCOUNT, REGION, name), 1, data))
}

export async function keyOf(store: Store, id: string): Promise<Key | undefined> {
  const [item] = await store.get([keyPlace(ACCOUNT, REGION, id)])
  return item && keyFromItem(item)
}

/** What is in the world, without what differs from run to run. */
export async function summary(store: Store): Promise<string[]> {
  const { items } = await store.query({ pk: `${ACCOUNT}/${REGION}`, prefix: '', limit: 1000 })
  return items.map(lineOf).sort()
}

function lineOf({ sk, due, data }: Item): string {
  const [kind = '', id = '', part = ''] = sk.split('#')
  if (kind === 'key') {
    const key = data as unknown as KeyData
    const { at } = key.material?.rotated ?? {}
    const bytes = key.material?.wrapped === undefined ? 'no bytes' : 'bytes'
    return `key ${id} ${key.state} ${bytes} rotated ${at ?? 'never'} due ${due ?? 'never'}`
  }
  if (kind === 'alias') return `alias ${id} to ${String(data['target'])} due ${due ?? 'never'}`
  return `${kind} ${id} ${kind === 'material' ? 'of before' : part}`
}

/** A store whose n-th write (from 0) fails: before it is done, or after, its answer lost. */
export function failingAt(store: Store, n: number, done: boolean): Store & { writes(): number } {
  let writes = 0
  const guard = async <T>(write: () => Promise<T>): Promise<T> => {
    const fails = writes++ === n
    if (fails && !done) throw new Error('crashed before the write')
    const result = await write()
    if (fails) throw new Error('crashed after the write')
    return result
  }
  return {
    ...store,
    put: (item) => guard(() => store.put(item)),
    delete: (key, version) => guard(() => store.delete(key, version)),
    writes: () => writes,
  }
}
