import type { CustomKeyStoreName } from '../custom-key-store/custom-key-store.ts'
import type { KeyStoreParts, OpenKeyStores, XksSettings } from './key-stores.ts'

/** Custom key stores of a service. */
export interface KeyStoreService {
  /** What calls proxies and tokens: loaded when the first is, as most processes never call one. */
  open(): Promise<OpenKeyStores>
  /** Begins to carry an attempt to its end, which the caller does not wait for. */
  begin(store: CustomKeyStoreName, attempt: string): void
  /** Resolves once nothing that was begun is under way: what a function waits for before it is frozen. */
  settled(): Promise<void>
  close(): Promise<void>
}

export function keyStoreService(parts: KeyStoreParts, settings: XksSettings): KeyStoreService {
  let opening: Promise<OpenKeyStores> | undefined
  const open = () => {
    opening ??= import('./key-stores.ts')
      .then((module) => module.openKeyStores(parts, settings))
      .catch((error: unknown) => {
        // not remembered: a file may be there the next time
        opening = undefined
        throw error
      })
    return opening
  }
  const underWay = new Set<Promise<void>>()
  const settled = async () => {
    while (underWay.size > 0) await Promise.all(underWay)
  }
  return {
    open,
    settled,
    begin(store, attempt) {
      const work = open()
        .then(({ finish }) => finish(store, attempt))
        // the sweeper ends it
        .catch((error: unknown) => parts.log('error', { customKeyStore: store.id, error }))
        .finally(() => underWay.delete(work))
      underWay.add(work)
    },
    async close() {
      await settled()
      if (opening !== undefined) await (await opening).close()
    },
  }
}
