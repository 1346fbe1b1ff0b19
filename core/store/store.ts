/** What an item may hold: JSON, so that every adapter stores the same thing. Bytes are base64 text. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json }

/**
 * Where an item lives: a partition that begins with the tenant's account id, and a sort key within it; 1 to
 * 2,048 and 1 to 1,024 bytes of UTF-8. Nothing is at a place with longer names (places.ts).
 */
export interface ItemKey {
  readonly pk: string
  readonly sk: string
}

/** One durable item. Its attributes are read and written whole. */
export interface Item extends ItemKey {
  /** 1 when first written; one more with every write. Optimistic concurrency rests on it. */
  readonly version: number
  /** Unix milliseconds at which a sweeper must look at the item; indexed, absent where nothing is due. */
  readonly due?: number
  /** Unix seconds after which the store may drop the item; readers must still compare. */
  readonly expires?: number
  /** the format of its data, counted by its kind (core/item/); absent for the first */
  readonly format?: number
  /** base64 of what authenticates the item as its writer made it; kept as it is, and nothing writes it yet */
  readonly tag?: string
  /** the item's own attributes; at most 350 KB as JSON */
  readonly data: { readonly [name: string]: Json }
}

export interface Page {
  readonly items: Item[]
  /** whether items beyond the last one returned exist */
  readonly more: boolean
}

export interface Query {
  readonly pk: string
  /** only sort keys that begin with this; '' for all */
  readonly prefix: string
  /** only sort keys strictly beyond this one, in the direction of reading */
  readonly after?: string
  /** 1 to 1000 items */
  readonly limit: number
  /** from the highest sort key down */
  readonly reverse?: boolean
}

/**
 * Everything durable goes through these primitives. An adapter guarantees:
 * - reads are strongly consistent: they see every write acknowledged before they began;
 * - a write is atomic for its one item and durable before it is acknowledged; there are no transactions;
 * - sort keys are ordered by their UTF-8 bytes;
 * - reads of a place that can't be, and pages of one or from one, find nothing; writes throw ItemTooLarge;
 * - a write whose answer was lost and is tried again by the adapter is not reported as a lost race.
 */
export interface Store {
  /**
   * Reads up to 100 items in one round trip; the result has the keys' order, undefined where nothing is.
   * Items are never changed by who reads them: another reader may hold the same.
   */
  get(keys: readonly ItemKey[]): Promise<(Item | undefined)[]>
  /**
   * Writes one item whole, if the stored version is `item.version - 1` (absent where that is 0).
   * Answers false, and changes nothing, where another writer was first.
   * @throws ItemTooLarge, as `add` does
   */
  put(item: Item): Promise<boolean>
  /**
   * Writes one item whole, its version as it is, where there is none; false, and nothing changed, where
   * there is one. For items that come from another store.
   */
  add(item: Item): Promise<boolean>
  /** Deletes one item of exactly this version (true also where it is already gone); false where it has moved on. */
  delete(key: ItemKey, version: number): Promise<boolean>
  /** Items of one partition in the order of their sort keys. */
  query(query: Query): Promise<Page>
  /** Up to `limit` items whose `due` is at or before `now` (Unix ms), earliest first within a shard; may be eventually consistent. */
  due(now: number, limit: number): Promise<Item[]>
  /** Every item there is, in an order of the adapter's own, in pages; for export, doctor and re-wrapping. */
  scan(after: ItemKey | undefined, limit: number): Promise<Page>
  /**
   * Resolves once nothing that was deleted or overwritten before the call is left in the store's own
   * files. What copies and backups of them hold is out of its reach.
   * @throws StoreUnavailable where who reads the files keeps it from that; it may be asked again
   */
  forget(): Promise<void>
  /** Finishes what was accepted, then releases files and connections. */
  close(): Promise<void>
}

/** Answers an item that was read along, or reads it. */
export type Found = (place: ItemKey) => Promise<Item | undefined>

/**
 * An item that the store never takes, whenever it is tried: its data are over 350 KB as JSON, or no
 * JSON, or the names of its place are too long. Nothing was written.
 */
export class ItemTooLarge extends Error {
  override readonly name = 'ItemTooLarge'
}

/** A store that can't answer now (throttled, timed out, unreachable). The caller may try again. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}

/**
 * Has what was deleted erased from the store's files, now or, where that can't be done now, by the store
 * itself later: for what opens nothing any more once it is deleted, whose deletion is done all the same.
 */
export async function eraseSoon({ forget }: Pick<Store, 'forget'>): Promise<void> {
  try {
    await forget()
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
  }
}
