import type { SQLOutputValue } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { BoundedCache } from '../base/bounded-cache.ts'
import { parseJson } from '../base/json.ts'
import type { Item } from './store.ts'

export const COLUMNS = 'pk, sk, version, due, expires, crc, data, format, tag'
/** the place of the data in a row of these */
export const DATA = 6

/** characters of data of which the items are kept, and ms */
const MOST_KEPT = 1024 * 1024
const LIFETIME = 60_000

/** A row as SQLite answers it: values in the order of COLUMNS. */
export type Row = readonly SQLOutputValue[]

/**
 * Over all columns of a row: a row that the disk changed is told from one that was written. Format and tag
 * count where there is one, so rows of versions that did not know them stay as they are.
 */
export function checksum(item: Omit<Item, 'data'>, json: string): number {
  const { pk, sk, version, due, expires, format, tag } = item
  const row = `${pk}\n${sk}\n${version}\n${due ?? ''}\n${expires ?? ''}\n${json}`
  if (format === undefined && tag === undefined) return crc32(row)
  return crc32(`${row}\n${format ?? ''}\n${tag ?? ''}`)
}

function parse(json: string): Item['data'] | undefined {
  try {
    const data: unknown = parseJson(json)
    return typeof data === 'object' && data !== null && !Array.isArray(data)
      ? (data as Item['data'])
      : undefined
  } catch {
    return undefined
  }
}

/** The same item, which nobody changes any more: many calls look at it. One object after the other, as data may be nested deep. */
function frozen(item: Item): Item {
  const open: unknown[] = [item]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value !== 'object' || value === null) continue
    for (const member of Object.values(value)) open.push(member)
    Object.freeze(value)
  }
  return item
}

export interface RowDecoder {
  /** The item of a row. @throws Error for a row that is damaged */
  decode(row: Row): Item
  /**
   * As decode, for rows that are read with call after call: of one that is to the character what it was, the
   * item that was made of it then, frozen.
   * @param slot names its place
   */
  decodeAgain(slot: string, row: Row): Item
  /** Keeps nothing of what is overwritten or deleted. */
  drop(slot: string): void
}

/** @param file named where a row is damaged */
export function rowDecoder(file: string): RowDecoder {
  const kept = new BoundedCache<{ readonly row: Row; readonly item: Item }>({
    capacity: MOST_KEPT,
    lifetime: LIFETIME,
  })

  function decode(row: Row): Item {
    const [pk, sk, version, due, expires, crc, json, format, tag] = row
    const text = String(json)
    const data = parse(text)
    if (data !== undefined) {
      const item = {
        pk: String(pk),
        sk: String(sk),
        version: Number(version),
        data,
        ...(due !== null && { due: Number(due) }),
        ...(expires !== null && { expires: Number(expires) }),
        ...(format !== null && { format: Number(format) }),
        ...(tag !== null && { tag: String(tag) }),
      }
      if (checksum(item, text) === crc) return item
    }
    throw new Error(`${file}: the row ${JSON.stringify([pk, sk])} is damaged.`)
  }

  return {
    decode,

    decodeAgain(slot, row) {
      const before = kept.get(slot)
      if (before?.row.every((value, column) => value === row[column])) return before.item
      const item = frozen(decode(row))
      kept.set(slot, { row, item }, String(row[DATA]).length)
      return item
    },

    drop: (slot) => kept.delete(slot),
  }
}
