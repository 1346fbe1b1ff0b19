/** Amounts and tables, as docs/cost.md writes them. */

export const dollars = (amount: number): string =>
  amount < 100 ? `$${amount.toFixed(2)}` : `$${Math.round(amount).toLocaleString('en-US')}`

export const number = (value: number): string => value.toLocaleString('en-US')

export const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`

export const table = (head: readonly string[], rows: readonly string[]): string =>
  [row(...head), row(...head.map(() => '---')), ...rows].join('\n')
