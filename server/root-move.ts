import { formattedStore, openMark } from '../core/item/formats.ts'
import { INSTALLATION, type InstallationData, installationItem } from '../core/item/installation.ts'
import { type StoredTenantKey, tenantKeyItem } from '../core/key/key-items.ts'
import { RELEASE } from '../core/release.ts'
import { proveRoot } from '../core/root/prove.ts'
import type { RootKey, WrappingContext } from '../core/root/root.ts'
import { tenantKeyContext } from '../core/root/tenant-key-context.ts'
import type { Item, Store } from '../core/store/store.ts'
import { allItems, type Progress } from './transfer.ts'
import { pool } from './work-pool.ts'

/** items under way at a time: a key in AWS KMS takes three exchanges */
const MOVERS = 16

/** A root key that can't be left or moved to; the message is one line. */
class RootMoveError extends Error {
  override readonly name = 'RootMoveError'
}

/**
 * Wraps every tenant key anew, under another root key. Nothing else is wrapped by the root, so nothing
 * else changes, and every ciphertext still opens. From the first write to the last the store is marked,
 * so that no server starts on it, and none that runs makes a tenant key (`createTenantKey`); cut
 * anywhere, it is taken up by the same call. Each key is opened under the new root before the item
 * that has it is written. Passes are made until one finds nothing, and once more after the mark is
 * gone, for servers of earlier releases, which do not look at it. At the end the former wrapping is
 * left nowhere in the store's files.
 * @returns how many tenant keys this call moved
 * @throws RootMoveError; RootKeyRefused, RootKeyUnavailable of either root; StoreUnavailable
 */
export async function moveRoot(
  opened: Store,
  from: RootKey,
  to: RootKey,
  progress: Progress = () => undefined,
): Promise<{ moved: number }> {
  if (from.id === to.id) throw new RootMoveError(`the root key is ${to.id} already`)
  const store = formattedStore(opened, await openMark(opened, RELEASE), RELEASE)
  const { item: installation, data } = await admit(store, from, to)
  await proveRoot(to)
  if (data.root === from.id) await mark(store, installation, data, to)

  let moved = 0
  const pass = async (): Promise<boolean> => {
    let found = false
    const movers = pool(MOVERS)
    for await (const item of allItems(store)) {
      if (!tenantKeyItem.is(item)) continue
      await movers.run(async () => {
        const done = await moveItem(store, item, from, to)
        found ||= done.found
        moved += done.moved
        progress(moved)
      })
    }
    await movers.drain()
    return found
  }
  while (await pass());
  await finish(store, to)
  while (await pass());
  await store.forget()
  return { moved }
}

/** The installation, if it is one that these two roots can be moved between. */
async function admit(
  store: Store,
  from: RootKey,
  to: RootKey,
): Promise<{ item: Item; data: InstallationData }> {
  const [item] = await store.get([INSTALLATION])
  if (item === undefined) throw new RootMoveError('the store is empty: there is nothing to move')
  const data = installationItem.read(item)
  const { root, importing, moving } = data
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
  return { item, data }
}

async function mark(store: Store, item: Item, data: InstallationData, to: RootKey): Promise<void> {
  if (data.moving === to.id) return
  const marked = installationItem.next(item, { ...data, moving: to.id })
  if (!(await store.put(marked))) throw inUse()
}

const inUse = () => new RootMoveError('something else writes to the store: stop what uses it')

/**
 * Moves the keys of an item, and takes away one that is being made: who makes it makes it anew.
 * @returns how many were moved, and whether the item has to be looked at again
 */
async function moveItem(
  store: Store,
  item: Item,
  from: RootKey,
  to: RootKey,
): Promise<{ moved: number; found: boolean }> {
  const { making, ...stored } = tenantKeyItem.read(item)
  const { accountId, region } = tenantKeyItem.parts(item)
  const context = tenantKeyContext(accountId, region)
  const keys: StoredTenantKey[] = []
  let moved = 0
  for (const key of stored.keys) {
    if (key.root === from.id) moved++
    else if (key.root !== to.id) throw stranger(item, key)
    keys.push(key.root === from.id ? await rewrap(key, context, from, to) : key)
  }
  const foreign = making?.root === from.id
  if (moved === 0 && !foreign) return { moved, found: false }
  const written = await store.put(tenantKeyItem.next(item, { ...stored, keys }))
  return { moved: written ? moved : 0, found: true }
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
  const [item] = await store.get([INSTALLATION])
  if (item === undefined) throw inUse()
  const { moving, ...data } = installationItem.read(item)
  if (moving === undefined && data.root === to.id) return
  if (!(await store.put(installationItem.next(item, { ...data, root: to.id })))) throw inUse()
}
