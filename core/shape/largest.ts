/**
 * How long the largest valid value of a shape can be, in bytes, as clients write it: what is longer than
 * that can't be valid, and need not be read. Infinity where nothing bounds it.
 */
export interface Largest {
  /** as JSON: all that may be escaped is, and each member is on a line of its own */
  readonly json: number
  /** as parameters of a form whose names begin with so many characters, all percent-encoded */
  form(path: number): number
}

/** bytes that JSON takes for a UTF-16 unit where a writer escapes it (RFC 8259 §7: \u00e9) */
const ESCAPED = 6
/** bytes that a form takes for a UTF-16 unit: at most three of UTF-8, each as %E2 */
const ENCODED = 9
/**
 * bytes of a blob that may be anything, base64 of `+` alone. Longer ones are signed documents, much like
 * random bytes: of their base64 one character in 32 is escaped, and a quarter more is ample
 */
const SHORT_BLOB = 16 * 1024
const LONG = 1.25
/** bytes of white space around a value: a line's end, and indentation of four spaces for each of five levels */
const LINE = 22
/** bytes of a number, of `false`, and of a moment with its offset from UTC */
const NUMBER = 16
const MOMENT = 64

/** A value that is bytes of JSON, and characters of a form. */
const leaf = (json: number, encoded: number): Largest => ({
  json,
  form: (path) => path + '=&'.length + encoded,
})

/**
 * @param max UTF-16 units; undefined for any number
 * @param plain whether it is of letters, digits and `-._` alone, which nobody escapes
 */
export const largestText = (max = Number.POSITIVE_INFINITY, plain = false): Largest =>
  plain ? leaf(max + 2, max) : leaf(max * ESCAPED + 2, max * ENCODED)

export const largestName = (names: readonly string[]): Largest =>
  largestText(Math.max(...names.map((name) => name.length)), true)

/**
 * Base64, of which some writers of JSON escape `+` and `=` (six bytes) or `/` (two).
 * @param max bytes
 */
export function largestBlob(max = Number.POSITIVE_INFINITY): Largest {
  const length = Math.ceil(max / 3) * 4
  return leaf(length * (max <= SHORT_BLOB ? ESCAPED : LONG) + 2, length * 3)
}

export const LARGEST_NUMBER = leaf(NUMBER, NUMBER)
export const LARGEST_MOMENT = leaf(MOMENT, MOMENT)
export const BOUNDLESS = leaf(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)

/** @param most items; undefined for any number */
export const largestList = (item: Largest, most = Number.POSITIVE_INFINITY): Largest => ({
  json: 2 + most * (item.json + LINE),
  form: (path) => most * item.form(path + `.member.${most}`.length),
})

/**
 * A map of texts. Of names with one byte there are 128, all others have two at least: that bounds the entries.
 * @param bytes of UTF-8, in all names and values together; undefined for any number
 */
export const largestMap = (bytes = Number.POSITIVE_INFINITY): Largest => ({
  json: 2 + bytes * ESCAPED + (bytes / 2 + 65) * (LINE + '"":"",'.length),
  form: () => Number.POSITIVE_INFINITY,
})

/** @param members with the lengths of their names */
export const largestStruct = (
  members: readonly { readonly name: string; readonly largest: Largest }[],
): Largest => ({
  json: members.reduce(
    (sum, { name, largest }) => sum + LINE + name.length + '"": ,'.length + largest.json,
    2,
  ),
  form: (path) =>
    members.reduce(
      (sum, { name, largest }) => sum + largest.form(path + (path > 0 ? 1 : 0) + name.length),
      0,
    ),
})
