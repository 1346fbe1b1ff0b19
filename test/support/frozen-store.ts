import type { Store } from '../../core/store/store.ts'

/** The same store, its items frozen to their depths: code that changes what it has read throws. */
export function frozenStore(inner: Store): Store {
  return {
    ...inner,
    get: async (keys) => (await inner.get(keys)).map(freeze),
    query: async (query) => {
      const { items, more } = await inner.query(query)
      return { items: items.map(freeze), more }
    },
  }
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  Object.values(value).forEach(freeze)
  return Object.freeze(value)
}
