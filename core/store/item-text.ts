import { type Item, ItemTooLarge } from './store.ts'

/** bytes of JSON; Item.data */
const MAX_DATA = 350 * 1024

/**
 * An item's data as the JSON text that is stored.
 * @throws ItemTooLarge above 350 KB in UTF-8, and for what no JSON text can be made of (nested too deep)
 */
export function textOf({ pk, sk, data }: Pick<Item, 'pk' | 'sk' | 'data'>): string {
  const name = JSON.stringify([pk, sk])
  const text = serialized(data, name)
  if (Buffer.byteLength(text) <= MAX_DATA) return text
  throw new ItemTooLarge(`Item ${name} is over ${MAX_DATA} bytes of JSON.`)
}

function serialized(data: Item['data'], name: string): string {
  try {
    return JSON.stringify(data)
  } catch (cause) {
    throw new ItemTooLarge(`Item ${name} can't be written as JSON.`, { cause })
  }
}
