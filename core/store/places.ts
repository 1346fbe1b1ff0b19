import type { Item, ItemKey, Store } from './store.ts'
import { ItemTooLarge } from './store.ts'

/**
 * Bytes of UTF-8 that the two names of a place have at most, and one at least: what DynamoDB takes as a
 * partition key and as a sort key.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
const MOST_PK = 2048
const MOST_SK = 1024

/** Whether an item can have this place. */
const isPlace = ({ pk, sk }: ItemKey): boolean =>
  pk !== '' && sk !== '' && fits(pk, MOST_PK) && fits(sk, MOST_SK)

// a UTF-16 unit has at most three bytes: nearly every name is known to fit by its length
const fits = (name: string, most: number): boolean =>
  name.length * 3 <= most || (name.length <= most && Buffer.byteLength(name) <= most)

/**
 * A store that has no other places than DynamoDB has, so that what a caller names is answered alike by every
 * adapter: whatever can be nowhere is not there, and is not looked for.
 */
export function withinPlaces(store: Store): Store {
  const { get, put, add, query } = store
  const refused = ({ pk, sk }: Item) =>
    new ItemTooLarge(
      `No item can be at a place of ${Buffer.byteLength(pk)} and ${Buffer.byteLength(sk)} bytes.`,
    )
  return {
    ...store,

    async get(keys) {
      if (keys.every(isPlace)) return get(keys)
      // its own bound and its own state are the adapter's to tell
      const found = (await get(keys.filter(isPlace))).values()
      return keys.map((key) => (isPlace(key) ? found.next().value : undefined))
    },

    async put(item) {
      if (!isPlace(item)) throw refused(item)
      return put(item)
    },

    async add(item) {
      if (!isPlace(item)) throw refused(item)
      return add(item)
    },

    async delete(key, version) {
      return isPlace(key) ? store.delete(key, version) : true
    },

    async query(asked) {
      const { pk, prefix, after = '' } = asked
      const possible =
        pk !== '' && fits(pk, MOST_PK) && fits(prefix, MOST_SK) && fits(after, MOST_SK)
      return possible ? query(asked) : { items: [], more: false }
    },
  }
}
