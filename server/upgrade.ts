import { admitMark, type Release } from '../core/item/formats.ts'
import { INSTALLATION, installationItem } from '../core/item/installation.ts'
import type { Store } from '../core/store/store.ts'

/** A store whose mark can't be raised; the message is one line. */
export class UpgradeError extends Error {
  override readonly name = 'UpgradeError'
}

/**
 * Raises a store's mark to the formats that a release writes, once nothing older uses the store: from then on
 * items are written in them when they are touched, and no older release opens the store. One write, which
 * may be made while servers run; they know it within a minute. The mark never goes down.
 * @throws UpgradeError; StoreTooNew where the mark is beyond what the release reads
 */
export async function upgradeStore(
  store: Pick<Store, 'get' | 'put'>,
  release: Release,
): Promise<{ from: number; to: number }> {
  for (;;) {
    const [item] = await store.get([INSTALLATION])
    if (item === undefined)
      throw new UpgradeError('the store is empty: there is nothing to upgrade')
    const data = installationItem.read(item)
    const { format: from, importing, moving } = data
    admitMark(from, release)
    if (importing !== undefined || moving !== undefined) {
      const begun = importing === undefined ? 'a move of its root key' : 'an import into it'
      throw new UpgradeError(`the store can't be upgraded: ${begun} was cut short; finish it first`)
    }
    const to = release.generation
    if (from === to) return { from, to }
    // false: a server furnished it at the same time, or another upgrade was first
    if (await store.put(installationItem.next(item, { ...data, format: to }))) return { from, to }
  }
}
