/**
 * What would steer a terminal, or show a text otherwise than it is: control characters (Unicode Cc: C0,
 * DEL, C1), marks that change the direction of writing (UAX #9 §2), line and paragraph separators, and
 * the rest that has no picture (Cf, unpaired surrogates).
 */
const STEERING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

const escaped = (char: string): string =>
  Array.from(
    { length: char.length },
    (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('')

/** A text as one line that is safe to show: every such character as `\uXXXX`. */
export const printable = (text: string): string => text.replace(STEERING, escaped)

/** JSON text that is safe to show, and means the same; its own line breaks stay. */
export const printableJson = (json: string): string =>
  json.replace(STEERING, (char) => (char === '\n' ? char : escaped(char)))
