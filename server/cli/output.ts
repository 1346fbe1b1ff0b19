import stringWidth from 'string-width'
import { printable, printableJson } from '../../core/base/printable.ts'
import type { CommonOptions } from './command.ts'
import { paint, toneOf } from './paint.ts'

/** One row or result, by column; names in camelCase. */
export type Row = Readonly<Record<string, unknown>>

/** Prints one result: as JSON, or as lines of name and value. */
export function printOne(row: Row, { json }: CommonOptions): void {
  if (json) {
    console.log(printableJson(JSON.stringify(row, null, 2)))
    return
  }
  const names = Object.keys(row).filter((name) => row[name] !== undefined)
  const width = Math.max(...names.map((name) => stringWidth(name)))
  for (const name of names) {
    const text = textOf(row[name])
    console.log(`${paint('heading', padded(name, width))}  ${paint(toneOf(name, text), text)}`)
  }
}

/** Prints results: as a JSON array, or as a table of these columns. */
export function printAll(
  rows: readonly Row[],
  columns: readonly string[],
  { json }: CommonOptions,
): void {
  if (json) {
    console.log(printableJson(JSON.stringify(rows, null, 2)))
    return
  }
  const cells = rows.map((row) => columns.map((name) => textOf(row[name])))
  const widths = columns.map((name, i) =>
    Math.max(...[name, ...cells.map((line) => line[i] ?? '')].map((cell) => stringWidth(cell))),
  )
  // the last of a line has nothing after it that were to stand below another
  const aligned = (line: readonly string[]) => {
    const last = line.findLastIndex((cell) => cell !== '')
    return line
      .slice(0, last + 1)
      .map((cell, i) => (i < last ? padded(cell, widths[i] ?? 0) : cell))
  }
  console.log(
    aligned(columns)
      .map((cell) => paint('heading', cell))
      .join('  '),
  )
  for (const line of cells) {
    const shown = aligned(line).map((cell, i) => paint(toneOf(columns[i] ?? '', cell), cell))
    console.log(shown.join('  '))
  }
}

/**
 * A text with spaces up to so many columns of a terminal: an ideograph takes two, an accent that follows its letter
 * none (Unicode Standard Annex #11, East Asian Width).
 */
const padded = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - stringWidth(text)))

/** A value as a person reads it: maps as K=V, what is within as JSON, and nothing that would steer a terminal. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'object') return printable(String(value))
  const plain = (inner: unknown) =>
    typeof inner === 'object' ? JSON.stringify(inner) : String(inner)
  const parts = Array.isArray(value)
    ? value.map(plain)
    : Object.entries(value).map(([name, inner]) => `${name}=${plain(inner)}`)
  return printable(parts.join(' '))
}
