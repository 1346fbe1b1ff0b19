import { rootContext, type StoredTenantKey, TENANT_KEY } from '../core/key/keyring.ts'
import { proveRoot } from '../core/root/prove.ts'
import type { RootKey, WrappingContext } from '../core/root/root.ts'
import type { Item, Json, Store } from '../core/store/store.ts'
import { PLACE } from './installation.ts'
import { allItems, type Progress } from './transfer.ts'
import { pool } from './work-pool.ts'

/** items under way at a time: a key in AWS KMS takes three exchanges */
const MOVERS = 16

/** A root key that can't be left or moved to; the message is one line. */
export class RootMoveError extends Error {
  override readonly name = 'RootMoveError'
}

/**
 * Wraps every tenant key anew, under another root key. Nothing else is wrapped by the root, so nothing
 * else changes, and every ciphertext still opens. For a store that no server uses: a server holds one
 * root key. From the first write to the last the store is marked, so that none starts on it; cut
 * anywhere, it is taken up by the same call. Each key is opened under the new root before the item
 * that has it is written. Passes are made until one finds nothing, for a server that was still there.
 * @returns how many tenant keys this call moved
 * @throws RootMoveError; RootKeyRefused, RootKeyUnavailable of either root
 */
export async function moveRoot(
  store: Store,
  from: RootKey,
  to: RootKey,
  progress: Progress = () => undefined,
): Promise<{ moved: number }> {
  if (from.id === to.id) throw new RootMoveError(`the root key is ${to.id} already`)
  const installation = await admit(store, from, to)
  await proveRoot(to)
  if (installation.data['root'] === from.id) await mark(store, installation, to)

  let moved = 0
  for (let before = -1; before !== moved; ) {
    before = moved
    const movers = pool(MOVERS)
    for await (const item of allItems(store)) {
      if (!item.sk.startsWith(TENANT_KEY)) continue
      await movers.run(async () => {
        const count = await moveItem(store, item, from, to)
        moved += count
        progress(moved)
      })
    }
    await movers.drain()
  }
  await finish(store, to)
  return { moved }
}

/** The installation, if it is one that these two roots can be moved between. */
async function admit(store: Store, from: RootKey, to: RootKey): Promise<Item> {
  const [item] = await store.get([PLACE])
  if (item === undefined) throw new RootMoveError('the store is empty: there is nothing to move')
  const { root, importing, moving } = item.data
  if (importing !== undefined) {
    throw new RootMoveError('an import into the store was cut short: finish it first')
  }
  if (moving !== undefined && moving !== to.id) {
    throw new RootMoveError(`a move to root key ${moving} was cut short: finish it first`)
  }
  // to.id: it was moved, and a server that was still there made keys under the old one since
  if (root !== from.id && root !== to.id) {
    throw new RootMoveError(`the store needs root key ${root}, but TENKEY_ROOT names ${from.id}`)
  }
  return item
}

async function mark(store: Store, { data, version }: Item, to: RootKey): Promise<void> {
  if (data['moving'] === to.id) return
  const marked = { ...PLACE, version: version + 1, data: { ...data, moving: to.id } }
  if (!(await store.put(marked))) throw inUse()
}

const inUse = () => new RootMoveError('something else writes to the store: stop what uses it')

/** @returns how many keys of the item were moved */
async function moveItem(store: Store, item: Item, from: RootKey, to: RootKey): Promise<number> {
  const stored = item.data['keys'] as unknown as StoredTenantKey[]
  const context = rootContext(item.pk, item.sk.slice(TENANT_KEY.length))
  const keys: StoredTenantKey[] = []
  let moved = 0
  for (const key of stored) {
    if (key.root === from.id) moved++
    else if (key.root !== to.id) throw stranger(item, key)
    keys.push(key.root === from.id ? await rewrap(key, context, from, to) : key)
  }
  if (moved === 0) return 0
  const data = { ...item.data, keys: keys as unknown as Json }
  if (!(await store.put({ ...item, version: item.version + 1, data }))) throw inUse()
  return moved
}

const stranger = ({ pk, sk }: Item, { root }: StoredTenantKey) =>
  new RootMoveError(
    `the item ${JSON.stringify([pk, sk])} is wrapped by root key ${root}: move that one first`,
  )

async function rewrap(
  key: StoredTenantKey,
  context: WrappingContext,
  from: RootKey,
  to: RootKey,
): Promise<StoredTenantKey> {
  const bytes = await from.unwrap(Buffer.from(key.wrapped, 'base64'), context)
  try {
    const wrapped = await to.wrap(bytes, context)
    const opened = await to.unwrap(wrapped, context)
    const same = Buffer.compare(bytes, opened) === 0
    opened.fill(0)
    if (!same) throw new RootMoveError(`root key ${to.id} does not open what it wrapped`)
    return { ...key, root: to.id, wrapped: Buffer.from(wrapped).toString('base64') }
  } finally {
    bytes.fill(0)
  }
}

async function finish(store: Store, to: RootKey): Promise<void> {
  const [item] = await store.get([PLACE])
  if (item === undefined) throw inUse()
  const { moving, ...data } = item.data
  if (moving === undefined && data['root'] === to.id) return
  const moved = { ...PLACE, version: item.version + 1, data: { ...data, root: to.id } }
  if (!(await store.put(moved))) throw inUse()
}
