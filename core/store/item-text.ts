import { type Item, type ItemKey, ItemTooLarge } from './store.ts'

/** bytes of JSON; Item.data */
const MAX_DATA = 350 * 1024

/**
 * An item's data as the JSON text that is stored.
 * @throws ItemTooLarge above 350 KB in UTF-8, and for what no JSON text can be made of (nested too deep)
 */
export function textOf(item: Pick<Item, 'pk' | 'sk' | 'data'>): string {
  const text = serialized(item)
  if (Buffer.byteLength(text) <= MAX_DATA) return text
  throw new ItemTooLarge(`Item ${nameOf(item)} is over ${MAX_DATA} bytes of JSON.`)
}

function serialized(item: Pick<Item, 'pk' | 'sk' | 'data'>): string {
  try {
    return JSON.stringify(item.data)
  } catch (cause) {
    throw new ItemTooLarge(`Item ${nameOf(item)} can't be written as JSON.`, { cause })
  }
}

const nameOf = ({ pk, sk }: ItemKey): string => JSON.stringify([pk, sk])
