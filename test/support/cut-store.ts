import type { Store } from '../../core/store/store.ts'

/** What a process that was killed would never have seen. */
export class Cut extends Error {
  override readonly name = 'Cut'
}

/**
 * A store whose process ends at its n-th write (1 for the first): with `applied` the write is there and
 * only its answer is lost. No later write does anything. `cut` says whether it came to that.
 */
export function cutStore(inner: Store, at: number, applied: boolean): Store & { cut(): boolean } {
  let writes = 0
  async function write(apply: () => Promise<boolean>): Promise<boolean> {
    writes++
    if (writes < at) return apply()
    if (writes === at && applied) await apply()
    throw new Cut(`the process ended at write ${at}`)
  }
  return {
    ...inner,
    cut: () => writes >= at,
    put: (item) => write(() => inner.put(item)),
    add: (item) => write(() => inner.add(item)),
    delete: (key, version) => write(() => inner.delete(key, version)),
  }
}
