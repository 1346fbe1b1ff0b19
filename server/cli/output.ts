import { printable, printableJson } from '../../core/base/printable.ts'
import type { CommonOptions } from './command.ts'

/** One row or result, by column; names in camelCase. */
export type Row = Readonly<Record<string, unknown>>

/** Prints one result: as JSON, or as lines of name and value. */
export function printOne(row: Row, { json }: CommonOptions): void {
  if (json) {
    console.log(printableJson(JSON.stringify(row, null, 2)))
    return
  }
  const names = Object.keys(row).filter((name) => row[name] !== undefined)
  const width = Math.max(...names.map((name) => name.length))
  for (const name of names) console.log(`${name.padEnd(width)}  ${textOf(row[name])}`)
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
  const lines = [columns, ...rows.map((row) => columns.map((name) => textOf(row[name])))]
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)))
  for (const line of lines) {
    console.log(
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  }
}

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
