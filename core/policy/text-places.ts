/** `?`, among the tokens of a glob: the others are code points. */
export const ANY = -2

/** Counts work; throws where a decision has no more left: see steps.ts. */
export type Spend = (steps: number) => void

/** A text that patterns are compared with. */
export interface TextPlaces {
  readonly codes: Uint32Array
  /** how often it was searched */
  searches: number
  /** made once it is worth it */
  index: PlaceIndex | undefined
}

/** Where in a text each of its characters stands. */
interface PlaceIndex {
  /** for each code point in the text a number from 0 */
  readonly slots: ReadonlyMap<number, number>
  /** for each slot how often, and its last place */
  readonly counts: Uint32Array
  readonly last: Int32Array
  /** for each place the one before with the same character; -1 for none */
  readonly before: Int32Array
  /** for each slot a bit for every place, made when it is first asked for */
  readonly rows: (Int32Array | undefined)[]
}

/** searches after which an index pays, and the shortest text it pays for */
const WORTH = 4
const SHORTEST = 4
/** steps to index a character, and to look a token up */
const INDEXING = 4
const LOOKING_UP = 16
/** texts that are kept: an ARN's sections, and some values */
const KEPT = 8

/** whose work is counted: every decision begins with nothing, so that it takes the same steps each time */
let counting: Spend | undefined
let lastText = ''
let lastPlaces: TextPlaces = { codes: new Uint32Array(0), searches: 0, index: undefined }
const kept = new Map<string, TextPlaces>()

/** The code points of a text; of the last few all that is known is kept, as many patterns look at one value. */
export function placesOf(text: string, spend: Spend): TextPlaces {
  if (spend !== counting) {
    counting = spend
    kept.clear()
  } else if (text === lastText) return lastPlaces
  let places = kept.get(text)
  if (places === undefined) {
    places = { codes: codePoints(text), searches: 0, index: undefined }
    spend(text.length + LOOKING_UP)
    if (kept.size >= KEPT) for (const oldest of kept.keys()) if (kept.delete(oldest)) break
    kept.set(text, places)
  }
  lastText = text
  lastPlaces = places
  return places
}

function codePoints(text: string): Uint32Array {
  const codes = new Uint32Array(text.length)
  let length = 0
  for (let at = 0; at < text.length; length++) {
    const code = text.codePointAt(at) ?? 0
    codes[length] = code
    at += code > 0xffff ? 2 : 1
  }
  return codes.subarray(0, length)
}

/** Whether a text is searched so often that it should be indexed; asked once for each search. */
export function isWorthIndexing(text: TextPlaces): boolean {
  if (text.index !== undefined) return true
  text.searches += 1
  return text.searches > WORTH && text.codes.length >= SHORTEST
}

/** for each code unit its slot and one more, while a text is indexed; zero otherwise */
const slotOf = new Uint32Array(0x10000)

function indexOf({ codes }: TextPlaces): PlaceIndex {
  const slots = new Map<number, number>()
  const counts = new Uint32Array(codes.length)
  const last = new Int32Array(codes.length)
  const before = new Int32Array(codes.length)
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0
    const narrow = code < 0x10000
    const known = narrow ? (slotOf[code] ?? 0) - 1 : (slots.get(code) ?? -1)
    const slot = known < 0 ? slots.size : known
    if (known < 0) {
      slots.set(code, slot)
      if (narrow) slotOf[code] = slot + 1
    }
    before[at] = known < 0 ? -1 : (last[slot] ?? -1)
    last[slot] = at
    counts[slot] = (counts[slot] ?? 0) + 1
  }
  for (const code of slots.keys()) if (code < 0x10000) slotOf[code] = 0
  return { slots, counts, last, before, rows: [] }
}

/** A bit for every place at which a character stands, and a word more, which is empty. */
function rowOf({ counts, last, before, rows }: PlaceIndex, slot: number, spend: Spend): Int32Array {
  const made = rows[slot]
  if (made !== undefined) return made
  // signed: V8 keeps such numbers without a box
  const row = new Int32Array((before.length >> 5) + 2)
  for (let at = last[slot] ?? -1; at >= 0; at = before[at] ?? -1) {
    row[at >> 5] = (row[at >> 5] ?? 0) | (1 << (at & 31))
  }
  rows[slot] = row
  spend(row.length + (counts[slot] ?? 0))
  return row
}

/**
 * Where the piece stands first, from one place on, in so many; -1 where it doesn't. For each word of 32 places
 * its tokens' rows are put over each other, each moved by its token's place, until no place is left.
 */
export function findIndexed(
  piece: readonly number[],
  text: TextPlaces,
  from: number,
  places: number,
  spend: Spend,
): number {
  if (text.index === undefined) {
    spend(INDEXING * text.codes.length)
    text.index = indexOf(text)
  }
  const { index } = text
  const tokens: { slot: number; offset: number; count: number }[] = []
  for (let offset = 0; offset < piece.length; offset++) {
    const token = piece[offset] ?? ANY
    if (token === ANY) continue
    const slot = index.slots.get(token)
    spend(LOOKING_UP)
    if (slot === undefined) return -1
    tokens.push({ slot, offset, count: index.counts[slot] ?? 0 })
  }
  if (tokens.length === 0) return from
  // the rarest leave the fewest places to the others
  tokens.sort((a, b) => a.count - b.count)
  const rows = tokens.map(({ slot }) => rowOf(index, slot, spend))
  const offsets = tokens.map(({ offset }) => offset)
  return firstOf(rows, offsets, from, from + places - 1, spend)
}

/** words that are looked at before the next: a piece that stands early is found early */
const BLOCK = 16
const block = new Int32Array(BLOCK)

function firstOf(
  rows: readonly Int32Array[],
  offsets: readonly number[],
  from: number,
  to: number,
  spend: Spend,
): number {
  const end = (to >> 5) + 1
  for (let begin = from >> 5; begin < end; begin += BLOCK) {
    const words = Math.min(BLOCK, end - begin)
    block.fill(-1)
    if (begin === from >> 5) block[0] = -1 << (from & 31)
    let any = -1
    let looked = 0
    for (const row of rows) {
      any = narrow(row, begin, offsets[looked] ?? 0, words)
      looked += 1
      if (any === 0) break
    }
    spend(2 + looked * (2 + words))
    if (any !== 0) {
      const word = block.findIndex((left) => left !== 0)
      const left = block[word] ?? 0
      const place = ((begin + word) << 5) + (31 - Math.clz32(left & -left))
      return place <= to ? place : -1
    }
  }
  return -1
}

/** Leaves those places of the block at which a row has a bit some places on; answers whether there are any. */
function narrow(row: Int32Array, begin: number, offset: number, words: number): number {
  const bits = offset & 31
  // a shift by 32 is one by none, so the next word is moved in two
  const rest = 31 - bits
  let at = begin + (offset >> 5)
  let any = 0
  let word = row[at] ?? 0
  for (let i = 0; i < words; i++) {
    at += 1
    const next = row[at] ?? 0
    const left = (block[i] ?? 0) & ((word >>> bits) | ((next << 1) << rest))
    block[i] = left
    any |= left
    word = next
  }
  return any
}
