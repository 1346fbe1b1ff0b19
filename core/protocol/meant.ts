/** characters of a name beyond which nobody mistyped one of ours */
const LONGEST = 64
/** letters of a name for each that may be wrong in it, and how many may be at most */
const LETTERS_PER_SLIP = 4
const MOST_SLIPS = 3

/**
 * The name that was meant by one that is not known: the same but for upper and lower case and what separates
 * words, else the nearest by the letters that are wrong, missing, too many, or next to each other in the wrong
 * order (Damerau-Levenshtein, optimal string alignment).
 * @returns undefined where none is near
 */
export function meantBy(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST) return undefined
  const plain = plainOf(name)
  const same = known.find((one) => plainOf(one) === plain)
  if (same !== undefined) return same
  let nearest: string | undefined
  let least = Math.min(MOST_SLIPS, Math.floor(plain.length / LETTERS_PER_SLIP)) + 1
  for (const one of known) {
    const distance = slips(plain, plainOf(one), least)
    if (distance < least) {
      nearest = one
      least = distance
    }
  }
  return nearest
}

const plainOf = (name: string): string => name.replace(/[-_ .]/g, '').toLowerCase()

/** @param most a distance from which it does not matter any more */
function slips(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) >= most) return most
  let before: number[] = []
  let above = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    for (let j = 1; j <= other.length; j++) {
      const [left = 0, up = 0, diagonal = 0] = [row[j - 1], above[j], above[j - 1]]
      const changed = diagonal + (one[i - 1] === other[j - 1] ? 0 : 1)
      const swaps = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      const swapped = swaps ? (before[j - 2] ?? 0) + 1 : changed
      row.push(Math.min(left + 1, up + 1, changed, swapped))
    }
    before = above
    above = row
  }
  return above[other.length] ?? most
}
