import type { Report } from './report.ts'

const atLeast = (n: number) => `Member must have length greater than or equal to ${n}`
const atMost = (n: number) => `Member must have length less than or equal to ${n}`

/** Bounds of a text, list or map; characters or entries. */
export interface Bounds {
  readonly min?: number
  readonly max?: number
}

export function checkLength(
  length: number,
  { min, max }: Bounds,
  shown: string | undefined,
  at: string,
  report: Report,
) {
  if (max !== undefined && length > max) report.add(shown, at, atMost(max))
  if (min !== undefined && length < min) report.add(shown, at, atLeast(min))
}

export const lengthRules = ({ min, max }: Bounds): string[] => [
  ...(max === undefined ? [] : [atMost(max)]),
  ...(min === undefined ? [] : [atLeast(min)]),
]
