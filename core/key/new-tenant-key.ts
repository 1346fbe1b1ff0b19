import { randomBytes, randomUUID } from 'node:crypto'
import type { RootKey } from '../root/root.ts'
import { tenantKeyContext } from '../root/tenant-key-context.ts'
import type { Store } from '../store/store.ts'
import { type StoredTenantKey, tenantKeyItem } from './key-items.ts'
import { requireRoot } from './root-mark.ts'

/** Whose key, for which Region (or GLOBAL), and when it is made, Unix ms. */
interface Wanted {
  readonly accountId: string
  readonly region: string
  readonly now: number
}

/**
 * Makes a tenant's key for a Region unless there is one. It is written as being made, which nobody uses, and then
 * as made; before each of the two the
 * installation is asked for its root. A move to another root (server/root-move.ts) marks the
 * installation first and takes away what is being made: so a key that comes to be made was there
 * before the mark, and is moved. Whoever finds one being made under his own root goes on with it.
 * @throws RootKeyUnavailable where the store is under another root key than this process's
 */
export async function createTenantKey(
  wanted: Wanted,
  store: Pick<Store, 'get' | 'put'>,
  root: RootKey,
): Promise<void> {
  const place = tenantKeyItem.place(wanted)
  for (;;) {
    const [item] = await store.get([place])
    const stored = item && tenantKeyItem.read(item)
    if (stored !== undefined && stored.keys.length > 0) return
    await requireRoot(store, root)
    const making = stored?.making
    const data =
      making?.root === root.id
        ? { keys: [making] }
        : { keys: [], making: await drawTenantKey(wanted, root) }
    // false: another call was first, and its key is as good
    await store.put(tenantKeyItem.item(place, (item?.version ?? 0) + 1, data))
  }
}

async function drawTenantKey(
  { accountId, region, now: created }: Wanted,
  root: RootKey,
): Promise<StoredTenantKey> {
  const bytes = randomBytes(32)
  try {
    const wrapped = await root.wrap(bytes, tenantKeyContext(accountId, region))
    return {
      id: randomUUID(),
      root: root.id,
      wrapped: Buffer.from(wrapped).toString('base64'),
      created,
    }
  } finally {
    bytes.fill(0)
  }
}
