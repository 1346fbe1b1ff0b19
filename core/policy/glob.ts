import {
  ANY,
  findIndexed,
  isWorthIndexing,
  placesOf,
  type Spend,
  type TextPlaces,
} from './text-places.ts'

export { ANY, type Spend } from './text-places.ts'

/** `*`, among the tokens of a glob: the others are code points and ANY. */
export const STAR = -1

/** A text with wildcards, cut at its stars: the first piece stands at the start, the last at the end. */
export interface Glob {
  /** code points, or -2 for `?`; one piece where there is no star */
  readonly pieces: readonly (readonly number[])[]
  /** code points of all pieces together */
  readonly length: number
}

/** @param tokens code points, -1 for `*`, -2 for `?` */
export function toGlob(tokens: readonly number[]): Glob {
  let piece: number[] = []
  const pieces = [piece]
  for (const token of tokens) {
    if (token === STAR) {
      piece = []
      pieces.push(piece)
    } else {
      piece.push(token)
    }
  }
  return { pieces, length: pieces.reduce((sum, { length }) => sum + length, 0) }
}

/**
 * Whether the text matches the glob. `?` takes one code point. Pieces between stars are searched for one after
 * the other, each behind the one before and never again. A text that few patterns look at is passed once for
 * every 32 tokens of a piece, or once for a literal run of any length; one that many look at is indexed
 * (text-places.ts), and then each token of a piece looks at 32 places at a time, at none where the text does
 * not have it at all. Neither pattern nor policy variable can multiply with more than that of the text.
 *
 * @param spend is told of the work
 */
export function matchGlob({ pieces, length }: Glob, text: string, spend: Spend): boolean {
  // a code point has at most two code units
  if (text.length < length || (pieces.length === 1 && text.length > 2 * length)) return false
  const places = placesOf(text, spend)
  const { codes } = places
  const [first = [], ...others] = pieces
  const last = others.pop()
  if (last === undefined) return codes.length === length && standsAt(first, codes, 0, spend)
  if (codes.length < length) return false
  const end = codes.length - last.length
  if (!standsAt(first, codes, 0, spend) || !standsAt(last, codes, end, spend)) return false
  let at = first.length
  for (const piece of others) {
    const found = find(piece, places, at, end, spend)
    if (found < 0) return false
    at = found + piece.length
  }
  return true
}

function standsAt(piece: readonly number[], codes: Uint32Array, at: number, spend: Spend): boolean {
  let i = 0
  while (i < piece.length && (piece[i] === ANY || piece[i] === codes[at + i])) i += 1
  spend(i)
  return i === piece.length
}

/** steps of a character in a pass: it takes as long as so many words of an index */
const PASS = 4
/** steps to make ready for one */
const PREPARING = 64

/** tokens that one machine word holds */
const WORD = 32

/** Tokens of a piece that are searched for together: at most 32 of any kind, or a longer literal run. */
interface Block {
  readonly tokens: readonly number[]
  /** its place in the piece */
  readonly offset: number
}

/** Where the piece stands first, between `from` and `end`; -1 where it doesn't. */
function find(
  piece: readonly number[],
  text: TextPlaces,
  from: number,
  end: number,
  spend: Spend,
): number {
  const places = end - from - piece.length + 1
  if (places <= 0) return -1
  if (isWorthIndexing(text)) return findIndexed(piece, text, from, places, spend)
  const { codes } = text
  const blocks = blocksOf(piece)
  const [only] = blocks
  if (only === undefined) return from
  let found = -1
  if (blocks.length === 1) {
    scan(only, codes, from, places, spend, (place) => {
      found = from + place
      return true
    })
    return found
  }
  const standing = new Uint16Array(places)
  for (const block of blocks) {
    scan(block, codes, from, places, spend, (place) => {
      standing[place] = (standing[place] ?? 0) + 1
      return false
    })
  }
  const place = standing.indexOf(blocks.length)
  spend(places)
  return place < 0 ? -1 : from + place
}

/** The blocks of a piece; stretches of `?` alone are left out, they stand anywhere. */
function blocksOf(piece: readonly number[]): Block[] {
  const blocks: Block[] = []
  const add = (offset: number, end: number) => {
    for (let at = offset; at < end; at += WORD) {
      const tokens = piece.slice(at, Math.min(at + WORD, end))
      if (tokens.some((token) => token !== ANY)) blocks.push({ tokens, offset: at })
    }
  }
  let open = 0
  for (let at = 0; at < piece.length; ) {
    const next = piece.indexOf(ANY, at)
    const end = next < 0 ? piece.length : next
    if (end - at > WORD) {
      add(open, at)
      blocks.push({ tokens: piece.slice(at, end), offset: at })
      open = end
    }
    at = end + 1
  }
  add(open, piece.length)
  return blocks
}

/** Told of a place where a block stands; ends the search by true. */
type Hit = (place: number) => boolean

/** Searches a block at as many places as there are for its piece. */
function scan(
  { tokens, offset }: Block,
  codes: Uint32Array,
  from: number,
  places: number,
  spend: Spend,
  hit: Hit,
): void {
  const start = from + offset
  const end = start + places + tokens.length - 1
  const search = tokens.length > WORD ? searchRun : searchWord
  // no fewer than there are tokens, so that making them ready is paid for
  spend(PREPARING + PASS * search(tokens, codes, start, end, (at) => hit(at - start)))
}

/** for each code unit the tokens of the current block that it stands for; zero between searches */
const masks = new Uint32Array(0x10000)

/** Shift-And (Baeza-Yates and Gonnet, 1992): a bit for each token that the text so far may end with. */
function searchWord(
  tokens: readonly number[],
  codes: Uint32Array,
  start: number,
  end: number,
  hit: Hit,
): number {
  let any = 0
  const beyond = new Map<number, number>()
  tokens.forEach((token, i) => {
    const bit = 1 << i
    if (token === ANY) any |= bit
    else if (token > 0xffff) beyond.set(token, (beyond.get(token) ?? 0) | bit)
    else masks[token] = (masks[token] ?? 0) | bit
  })
  const goal = 1 << (tokens.length - 1)
  const { length } = tokens
  let state = 0
  let at = start
  while (at < end) {
    const code = codes[at] ?? 0
    const mask = code < 0x10000 ? (masks[code] ?? 0) : (beyond.get(code) ?? 0)
    state = ((state << 1) | 1) & (any | mask)
    at += 1
    if ((state & goal) !== 0 && hit(at - length)) break
  }
  for (const token of tokens) if (token >= 0 && token <= 0xffff) masks[token] = 0
  return at - start
}

/** Knuth, Morris and Pratt, 1977: for literal runs. */
function searchRun(
  tokens: readonly number[],
  codes: Uint32Array,
  start: number,
  end: number,
  hit: Hit,
): number {
  const run = Uint32Array.from(tokens)
  const borders = bordersOf(run)
  const { length } = run
  let matched = 0
  let at = start
  while (at < end) {
    const code = codes[at] ?? 0
    while (matched > 0 && run[matched] !== code) matched = borders[matched] ?? 0
    if (run[matched] === code) matched += 1
    at += 1
    if (matched === length) {
      if (hit(at - length)) break
      matched = borders[length] ?? 0
    }
  }
  return at - start
}

/** For each length of a beginning, the longest shorter beginning that it ends with. */
function bordersOf(tokens: Uint32Array): Uint32Array {
  const borders = new Uint32Array(tokens.length + 1)
  let border = 0
  for (let i = 1; i < tokens.length; i++) {
    while (border > 0 && tokens[border] !== tokens[i]) border = borders[border] ?? 0
    if (tokens[border] === tokens[i]) border += 1
    borders[i + 1] = border
  }
  return borders
}
