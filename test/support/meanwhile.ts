import type { Store } from '../../core/store/store.ts'

/**
 * The store of a call within which another is made whole, before a step of it.
 * @param step of the reads and writes, from 0
 */
export function meanwhile(store: Store, step: number, other: () => Promise<unknown>) {
  let steps = 0
  const before = async <T>(call: () => Promise<T>): Promise<T> => {
    if (steps++ === step) await other()
    return call()
  }
  const slowed: Store = {
    ...store,
    get: (keys) => before(() => store.get(keys)),
    query: (query) => before(() => store.query(query)),
    put: (item) => before(() => store.put(item)),
    delete: (key, version) => before(() => store.delete(key, version)),
  }
  return { slowed, reached: () => steps > step }
}
