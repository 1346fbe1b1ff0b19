import { INSTALLATION, installationItem } from '../item/installation.ts'
import { type RootKey, RootKeyUnavailable } from '../root/root.ts'
import type { Store } from '../store/store.ts'

/**
 * Looks whether a store is still under the root key that this process holds; a store of tests may have no
 * installation.
 * @throws RootKeyUnavailable where it was moved to another, or a move is under way
 */
export async function requireRoot(
  store: Pick<Store, 'get'>,
  { id }: Pick<RootKey, 'id'>,
): Promise<void> {
  const [item] = await store.get([INSTALLATION])
  if (item === undefined) return
  const { root, moving } = installationItem.read(item)
  if (moving !== undefined) {
    throw new RootKeyUnavailable(`the store is being moved to root key ${moving}`)
  }
  if (root === id) return
  throw new RootKeyUnavailable(
    `the store was moved to root key ${root}, but this process holds ${id}: start it anew with that one`,
  )
}
